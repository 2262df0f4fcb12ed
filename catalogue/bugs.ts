import { armBugs } from "./arm/bugs.ts";
import type { Bug } from "./bug.ts";
import { loongarchBugs } from "./loongarch/bugs.ts";
import { managedBugs } from "./x86/managed-bugs.ts";
import { riscvBugs } from "./riscv/bugs.ts";
import { x86Bugs } from "./x86/bugs.ts";

/** The bugs corpus, in the order of its rows. */
export const bugs: readonly Bug[] = [...x86Bugs, ...managedBugs, ...riscvBugs, ...loongarchBugs, ...armBugs].toSorted(
  (one, other) => numberOf(one) - numberOf(other),
);

/** The number in an id, such as 12 in B12. */
function numberOf({ id }: Bug): number {
  return Number(id.slice(1));
}

export type { Bug, BugSide, ExpressedBug } from "./bug.ts";

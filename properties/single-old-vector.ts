import { because, step } from "../checker/index.ts";
import { isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "an interrupt has at most one old vector";

/**
 * A vector is allocated only for an interrupt whose last move is cleaned up; otherwise the move is refused (PR17).
 *
 * A maintainer learns whether a second move can make the kernel forget the vector before the last one.
 */
export const singleOldVector: PropertyEntry = {
  id: "single-old-vector",
  row: "PR17",
  title,
  severity: "bookkeeping",
  learns: "whether a second move can make the kernel forget the vector before the last one",
  applies: ({ system }) => !isRouted(system),
  property: ({ system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (action !== "move.allocate") return true;
      const irq = parameters["irq"] as number;
      const { previous } = before.irq[irq]!;
      if (previous === null) return true;
      const kept = after.irq[irq]!.previous;
      const old = `${targetName(previous, system)} of interrupt ${irq} is not cleaned up`;
      return because(kept?.cpu === previous.cpu && kept.vector === previous.vector ? old : `${old}, and forgotten`);
    }),
};

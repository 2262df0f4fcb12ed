import { avecFinding, avecOfflineFinding } from "./avec.ts";
import type { Finding } from "./finding.ts";
import { imsicFinding } from "./imsic.ts";
import { plicZephyrFinding } from "./plic.ts";
import { oldVectorFinding } from "./x86-old-vector.ts";
import { guardFinding, x86OfflineFinding } from "./x86.ts";

/** Known faults in code in use, in the order of their evidence. */
export const findings: readonly Finding[] = [
  x86OfflineFinding,
  imsicFinding,
  avecFinding,
  avecOfflineFinding,
  plicZephyrFinding,
  guardFinding,
  oldVectorFinding,
];

export type { Evidence, Finding, Reproduction } from "./finding.ts";
export { kernelFunction } from "./functions.ts";

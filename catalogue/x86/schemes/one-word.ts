import { sameVectorLemmas } from "../lemmas.ts";
import { writeMessage } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";

/** The new target has the number of the old vector: only the address changes, in one write. */
export const x86SameVector: Strategy = {
  lemmas: sameVectorLemmas,
  context: { kind: "task", runsOn: "any" },
  allocation: "same-vector",
  program: [...writeMessage("new-cpu")],
};

/** The interrupt stays on its CPU and only its vector changes: only the data changes, in one write. */
export const x86SameCpu: Strategy = {
  context: { kind: "task", runsOn: "any" },
  staysOnCpu: true,
  program: [...writeMessage("new-cpu")],
};

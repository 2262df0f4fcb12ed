import { lockAndMark, readIrr, retrigger, unlockVectors, writeMessageDataFirst } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";

/** The message is rewritten in place, data first, by a task on any CPU: the pair between is (old CPU, new vector). */
export const x86DataFirst: Strategy = {
  context: { kind: "task", runsOn: "any" },
  program: [...writeMessageDataFirst("new-cpu")],
};

/** Data first on the old CPU with interrupts off, and its IRR read afterwards: the two-step update in one. */
export const x86DataFirstCheck: Strategy = {
  context: { kind: "interrupt" },
  program: [lockAndMark, ...writeMessageDataFirst("new-cpu"), unlockVectors, readIrr, retrigger],
};

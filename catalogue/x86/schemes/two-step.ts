import { twoStepLemmas } from "../lemmas.ts";
import { lockAndMark, readIrr, retrigger, unlockVectors, writeMessage } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";

/** The two writes through (old CPU, new vector), under vector_lock: between them no other pair is ever in the device. */
const twoWrites = [lockAndMark, ...writeMessage("old-cpu"), ...writeMessage("new-cpu"), unlockVectors];

/**
 * x86 since v5.6 (`msi_set_affinity`): first only the data changes, then only the address, on the old CPU with
 * interrupts off; a message that used the intermediate pair is found in that CPU's IRR and sent again by IPI.
 */
export const x86TwoStep: Strategy = {
  context: { kind: "interrupt" },
  program: [...twoWrites, readIrr, retrigger],
  lemmas: twoStepLemmas,
};

/** The two writes without the look into IRR afterwards. */
export const x86TwoStepNoCheck: Strategy = {
  context: { kind: "interrupt" },
  program: [...twoWrites],
};

/** Two writes and check on a CPU other than the old one, which reads its own IRR: no CPU can read another's. */
export const x86TwoStepRemote: Strategy = {
  context: { kind: "task", runsOn: "elsewhere" },
  program: [...twoWrites, readIrr, retrigger],
};

/** In a task that is pinned to the old CPU, interrupts off, which looks again whether that CPU is still the target. */
export const x86PinnedThread: Strategy = {
  context: { kind: "pinned-task", revalidates: true },
  program: [...twoWrites, readIrr, retrigger],
};

/** The same without looking again: the interrupt may have moved on before the task ran. */
export const x86PinnedThreadUnvalidated: Strategy = {
  ...x86PinnedThread,
  context: { kind: "pinned-task", revalidates: false },
};

/** The vector of the intermediate pair belongs to another interrupt on the old CPU. */
export const x86TwoStepForeignVector: Strategy = {
  ...x86TwoStep,
  allocation: "foreign-vector",
  placement: "crowded",
};

import { cleanUpAtOnce } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";
import { x86TwoStep } from "./two-step.ts";

/** The two-step update, and the old vector given back in the move itself. */
export const x86CleanupAtOnce: Strategy = {
  ...x86TwoStep,
  cleanup: "at-once",
  program: [...x86TwoStep.program, cleanUpAtOnce],
};

/**
 * The old vector given back after the first arrival without a look whether it is pending: by a timer, by an IPI of the
 * lowest priority, which comes after all that is pending, or by one of a higher priority.
 */
export function x86CleanupUnchecked(by: "timer" | "lowest-ipi" | "urgent-ipi"): Strategy {
  const cleanup = {
    timer: "timer-unchecked",
    "lowest-ipi": "ipi-unchecked",
    "urgent-ipi": "urgent-ipi-unchecked",
  } as const;
  return { ...x86TwoStep, cleanup: cleanup[by] };
}

/** The old vector given back by a timer that tests IRR and re-arms itself: x86 since v6.6. */
export const x86CleanupTimer: Strategy = { ...x86TwoStep, cleanup: "timer" };

/** The old vector given back by an IPI of the lowest priority that tests IRR and sends itself again: x86 to v6.5. */
export const x86CleanupIpi: Strategy = { ...x86TwoStep, cleanup: "ipi" };

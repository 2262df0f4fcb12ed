import {
  disableInterrupts,
  enableInterrupts,
  lockAndMark,
  readIrr,
  retrigger,
  unlockVectors,
  writeMessage,
} from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";

/**
 * Two writes and check on the old CPU, but with its interrupts on between the mark and the check: the message that
 * the check should find may be dispatched first, and is then gone from IRR.
 *
 * @param context the interrupt that is moved, or a task pinned to the old CPU
 * @param descriptorLock whether the descriptor stays locked meanwhile
 */
export function x86TwoStepIrqsOn(context: "interrupt" | "task", descriptorLock: "held" | "released"): Strategy {
  return {
    context: context === "interrupt" ? { kind: "interrupt" } : { kind: "pinned-task", revalidates: true },
    enablesInterrupts: true,
    program: [
      lockAndMark,
      // The vector lock is never held with interrupts on: what the CPU takes meanwhile may need it.
      unlockVectors,
      enableInterrupts(descriptorLock),
      ...writeMessage("old-cpu"),
      ...writeMessage("new-cpu"),
      readIrr,
      disableInterrupts(descriptorLock),
      retrigger,
    ],
  };
}

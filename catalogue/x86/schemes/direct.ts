import { writeMessage } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";

/** The message is rewritten in place, address first, by a task: x86 before v5.6. */
export function x86Direct(runsOn: "any" | "old-cpu"): Strategy {
  return { context: { kind: "task", runsOn }, program: [...writeMessage("new-cpu")] };
}

/** The same inside the interrupt that is moved: neither interrupts off nor the running handler stop the device. */
export const x86DirectInIrq: Strategy = { context: { kind: "interrupt" }, program: [...writeMessage("new-cpu")] };

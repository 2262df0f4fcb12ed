import { writeMessage } from "../kernel/steps.ts";
import type { Strategy } from "../kernel/migration.ts";

/** The message is rewritten in place, address first, by a task on any CPU: x86 before v5.6. */
export const x86Direct: Strategy = {
  context: { kind: "task", runsOn: "any" },
  program: [...writeMessage("new-cpu")],
};

/** The same inside the interrupt that is moved: neither interrupts off nor the running handler stop the device. */
export const x86DirectInIrq: Strategy = { ...x86Direct, context: { kind: "interrupt" } };

import type { State } from "./property-entry.ts";

/**
 * Whether everything has come to rest: no message is on its way, no request or in-service bit is set, every CPU is
 * idle with interrupts on, no task is moving anything, no cleanup is due. Only the environment can still act.
 */
export function isQuiet(state: State): boolean {
  return (
    state.fabric.every((queues) => queues.every((queue) => queue.length === 0)) &&
    state.cpu.every(
      ({ interruptsEnabled, irr, isr, stack }) =>
        interruptsEnabled && stack.length === 0 && !irr.includes(true) && !isr.includes(true),
    ) &&
    state.irq.every(
      ({ locked, migration, onCleanupList, pinned }) =>
        !locked && migration.step === 0 && !onCleanupList && pinned.every((cpu) => cpu === null),
    )
  );
}

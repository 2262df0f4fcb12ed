import { isVectorPending } from "../hardware/posted-msi.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System } from "../system.ts";
import { isOnline } from "./hotplug.ts";

/**
 * The first arrival on the new target: the old vector is queued on its CPU, whose timer is armed or which gets the
 * cleanup IPI (`irq_complete_move`, `__vector_schedule_cleanup`). Both are due exactly while the list is not empty,
 * so neither needs a cell of its own.
 */
export function scheduleCleanup(system: System, draft: SystemState, irq: number): void {
  const descriptor = draft.irq[irq]!;
  // A CPU that is offline has no timer: nothing there can be pending any more (`__vector_schedule_cleanup`).
  if (descriptor.previous !== null && !isOnline(draft, descriptor.previous.cpu)) {
    freeMoved(draft, irq);
    return;
  }
  descriptor.moveInProgress = false;
  descriptor.onCleanupList = true;
  if (system.whileBusy === "overwritten" && descriptor.previous !== null) descriptor.queuedOn = descriptor.previous.cpu;
}

/** Whether the arrival of the interrupt on the CPU is the first on its new target. */
export function completesMove(
  system: System,
  state: ReadonlySystemState | SystemState,
  irq: number,
  cpu: number,
): boolean {
  const descriptor = state.irq[irq]!;
  return system.noticesArrival && descriptor.moveInProgress && descriptor.cpu === cpu;
}

/** Whether the CPU's cleanup list has an entry: its timer is armed, or its cleanup IPI is on the way. */
export function cleanupDue(system: System, state: ReadonlySystemState, cpu: number): boolean {
  for (let irq = 0; irq < system.devices; irq++) {
    const { onCleanupList, previous, queuedOn } = state.irq[irq]!;
    if (onCleanupList && previous !== null && (queuedOn ?? previous.cpu) === cpu) return true;
  }
  return false;
}

/**
 * The cleanup on the old CPU (`__vector_cleanup`, before it `smp_irq_move_cleanup_interrupt`): each queued vector is
 * given back, unless the test finds it pending in IRR; then it stays queued and the timer or IPI comes again.
 */
export function cleanUp(system: System, draft: SystemState, cpu: number): void {
  const tests = system.cleanup === "timer" || system.cleanup === "ipi" || system.cleanup === "clear-vector-ipi";
  for (let irq = 0; irq < system.devices; irq++) {
    const { onCleanupList, previous, queuedOn } = draft.irq[irq]!;
    if (!onCleanupList || previous === null || (queuedOn ?? previous.cpu) !== cpu) continue;
    if (tests && isVectorPending(system, draft, cpu, previous.vector)) continue;
    freeMoved(draft, irq);
  }
}

/** Gives the old vector back (`free_moved_vector`). */
export function freeMoved(draft: SystemState, irq: number): void {
  const descriptor = draft.irq[irq]!;
  const { previous } = descriptor;
  if (previous === null) return;
  draft.cpu[previous.cpu]!.table[previous.vector] = "unused";
  descriptor.previous = null;
  descriptor.moveInProgress = false;
  descriptor.onCleanupList = false;
  descriptor.queuedOn = null;
}

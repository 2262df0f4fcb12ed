import type { AnyState } from "../state/system-state.ts";
import type { SystemState } from "../state/system-state.ts";
import type { OfflineStep } from "../strategy.ts";

/*
 * CPU hotplug: a CPU goes offline in the stopper, and may come back.
 *
 * A strategy gets it with `hotplug: { ... }`. Its `offline` gives the list of named steps that the outgoing CPU takes,
 * for the machine at hand: `x86Offline` in kernel/x86-offline.ts is the one for x86. A step that moves an interrupt
 * calls `moveOffThisCpu`: the strategy's own program then runs on the outgoing CPU, step by step, and the next step of
 * the list is due when it has ended; so a step that is always taken must come after it. While the stopper runs, every
 * other CPU spins with interrupts off, so only devices and the fabric act besides. What the steps of a move need to
 * know of the old target is in `from`, for the allocator keeps no previous vector on a CPU that is offline.
 *
 * After the last step the machine continues. The outgoing CPU has interrupts on once more and dispatches what its
 * controller still holds (`online` false, interrupts enabled), until it is dead (interrupts off for good).
 */

/** Whether the stopper still looks at the request bit before it is done. */
export function scanIsDue(
  program: readonly OfflineStep[],
  { hotplug }: AnyState,
  cpu: number,
  vector: number,
): boolean {
  if (hotplug === null || hotplug.stopper.step === 0 || hotplug.stopper.cpu !== cpu) return false;
  return program.slice(hotplug.stopper.step - 1).some(({ scans }) => scans === vector);
}

/** The stopper's move is over; its next step is due. */
export function endStopperMove(draft: SystemState): void {
  const { stopper } = draft.hotplug!;
  stopper.irq = null;
  stopper.from = null;
}

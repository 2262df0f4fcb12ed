/**
 * Functions of the kernel, for steps of one's own. Each acts on the draft of a step at once; together they are one atomic
 * step.
 */
import { startsMoveInInterrupt } from "../kernel/affinity.ts";
import { completesMove as isFirstArrival, freeMoved, scheduleCleanup as queue } from "../kernel/cleanup.ts";
import { moveOffThisCpu } from "../kernel/hotplug-actions.ts";
import { sync as syncHart } from "../kernel/imsic-sync.ts";
import { isBusy } from "../kernel/vector-table.ts";
import { oldTarget } from "../state/queries.ts";
import type { AnyState, SystemState } from "../state/system-state.ts";
import type { FlowWhere, OfflineWhere, Where } from "../strategy.ts";

export { isBusy, moveOffThisCpu, oldTarget };

/**
 * In a flow: the move that was asked for begins in this interrupt, if it may (`irq_move_irq`). The descriptor must be locked.
 *
 * @returns whether it has begun: then the next stage is "move"
 */
export function beginMove(draft: SystemState, { system, irq, cpu }: FlowWhere): boolean {
  return startsMoveInInterrupt(system)(draft, irq, cpu);
}

/** In a flow: whether this interrupt is the first on its new target since it moved (`irq_complete_move`). */
export function completesMove(state: AnyState, { system, irq, cpu }: FlowWhere): boolean {
  return isFirstArrival(system, state, irq, cpu);
}

/** The old vector is queued for the cleanup (`vector_schedule_cleanup`). */
export function scheduleCleanup(draft: SystemState, { system, irq }: Pick<Where, "system" | "irq">): void {
  queue(system, draft, irq);
}

/** The old vector is given back (`free_moved_vector`). */
export function freeOldVector(draft: SystemState, irq: number): void {
  freeMoved(draft, irq);
}

/** The hart is brought up to date, on the machine imsic (`__imsic_local_sync`). */
export function sync(draft: SystemState, { system, cpu }: OfflineWhere): void {
  syncHart(system, draft, cpu);
}

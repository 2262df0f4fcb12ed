import { mustDispatch } from "../hardware/interrupts.ts";
import { isDown, isOnline } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import { type System, movedWith } from "../system.ts";
import { begin } from "./migration.ts";

/** Whether a further move may be asked for. While the system is suspended, its tasks are frozen. */
export function hasMove(system: System, state: ReadonlySystemState): boolean {
  if (system.redirect?.suspends === true && state.routing!.some(({ redirect }) => !redirect!.powered)) return false;
  return system.moves === "unbounded" || state.movesLeft > 0;
}

/** One move fewer may be asked for. */
export function takeMove(system: System, draft: SystemState): void {
  if (system.moves !== "unbounded") draft.movesLeft -= 1;
}

/** Interrupts off, the descriptor locked, the vector due. */
export function startTask(system: System, draft: SystemState, irq: number, to: number, on: number): void {
  for (const message of movedWith(system, irq)) draft.irq[message]!.locked = true;
  draft.irq[irq]!.requested = to;
  draft.cpu[on]!.interruptsEnabled = false;
  begin(draft, { system, irq, cpu: on });
}

/** Whether a task can be scheduled on the CPU: nothing else runs there. */
export function isFree(system: System, state: ReadonlySystemState, cpu: number): boolean {
  const { interruptsEnabled, stack } = state.cpu[cpu]!;
  if (state.guest?.cpu === cpu || isDown(state, cpu)) return false;
  if (!interruptsEnabled || stack.length > 0 || !isOnline(state, cpu) || mustDispatch(system, state, cpu)) return false;
  for (let irq = 0; irq < system.devices; irq++) {
    const { migration } = state.irq[irq]!;
    if (migration.step > 0 && migration.cpu === cpu) return false;
  }
  return true;
}

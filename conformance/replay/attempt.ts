import type { ReadonlySystemState, SystemState } from "../../model/index.ts";
import { unmask } from "../../model/hardware/events.ts";
import { completesMove } from "../../model/kernel/cleanup.ts";
import { isBusy } from "../../model/kernel/vector-table.ts";
import type { System } from "../../model/system.ts";
import type { Fit } from "./graph.ts";

/**
 * The kernel masks a device that can be masked before it tries to move its interrupt (`irq_move_irq`). Where nothing
 * comes of it, it unmasks the device again: the move is refused (-EBUSY) while the last one is not cleaned up, or the
 * interrupt is on a CPU that was asked for already. The model knows no such attempt, for it changes nothing; a recording
 * has its two writes, and a message may wait between them.
 *
 * @returns the state in which the device is masked, the descriptor locked and the CPU at nothing else; undefined where
 * the CPU cannot be at an attempt
 */
export function beginAttempt(system: System, fit: Fit, by: number, refused: boolean): Fit | undefined {
  const { state } = fit;
  if (system.context.kind !== "interrupt" || fit.attempt !== null || ((fit.ends >>> by) & 1) === 1) return undefined;
  const frame = state.cpu[by]?.stack.at(-1);
  if (frame?.slot !== 0 || !isAtAttempt(system, state, by)) return undefined;
  if (state.device[0]!.masked || (refused && !isBusy(state, 0))) return undefined;
  const masked = structuredClone(state) as SystemState;
  masked.device[0]!.masked = true;
  masked.irq[0]!.locked = true;
  return { ...fit, state: masked as ReadonlySystemState, attempt: by };
}

/** The end of an attempt that came to nothing: a message that waited goes out. Undefined where the CPU is at none. */
export function endAttempt(system: System, fit: Fit, by: number): Fit | undefined {
  if (fit.attempt !== by) return undefined;
  const state = structuredClone(fit.state) as SystemState;
  const { pending } = state.device[0]!;
  unmask(system, state, 0);
  // The flow takes the lock in a step that is yet to come, unless the interrupt has completed a move before.
  if (state.cpu[by]!.stack.at(-1)!.stage === "entry") state.irq[0]!.locked = false;
  return { ...fit, state: state as ReadonlySystemState, attempt: null, message: fit.message || pending };
}

/** Between the lock and the acknowledgement, on the way to which the model has no place to stop. */
function isAtAttempt(system: System, state: ReadonlySystemState, by: number): boolean {
  const { locked, inProgress } = state.irq[0]!;
  const { stage } = state.cpu[by]!.stack.at(-1)!;
  // A handler that runs elsewhere has the device masked already.
  if (stage === "entry") return !locked && !inProgress && !completesMove(system, state, 0, by);
  return stage === "completed";
}

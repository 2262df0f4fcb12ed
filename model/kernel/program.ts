import { allocationDue } from "../state/descriptor.ts";
import { oldTarget } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { MigrationStep } from "../strategy.ts";
import type { Target } from "../system.ts";
import { isBeforeAllocation } from "./migration.ts";

/**
 * The remaining program of an interrupt's move, the step that is due first; empty without a move, or before its
 * vector is allocated.
 */
export function stepsDue(
  program: readonly MigrationStep[],
  state: ReadonlySystemState | SystemState,
  irq: number,
): readonly MigrationStep[] {
  const { step } = state.irq[irq]!.migration;
  return step === 0 || isBeforeAllocation(program, step) ? [] : program.slice(step - allocationDue - 1);
}

/** The pair that the device named at the last read back before the step that is due, or before the move. */
export function pairAtLastFlush(
  program: readonly MigrationStep[],
  state: ReadonlySystemState,
  irq: number,
): { readonly cpu: number; readonly vector: number } {
  const done = program.slice(0, program.length - stepsDue(program, state, irq).length);
  const old = oldTarget(state, irq);
  const pair: Target = { cpu: old.cpu, vector: old.vector };
  let flushed: Target = { ...pair };
  for (const { writes, flushes } of done) {
    Object.assign(pair, writes?.(state, irq));
    if (flushes === true) flushed = { ...pair };
  }
  return flushed;
}

import { oldTarget } from "../state/queries.ts";
import type { AnyState } from "../state/system-state.ts";
import type { Target } from "../system.ts";

/**
 * Whether the vector changes. Where it stays, `msi_set_affinity` writes the message as it is: one word changes, there is
 * no intermediate target to lock, mark or check, and the request bit of the vector would be the old target's.
 */
export function changesVector(state: AnyState, irq: number): boolean {
  return oldTarget(state, irq).vector !== state.irq[irq]!.vector;
}

/** The target that a two-step update passes through: the old CPU with the new vector. */
export function intermediate(state: AnyState, irq: number): Target {
  return { cpu: oldTarget(state, irq).cpu, vector: state.irq[irq]!.vector };
}

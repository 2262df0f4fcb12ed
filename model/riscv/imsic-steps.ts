import { targetName } from "../names.ts";
import { oldTarget } from "../state/queries.ts";
import type { AnyState } from "../state/system-state.ts";
import type { MigrationStep, Where } from "../strategy.ts";
import { identityAt, requestSync, setEnable } from "../kernel/imsic-sync.ts";

/** A handler that runs elsewhere has had the interrupt masked already: the move leaves it so. */
function isMasked(state: AnyState, { cpu }: Where): boolean {
  return state.cpu[cpu]!.stack.at(-1)?.handledElsewhere === true;
}

function newTarget(state: AnyState, irq: number): { cpu: number; vector: number } {
  const { cpu, vector } = state.irq[irq]!;
  return { cpu, vector };
}

/** The chip's mask before a move: the old identity is disabled on its hart. */
export const disableOldIdentity: MigrationStep = {
  name: "disable_identity",
  needs: "imsic",
  label: (state, { irq, system }) => `disable ${targetName(oldTarget(state, irq), system)}`,
  needed: (state, where) => !isMasked(state, where),
  then: (draft, { irq, cpu, system }) => setEnable(system, draft, oldTarget(draft, irq), false, cpu),
};

/**
 * Gives the old identity the interrupt's new target (`imsic_vector_move_update` of the old vector): its hart looks at
 * what is pending there now, if this runs on it, or else when its timer or an external interrupt comes.
 */
export const leaveOldIdentity: MigrationStep = {
  name: "leave_identity",
  needs: "imsic",
  label: (state, { irq, cpu, system }) => {
    const old = oldTarget(state, irq);
    return `${old.cpu === cpu ? "sync" : "request sync of"} ${targetName(old, system)}`;
  },
  handsOver: true,
  then: (draft, { irq, cpu, system }) => {
    const old = oldTarget(draft, irq);
    const identity = identityAt(draft, old);
    identity.enable = false;
    identity.next = newTarget(draft, irq);
    requestSync(system, draft, old, cpu);
  },
};

/**
 * Gives the new identity the interrupt's old target (`imsic_vector_move_update` of the new vector), and the enable
 * state that the old one had.
 *
 * @param enable the old one's: false where the chip masks around the move
 */
export function enterNewIdentity(enable: boolean): MigrationStep {
  return {
    name: "enter_identity",
    needs: "imsic",
    label: (state, { irq, system }) => `${enable ? "enable" : "set up"} ${targetName(newTarget(state, irq), system)}`,
    then: (draft, { irq, cpu, system }) => setEnable(system, draft, newTarget(draft, irq), enable, cpu),
  };
}

/** The chip's unmask after a move: requests that the new identity is enabled. */
export const enableNewIdentity: MigrationStep = {
  name: "enable_identity",
  needs: "imsic",
  label: (state, { irq, system }) => `enable ${targetName(newTarget(state, irq), system)}`,
  needed: (state, where) => !isMasked(state, where),
  then: (draft, { irq, cpu, system }) => setEnable(system, draft, newTarget(draft, irq), true, cpu),
};

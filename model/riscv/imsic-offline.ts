import { targetName } from "../names.ts";
import type { SystemState } from "../state/system-state.ts";
import type { Hotplug, OfflineStep, OfflineWhere } from "../strategy.ts";
import type { System } from "../system.ts";
import { clearOnline, moveOffThisCpu } from "../kernel/hotplug-actions.ts";
import { identityAt, release, sync } from "../kernel/imsic-sync.ts";
import { isBusy } from "../kernel/vector-table.ts";

export { clearOnline };

/**
 * A hart goes offline on RISC-V: `__cpu_disable`, `irq_migrate_all_off_this_cpu`, then `imsic_dying_cpu`. The hart is
 * marked offline first, so the moves find that it need not be brought up to date.
 *
 * @param syncsWhenDying whether `imsic_dying_cpu` does it once the interrupts have been moved (cefafbd56140)
 * @param syncsFirst whether the hart is brought up to date before its interrupts are moved, too: a proposal
 */
export function imsicHotplug(syncsWhenDying: boolean, syncsFirst = false): Hotplug {
  return {
    offline: (system: System) => [
      clearOnline,
      ...(syncsFirst ? [syncDying] : []),
      ...Array.from({ length: system.devices }, (_, irq) => migrate(irq)),
      ...(syncsWhenDying ? [syncDying] : []),
      stopTimer,
    ],
    online: syncAll,
  };
}

/**
 * `migrate_one_irq`: an identity of this hart that a move has left is given back (`imsic_irq_force_complete_move`);
 * then the interrupt is moved, if it is targeted here.
 */
export function migrate(irq: number): OfflineStep {
  return {
    name: "migrate",
    label: (state, { cpu, system }) => {
      const name = state.irq.length === 1 ? "the interrupt" : `irq ${irq}`;
      const { previous } = identityAt(state, state.irq[irq]!);
      const isFreed = previous?.cpu === cpu;
      const forced = isFreed ? `, ${targetName(previous, system)} freed` : "";
      if (state.irq[irq]!.cpu !== cpu) return `${name} stays${forced}`;
      if (isBusy(state, irq) && !isFreed) return `migrate ${name}: refused, -EBUSY`;
      return `migrate ${name}${forced}`;
    },
    needed: (state, { cpu }) => {
      const descriptor = state.irq[irq]!;
      return (
        descriptor.cpu === cpu || descriptor.requested === cpu || identityAt(state, descriptor).previous?.cpu === cpu
      );
    },
    then: (draft, where) => {
      const descriptor = draft.irq[irq]!;
      const identity = identityAt(draft, descriptor);
      if (identity.previous?.cpu === where.cpu) {
        release(draft, { cpu: identity.previous.cpu, vector: identity.previous.vector });
        identity.previous = null;
      }
      if (descriptor.cpu === where.cpu) moveOffThisCpu(draft, where, irq);
      // A request for the outgoing hart alone is hopeless (`irq_fixup_move_pending`).
      else if (descriptor.requested === where.cpu) descriptor.requested = null;
    },
  };
}

/** The hart is brought up to date in `imsic_dying_cpu`: what is pending goes after what has moved. */
export const syncDying: OfflineStep = {
  name: "sync_dying_hart",
  label: () => "sync of the dying hart",
  syncs: true,
  then: (draft, { cpu, system }) => sync(system, draft, cpu),
};

/** `imsic_state_offline`: the timer of the hart is deleted. Always taken: the stopper waits for its last move here. */
export const stopTimer: OfflineStep = {
  name: "stop_sync_timer",
  label: () => "sync timer stopped",
  then: (draft, { cpu }) => {
    draft.imsic![cpu]!.timer = null;
  },
};

/** `imsic_starting_cpu`: every identity is brought up to date. */
function syncAll(draft: SystemState, { cpu, system }: OfflineWhere): void {
  for (const identity of draft.imsic![cpu]!.identity) identity.dirty = true;
  sync(system, draft, cpu);
}

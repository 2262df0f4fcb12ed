import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { mustDispatch } from "../hardware/interrupts.ts";
import { cpuName, targetName } from "../names.ts";
import { isOnline, oldTarget } from "../state/queries.ts";
import type { MigrationStep } from "../strategy.ts";
import type { System } from "../system.ts";
import { cleanUp, cleanupDue, scheduleCleanup } from "../kernel/cleanup.ts";

/** Work of the driver of the AVEC on a CPU besides its interrupts. */
export function avecActions(system: System): Record<string, SystemAction> {
  return {
    /**
     * The IPI that has a CPU give old vectors back (`complete_irq_moving`): one whose bit is set in ISR is kept, and
     * the CPU sends the IPI to itself again. It is due exactly while the CPU's list has an entry. Which of it and a
     * vector a CPU takes first is left open.
     */
    "cpu.clear_vector_ipi": anyAction({
      over: { cpu: range(0, system.cpus - 1) },
      actor: (_, { cpu }) => cpuName(cpu),
      label: (state, { cpu }) => {
        const old = state.irq.filter(({ onCleanupList, previous }) => onCleanupList && previous?.cpu === cpu);
        const kept = old.filter(({ previous }) => state.cpu[cpu]!.irr[previous!.vector]!);
        const what = old.map(({ previous }) => targetName(previous!)).join(", ");
        return kept.length > 0 ? `clear-vector IPI: ${what} pending, resend` : `clear-vector IPI: ${what}`;
      },
      when: (state, { cpu }) =>
        state.cpu[cpu]!.interruptsEnabled &&
        state.cpu[cpu]!.stack.length === 0 &&
        cleanupDue(system, state, cpu) &&
        !mustDispatch(system, state, cpu),
      then: (draft, { cpu }) => cleanUp(system, draft, cpu),
    }),
  };
}

/** The old vector is put on its CPU's list, and that CPU gets the IPI (`avecintc_sync`); not one that is offline. */
export const sendClearVectorIpi: MigrationStep = {
  name: "send_clear_vector_ipi",
  label: (state, { irq }) => `IPI to ${cpuName(oldTarget(state, irq).cpu)}: clear old vector`,
  needed: (state, { irq }) => {
    const { previous } = state.irq[irq]!;
    return previous !== null && isOnline(state, previous.cpu);
  },
  then: (draft, { irq, system }) => scheduleCleanup(system, draft, irq),
};

/** The message is written: CPU and vector are in one word. */
export const writeOneWord: MigrationStep = {
  name: "write_message",
  label: (state, { irq }) => `write_message(${targetName(state.irq[irq]!)})`,
  writes: (state, irq) => ({ cpu: state.irq[irq]!.cpu, vector: state.irq[irq]!.vector }),
  then: (draft, { irq }) => {
    const { cpu, vector } = draft.irq[irq]!;
    draft.device[irq]!.address = cpu;
    draft.device[irq]!.data = vector;
  },
};

import { range } from "../../checker/index.ts";
import { type SystemAction, anyAction } from "../action.ts";
import { mustDispatch } from "../hardware/interrupts.ts";
import { cpuName, targetName } from "../names.ts";
import type { System } from "../system.ts";
import { cleanUp, cleanupDue } from "../kernel/cleanup.ts";

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

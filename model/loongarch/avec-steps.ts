import { scheduleCleanup } from "../kernel/cleanup.ts";
import { cpuName, targetName } from "../names.ts";
import { isOnline, oldTarget } from "../state/queries.ts";
import type { MigrationStep } from "../strategy.ts";

/** Steps of a move of an AVEC: the message is one word, and the move itself asks the old CPU to give its vector back. */

/** The old vector is put on its CPU's list, and that CPU gets the IPI (`avecintc_sync`); not one that is offline. */
export const sendClearVectorIpi: MigrationStep = {
  name: "send_clear_vector_ipi",
  needs: "avec",
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
  needs: "avec",
  label: (state, { irq }) => `write_message(${targetName(state.irq[irq]!)})`,
  writes: (state, irq) => ({ cpu: state.irq[irq]!.cpu, vector: state.irq[irq]!.vector }),
  then: (draft, { irq }) => {
    const { cpu, vector } = draft.irq[irq]!;
    draft.device[irq]!.address = cpu;
    draft.device[irq]!.data = vector;
  },
};

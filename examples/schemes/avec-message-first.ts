/**
 * LoongArch AVEC with the message first: `avecintc_set_affinity` writes the message, and asks the old CPU to give its
 * vector back only then. The kernel does it in the other order, and can free a vector to which a message still comes.
 */
import { avecSteps, steps, targetName, type MigrationStep, type Strategy } from "irqproof/model";
import { scheme } from "irqproof/properties";

/** CPU and vector are fields of one word on this machine, so that one step may write both. */
const writeMessage: MigrationStep = {
  name: "write_message",
  label: (state, { irq }) => `write_message(${targetName(state.irq[irq]!)})`,
  writes: (state, irq) => ({ cpu: state.irq[irq]!.cpu, vector: state.irq[irq]!.vector }),
  then: (draft, { irq }) => {
    const { cpu, vector } = draft.irq[irq]!;
    draft.device[irq]!.address = cpu;
    draft.device[irq]!.data = vector;
  },
};

const strategy: Strategy = {
  machine: "avec",
  context: { kind: "task", runsOn: "any" },
  program: [writeMessage, steps.flush, avecSteps.sendClearVectorIpi],
};

export default scheme({ name: "avec-message-first", title: "the old vector is given back after the write", strategy });

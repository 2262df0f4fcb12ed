/**
 * VT-d without a 16-byte exchange: the two halves of a remapping entry are two stores, and the unit may read the entry
 * between them. The order of the stores is a parameter, and so is whether the entry is invalid meanwhile.
 */
import { choice } from "irqproof/checker";
import { cpuName, remappingSteps, vectorName, type MigrationStep, type Strategy } from "irqproof/model";
import { scheme } from "irqproof/properties";

const { disableEntry, enableEntry, invalidateCache, queueOldVector } = remappingSteps;

/** The half with the destination ID. A store that changes nothing is left out. */
const storeDestination: MigrationStep = {
  name: "store_destination",
  label: (state, { irq }) => `irte: destination = ${cpuName(state.irq[irq]!.cpu)}`,
  needed: (state, { irq }) => state.remapping![irq]!.cpu !== state.irq[irq]!.cpu,
  then: (draft, { irq }) => {
    draft.remapping![irq]!.cpu = draft.irq[irq]!.cpu;
  },
};

/** The half with the vector. */
const storeVector: MigrationStep = {
  name: "store_vector",
  label: (state, { irq }) => `irte: vector = ${vectorName(state.irq[irq]!.vector)}`,
  needed: (state, { irq }) => state.remapping![irq]!.vector !== state.irq[irq]!.vector,
  then: (draft, { irq }) => {
    draft.remapping![irq]!.vector = draft.irq[irq]!.vector;
  },
};

export default scheme({
  name: "vtd-two-stores",
  title: "a remapping entry is written in two stores",
  parameters: {
    first: choice("destination", ["destination", "vector"], "the half that is stored first"),
    meanwhile: choice("valid", ["valid", "invalid"], "whether the entry can be used between the stores"),
  },
  strategy({ first, meanwhile }): Strategy {
    const stores = first === "destination" ? [storeDestination, storeVector] : [storeVector, storeDestination];
    const write = meanwhile === "invalid" ? [disableEntry, ...stores, enableEntry] : stores;
    return {
      context: { kind: "interrupt" },
      remapping: { disablesEntries: meanwhile === "invalid" },
      program: [...write, invalidateCache, queueOldVector],
    };
  },
});

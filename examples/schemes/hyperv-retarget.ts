/**
 * A device that Hyper-V passes through: the guest allocates a vector, and the unmask behind the move has the hypervisor
 * send messages there (`hv_arch_irq_unmask`, HVCALL_RETARGET_INTERRUPT). The hypercall may fail; the guest logs that.
 */
import { choice } from "irqproof/checker";
import { steps, targetName, type MigrationStep, type Strategy } from "irqproof/model";
import { scheme } from "irqproof/properties";

/** One hypercall has CPU and vector; the hypervisor's own table is the remapping table of the model. */
const retarget: MigrationStep = {
  name: "retarget",
  label: (state, { irq }) => `hypercall: retarget to ${targetName(state.irq[irq]!)}`,
  then: (draft, { irq }) => {
    const { cpu, vector } = draft.irq[irq]!;
    const entry = draft.remapping![irq]!;
    entry.cpu = cpu;
    entry.vector = vector;
    entry.cached = null;
  },
};

const mayFail: MigrationStep = {
  ...retarget,
  mayFail: { label: () => "hypercall fails: logged", afterwards: "goes-on" },
};

export default scheme({
  name: "hyperv-retarget",
  title: "a hypercall moves the interrupt",
  parameters: { hypercall: choice("succeeds", ["succeeds", "may-fail"], "whether the hypercall may fail") },
  strategy: ({ hypercall }): Strategy => ({
    context: { kind: "interrupt" },
    device: { maskable: true, pendingBit: true, cachesEntry: false },
    remapping: { disablesEntries: false },
    program: [steps.maskDevice, hypercall === "may-fail" ? mayFail : retarget, steps.unmaskDevice],
  }),
});

/**
 * A `fixup_irqs` that scans old vectors, too, as Xen's does since e2bb28d62158 (2024): the outgoing CPU still holds what came
 * to the vector that an interrupt has left. Linux frees that vector without a look (`irq_force_complete_move`).
 */
import { choice } from "irqproof/checker";
import { hardware, steps, targetName, x86OfflineSteps, type OfflineStep, type Strategy } from "irqproof/model";
import { scheme } from "irqproof/properties";

const { clearOnline, disableController, drainCleanupList, migrate, scanVector, x86Die } = x86OfflineSteps;
const { lockAndMark, readIrr, retrigger, unlockVectors, writeMessage } = steps;

/** Forwards a request pending at the old vector of an interrupt to its current target. */
const scanOldVector = (irq: number): OfflineStep => ({
  name: "scan_old_vector",
  label: (state, where) => {
    const old = state.irq[irq]!.previous!;
    const isPending = hardware.isVectorPending(state, where, old.vector);
    return `old ${targetName(old)}: ${isPending ? `IPI to ${targetName(state.irq[irq]!)}` : "not requested"}`;
  },
  needed: (state, { cpu }) => state.irq[irq]!.previous?.cpu === cpu,
  then: (draft, where) => {
    const { cpu, vector, previous } = draft.irq[irq]!;
    if (hardware.isVectorPending(draft, where, previous!.vector)) {
      hardware.sendOn(draft, where, irq, previous!, { cpu, vector });
    }
  },
});

const each = (count: number, step: (number: number) => OfflineStep): OfflineStep[] =>
  Array.from({ length: count }, (_, number) => step(number));

export default scheme({
  name: "fixup-old-vector",
  title: "fixup_irqs looks at the old vectors of moves that have not arrived",
  parameters: { scan: choice("old-too", ["old-too", "current-only"], "vectors that fixup_irqs looks at") },
  strategy: ({ scan }): Strategy => ({
    context: { kind: "interrupt" },
    program: [lockAndMark, ...writeMessage("old-cpu"), ...writeMessage("new-cpu"), unlockVectors, readIrr, retrigger],
    hotplug: {
      offline: (system) => [
        clearOnline,
        ...(scan === "old-too" ? each(system.devices, scanOldVector) : []),
        ...each(system.devices, (irq) => migrate(irq, "all")),
        ...each(system.vectors, (vector) => scanVector(vector, "marks", vector === system.vectors - 1)),
        drainCleanupList(system),
        disableController,
      ],
      die: x86Die,
    },
  }),
});

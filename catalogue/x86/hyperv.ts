import { choice } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { catalogueEntry, type CatalogueEntry } from "../entry.ts";
import { hypervRetarget } from "./schemes/hyperv.ts";
import { losesBehindCleanup, manyMoves, never } from "../expectations.ts";

/** A guest of Hyper-V: the target of a message is changed by a hypercall. */
export const hypervEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "hyperv-retarget",
    architecture: "x86",
    title: "Hyper-V, retarget hypercall",
    source: [
      "hv_irq_mask, hv_irq_unmask and hv_arch_irq_unmask (pci-hyperv.c), HVCALL_RETARGET_INTERRUPT",
      "hv_pcie_init_dev_msi_info: IRQCHIP_MOVE_DEFERRED, irq_chip_set_affinity_parent",
    ],
    why: "CPU and vector change at once, in the hypervisor; the old vector is given back after the first arrival at the new one",
    doubt:
      "the guest's copy of the message is constant here, as irq_chip_set_affinity_parent leaves it. With --hypercall may-fail nothing is lost, since the old vector stays until something arrives at the new one, but nothing ever does, and all further moves are refused",
    own: {
      hypercall: choice(
        "succeeds",
        ["succeeds", "may-fail"],
        "whether the hypercall may fail, which is logged and ignored",
      ),
    },
    strategy: ({ hypercall }) => hypervRetarget(hypercall as "succeeds" | "may-fail"),
    violates: (parameters) => {
      if (parameters["hypercall"] === "succeeds") return [];
      const stays = ["device-matches-descriptor", "cleanup-done"] as const;
      // A later request is refused forever.
      return manyMoves(parameters) ? [...stays, "affinity-applied"] : stays;
    },
    losesLateMessages: losesBehindCleanup,
  }),
  catalogueEntry({
    id: "hyperv-multi-msi",
    architecture: "x86",
    title: "Hyper-V, two messages",
    source: ["hv_arch_irq_unmask since 455880dfe292 (v5.19)", "hv_compose_msi_msg"],
    why: "each message of the function has its own data, by which the hypercall names it, so that each has its own target",
    doubt:
      "the text and the diff of 455880dfe292 were read in a list's copy. The block of interrupts that the hypervisor allocates at once, which its siblings are about, is not modelled",
    own: {
      names: choice(
        "own",
        ["own", "first"],
        "the message that the hypercall names: the one that is moved, or the first of the function (before 455880dfe292)",
      ),
    },
    defaults: { devices: 2, raises: 1, vectors: 2 },
    strategy: ({ names }) => hypervRetarget("succeeds", names as "own" | "first"),
    violates: ({ names }) =>
      names === "own"
        ? []
        : [...lossIds, "no-foreign-only", "target-live", "target-live-in-move", "device-matches-descriptor"],
    // A message is late only behind one that has started the cleanup, and each device has one event.
    losesLateMessages: never,
  }),
];

import { choice } from "../../checker/index.ts";
import { catalogueEntry, type CatalogueEntry } from "../entry.ts";
import { hypervRetarget } from "./schemes/hyperv.ts";
import { losesBehindCleanup, manyMoves } from "../expectations.ts";

/** A guest of Hyper-V: the target of a message is changed by a hypercall. */
export const hypervEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "hyperv-retarget",
    architecture: "x86",
    title: "Hyper-V, retarget hypercall",
    source: ["hv_arch_irq_unmask (pci-hyperv.c)", "HVCALL_RETARGET_INTERRUPT"],
    why: "CPU and vector change at once, in the hypervisor; the old vector is given back after the first arrival at the new one",
    doubt:
      "made after a description of the driver: that the move is made in the interrupt, masked, and that a failure is logged and ignored, was not read in the code. With --hypercall may-fail nothing is lost, since the old vector stays until something arrives at the new one, but nothing ever does, and all further moves are refused",
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
];

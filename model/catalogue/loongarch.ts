import { choice, flag } from "../../checker/index.ts";
import { catalogueEntry, lossIds, type CatalogueEntry } from "../entry.ts";
import { avec, avecOffline, loongarchRedirect, type Requester } from "../strategies/avec.ts";
import { always } from "./faults.ts";

const runsOn = {
  "runs-on": choice(
    "any",
    ["any", "old-cpu", "elsewhere"],
    "where the task runs: on any CPU, the one left, or another",
  ),
};
const cleanup = choice(
  "before-write",
  ["before-write", "after-write"],
  "when the old CPU is told to give its vector back: before the message is written, or after it",
);

/** LoongArch: messages of one word to a vector controller in each CPU. */
export const loongarchEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "avec",
    architecture: "loongarch",
    row: "S19",
    title: "AVEC, cleanup IPI before the write",
    source: ["avecintc_set_affinity", "avecintc_sync", "complete_irq_moving", "ae16f05c928a (v6.12)"],
    why: "the message is one word, so it is never torn; but the old CPU may give its vector back while the device still names it",
    doubt:
      "a suspicion, from the code alone: the chip's irq_set_affinity sends the IPI, and only after it has returned does msi_domain_set_affinity write the message. It needs a requester on another CPU than the old one (--runs-on), which as the old CPU has its interrupts off and takes the IPI after the write. A rule that the request always runs on the old CPU, or a message that is written before the IPI is sent, would refute it; --cleanup after-write shows that. The driver with the redirect table sends the IPI last",
    own: { ...runsOn, cleanup },
    strategy: (parameters) =>
      avec(parameters["cleanup"] as "before-write" | "after-write", parameters["runs-on"] as Requester),
    violates: (parameters) =>
      parameters["cleanup"] === "before-write" && parameters["runs-on"] !== "old-cpu"
        ? [...lossIds, "no-stray", "target-live-in-move"]
        : [],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "loongarch-redirect",
    architecture: "loongarch",
    row: "S19r",
    title: "LoongArch redirect table",
    source: ["redirect_set_affinity", "redirect_domain_prepare_entry", "irde_invalidate_entry"],
    why: "the message is constant, the descriptor changes at once, and the old vector is given back once the cached copy is gone",
    doubt:
      "the driver stores the fields of the descriptor in memory one by one, dstcpu before irqnum, while the entry is valid. Whether the controller can read it half written is not known: if it can, --stores separate is torn as a direct update is; a controller that reads the descriptor only after an invalidation would refute that. That no message uses the old copy after the invalidation has been confirmed is assumed",
    own: {
      ...runsOn,
      stores: choice("atomic", ["atomic", "separate"], "whether the controller may read a descriptor half written"),
    },
    strategy: (parameters) =>
      loongarchRedirect(parameters["stores"] as "atomic" | "separate", parameters["runs-on"] as Requester),
    violates: (parameters) =>
      parameters["stores"] === "separate" ? [...lossIds, "no-stray", "target-live-in-move"] : [],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "avec-offline",
    architecture: "loongarch",
    row: "S27v",
    title: "AVEC CPU offline",
    source: ["loongson_cpu_disable", "irq_migrate_all_off_this_cpu", "avecintc_sync"],
    why: "nothing looks at what is pending on the CPU that goes offline, and its lines are disabled before it could take it",
    doubt:
      "a suspicion, from the code alone: avecintc_sync does nothing for a CPU that is offline, there is no scan as in fixup_irqs of x86, and the lines are cleared in ECFG before interrupts are on again. A controller that passes on what is pending when a CPU is taken away would refute it. The cleanup here comes after the write, so that only the CPU's going is seen; prev_cpu stays at the dead CPU, so a later move has the wrong vector cleaned up",
    defaults: { moves: 0 },
    movesUnasked: true,
    own: { scan: flag(false, "the CPU looks at its vectors and sends on what is pending, which no kernel does") },
    strategy: ({ scan }) => avecOffline(scan as boolean),
    violates: ({ scan }) =>
      scan === true
        ? []
        : [...lossIds, "target-live-in-move", "no-drop-offline", "no-leak", "offline-cleanup", "offline-drained"],
    losesLateMessages: always,
  }),
];

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
    title: "AVEC, cleanup IPI before write",
    source: ["avecintc_set_affinity", "avecintc_sync", "complete_irq_moving", "ae16f05c928a (v6.12)"],
    why: "the message is one word, so it is never torn; but the old CPU may give its vector back while the device still names it",
    suspicion: {
      modelled:
        "a task on any CPU, the descriptor locked and interrupts off: vector, irq_map, pending list and IPI in one step, then the message of one word. On the old CPU the IPI keeps a vector that is pending and is sent again, and gives back one that is not",
      restsOn:
        "the code of ae16f05c928a (v6.12): avecintc_sync sends the IPI inside avecintc_set_affinity, and only when that has returned IRQ_SET_MASK_OK does msi_domain_set_affinity write the message; and on a requester on another CPU than the old one, which itself has its interrupts off until the message is written (--runs-on old-cpu holds)",
      refutedBy:
        "a rule that the request always runs on the old CPU, something that keeps the IPI from being taken before the write, or a message that is written first, as --cleanup after-write shows and the driver with the redirect table does. No report was found",
    },
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
    suspicion: {
      modelled:
        "the outgoing CPU is marked offline, moves its interrupts with interrupts off, and disables its lines; old vectors are not given back, and nothing looks at what is pending. The message is written before any cleanup, so that only the CPU's going is seen",
      restsOn:
        "the code: avecintc_sync does nothing for a prev_cpu that is not online and so leaves prev_cpu and prev_vec behind; avecintc_cpu_offline only takes the matrix offline; there is no scan as in fixup_irqs of x86. And on the order in loongson_cpu_disable, which was read once: the lines are cleared in ECFG before interrupts are on again",
      refutedBy:
        "a controller that passes on what is pending when a CPU is taken away, or a CPU that dispatches once more between its last move and the disabling of its lines; --scan true shows what a look at the pending vectors would do. No report was found",
    },
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

import { choice, flag } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { type Requester, avec, avecMask, avecOffline, loongarchRedirect } from "./schemes/avec.ts";
import { always } from "../expectations.ts";

const runsOn = {
  "runs-on": choice(
    "any",
    ["any", "old-cpu", "elsewhere"],
    "where the task runs: on any CPU, the old CPU, or another one",
  ),
};

const cleanup = choice(
  "before-write",
  ["before-write", "after-write"],
  "when the clear-vector IPI is sent to the old CPU: before or after the message is written",
);

/** LoongArch: one-word messages to the vector controller of each CPU. */
export const loongarchEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "avec",
    architecture: "loongarch",
    title: "AVEC, cleanup IPI before write",
    source: ["avecintc_set_affinity", "avecintc_sync", "complete_irq_moving", "ae16f05c928a (v6.12)"],
    why: "the message is one word, so it is never torn; but the old CPU may free its vector while the device still uses it",
    suspicion: {
      modelled:
        "a task on any CPU with the descriptor locked and interrupts off: vector, irq_map, pending list and IPI in one step, then the one-word message. On the old CPU the IPI handler frees the vector, or keeps it and resends the IPI if it is pending",
      restsOn:
        "the code of ae16f05c928a (v6.12): avecintc_sync sends the IPI inside avecintc_set_affinity, and only when that has returned IRQ_SET_MASK_OK does msi_domain_set_affinity write the message; and a requester on another CPU than the old one, since the requesting CPU has interrupts off until the message is written (--runs-on old-cpu holds)",
      refutedBy:
        "a rule that requests always run on the old CPU, a mechanism that delays the IPI until after the write, or writing the message first, as in --cleanup after-write and in the driver with the redirect table. No report was found",
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
    id: "avec-mask",
    architecture: "loongarch",
    title: "AVEC, sets of CPUs",
    source: ["avecintc_set_affinity since d9ba741cd168 (2026)", "irq_matrix_alloc"],
    why: "a request that the present CPU satisfies changes nothing; otherwise a vector of any requested CPU is taken",
    doubt:
      "of d9ba741cd168 the id and title were seen in the log of tip, the text in the patch. With the sync after the write, so that the suspicion of avec is no part of it. The allocator takes the CPU with the most free vectors; here it may take any",
    own: {
      satisfied: choice(
        "returns",
        ["returns", "rewrites"],
        "a request that the present CPU satisfies: returns at once, or rewrites the message (before d9ba741cd168)",
      ),
    },
    defaults: { cpus: 3, vectors: 1 },
    strategy: (parameters) => avecMask(parameters["satisfied"] as "returns" | "rewrites"),
    violates: ({ satisfied, moves }) => (satisfied === "returns" || moves === 0 ? [] : (["no-needless-move"] as const)),
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "loongarch-redirect",
    architecture: "loongarch",
    title: "LoongArch redirect table",
    source: ["redirect_set_affinity", "redirect_domain_prepare_entry", "irde_invalidate_entry"],
    why: "the message is constant, the descriptor changes atomically, and the old vector is freed after its cached copy is invalidated",
    doubt:
      "the driver stores the fields of the descriptor one by one, dstcpu before irqnum, while the entry is valid. Whether the controller can read it half written is unknown: if so, --stores separate is torn like a direct update; a controller that reads the descriptor only after an invalidation would refute that. It is assumed that no message uses the old copy once the invalidation is confirmed",
    own: {
      ...runsOn,
      stores: choice("atomic", ["atomic", "separate"], "whether the controller can read a half-written descriptor"),
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
    title: "AVEC CPU offline",
    source: ["loongson_cpu_disable", "irq_migrate_all_off_this_cpu", "avecintc_sync"],
    why: "pending vectors of the outgoing CPU are not scanned, and its interrupt lines are disabled before it can take them",
    suspicion: {
      modelled:
        "the outgoing CPU is marked offline, moves its interrupts with interrupts off, and disables its lines; old vectors are not freed, and pending vectors are not scanned. The message is written before any cleanup, to show the effect of the offlining alone",
      restsOn:
        "the code: avecintc_sync does nothing for an offline prev_cpu, so prev_cpu and prev_vec stay set; avecintc_cpu_offline only takes the matrix offline; there is no scan as in fixup_irqs of x86. And the order in loongson_cpu_disable, which was read once: the lines are cleared in ECFG before interrupts are enabled again",
      refutedBy:
        "a controller that redirects pending vectors when a CPU is removed, or a CPU that dispatches once more between its last move and the disabling of its lines; --scan true shows the effect of a scan of the pending vectors. No report was found",
    },
    defaults: { moves: 0 },
    movesUnasked: true,
    own: { scan: flag(false, "the outgoing CPU scans its vectors and resends what is pending, which no kernel does") },
    strategy: ({ scan }) => avecOffline(scan as boolean),
    violates: ({ scan }) =>
      scan === true
        ? []
        : [...lossIds, "target-live-in-move", "no-drop-offline", "no-leak", "offline-cleanup", "offline-drained"],
    losesLateMessages: always,
  }),
];

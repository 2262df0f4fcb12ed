import { choice, flag } from "../../checker/index.ts";
import type { EntryParameters } from "../../model/parameters.ts";
import { type PropertyId, lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { always, never } from "../expectations.ts";
import { x86OfflineDirect, x86OfflineLate, x86OfflineTwoStep } from "./schemes/offline.ts";

/** Entries in which a CPU goes offline with interrupts targeted at it. */
export const x86OfflineEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-offline",
    architecture: "x86",
    title: "CPU offline, two-step and scan",
    source: ["fixup_irqs", "irq_migrate_all_off_this_cpu", "cpu_disable_common"],
    why: "the outgoing CPU scans its request bits after its interrupts were moved, and resends what it finds",
    doubt:
      "relies on the loop with interrupts on before all CPUs are stopped, which dispatches everything that arrived earlier; a later message to a vector that was just freed is lost, as the kernel's own comment states and --fabric fifo shows",
    own: {
      mark: flag(true, "the scan marks the slot of an interrupt that it resent (9345005f4eed)"),
    },
    strategy: (parameters) => x86OfflineTwoStep(parameters["mark"] === true ? {} : { scan: "forgets" }),
    violates: (parameters) => (parameters["mark"] === true ? [] : ["no-stray", "no-free-while-pending"]),
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-late",
    architecture: "x86",
    title: "CPU offline, late old message",
    source: [
      "fixup_irqs, mdelay(1)",
      "irq_force_complete_move, and the comment in it",
      "fixup_irqs of Xen since e2bb28d62158 (2024)",
    ],
    why: "the old vector of a move that is not complete is given back before the scan, so what arrives there after all CPUs have stopped is not looked for",
    doubt:
      "needs a message that is on its way while its device is rewritten, until all CPUs have their interrupts off; the kernel's comment calls that theoretical. The device is masked for the move, so that nothing else rests on the read back. That a millisecond suffices for everything in flight is taken from the wait in fixup_irqs. Neither --old-vectors scanned nor scanned-or-cleaned-up is code of Linux",
    suspicion: {
      modelled:
        "maskable MSI moved by a task, and a CPU that goes offline before the first arrival at the new vector: irq_force_complete_move frees the old vector, fixup_irqs waits a millisecond, in which messages in flight arrive, and scans the vectors that have an owner",
      restsOn:
        "the comment in irq_force_complete_move, which describes the race, and the fabric: --fabric fifo lets a message come later than the read back. With --fabric none or fifo-drain nothing is lost",
      refutedBy:
        "a guarantee that a message is in IRR before a read back of its device completes, on the machines and hypervisors that Linux runs on; then the old vector is dispatched before all CPUs have stopped",
    },
    own: {
      "old-vectors": choice(
        "given-back",
        ["given-back", "scanned", "scanned-or-cleaned-up"],
        "old vectors of unfinished moves: freed before the scan; on the outgoing CPU scanned (Xen); on another cleaned up, too",
      ),
    },
    defaults: { fabric: "fifo" },
    strategy: (parameters) => x86OfflineLate(parameters["old-vectors"] as Parameters<typeof x86OfflineLate>[0]),
    violates: (parameters) => {
      if (parameters.moves === 0 || parameters.fabric !== "fifo") return [];
      const late = ["no-stray", "no-free-while-pending"] as const;
      switch (parameters["old-vectors"]) {
        case "given-back":
          return [...lossIds, ...late, "no-drop-offline", "offline-drained"];
        case "scanned":
          return [...lossIds, ...late];
        default:
          // A message that arrives after the cleanup has covered no event of its own.
          return [...(parameters.coverage === "occurrence" ? lossIds : []), ...late, "single-old-vector"];
      }
    },
    losesLateMessages: never,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-exhausted",
    architecture: "x86",
    title: "CPU offline, no vector there",
    source: ["migrate_one_irq", "88d724e2301a (v6.10)"],
    why: "an interrupt without a free vector on the requested CPU moves to any other, or else stays on the dead CPU",
    doubt: "the affinity is a single CPU, the last one requested",
    own: {
      "tries-all-cpus": flag(true, "an interrupt without a free vector on the requested CPU tries the others"),
    },
    defaults: { cpus: 3, vectors: 1, devices: 2, raises: 1 },
    strategy: (parameters) => x86OfflineTwoStep({}, { triesAllCpus: parameters["tries-all-cpus"] === true }),
    violates: (parameters) => (parameters["tries-all-cpus"] === true || parameters.moves === 0 ? [] : leftBehind),
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-unfinished",
    architecture: "x86",
    title: "CPU offline, moves unfinished",
    source: ["irq_force_complete_move", "98229aa36caa (v4.5)", "a6c11c0a5235 (v6.10)", "__vector_cleanup"],
    why: "an old vector on the outgoing CPU that is never freed blocks every further move, or leaks",
    doubt:
      "the modelled allocator does not track dead CPUs: the leak shows as an old vector that stays in the descriptor",
    own: {
      "gives-back": choice(
        "targeted",
        ["all", "targeted", "none"],
        "whose old vectors the outgoing CPU frees: those of all interrupts, of interrupts targeted at it, or none",
      ),
      "drains-list": flag(false, "the outgoing CPU drains its cleanup list at the end"),
      "cleanup-by": choice("timer", ["timer", "ipi"], "what frees old vectors while the CPU is online"),
    },
    strategy: (parameters) => ({
      ...x86OfflineTwoStep({
        forces: parameters["gives-back"] as "all" | "targeted" | "none",
        drainsCleanupList: parameters["drains-list"] === true,
      }),
      cleanup: parameters["cleanup-by"] as "timer" | "ipi",
    }),
    violates: (parameters) => unfinished(parameters),
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-apic-off-first",
    architecture: "x86",
    title: "CPU offline, APIC off first",
    source: ["native_cpu_disable before 52d6b926aabc (v5.9)", "60dcaad5736f"],
    why: "a disabled local APIC drops the messages of interrupts still targeted at it",
    defaults: { moves: 0 },
    strategy: () => x86OfflineTwoStep({ controllerOff: "first" }),
    violates: () => [...lossIds, "no-drop-offline", "offline-drained"],
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-direct",
    architecture: "x86",
    title: "CPU offline, direct update",
    source: ["fixup_irqs before 6f1a4891a592 (v5.6)", "msi_set_affinity with the guard of b56ebe7c896d"],
    why: "the message is torn as in any direct update, and no handler follows the move; reproduced on an unchanged 6.12 under QEMU (B39)",
    own: {
      "normal-moves": choice(
        "task",
        ["task", "interrupt"],
        "where moves are made that are not off a dying CPU: in a task (before v5.6), or in the interrupt (since v6.7)",
      ),
    },
    defaults: { moves: 0 },
    strategy: (parameters) => x86OfflineDirect(parameters["normal-moves"] as "task" | "interrupt"),
    violates: () => [...lossIds, "no-stray", "target-live-in-move", "check-covers", "one-word-per-write"],
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-no-scan",
    architecture: "x86",
    title: "CPU offline, no IRR scan",
    source: ["a mutant of fixup_irqs"],
    why: "a message that arrived at the outgoing CPU before its interrupt was moved is left there",
    defaults: { moves: 0 },
    strategy: () => x86OfflineTwoStep({ scan: "skipped" }),
    violates: () => [
      ...lossIds,
      "no-stray",
      "target-live-in-move",
      "no-free-while-pending",
      "no-drop-offline",
      "offline-drained",
    ],
    losesLateMessages: always,
    movesUnasked: true,
  }),
];

/** Violations when an interrupt stays on an offline CPU. */
const leftBehind: readonly PropertyId[] = [
  ...lossIds,
  "no-stray",
  "target-live",
  "target-live-in-move",
  "no-drop-offline",
  "effective-target-online",
  "offline-drained",
];

/** Violations when a CPU goes offline in the middle of a move. */
function unfinished(parameters: EntryParameters): readonly PropertyId[] {
  if (parameters.moves === 0 || parameters["gives-back"] === "all") return [];
  const stuck: PropertyId[] = parameters["drains-list"] === true ? [] : ["no-leak"];
  if (parameters["gives-back"] === "targeted") return ["offline-cleanup", ...stuck];
  return [...leftBehind, "offline-cleanup", "cleanup-done", ...stuck];
}

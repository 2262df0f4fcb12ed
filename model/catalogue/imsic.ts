import { choice, flag, ModelError } from "../../checker/index.ts";
import { catalogueEntry, lossIds, type CatalogueEntry } from "../entry.ts";
import {
  imsicMergedInUse,
  imsicMergedSlowStores,
  imsicOffline,
  imsicSyncWrongCpu,
  imsicTemporaryIdInUse,
  imsicTwoAddressWords,
} from "../strategies/imsic-variants.ts";
import { imsicMerged, imsicOriginal, imsicTemporaryId, imsicV3Patch } from "../strategies/imsic.ts";
import { always, exceptForService, losesExceptForService, manyMoves } from "./faults.ts";

/** RISC-V: message-signalled interrupts that go to the interrupt files of the harts. */
export const imsicEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "imsic-original",
    architecture: "riscv",
    row: "S15",
    title: "IMSIC of v6.11 to v6.14",
    source: ["imsic_irq_set_affinity", "027e125acdba (v6.11) to 896f8e436f99 (v6.15)", "handle_simple_irq"],
    why: "between the two writes the device names the new hart with the old identity; the hart keeps it pending for whoever is given that identity",
    strategy: () => imsicOriginal,
    violates: (parameters) => [
      ...lossIds,
      "target-live-in-move",
      "one-word-per-write",
      "no-in-progress-drop",
      "no-latent-stray",
      ...(manyMoves(parameters) ? (["one-owner", "single-old-vector", "pending-transfer"] as const) : []),
    ],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "imsic-temporary-id",
    architecture: "riscv",
    row: "S16",
    title: "IMSIC through a temporary identity",
    source: ["imsic_irq_set_affinity in v2 01/11 of December 2024, not merged", "handle_simple_irq"],
    why: "the old hart finds what went to the temporary identity, but what comes to the new hart while the handler runs on the old one is dropped",
    doubt:
      "the strategy table has it as holding: it looked at the move alone. The patch left the flow as it was, handle_simple_irq, which drops an interrupt whose handler runs on another hart; with --flow edge one move loses nothing. Two moves do: the single move pointer of that driver lets the second begin before the old hart was brought up to date, which 0f67911e821c ends. A reading of the flow by which the second arrival is not dropped would refute the first",
    own: { flow: choice("simple", ["simple", "edge"], "the flow handler: as in the patch, or handle_edge_irq") },
    strategy: ({ flow }) => imsicTemporaryId(flow as "simple" | "edge"),
    violates: (parameters) => [
      ...(parameters["flow"] === "simple" || manyMoves(parameters) ? lossIds : []),
      ...(parameters["flow"] === "simple" ? (["no-in-progress-drop"] as const) : []),
      ...(manyMoves(parameters) ? (["one-owner", "single-old-vector", "no-latent-stray"] as const) : []),
    ],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "imsic-temporary-id-in-use",
    architecture: "riscv",
    row: "S16",
    title: "IMSIC temporary identity in use",
    source: ["imsic_irq_set_affinity in v2 01/11 of December 2024, not merged"],
    why: "the hart claims the temporary identity for its owner before it is asked to look there for the interrupt that moves",
    doubt: "the flow here is handle_edge_irq, so that its drops do not hide the point",
    defaults: { devices: 2, raises: 1 },
    strategy: () => imsicTemporaryIdInUse,
    violates: () => [...lossIds, "no-foreign-only"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "imsic-v3-patch",
    architecture: "riscv",
    row: "S17",
    title: "IMSIC direct update, in interrupt",
    source: ["v3 10/10 of February 2025, rejected", "IRQCHIP_MOVE_DEFERRED"],
    why: "interrupts off, the handler about to run and the disabled identity stop the hart, not the device",
    strategy: () => imsicV3Patch,
    violates: (parameters) =>
      losesExceptForService(
        parameters,
        "target-live-in-move",
        "one-word-per-write",
        "no-latent-stray",
        ...(manyMoves(parameters) ? (["pending-transfer"] as const) : []),
      ),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-merged",
    architecture: "riscv",
    row: "S18",
    title: "IMSIC since v6.15",
    source: ["imsic_irq_set_affinity", "__imsic_local_sync", "896f8e436f99", "08fb624802d8 (v6.15)"],
    why: "only one word changes at a time, and the old hart looks at old and temporary identity before it goes on",
    doubt:
      "rests on every message that was sent before the read back being in eip when the hart looks, for it gives the old identity back at once; the specification allows a store to an interrupt file any delay. A late arrival (--fabric fifo), two interrupts that change places (imsic-merged-crossing) and an address of two words (imsic-merged-two-words) refute it where they can happen. That a store of the hart to its own file is late (--stores later) only delays",
    own: {
      stores: choice("at-once", ["at-once", "later"], "when what a hart stores to an interrupt file takes effect"),
    },
    strategy: ({ stores }) => (stores === "later" ? imsicMergedSlowStores : imsicMerged),
    // A late store may find that the interrupt has moved on, when a later one has covered the event.
    violates: (parameters) => (parameters["stores"] === "later" && manyMoves(parameters) ? ["no-latent-stray"] : []),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-merged-two-words",
    architecture: "riscv",
    row: "S18",
    title: "IMSIC v6.15, two address words",
    source: ["imsic_irq_compose_vector_msg", "896f8e436f99 (v6.15)"],
    why: "between the two words of the address the device names a third hart, and nobody looks there",
    doubt:
      "a suspicion, from the code alone: the driver writes the high address word, and treats the address as one. It needs harts in two groups whose interrupt files differ above bit 31 of their addresses and a device with 64-bit messages; a platform rule that keeps all files of a machine in one 4 GiB window, or a driver that writes both words at once, would refute it. Modelled as two groups of two harts, the low word written first as the PCI core does",
    defaults: { cpus: 4 },
    strategy: ({ cpus }) => {
      if (cpus === 3)
        throw new ModelError("imsic-merged-two-words: --cpus 3 leaves a group of harts half empty; take 4");
      return imsicTwoAddressWords;
    },
    violates: (parameters) => losesExceptForService(parameters, "target-live-in-move", "no-latent-stray"),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-merged-in-use",
    architecture: "riscv",
    row: "S18",
    title: "IMSIC v6.15, temporary id in use",
    source: ["__imsic_local_sync", "896f8e436f99 (v6.15)"],
    why: "the hart cannot tell whose bit it reads, and sets it again for the owner: a handler may run for nothing, none too little",
    doubt: "the store to the hart's own file may be late; then the owner's handler is late (--stores later)",
    own: {
      stores: choice("at-once", ["at-once", "later"], "when what a hart stores to an interrupt file takes effect"),
    },
    defaults: { devices: 2 },
    strategy: ({ stores }) => imsicMergedInUse(stores as "at-once" | "later"),
    violates: () => ["no-foreign-only"],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-merged-crossing",
    architecture: "riscv",
    row: "S18",
    title: "IMSIC v6.15, two moves crossing",
    source: ["__imsic_local_sync", "imsic_vector_alloc", "896f8e436f99 (v6.15)"],
    why: "the temporary identity of one is the new identity of the other, programmed but not enabled yet: its bit is read, cleared and not set again",
    doubt:
      "a suspicion, from the code alone: __imsic_local_sync sets the temporary identity again only if it is enabled, and a new identity is pending and disabled from the last write to the device until irq_move_irq unmasks. Two harts have to move an interrupt to each other at once and get the same identity, the likeliest case where both have the same number in use. A lock that both moves hold, or a second check for an owner that is disabled, would refute it. The handler that follows the move covers the event for a driver that reads its device (--coverage service)",
    defaults: { devices: 2, moves: 2 },
    strategy: () => imsicMerged,
    violates: (parameters) =>
      manyMoves(parameters) ? losesExceptForService(parameters, "no-foreign-only", "foreign-eip-preserved") : [],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-offline",
    architecture: "riscv",
    row: "S27i",
    title: "IMSIC hart offline",
    source: ["irq_migrate_all_off_this_cpu", "imsic_dying_cpu", "cefafbd56140 (2026)"],
    why: "the hart is marked offline before its interrupts move, so it is not brought up to date, and what came to the temporary identity stays there",
    doubt:
      "cefafbd56140 brings the dying hart up to date, for another reason: move_prev stayed set and refused all further moves. That an interrupt was lost without it follows from the model. Only the temporary identity matters where the hart dispatches at once: what came to the old one, which is still enabled, interrupts it once more and is moved by that. With --dying-sync and a move shortly before (--moves 1) another suspicion: the move off the dying hart is refused with -EBUSY while its identity has yet to forget the one before, and the interrupt stays on a dead hart. That imsic_irq_force_complete_move handles a previous identity on a hart that stays would refute it",
    own: { "dying-sync": flag(false, "the dying hart is brought up to date (cefafbd56140)") },
    defaults: { moves: 0 },
    movesUnasked: true,
    strategy: (parameters) => imsicOffline(parameters["dying-sync"] as boolean),
    violates: (parameters) => {
      const refused = parameters.moves !== 0;
      const skipped = parameters["dying-sync"] === false;
      return [
        ...(skipped || refused ? ([...lossIds, "offline-drained"] as const) : []),
        ...(skipped ? (["offline-cleanup"] as const) : []),
        ...(refused
          ? (["target-live", "target-live-in-move", "no-drop-offline", "effective-target-online"] as const)
          : []),
      ];
    },
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "imsic-sync-wrong-cpu",
    architecture: "riscv",
    row: "S35",
    title: "IMSIC sync timer on the wrong hart",
    source: ["__imsic_local_timer_start", "0f67911e821c to 08fb624802d8 (v6.15)"],
    why: "the timer runs on the hart that asked, so the new identity is not enabled until something else interrupts the new hart",
    doubt:
      "nothing is lost for good: anything that brings the new hart up to date, such as an IPI, ends the wait. The model has nothing else, so it counts as lost at rest",
    strategy: () => imsicSyncWrongCpu,
    violates: () => [...lossIds, "target-live-in-move", "enable-converges"],
    losesLateMessages: always,
  }),
];

import { ModelError, choice, flag } from "../../checker/index.ts";
import type { ImsicPower } from "../../model/system.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import {
  imsicMergedInUse,
  imsicMergedSlowStores,
  imsicOffline,
  imsicSyncWrongCpu,
  imsicTemporaryIdInUse,
  imsicTwoAddressWords,
} from "./schemes/imsic-variants.ts";
import { imsicIdle, imsicMerged, imsicOriginal, imsicTemporaryId, imsicV3Patch } from "./schemes/imsic.ts";
import { always, exceptForService, losesExceptForService, manyMoves } from "../expectations.ts";

/** RISC-V: message-signalled interrupts to the interrupt files of the harts. */
export const imsicEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "imsic-original",
    architecture: "riscv",
    title: "IMSIC of v6.10 to v6.14",
    source: ["imsic_irq_set_affinity", "027e125acdba (v6.10) to 896f8e436f99 (v6.15)", "handle_simple_irq"],
    why: "between the two writes the device sends to (new hart, old identity), where the message stays pending for the next owner of that identity",
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
    title: "IMSIC, via a temporary identity",
    source: ["imsic_irq_set_affinity in v2 01/11 of December 2024, not merged", "handle_simple_irq"],
    why: "the old hart finds messages to the temporary identity, but an arrival on the new hart while the handler runs on the old one is dropped",
    doubt:
      "the strategy table lists it as holding, for the move alone. The patch kept the flow handle_simple_irq, which drops an interrupt whose handler runs on another hart; with --flow edge one move loses nothing. Two moves still lose an event: the driver's single move pointer lets the second move start before the old hart has synced; 0f67911e821c prevents that. The first finding would be refuted by a reading of the flow in which the second arrival is not dropped",
    own: {
      flow: choice(
        "simple",
        ["simple", "edge"],
        "the flow handler: handle_simple_irq as in the patch, or handle_edge_irq",
      ),
    },
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
    title: "IMSIC temporary identity in use",
    source: ["imsic_irq_set_affinity in v2 01/11 of December 2024, not merged"],
    why: "the hart claims the temporary identity for its owner before it is asked to check it for the moving interrupt",
    doubt: "the flow is handle_edge_irq here, so that the drops of handle_simple_irq do not mask this loss",
    defaults: { devices: 2, raises: 1 },
    strategy: () => imsicTemporaryIdInUse,
    violates: () => [...lossIds, "no-foreign-only"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "imsic-v3-patch",
    architecture: "riscv",
    title: "IMSIC direct update in the IRQ",
    source: ["v3 10/10 of February 2025, rejected", "IRQCHIP_MOVE_DEFERRED"],
    why: "disabled interrupts and a disabled identity stop the hart, not the device, which may raise between the writes",
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
    title: "IMSIC since v6.15",
    source: ["imsic_irq_set_affinity", "__imsic_local_sync", "896f8e436f99", "08fb624802d8 (v6.15)"],
    why: "only one word changes at a time, and the old hart checks the old and the temporary identity before it continues",
    doubt:
      "assumes that every message sent before the read-back is in eip when the hart checks, because the old identity is freed right away. A late arrival (imsic-merged-late-message), two interrupts that swap harts (imsic-merged-crossing) and an address of two words (imsic-merged-two-words) would refute it where they can happen; each is a suspicion with its own entry. A delayed store of the hart to its own file (--stores later) only causes a delay",
    own: {
      stores: choice("at-once", ["at-once", "later"], "when a hart's store to an interrupt file takes effect"),
    },
    strategy: ({ stores }) => (stores === "later" ? imsicMergedSlowStores : imsicMerged),
    // A late store may take effect after the interrupt has moved on and a later one has covered the event.
    violates: (parameters) => (parameters["stores"] === "later" && manyMoves(parameters) ? ["no-latent-stray"] : []),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-idle",
    architecture: "riscv",
    title: "IMSIC, idle harts without power",
    source: ["imsic_pm_notifier, imsic_hw_states_init", "f48b4bd0915b (December 2025; stable 6.19 and 6.18)"],
    why: "on exit the driver marks all identities of the hart and brings it up to date, so that the enable bits are those that the kernel asked for",
    doubt:
      "the commit was read in a copy of the stable series; it does not say which registers the reset clears. Messages that come while the hart has no power are taken to stay pending. With --reset pending-too a message that waits at an identity that is not enabled yet is lost with the power, in spite of the repair: whether hardware does that was not found out",
    own: {
      "on-exit": choice(
        "restores",
        ["restores", "leaves"],
        "what the driver does when a hart is powered up: restores its registers (f48b4bd0915b), or nothing",
      ),
      reset: choice(
        "enables",
        ["enables", "pending-too"],
        "what is lost with the power of a hart: its enable bits, or what is pending as well",
      ),
    },
    strategy: (parameters) =>
      imsicIdle({
        onExit: parameters["on-exit"] as ImsicPower["onExit"],
        clears: parameters["reset"] === "enables" ? "enable-bits" : "pending-bits-too",
      }),
    violates: (parameters) => {
      const restores = parameters["on-exit"] === "restores";
      if (restores) return parameters["reset"] === "enables" || parameters["moves"] === 0 ? [] : lossIds;
      const applied = parameters["moves"] === 0 ? [] : (["affinity-applied"] as const);
      return [...lossIds, "target-live-in-move", "enable-converges", ...applied];
    },
    losesLateMessages: exceptForService,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "imsic-merged-two-words",
    architecture: "riscv",
    title: "IMSIC v6.15, two address words",
    source: ["imsic_irq_compose_vector_msg", "896f8e436f99 (v6.15)"],
    why: "between the writes of the two address words the device sends to a third hart, which is never checked",
    suspicion: {
      modelled:
        "imsic-merged with four harts in two groups of two: the low word of the address selects a hart in its group, the high word the group; the low word is written first, as in the PCI core, and the data once, for the temporary identity",
      restsOn:
        "imsic_irq_compose_vector_msg, which sets address_hi, and a check that treats the address as one word: only the old hart is checked, but the device sends to a third hart in between. Requires harts whose interrupt files differ above bit 31 of the address, and a device with 64-bit messages",
      refutedBy:
        "a platform rule that places all interrupt files of a machine in one 4 GiB window, or a device that latches both address words at once. No report was found",
    },
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
    id: "imsic-merged-late-message",
    architecture: "riscv",
    title: "IMSIC v6.15, a message is late",
    source: ["__imsic_local_sync", "imsic_vector_free", "896f8e436f99 (v6.15)"],
    why: "the old identity is freed as soon as the hart has checked it, so a later message there has no owner",
    suspicion: {
      modelled:
        "imsic-merged with messages that arrive at any time after they were sent, in order for each device and hart, regardless of read-backs from the device (--fabric fifo)",
      restsOn:
        "the specification of the interrupt file, which allows any delay before a store takes effect; and a driver that frees the old identity in the sync that checks it, without waiting for an arrival at the new one as x86 does",
      refutedBy:
        "a platform on which a read completion pushes all earlier messages of the device into eip: --fabric fifo-drain models that, and holds. For a driver that reads its device, the handler after the move covers the event (--coverage service)",
    },
    defaults: { fabric: "fifo" },
    strategy: () => imsicMerged,
    violates: (parameters) =>
      parameters.fabric === "fifo" ? losesExceptForService(parameters, "no-free-while-pending", "no-latent-stray") : [],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-merged-in-use",
    architecture: "riscv",
    title: "IMSIC v6.15, temporary id taken",
    source: ["__imsic_local_sync", "896f8e436f99 (v6.15)"],
    why: "the hart cannot identify the device that set the bit, and sets it again for the owner: a handler may run spuriously, but none is missed",
    doubt: "the store to the hart's own file may be delayed, and with it the owner's handler (--stores later)",
    own: {
      stores: choice("at-once", ["at-once", "later"], "when a hart's store to an interrupt file takes effect"),
    },
    defaults: { devices: 2 },
    strategy: ({ stores }) => imsicMergedInUse(stores as "at-once" | "later"),
    violates: () => ["no-foreign-only"],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-merged-crossing",
    architecture: "riscv",
    title: "IMSIC v6.15, two moves crossing",
    source: ["__imsic_local_sync", "imsic_vector_alloc", "896f8e436f99 (v6.15)"],
    why: "the temporary identity of one interrupt is the new identity of the other, programmed but not yet enabled: its bit is read, cleared and not set again",
    suspicion: {
      modelled:
        "imsic-merged with two devices on two harts, each moved to the other's hart at the same time; the allocator may pick any free identity, so both may get the same number",
      restsOn:
        "__imsic_local_sync, which sets the bit of the temporary identity again only if it is enabled: a new identity may be pending, but stays disabled from the last write to its device until irq_move_irq unmasks it. For a driver that reads its device, the handler after the move covers the event (--coverage service holds)",
      refutedBy:
        "a lock held by both moves, an allocator that never picks an identity number in use on the old hart, or a check that also sets the bit again for a disabled owner. No report was found",
    },
    defaults: { devices: 2, moves: 2 },
    strategy: () => imsicMerged,
    violates: (parameters) =>
      manyMoves(parameters) ? losesExceptForService(parameters, "no-foreign-only", "foreign-eip-preserved") : [],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "imsic-offline",
    architecture: "riscv",
    title: "IMSIC hart offline",
    source: ["irq_migrate_all_off_this_cpu", "imsic_dying_cpu", "cefafbd56140 (2026)"],
    why: "the hart is marked offline before its interrupts move, so its sync is skipped, and messages to the temporary identity stay there",
    suspicion: {
      modelled:
        "a hart that is marked offline and then, with all harts stopped, moves its interrupts as imsic-merged does, but does not sync afterwards; it may once more take what is pending and enabled, then it is dead. With --dying-sync true it syncs before the end; with --moves 1 a move may come shortly before",
      restsOn:
        "cpu_online() in __imsic_remote_sync, which skips the hart. The commit message of cefafbd56140 (May 2026) confirms the skip, but fixes it for another reason: move_prev stayed set, so all further moves were refused. That it lost a message to the temporary identity, and with a slow hart one to the old identity, follows from the model alone. With --dying-sync true --moves 1 it rests on irq_migrate_all_off_this_cpu: -EBUSY, because the identity on the dying hart is still linked to one on a remaining hart, which imsic_irq_force_complete_move ignores",
      refutedBy:
        "anything else that reads the hart's pending bits before it is dead; for the second, a guarantee that a new identity is synced before its hart can go offline. No report of a lost interrupt was found",
    },
    own: { "dying-sync": flag(false, "the dying hart syncs (cefafbd56140)") },
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
    id: "imsic-offline-stranded",
    architecture: "riscv",
    title: "IMSIC offline before the sync",
    source: [
      "imsic_irq_force_complete_move",
      "imsic_irq_set_affinity",
      "cefafbd56140 (2026)",
      "Xen had the same (June 2024)",
    ],
    why: "the new hart goes offline before it was brought up to date, so the move off it is refused (-EBUSY) and the interrupt stays there",
    suspicion: {
      modelled:
        "imsic-offline with cefafbd56140: a move to a hart, and that hart goes offline before its sync; it is marked offline, all harts are stopped, it moves its interrupts, and only then is it brought up to date",
      restsOn:
        "imsic_irq_set_affinity, which refuses a move (-EBUSY) as long as the present identity knows the one before it (move_prev); and imsic_irq_force_complete_move, which clears that only where the identity before is on the dying hart, as its text of February 2025 and two later copies have it. The file of a kernel with both 896f8e436f99 and cefafbd56140 was not seen whole",
      refutedBy:
        "a sync of a new identity that always comes before its hart can go offline; a move off a dying hart that is not refused; or a recording in which the affinity of such an interrupt is the remaining hart afterwards. No report was found",
    },
    own: {
      "sync-first": flag(false, "the dying hart is brought up to date before its interrupts are moved: a proposal"),
    },
    movesUnasked: true,
    strategy: (parameters) => imsicOffline(true, parameters["sync-first"] as boolean),
    violates: (parameters) =>
      parameters["sync-first"] === true || parameters.moves === 0
        ? []
        : [
            ...lossIds,
            "offline-drained",
            "target-live",
            "target-live-in-move",
            "no-drop-offline",
            "effective-target-online",
          ],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "imsic-sync-wrong-cpu",
    architecture: "riscv",
    title: "IMSIC sync timer on wrong hart",
    source: ["__imsic_local_timer_start", "0f67911e821c to 08fb624802d8, both v6.15"],
    why: "the timer runs on the requesting hart, so the new identity is not enabled until something else interrupts the new hart",
    doubt:
      "nothing is lost permanently: any sync of the new hart, such as after an IPI, ends the wait. The model has no such interrupt, so the event counts as lost when idle",
    strategy: () => imsicSyncWrongCpu,
    violates: () => [...lossIds, "target-live-in-move", "enable-converges"],
    losesLateMessages: always,
  }),
];

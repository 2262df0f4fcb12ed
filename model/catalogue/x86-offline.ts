import { catalogueEntry, lossIds, type CatalogueEntry } from "../entry.ts";
import { x86OfflineDirect, x86OfflineTwoStep } from "../strategies/x86-offline.ts";
import { always } from "./faults.ts";

/** A CPU goes offline with interrupts targeted at it. */
export const x86OfflineEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-offline",
    architecture: "x86",
    row: "S27",
    title: "CPU offline, two-step and scan",
    source: ["fixup_irqs", "irq_migrate_all_off_this_cpu", "cpu_disable_common"],
    why: "the outgoing CPU looks at every request bit after its interrupts were moved, and sends on what it finds",
    strategy: () => x86OfflineTwoStep(),
    violates: () => [],
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-apic-off-first",
    architecture: "x86",
    row: "S27a",
    title: "the same, local APIC off first",
    source: ["native_cpu_disable before 52d6b926aabc (v5.9)", "60dcaad5736f"],
    why: "a local APIC that is off drops the message of an interrupt that is still targeted at it",
    defaults: { moves: 0 },
    strategy: () => x86OfflineTwoStep({ controllerOff: "first" }),
    violates: () => lossIds,
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-direct",
    architecture: "x86",
    row: "S27d",
    title: "CPU offline, direct update",
    source: ["fixup_irqs before 6f1a4891a592 (v5.6)", "msi_set_affinity with the guard of b56ebe7c896d"],
    why: "the message is torn as with any direct update, and no handler follows the move",
    defaults: { moves: 0 },
    strategy: () => x86OfflineDirect,
    violates: () => [...lossIds, "no-stray", "target-live-in-move", "check-covers", "one-word-per-write"],
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-offline-no-scan",
    architecture: "x86",
    row: "S27n",
    title: "CPU offline, no IRR scan",
    source: ["a mutant of fixup_irqs"],
    why: "what arrived at the outgoing CPU before its interrupt was moved is left there",
    defaults: { moves: 0 },
    strategy: () => x86OfflineTwoStep({ scan: "skipped" }),
    violates: () => [...lossIds, "no-stray", "target-live-in-move", "no-free-while-pending"],
    losesLateMessages: always,
    movesUnasked: true,
  }),
];

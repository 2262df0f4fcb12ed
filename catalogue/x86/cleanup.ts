import { choice } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { x86CleanupAtOnce, x86CleanupIpi, x86CleanupTimer, x86CleanupUnchecked } from "./schemes/cleanup.ts";
import { exceptForService, losesBehindCleanup, losesExceptForService, nothing } from "../expectations.ts";

/** Entries that differ in how the old vector is freed. */
export const x86CleanupEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-cleanup-at-once",
    architecture: "x86",
    title: "old vector freed in the move",
    source: ["a mutant of the cleanup"],
    why: "an interrupt that arrived before the write is still pending on the old vector",
    strategy: () => x86CleanupAtOnce,
    violates: (parameters) => losesExceptForService(parameters, "no-stray", "no-free-while-pending"),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-cleanup-unchecked",
    architecture: "x86",
    title: "old vector freed unchecked",
    source: ["a mutant of __vector_cleanup"],
    why: "the old vector may still be pending; after one move a later interrupt covers the event, after two it is lost",
    own: {
      by: choice(
        "timer",
        ["timer", "lowest-ipi", "urgent-ipi"],
        "what frees it: a timer, an IPI of the lowest priority, or one that may be dispatched before the old vector",
      ),
    },
    strategy: (parameters) => x86CleanupUnchecked(parameters["by"] as "timer" | "lowest-ipi" | "urgent-ipi"),
    // The hardware dispatches every pending vector before an IPI of the lowest priority.
    violates: (parameters) =>
      parameters["by"] === "lowest-ipi"
        ? []
        : [...(losesBehindCleanup(parameters) ? lossIds : []), "no-stray", "no-free-while-pending"],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-cleanup-timer",
    architecture: "x86",
    title: "old vector freed by timer",
    source: ["__vector_cleanup", "bdc1dad299bb (v6.6)"],
    why: "the old vector is kept while it is pending, and after the move no message is sent there",
    strategy: () => x86CleanupTimer,
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-cleanup-ipi",
    architecture: "x86",
    title: "old vector freed by cleanup IPI",
    source: ["smp_irq_move_cleanup_interrupt, to v6.5"],
    why: "the IPI is dispatched after all pending vectors, and its handler also tests IRR",
    doubt: "the old code also spins on a try-lock of each descriptor, which is not modelled",
    strategy: () => x86CleanupIpi,
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
];

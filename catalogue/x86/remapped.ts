import { choice } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import {
  x86Remapped,
  x86RemappedDisabled,
  x86RemappedLeftDisabled,
  x86RemappedTestMisses,
  x86RemappedTorn,
  x86RemappedUnflushed,
} from "./schemes/remapped.ts";
import { always } from "../expectations.ts";

/** Entries with a constant message: a move changes an entry of the interrupt remapping table. */
export const x86RemappedEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-remapped",
    architecture: "x86",
    title: "remapping, atomic entry update",
    source: ["intel_ir_set_affinity", "amd_ir_set_affinity", "vector_schedule_cleanup"],
    why: "the entry changes atomically, and once its cached copy is invalidated no message goes to the old vector",
    doubt:
      "rests on the wait for the invalidation: that no interrupt uses the old entry afterwards was asked on the list in 2020 and not answered with the specification; a message that comes later still would refute it, as --fabric fifo shows. With posted interrupts (is_vector_pending) a test of IRR alone would find nothing, which is --pending-test misses; x86-posted models them",
    own: {
      "pending-test": choice(
        "finds",
        ["finds", "misses"],
        "whether the cleanup detects a pending vector; a test of IRR alone misses a posted interrupt",
      ),
    },
    strategy: (parameters) => (parameters["pending-test"] === "finds" ? x86Remapped : x86RemappedTestMisses),
    violates: (parameters) =>
      parameters["pending-test"] === "finds" ? [] : [...lossIds, "no-stray", "no-free-while-pending"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-remapped-disabled",
    architecture: "x86",
    title: "entry invalid while rewritten",
    source: ["amd_ir_set_affinity before e52d58d54a32 (v5.9)", "since 880ac60e2538"],
    why: "a message that finds the entry invalid is aborted with a fault and never resent",
    own: {
      entry: choice("enabled", ["enabled", "left-disabled"], "whether the entry becomes valid again (26e495f34107)"),
    },
    strategy: (parameters) => (parameters["entry"] === "enabled" ? x86RemappedDisabled : x86RemappedLeftDisabled),
    violates: (parameters) => (parameters["entry"] === "enabled" ? lossIds : [...lossIds, "target-live"]),
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-remapped-unflushed",
    architecture: "x86",
    title: "cached entry not invalidated",
    source: ["a mutant of modify_irte"],
    why: "the unit keeps using its copy of the old entry after the old vector was freed",
    strategy: () => x86RemappedUnflushed,
    violates: () => [...lossIds, "no-stray", "target-live", "target-live-in-move", "cleanup-done"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-remapped-torn",
    architecture: "x86",
    title: "entry rewritten in two stores",
    source: ["a mutant: two 64-bit stores with the words apart"],
    why: "between the stores the entry selects (new CPU, old vector), which is unassigned",
    strategy: () => x86RemappedTorn,
    violates: () => [...lossIds, "no-stray", "target-live-in-move"],
    losesLateMessages: always,
  }),
];

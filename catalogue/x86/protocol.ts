import { choice } from "../../checker/index.ts";
import type { PropertyId } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { x86IpiAsync, x86IpiSync } from "./schemes/ipi.ts";
import { x86ArrivalMissed, x86EdgeFlow, x86MoveBackAllowed, x86SecondMove } from "./schemes/second-move.ts";
import { always, exceptForService, losesExceptForService, manyMoves, nothing } from "../expectations.ts";

/** Violations of a second move that is not refused: the record of the previous vector is overwritten. */
const forgottenVector: readonly PropertyId[] = [
  "no-stray",
  "target-live-in-move",
  "one-owner",
  "no-free-while-pending",
  "move-on-target",
  "check-covers",
  "single-old-vector",
  "no-leak",
];

/** Variants of the two-step update: the context that runs it, the handling of the next request, the flow. */
export const x86ProtocolEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-ipi-sync",
    architecture: "x86",
    title: "two-step in IPI, sender waits",
    source: ["an alternative to the deferred move; no kernel does this"],
    why: "the target spins with interrupts off on the lock that the sender holds while it waits for the target",
    strategy: () => x86IpiSync,
    violates: () => ["no-deadlock", "eventually-served", "affinity-applied"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-ipi-async",
    architecture: "x86",
    title: "two-step update in an IPI",
    source: ["named as an alternative in the review of February 2025"],
    why: "the IPI handler runs with interrupts off, takes the lock itself and revalidates the request",
    doubt: "an IPI to a CPU that goes offline is not modelled",
    strategy: () => x86IpiAsync,
    violates: nothing,
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-second-move",
    architecture: "x86",
    title: "second move refused, kept",
    source: ["assign_vector_locked", "irq_move_masked_irq", "a33a5d2d16cb (v4.18)"],
    why: "until the previous move is cleaned up, a further one is refused with -EBUSY, kept pending, and retried",
    doubt:
      "recordings of 6.1 show the old CPU's cleanup between the completion of a move and the next move, within one interrupt, so that the next move is not refused; --completion whole excludes that, with the same verdicts",
    own: {
      completion: choice(
        "split",
        ["split", "whole"],
        "whether the old CPU may clean up between the completion of a move and the next move, within one interrupt",
      ),
    },
    defaults: { moves: 2 },
    strategy: ({ completion }) => x86SecondMove("refused", completion === "split"),
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-second-move-dropped",
    architecture: "x86",
    title: "second move refused, dropped",
    source: ["irq_move_masked_irq before a33a5d2d16cb (v4.18)", "since 996c591227d9"],
    why: "no event is lost, but the requested affinity is never applied",
    defaults: { moves: 2 },
    strategy: () => x86SecondMove("dropped"),
    violates: () => ["affinity-applied"],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-second-move-overwritten",
    architecture: "x86",
    title: "second move not refused",
    source: ["assign_irq_vector_any_locked before 80ae7b1a918e (v4.18)"],
    why: "the vector before the previous one is never freed; an arrival there starts a move on a CPU that is not the current target, and the check reads the wrong IRR",
    doubt:
      "the kernel corrupts the per-CPU list when the interrupt is linked a second time; in the model the entry stays on the first list, and that CPU frees the previous vector of the descriptor",
    // Three events suffice for the loss, and keep the state space small.
    defaults: { moves: 2, raises: 3 },
    strategy: () => x86SecondMove("overwritten"),
    violates: (parameters) => (manyMoves(parameters) ? losesExceptForService(parameters, ...forgottenVector) : []),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-move-back-allowed",
    architecture: "x86",
    title: "move back before the cleanup",
    source: ["refused with -EBUSY by assign_vector_locked; a mutant"],
    why: "the cleanup that is still due frees the vector that was just left, with its pending request",
    doubt:
      "no kernel allocates the old vector again before its cleanup; that the cleanup frees the previous vector of the descriptor is modelled after free_moved_vector since v6.6",
    // Three events suffice for the loss, and keep the state space small.
    defaults: { moves: 2, raises: 3 },
    strategy: () => x86MoveBackAllowed,
    violates: (parameters) =>
      manyMoves(parameters) ? losesExceptForService(parameters, ...forgottenVector, "no-reuse-before-clean") : [],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-edge-flow",
    architecture: "x86",
    title: "arrival while old CPU handles",
    source: ["handle_edge_irq", "8d39d6ec4db5 (v6.17)"],
    why: "an arrival on the new target makes the old CPU run the handler again, or waits until it has returned: nothing is lost",
    own: {
      "new-target": choice(
        "marks",
        ["marks", "waits"],
        "an arrival on the new target while the handler runs elsewhere: mark it pending, or wait (v6.17)",
      ),
    },
    strategy: (parameters) => x86EdgeFlow(parameters["new-target"] === "waits"),
    violates: (parameters) => (parameters["new-target"] === "marks" ? ["no-livelock"] : []),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-arrival-missed",
    architecture: "x86",
    title: "first arrival not detected",
    source: ["irq_complete_move before e027fffff799 (v5.9)"],
    why: "no event is lost, but the old vector is never freed and every further move is refused",
    defaults: { moves: 2 },
    strategy: () => x86ArrivalMissed,
    violates: () => ["affinity-applied", "cleanup-done"],
    losesLateMessages: exceptForService,
  }),
];

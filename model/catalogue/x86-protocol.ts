import { choice } from "../../checker/index.ts";
import { catalogueEntry, type CatalogueEntry, type PropertyId } from "../entry.ts";
import { x86IpiAsync, x86IpiSync } from "../strategies/x86-ipi.ts";
import { x86ArrivalMissed, x86MoveBackAllowed, x86EdgeFlow, x86SecondMove } from "../strategies/x86-second-move.ts";
import { always, exceptForService, losesExceptForService, manyMoves, nothing } from "./faults.ts";

/** What a second move breaks that is not refused: the vector before the last one is nobody's care any more. */
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

/** The two-step update, and what surrounds it: who runs it, what becomes of the next request, what the flow does. */
export const x86ProtocolEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-ipi-sync",
    architecture: "x86",
    row: "S08",
    title: "two-step update in IPI, waiting",
    source: ["an alternative to the deferred move; no kernel does this"],
    why: "the target spins with interrupts off on the lock that the sender holds while it waits for the target",
    strategy: () => x86IpiSync,
    violates: () => ["no-deadlock", "eventually-served", "affinity-applied"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-ipi-async",
    architecture: "x86",
    row: "S08",
    title: "two-step update in an IPI",
    source: ["named as an alternative in the review of February 2025"],
    why: "the handler of the IPI has its CPU's interrupts off, takes the lock itself and looks again",
    doubt: "what becomes of an IPI whose CPU goes offline is not modelled",
    strategy: () => x86IpiAsync,
    violates: nothing,
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-second-move",
    architecture: "x86",
    row: "S26",
    title: "second move refused, kept",
    source: ["assign_vector_locked", "irq_move_masked_irq", "a33a5d2d16cb (v4.18)"],
    why: "while the last move is not cleaned up a further one is refused with -EBUSY, kept, and tried again",
    doubt:
      "recordings of 6.1 show the old CPU's cleanup between the completion of a move and the next one, in one interrupt, so that the next is not refused; --completion whole leaves that out, with the same verdicts",
    own: {
      completion: choice(
        "split",
        ["split", "whole"],
        "whether the old CPU may clean up between the completion of a move and the next one, in one interrupt",
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
    row: "S26d",
    title: "second move refused, forgotten",
    source: ["irq_move_masked_irq before a33a5d2d16cb (v4.18)", "since 996c591227d9"],
    why: "no event is lost, but the affinity that was asked for is never applied",
    defaults: { moves: 2 },
    strategy: () => x86SecondMove("dropped"),
    violates: () => ["affinity-applied"],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-second-move-overwritten",
    architecture: "x86",
    row: "S26n",
    title: "second move not refused",
    source: ["assign_irq_vector_any_locked before 80ae7b1a918e (v4.18)"],
    why: "the vector before the last one is never given back; what still arrives there moves the interrupt from a CPU that is not its target, and the check reads the wrong IRR",
    doubt:
      "the kernel's list of a CPU is corrupted when the interrupt is linked a second time; here the entry stays on the first list, and that CPU frees what the descriptor calls the previous vector",
    // Three events are enough for the loss, and keep the states few.
    defaults: { moves: 2, raises: 3 },
    strategy: () => x86SecondMove("overwritten"),
    violates: (parameters) => (manyMoves(parameters) ? losesExceptForService(parameters, ...forgottenVector) : []),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-move-back-allowed",
    architecture: "x86",
    row: "S28",
    title: "move back before the cleanup",
    source: ["refused with -EBUSY by assign_vector_locked; a mutant"],
    why: "the cleanup that is still due takes the vector that was just left, with what is requested there",
    doubt:
      "no kernel gives the old vector out again; that the cleanup frees the previous vector of the descriptor follows free_moved_vector since v6.6",
    // Three events are enough for the loss, and keep the states few.
    defaults: { moves: 2, raises: 3 },
    strategy: () => x86MoveBackAllowed,
    violates: (parameters) =>
      manyMoves(parameters) ? losesExceptForService(parameters, ...forgottenVector, "no-reuse-before-clean") : [],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-edge-flow",
    architecture: "x86",
    row: "S34",
    title: "arrival while old CPU handles",
    source: ["handle_edge_irq", "8d39d6ec4db5 (v6.17)"],
    why: "an arrival on the new target makes the old CPU handle it again, or waits until it has returned: nothing is lost",
    own: {
      "new-target": choice(
        "marks",
        ["marks", "waits"],
        "what an arrival on the new target does while the handler runs elsewhere: marks it, or waits (v6.17)",
      ),
    },
    strategy: (parameters) => x86EdgeFlow(parameters["new-target"] === "waits"),
    violates: (parameters) => (parameters["new-target"] === "marks" ? ["no-livelock"] : []),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-arrival-missed",
    architecture: "x86",
    row: "S25",
    title: "first arrival is not noticed",
    source: ["irq_complete_move before e027fffff799 (v5.9)"],
    why: "no event is lost, but the old vector is never given back and every further move is refused",
    defaults: { moves: 2 },
    strategy: () => x86ArrivalMissed,
    violates: () => ["affinity-applied", "cleanup-done"],
    losesLateMessages: exceptForService,
  }),
];

import { choice } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { x86DataFirstCheck } from "./schemes/data-first.ts";
import { x86TwoStepIrqsOn } from "./schemes/two-step-irqs-on.ts";
import {
  x86PinnedThread,
  x86PinnedThreadUnvalidated,
  x86TwoStep,
  x86TwoStepForeignVector,
  x86TwoStepNoCheck,
  x86TwoStepRemote,
} from "./schemes/two-step.ts";
import { always, exceptForService, losesExceptForService, manyMoves, nothing, unseenPair } from "../expectations.ts";

/** Entries that rewrite the message via (old CPU, new vector) and check that target. */
export const x86TwoStepEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-two-step",
    architecture: "x86",
    title: "two-step update with IRR check",
    source: ["msi_set_affinity", "6f1a4891a592 (v5.6)"],
    why: "only one word changes at a time, and the intermediate target is on the moving CPU, which checks it before it continues",
    strategy: () => x86TwoStep,
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-two-step-no-check",
    architecture: "x86",
    title: "two-step update, no IRR check",
    source: ["a mutant of msi_set_affinity"],
    why: "a message to the intermediate target is ignored as the expected stray",
    strategy: () => x86TwoStepNoCheck,
    violates: (parameters) => losesExceptForService(parameters, ...unseenPair),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-two-step-irqs-on",
    architecture: "x86",
    title: "two-step update, interrupts on",
    source: ["a mutant of msi_set_affinity"],
    why: "the CPU dispatches a message to the intermediate target before the check",
    doubt:
      "with the descriptor's lock held only a task can deadlock: in interrupt context the vector is in service and not dispatched again",
    own: {
      context: choice("interrupt", ["interrupt", "task"], "in the interrupt being moved, or in a task on its CPU"),
      "descriptor-lock": choice("released", ["released", "held"], "the descriptor's lock while interrupts are on"),
    },
    strategy: (parameters) =>
      x86TwoStepIrqsOn(
        parameters["context"] as "interrupt" | "task",
        parameters["descriptor-lock"] as "held" | "released",
      ),
    violates: (parameters) => {
      const held = parameters["descriptor-lock"] === "held";
      // Endless strays keep the move from ending.
      const late = ["no-stray", "move-on-target", "check-covers", "cleanup-done"] as const;
      if (parameters["context"] === "task") return [...lossIds, ...late, ...(held ? ["no-deadlock" as const] : [])];
      return losesExceptForService(parameters, ...late, ...(held ? [] : ["handler-exclusion" as const]));
    },
    losesLateMessages: (parameters) => parameters["context"] === "task" || exceptForService(parameters),
  }),
  catalogueEntry({
    id: "x86-two-step-remote",
    architecture: "x86",
    title: "two-step update on another CPU",
    source: ["refused with a warning by msi_set_affinity"],
    why: "a CPU can read only its own IRR, and the old CPU takes the message in the meantime",
    strategy: () => x86TwoStepRemote,
    violates: () => [...lossIds, "no-stray", ...unseenPair, "move-on-target"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-pinned-thread",
    architecture: "x86",
    title: "two-step update in pinned task",
    source: ["named as an alternative in the review of February 2025"],
    why: "interrupts are off on the old CPU from before the first write until after the check",
    strategy: () => x86PinnedThread,
    violates: nothing,
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-pinned-thread-unvalidated",
    architecture: "x86",
    title: "pinned task, not revalidated",
    source: ["a mutant of the pinned task"],
    why: "the interrupt moved on before the task ran, so the check reads the IRR of the wrong CPU",
    defaults: { moves: 2 },
    strategy: () => x86PinnedThreadUnvalidated,
    violates: (parameters) =>
      manyMoves(parameters) ? [...lossIds, "no-stray", ...unseenPair, "move-on-target", "affinity-applied"] : [],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-data-first-check",
    architecture: "x86",
    title: "data then address, IRR check",
    source: ["a two-step update that writes each word once"],
    why: "intermediate target and check are those of the two-step update",
    doubt:
      "violates one-word-per-write, a rule that is sufficient but not necessary: both words change between two read-backs, but the intermediate target is checked (check-covers holds)",
    strategy: () => x86DataFirstCheck,
    violates: () => ["one-word-per-write"],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-two-step-foreign-vector",
    architecture: "x86",
    title: "two-step over a foreign vector",
    source: ["msi_set_affinity"],
    why: "the check cannot identify the device that set the bit, so each handler may be called once spuriously, but none is missed",
    defaults: { devices: 2 },
    strategy: () => x86TwoStepForeignVector,
    violates: ({ coverage }) => (coverage === "occurrence" ? [] : ["no-foreign-only"]),
    losesLateMessages: exceptForService,
  }),
];

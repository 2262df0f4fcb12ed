import { choice, flag } from "../checker/index.ts";
import { catalogueEntry, lossIds, type CatalogueEntry, type EntryParameters, type PropertyId } from "./entry.ts";
import { msiMasked, msiMaskedNoPendingBit } from "./strategies/msi-masked.ts";
import { msixMasked, msixUnmasked } from "./strategies/msix.ts";
import { x86SameCpu, x86SameVector } from "./strategies/one-word.ts";
import { x86CleanupAtOnce, x86CleanupIpi, x86CleanupTimer, x86CleanupUnchecked } from "./strategies/x86-cleanup.ts";
import { x86DataFirst, x86DataFirstCheck } from "./strategies/x86-data-first.ts";
import { x86Direct, x86DirectInIrq } from "./strategies/x86-direct.ts";
import { x86ShippedGuard } from "./strategies/x86-shipped-guard.ts";
import { x86TwoStepIrqsOn } from "./strategies/x86-two-step-irqs-on.ts";
import {
  x86PinnedThread,
  x86PinnedThreadUnvalidated,
  x86TwoStep,
  x86TwoStepForeignVector,
  x86TwoStepNoCheck,
  x86TwoStepRemote,
} from "./strategies/x86-two-step.ts";

const nothing = (): readonly PropertyId[] => [];
const always = (): boolean => true;

/** An event of the running interrupt's own device is covered by the handler that is yet to run, if service counts. */
const exceptForService = ({ coverage }: EntryParameters): boolean => coverage !== "service";
const losesExceptForService = (parameters: EntryParameters, ...others: PropertyId[]): PropertyId[] =>
  exceptForService(parameters) ? [...lossIds, ...others] : others;

const manyMoves = ({ moves }: EntryParameters): boolean => moves === "unbounded" || moves > 1;

/**
 * Whether a message that comes to its vector after the cleanup, or while it is freed, is an event's last trace. After
 * one move it is so only where each occurrence counts: the interrupt that let the cleanup begin has covered the event.
 * A second move may be given a vector that an old message is on its way to; dispatched before the device is
 * rewritten, it lets the cleanup begin without having covered what the device sends to the old target afterwards.
 */
const losesBehindCleanup = (parameters: EntryParameters): boolean =>
  parameters.coverage === "occurrence" || (parameters.coverage === "dispatch" && manyMoves(parameters));

/** Every way to move an interrupt that is modelled, in the order of the strategy table. */
export const catalogue: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-direct",
    row: "S01",
    title: "direct update, address then data",
    source: ["msi_domain_set_affinity", "x86 before 6f1a4891a592 (v5.6)"],
    why: "between the two writes the device names the new CPU with the old vector, where nobody waits for it",
    own: {
      "runs-on": choice("old-cpu", ["old-cpu", "any"], "where the task runs: on the CPU that is left, or on any"),
    },
    strategy: (parameters) => x86Direct(parameters["runs-on"] as "old-cpu" | "any"),
    violates: () => [...lossIds, "no-stray"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-direct-in-irq",
    row: "S02",
    title: "direct update in the interrupt",
    source: ["rejected for the RISC-V IMSIC in February 2025 (v3 10/10)"],
    why: "interrupts off and a running handler stop the CPU, not the device, which raises again between the writes",
    strategy: () => x86DirectInIrq,
    violates: (parameters) => losesExceptForService(parameters, "no-stray"),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-shipped-guard",
    row: "S02g",
    title: "the guard of msi_set_affinity",
    source: ["msi_set_affinity", "b56ebe7c896d (October 2023)"],
    why: "the guard sends exactly the devices that cannot be masked down the direct path",
    doubt:
      "that the guard is inverted follows from the code and its comment, and from recordings of 6.1 and 6.12; no upstream report or fix was found",
    own: {
      guard: choice("shipped", ["shipped", "intended"], "the condition as shipped, or as the comment above it says"),
      maskable: flag(false, "the device has a mask bit"),
    },
    strategy: ({ guard, maskable }) => x86ShippedGuard(guard as "shipped" | "intended", maskable as boolean),
    violates: (parameters) =>
      parameters["guard"] === "shipped" && parameters["maskable"] === false
        ? losesExceptForService(parameters, "no-stray")
        : [],
    losesLateMessages: (parameters) =>
      parameters["maskable"] === true ? losesBehindCleanup(parameters) : exceptForService(parameters),
  }),
  catalogueEntry({
    id: "x86-two-step",
    row: "S03",
    title: "two-step update with IRR check",
    source: ["msi_set_affinity", "6f1a4891a592 (v5.6)"],
    why: "only one word changes at a time, and the pair between is on the CPU that looks for it before it goes on",
    strategy: () => x86TwoStep,
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-two-step-no-check",
    row: "S04",
    title: "two-step update, no IRR check",
    source: ["a mutant of msi_set_affinity"],
    why: "a message to the pair between is taken for the expected stray",
    strategy: () => x86TwoStepNoCheck,
    violates: (parameters) => losesExceptForService(parameters),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-two-step-irqs-on",
    row: "S05",
    title: "two-step update, interrupts on",
    source: ["a mutant of msi_set_affinity"],
    why: "the CPU dispatches the message to the pair between before the check looks for it",
    doubt:
      "with the descriptor's lock held only a task can lock up: inside the interrupt its own vector is in service and not dispatched again",
    own: {
      context: choice("interrupt", ["interrupt", "task"], "in the interrupt that is moved, or in a task on its CPU"),
      "descriptor-lock": choice("released", ["released", "held"], "what becomes of the descriptor's lock meanwhile"),
    },
    strategy: (parameters) =>
      x86TwoStepIrqsOn(
        parameters["context"] as "interrupt" | "task",
        parameters["descriptor-lock"] as "held" | "released",
      ),
    violates: (parameters) => {
      const held = parameters["descriptor-lock"] === "held";
      if (parameters["context"] === "task") return [...lossIds, "no-stray", ...(held ? ["no-deadlock" as const] : [])];
      return losesExceptForService(parameters, "no-stray", ...(held ? [] : ["handler-exclusion" as const]));
    },
    losesLateMessages: (parameters) => parameters["context"] === "task" || exceptForService(parameters),
  }),
  catalogueEntry({
    id: "x86-two-step-remote",
    row: "S06",
    title: "two-step update on another CPU",
    source: ["refused with a warning by msi_set_affinity"],
    why: "a CPU can read only its own IRR, and the old CPU takes the message meanwhile",
    strategy: () => x86TwoStepRemote,
    violates: () => [...lossIds, "no-stray"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-pinned-thread",
    row: "S07",
    title: "two-step update in a pinned task",
    source: ["named as an alternative in the review of February 2025"],
    why: "interrupts are off on the old CPU from before the first write until after the check",
    strategy: () => x86PinnedThread,
    violates: nothing,
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-pinned-thread-unvalidated",
    row: "S07",
    title: "the same, target not looked at",
    source: ["a mutant of the pinned task"],
    why: "the interrupt moved on before the task ran, so the check reads the wrong CPU's IRR",
    defaults: { moves: 2 },
    strategy: () => x86PinnedThreadUnvalidated,
    violates: (parameters) => (manyMoves(parameters) ? [...lossIds, "no-stray"] : []),
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-data-first",
    row: "S09",
    title: "direct update, data then address",
    source: ["the PCI core writes the address first, so no kernel does this"],
    why: "between the writes the device names the old CPU with the new vector, and nobody looks for it there",
    strategy: () => x86DataFirst,
    violates: () => [...lossIds, "no-stray"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-data-first-check",
    row: "S09c",
    title: "data then address, IRR check",
    source: ["the two-step update with one write of each word"],
    why: "the pair between is the same as that of the two-step update, and so is the check",
    strategy: () => x86DataFirstCheck,
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-same-vector",
    row: "S10",
    title: "same vector on the new CPU",
    source: ["proposed and rejected: it exhausts the vectors"],
    why: "one word changes, in one write, so there is no pair between",
    strategy: () => x86SameVector,
    violates: nothing,
    losesLateMessages: losesBehindCleanup,
  }),
  catalogueEntry({
    id: "x86-same-cpu",
    row: "S11",
    title: "new vector on the same CPU",
    source: ["not done for started interrupts (e027fffff799)"],
    why: "one word changes, in one write, and both vectors are live until the checked cleanup",
    strategy: () => x86SameCpu,
    violates: nothing,
    // An arrival on the old vector already counts as the first on the new target, for only the CPU is compared.
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "msi-masked",
    row: "S12",
    title: "maskable MSI, masked meanwhile",
    source: ["pci_msi_mask_irq", "pci_write_msg_msi"],
    why: "while the words differ the device sends nothing, and its pending bit remembers what happened",
    strategy: () => msiMasked,
    violates: nothing,
    losesLateMessages: losesBehindCleanup,
  }),
  catalogueEntry({
    id: "msi-masked-no-pending-bit",
    row: "S12n",
    title: "the same without a pending bit",
    source: ["a broken device"],
    why: "an event while masked leaves no trace",
    strategy: () => msiMaskedNoPendingBit,
    violates: () => lossIds,
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "msix-masked",
    row: "S13",
    title: "MSI-X entry, masked meanwhile",
    source: ["pci_write_msg_msix", "da181dc974ad (2021)"],
    why: "as for maskable MSI; and the unmask makes the function fetch the entry anew",
    strategy: () => msixMasked,
    violates: nothing,
    losesLateMessages: losesBehindCleanup,
  }),
  catalogueEntry({
    id: "msix-unmasked",
    row: "S13u",
    title: "MSI-X entry written unmasked",
    source: ["pci_write_msg_msix before da181dc974ad"],
    why: "the function may use a torn entry, or go on with its copy of the old one after the cleanup",
    strategy: () => msixUnmasked,
    violates: () => [...lossIds, "no-stray", "target-live"],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-two-step-foreign-vector",
    row: "S22",
    title: "two-step over a foreign vector",
    source: ["msi_set_affinity"],
    why: "the check cannot tell whose bit it reads, so each handler may be called once for nothing, but none too little",
    defaults: { devices: 2 },
    strategy: () => x86TwoStepForeignVector,
    violates: ({ coverage }) => (coverage === "occurrence" ? [] : ["no-foreign-only"]),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-cleanup-at-once",
    row: "S23",
    title: "old vector freed in the move",
    source: ["a mutant of the cleanup"],
    why: "an interrupt that arrived before the write is still pending on the old vector",
    strategy: () => x86CleanupAtOnce,
    violates: (parameters) => losesExceptForService(parameters, "no-stray", "no-free-while-pending"),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-cleanup-unchecked",
    row: "S24",
    title: "old vector freed unchecked",
    source: ["a mutant of __vector_cleanup"],
    why: "the old vector may be pending still; one move hides it behind the later interrupt, two lose it",
    strategy: () => x86CleanupUnchecked,
    violates: (parameters) => [...(losesBehindCleanup(parameters) ? lossIds : []), "no-stray", "no-free-while-pending"],
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-cleanup-timer",
    row: "S25",
    title: "old vector freed by timer",
    source: ["__vector_cleanup", "bdc1dad299bb (v6.6)"],
    why: "as long as the old vector is pending it is kept, and after the move no message goes there",
    strategy: () => x86CleanupTimer,
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-cleanup-ipi",
    row: "S25i",
    title: "old vector freed by cleanup IPI",
    source: ["smp_irq_move_cleanup_interrupt, to v6.5"],
    why: "the IPI is dispatched after everything that is pending, and tests IRR besides",
    doubt: "the old code also spins on a try-lock of each descriptor, which is not modelled",
    strategy: () => x86CleanupIpi,
    violates: nothing,
    losesLateMessages: exceptForService,
  }),
];

/** The entry of an id. */
export function entryOf(id: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.id === id);
}

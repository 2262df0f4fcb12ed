import { choice, flag } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { x86DataFirst } from "./schemes/data-first.ts";
import { x86Direct, x86DirectInIrq } from "./schemes/direct.ts";
import { x86ShippedGuard } from "./schemes/shipped-guard.ts";
import {
  always,
  exceptForService,
  losesBehindCleanupMasked,
  losesExceptForService,
  tornPair,
} from "../expectations.ts";

/** Entries that rewrite the message in place without checking the intermediate target. */
export const x86DirectEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-direct",
    architecture: "x86",
    title: "direct update, address first",
    source: ["msi_domain_set_affinity", "x86 before 6f1a4891a592 (v5.6)"],
    why: "between the two writes the device sends to (new CPU, old vector), which is unassigned",
    own: {
      "runs-on": choice("old-cpu", ["old-cpu", "any"], "where the task runs: on the old CPU, or on any"),
    },
    strategy: (parameters) => x86Direct(parameters["runs-on"] as "old-cpu" | "any"),
    violates: () => [...lossIds, "no-stray", ...tornPair],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-direct-in-irq",
    architecture: "x86",
    title: "direct update in the interrupt",
    source: ["rejected for the RISC-V IMSIC in February 2025 (v3 10/10)"],
    why: "disabled interrupts and a running handler stop the CPU, not the device, which may raise between the writes",
    strategy: () => x86DirectInIrq,
    violates: (parameters) => losesExceptForService(parameters, "no-stray", ...tornPair),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-shipped-guard",
    architecture: "x86",
    title: "the guard of msi_set_affinity",
    source: ["msi_set_affinity", "b56ebe7c896d (v6.7)"],
    why: "the guard selects the direct update for exactly the devices that cannot be masked",
    suspicion: {
      modelled:
        "the direct update for interrupts outside reservation mode, the two-step update for those in it, both in interrupt context on the old CPU; interrupts of devices with a mask bit are in reservation mode, the others are not",
      restsOn:
        "the condition !irqd_can_reserve() of b56ebe7c896d, as read in the commit and seen in recordings of 6.1 and 6.12; and that exactly MSI-X and maskable MSI use reservation mode (msi_check_reservation_mode). The comment and changelog of the commit state the opposite of the condition: that the direct update is for maskable interrupts, and that interrupts outside reservation mode take the slow path",
      refutedBy:
        "a recording in which a kernel since v6.7 moves a device that cannot be masked in two steps, or such a device in reservation mode. No report and no fix was found",
    },
    own: {
      guard: choice("shipped", ["shipped", "intended"], "the condition as shipped, or as its comment describes it"),
      maskable: flag(false, "the device has a mask bit"),
    },
    strategy: ({ guard, maskable }) => x86ShippedGuard(guard as "shipped" | "intended", maskable as boolean),
    violates: (parameters) =>
      parameters["guard"] === "shipped" && parameters["maskable"] === false
        ? losesExceptForService(parameters, "no-stray", ...tornPair)
        : [],
    losesLateMessages: (parameters) =>
      parameters["maskable"] === true ? losesBehindCleanupMasked(parameters) : exceptForService(parameters),
  }),
  catalogueEntry({
    id: "x86-data-first",
    architecture: "x86",
    title: "direct update, data first",
    source: ["the PCI core writes the address first, so no kernel does this"],
    why: "between the writes the device sends to (old CPU, new vector), which is not checked",
    strategy: () => x86DataFirst,
    violates: () => [...lossIds, "no-stray", ...tornPair],
    losesLateMessages: always,
  }),
];

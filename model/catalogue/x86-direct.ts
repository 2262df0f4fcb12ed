import { choice, flag } from "../../checker/index.ts";
import { catalogueEntry, lossIds, type CatalogueEntry } from "../entry.ts";
import { x86DataFirst } from "../strategies/x86-data-first.ts";
import { x86Direct, x86DirectInIrq } from "../strategies/x86-direct.ts";
import { x86ShippedGuard } from "../strategies/x86-shipped-guard.ts";
import { always, exceptForService, losesBehindCleanupMasked, losesExceptForService, tornPair } from "./faults.ts";

/** Rewriting the message in place, without looking for what went to the pair between. */
export const x86DirectEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-direct",
    architecture: "x86",
    row: "S01",
    title: "direct update, address first",
    source: ["msi_domain_set_affinity", "x86 before 6f1a4891a592 (v5.6)"],
    why: "between the two writes the device names the new CPU with the old vector, where nobody waits for it",
    own: {
      "runs-on": choice("old-cpu", ["old-cpu", "any"], "where the task runs: on the CPU that is left, or on any"),
    },
    strategy: (parameters) => x86Direct(parameters["runs-on"] as "old-cpu" | "any"),
    violates: () => [...lossIds, "no-stray", ...tornPair],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-direct-in-irq",
    architecture: "x86",
    row: "S02",
    title: "direct update in the interrupt",
    source: ["rejected for the RISC-V IMSIC in February 2025 (v3 10/10)"],
    why: "interrupts off and a running handler stop the CPU, not the device, which raises again between the writes",
    strategy: () => x86DirectInIrq,
    violates: (parameters) => losesExceptForService(parameters, "no-stray", ...tornPair),
    losesLateMessages: exceptForService,
  }),
  catalogueEntry({
    id: "x86-shipped-guard",
    architecture: "x86",
    row: "S02g",
    title: "the guard of msi_set_affinity",
    source: ["msi_set_affinity", "b56ebe7c896d (v6.7)"],
    why: "the guard sends exactly the devices that cannot be masked down the direct path",
    suspicion: {
      modelled:
        "the direct update where the interrupt is not in reservation mode, the two-step update where it is, both in the interrupt on the CPU that is left; a device with a mask bit has its interrupt in reservation mode, one without has not",
      restsOn:
        "the condition !irqd_can_reserve() of b56ebe7c896d, as read in the commit and seen in recordings of 6.1 and 6.12; and that reservation mode is on exactly for MSI-X and for MSI that can be masked (msi_check_reservation_mode). Comment and changelog of the commit say the opposite of the condition: that the direct update is for what can be masked, and that without reservation mode the slow path is taken",
      refutedBy:
        "a recording in which a kernel since v6.7 moves a device that cannot be masked in two steps, or reservation mode that is on for such a device. No report and no repair was found",
    },
    own: {
      guard: choice("shipped", ["shipped", "intended"], "the condition as shipped, or as the comment above it says"),
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
    row: "S09",
    title: "direct update, data first",
    source: ["the PCI core writes the address first, so no kernel does this"],
    why: "between the writes the device names the old CPU with the new vector, and nobody looks for it there",
    strategy: () => x86DataFirst,
    violates: () => [...lossIds, "no-stray", ...tornPair],
    losesLateMessages: always,
  }),
];

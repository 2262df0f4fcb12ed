import { choice } from "../../checker/index.ts";
import { catalogueEntry, lossIds, type CatalogueEntry } from "../entry.ts";
import { gicv2m, gicv3Its } from "../strategies/gic.ts";
import { sg2042Msi } from "../strategies/sg2042-msi.ts";
import { never, nothing } from "./faults.ts";

const pendingBit = {
  "pending-bit": choice(
    "moved",
    ["moved", "left"],
    "what MOVI does with a pending bit at the old CPU: move it, or leave it",
  ),
};

/** Entries whose message is constant: a table of the controller selects the CPU. */
export const armEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "gicv2m",
    architecture: "arm",
    row: "S20",
    title: "GICv2m: SPI, distributor target",
    source: ["gic_set_affinity (irq-gic-v3.c, irq-gic.c)", "handle_fasteoi_irq"],
    why: "the distributor holds pending and active state, and does not signal an active interrupt to a second CPU",
    doubt:
      "based on the code, not on the architecture specification: that an edge on a disabled interrupt stays pending, that writing the route moves a pending interrupt along, and that an active one stays until its EOI. The second would be refuted by an implementation that still signals the old CPU after the write",
    own: {
      distributor: choice(
        "gicv3",
        ["gicv3", "gicv2"],
        "GICv3 disables the interrupt during the move, GICv2 writes one byte",
      ),
    },
    strategy: ({ distributor }) => gicv2m(distributor as "gicv3" | "gicv2"),
    violates: nothing,
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "gicv3-its",
    architecture: "arm",
    row: "S21",
    title: "GICv3 ITS: LPI, MOVI, resend",
    source: ["its_set_affinity", "handle_fasteoi_irq since 9c15eeb5362c, 8f4b589595d0 (v6.6)"],
    why: "MOVI moves event and pending bit atomically, and an arrival while the handler runs elsewhere is resent",
    doubt:
      "MOVI moves the pending bit and SYNC waits for it, as in QEMU; the architecture specification was not read. A translation in progress when the command executes is assumed to complete either before or after it",
    own: pendingBit,
    strategy: (parameters) => gicv3Its("resend", parameters["pending-bit"] as "moved" | "left"),
    violates: nothing,
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "gicv3-its-no-resend",
    architecture: "arm",
    row: "S33",
    title: "GICv3 ITS before the resend",
    source: ["handle_fasteoi_irq before 9c15eeb5362c (v6.6)"],
    why: "an LPI has no active state, so the new CPU takes one while the handler runs on the old CPU, and drops it",
    own: pendingBit,
    strategy: (parameters) => gicv3Its("drop", parameters["pending-bit"] as "moved" | "left"),
    violates: () => [...lossIds, "no-in-progress-drop"],
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "sg2042-msi",
    architecture: "riscv",
    row: "S29",
    title: "SG2042 MSI before a PLIC",
    source: ["plic_set_affinity", "9d8c41816bac (v6.18)"],
    why: "once started, the source is enabled for a CPU, and an affinity change moves that enable bit",
    doubt:
      "modelled from the commit message; that unmasking enables the source for no CPU, and that a later affinity change would, is from memory of the driver's code",
    own: {
      startup: choice(
        "startup-first",
        ["startup-first", "affinity-first"],
        "whether the interrupt is started before its affinity is set",
      ),
    },
    strategy: ({ startup }) => sg2042Msi(startup as "affinity-first" | "startup-first"),
    violates: ({ startup }) =>
      startup === "affinity-first"
        ? [...lossIds, "target-live", "target-live-in-move", "device-matches-descriptor", "no-livelock"]
        : [],
    losesLateMessages: ({ startup }) => startup === "affinity-first",
  }),
];

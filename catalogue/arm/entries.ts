import { choice } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { gicv2m, gicv3Its } from "./schemes/gic.ts";
import type { ActiveState } from "../../model/system.ts";
import { never, nothing } from "../expectations.ts";

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
    id: "gicv2m-guest",
    architecture: "arm",
    title: "guest SPI, active state lost",
    source: ["gic_set_affinity in a guest", "bao-hypervisor issue 371 and pull request 334 (June 2026)"],
    why: "the guest disables the interrupt around the write of its route while another CPU handles it; the hypervisor takes it out of the list registers, and the EOI finds nothing to end",
    doubt:
      "the report is of a serial driver that disables its interrupt while it is active; that a change of affinity does the same write of GICD_ICENABLER, and ends the same way, is derived. How the guest's state is kept is reduced to one bit, and the physical interrupt, which stays active in the report, and the virtual one are one here",
    own: {
      "active-state": choice(
        "lost-when-disabled",
        ["kept", "lost-when-disabled"],
        "what becomes of the active state of an interrupt that is disabled while its handler runs",
      ),
    },
    strategy: (parameters) => gicv2m("gicv3", parameters["active-state"] as ActiveState),
    violates: (parameters) =>
      parameters["active-state"] === "kept" ? [] : [...lossIds, "target-live-in-move", "eoi-balanced", "no-livelock"],
    losesLateMessages: (parameters) => parameters["active-state"] !== "kept",
  }),
  catalogueEntry({
    id: "gicv3-its",
    architecture: "arm",
    title: "GICv3 ITS: LPI, MOVI, resend",
    source: ["its_set_affinity", "handle_fasteoi_irq since 9c15eeb5362c, 8f4b589595d0 (v6.6)"],
    why: "MOVI moves event and pending bit atomically, and an arrival while the handler runs elsewhere is resent",
    doubt:
      "MOVI moves the pending bit and SYNC waits for it, as in QEMU; the architecture specification was not read. A translation in progress when the command executes is assumed to complete either before or after it",
    own: {
      ...pendingBit,
      command: choice("succeeds", ["succeeds", "may-fail"], "whether MOVI may fail, which is logged and ignored"),
    },
    strategy: (parameters) =>
      gicv3Its(
        "resend",
        parameters["pending-bit"] as "moved" | "left",
        parameters["command"] as "succeeds" | "may-fail",
      ),
    violates: ({ command }) => (command === "succeeds" ? [] : ["device-matches-descriptor", "no-livelock"]),
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "gicv3-its-no-resend",
    architecture: "arm",
    title: "GICv3 ITS before the resend",
    source: ["handle_fasteoi_irq before 9c15eeb5362c (v6.6)"],
    why: "an LPI has no active state, so the new CPU takes one while the handler runs on the old CPU, and drops it",
    own: pendingBit,
    strategy: (parameters) => gicv3Its("drop", parameters["pending-bit"] as "moved" | "left"),
    violates: () => [...lossIds, "no-in-progress-drop"],
    losesLateMessages: never,
  }),
];

import { choice } from "../../checker/index.ts";
import type { GuestFeatures } from "../../model/system.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { x86Avic, x86Guest } from "./schemes/guest.ts";
import { never } from "../expectations.ts";

/** Values of `notifiedCpu` by those of --entry-cpu. */
const notifiedCpu = {
  present: "entry",
  "at-next-schedule": "entry-at-next-schedule",
  "read-earlier": "entry-read-earlier",
} as const;

/** Devices that are passed through to a guest: an entry of the remapping table may post to a virtual CPU. */
export const x86GuestEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-guest",
    architecture: "x86",
    title: "VT-d entry posts to a vCPU",
    source: [
      "intel_ir_set_vcpu_affinity",
      "__intel_ir_reconfigure_irte since 688124cc541f and 2454823e97a6 (v6.15)",
      "vmx_vcpu_pi_load",
    ],
    why: "a host move only notes the new target while the entry posts to the virtual CPU, whose descriptor has the CPU that is notified; afterwards the entry is what the host's other entries are",
    doubt:
      "the two commits were read in copies of the stable series. Their texts state no loss: with --after-guest remapped the loss follows from the acknowledge callback of v6.15, which gives no EOI. With --host-move overwrites nothing is lost, since the handler that VFIO registered passes the event on to the guest; that handler is not modelled",
    own: {
      "host-move": choice(
        "keeps",
        ["keeps", "overwrites"],
        "what a host affinity change does to an entry that posts to a vCPU: keeps it, or makes it the host's (688124cc541f)",
      ),
      "after-guest": choice(
        "as-the-host",
        ["as-the-host", "remapped"],
        "what an entry becomes that no longer posts to a vCPU: posted to the host, or remapped (2454823e97a6)",
      ),
    },
    defaults: { vectors: 1 },
    strategy: (parameters) =>
      x86Guest({
        hostMove: parameters["host-move"] === "keeps" ? "keeps-entry" : "overwrites-entry",
        afterwards: parameters["after-guest"] as GuestFeatures["afterwards"],
      }),
    violates: (parameters) => [
      ...(parameters["after-guest"] === "remapped"
        ? ([...lossIds, "target-live-in-move", "eoi-balanced", "cleanup-done"] as const)
        : []),
      ...(parameters["after-guest"] === "remapped" || parameters["host-move"] === "overwrites"
        ? (["device-matches-descriptor"] as const)
        : []),
    ],
    losesLateMessages: never,
  }),
  catalogueEntry({
    id: "x86-avic",
    architecture: "x86",
    title: "AVIC, entry names the CPU",
    source: [
      "amd_iommu_activate_guest_mode",
      "avic_pi_update_irte since f3cebc75e742 (v6.6)",
      "avic_vcpu_load",
      "f3cebc75e742: the other CPU's doorbell is signalled until the vCPU is scheduled again",
    ],
    why: "the entry gets the physical CPU where the virtual CPU runs when posting begins, and each time that it is scheduled, under one lock",
    doubt:
      "of f3cebc75e742 the cover letter and excerpts on the list were read, not the commit. Nothing but the doorbell makes a vCPU that runs look at what is posted; in truth each exit from the guest does as well, so the event is late rather than lost. --entry-cpu read-earlier is made up, after a remark there on a stale CPU",
    own: {
      "entry-cpu": choice(
        "present",
        ["present", "at-next-schedule", "read-earlier"],
        "the physical CPU that an entry gets when posting begins: the present one, none until the vCPU is scheduled (f3cebc75e742), or one read before",
      ),
    },
    // Without a move of the host, too, a message may find an entry without the CPU.
    movesUnasked: true,
    strategy: (parameters) => x86Avic(notifiedCpu[parameters["entry-cpu"] as keyof typeof notifiedCpu]),
    violates: (parameters) => (parameters["entry-cpu"] === "present" ? [] : [...lossIds, "target-live-in-move"]),
    losesLateMessages: never,
  }),
];

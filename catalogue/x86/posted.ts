import { choice } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { postedDriver, x86Posted, x86PostedOffline } from "./schemes/posted.ts";
import { always } from "../expectations.ts";

/** Posted MSI of a host: a bit in memory for each vector, one notification vector, one EOI. */
export const x86PostedEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-posted",
    architecture: "x86",
    title: "posted MSI, ack moves",
    source: ["sysvec_posted_msi_notification", "intel_ir_set_affinity", "is_vector_pending", "ed1e48ea4370 (v6.11)"],
    why: "the entry changes at once, the cleanup's test looks at PIR too, and a refused request is carried out by the next acknowledge",
    doubt:
      "as x86-remapped, it rests on the wait for the invalidation; that a message finds PIR and the notification updated in one step is taken from the descriptor's description, not from the VT-d specification. The handler harvests twice before it clears the outstanding bit, here once",
    own: {
      ack: choice(
        "moves",
        ["moves", "does-nothing"],
        "what the acknowledge callback does: irq_move_irq (v6.15), or nothing",
      ),
      "pending-test": choice(
        "both",
        ["both", "irr-alone"],
        "where the cleanup looks for a pending vector: PIR and IRR, or IRR",
      ),
    },
    // With one vector on each CPU a second move is refused until the first is cleaned up, as it is with more.
    defaults: { moves: 2, vectors: 1 },
    strategy: (parameters) =>
      x86Posted({
        ...postedDriver,
        ackMoves: parameters["ack"] === "moves",
        testsSeePosted: parameters["pending-test"] === "both",
      }),
    violates: (parameters) => [
      ...(parameters["ack"] === "moves" ? [] : (["affinity-applied"] as const)),
      ...(parameters["pending-test"] === "both" ? [] : ([...lossIds, "no-stray", "no-free-while-pending"] as const)),
    ],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-posted-offline",
    architecture: "x86",
    title: "posted MSI, CPU offline",
    source: ["fixup_irqs", "intel_ack_posted_msi_irq since 0edc78b82bea (v6.19)", "is_vector_pending"],
    why: "the scan finds what is posted and sends an IPI to the vector itself, whose acknowledge gives the EOI",
    doubt: "a message that is posted after the scan is lost, as on x86-offline; --fabric fifo shows it",
    own: {
      "pending-test": choice(
        "both",
        ["both", "irr-alone"],
        "where the scan looks for a pending vector: PIR and IRR, or IRR",
      ),
    },
    defaults: { moves: 0 },
    movesUnasked: true,
    strategy: (parameters) =>
      x86PostedOffline({ ...postedDriver, testsSeePosted: parameters["pending-test"] === "both" }),
    violates: (parameters) =>
      parameters["pending-test"] === "both"
        ? []
        : [
            ...lossIds,
            "no-stray",
            "target-live-in-move",
            "no-free-while-pending",
            "no-drop-offline",
            "offline-drained",
          ],
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-posted-no-eoi",
    architecture: "x86",
    title: "posted MSI, retrigger, no EOI",
    source: ["intel_ir_chip_post_msi before 0edc78b82bea (v6.19)", "apic_retrigger_irq"],
    why: "the IPI is handled without an EOI, so its vector stays in service and shuts out those of lower priority on its CPU",
    doubt:
      "the IPI is sent by the scan of a CPU that goes offline; the report is of irq_retrigger in general. The other interrupt is one that is not posted, with a vector of lower priority; a higher number is a higher priority here, where the local APIC compares classes of 16 vectors",
    defaults: { moves: 0, devices: 2, raises: 1 },
    movesUnasked: true,
    strategy: () => x86PostedOffline({ ...postedDriver, posts: "first", ackEndsRetriggered: false }),
    violates: () => [...lossIds, "target-live-in-move", "eoi-balanced"],
    losesLateMessages: always,
  }),
];

import { choice } from "../../checker/index.ts";
import type { RedirectFeatures } from "../../model/system.ts";
import type { EntryParameters } from "../../model/parameters.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import { type MsiRedirect, msiRedirect, msiRedirectOffline } from "./schemes/redirect.ts";

const lock = choice(
  "held",
  ["held", "not-held"],
  "the descriptor's lock, from the look at the target until the work is queued: held with interrupts off, or not held",
);

const merged =
  "demux_redirect_remote and irq_redirect_work (kernel/irq/irqdesc.c) of fcc1d0dabdb6 (December 2025, v7.0)";

/** Whether work may be queued on a CPU that is offline and never runs it. */
const isLeftBehind = ({ parent, lock: held, "queued-work": work }: EntryParameters): boolean =>
  work === "left" || (parent === "thread" && held === "not-held");

/** Interrupts that share a parent, each of which is redirected to a CPU of its own in software. */
export const redirectEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "msi-redirect",
    architecture: "arm",
    title: "demultiplexed MSI, redirected",
    source: [merged, "dw_handle_msi_irq and dw_pci_bottom_ack (pcie-designware-host.c) since eaf290c404f7"],
    why: "the status bit is cleared before the work is queued, and the handler runs after both; an event that comes in between sets the bit again, and its work merges with the work that is queued or runs after it",
    doubt:
      "the parent's interrupt stays on CPU0 and is not itself modelled: it comes while a status bit is set, as from a controller with a level output, which was not looked up for this controller",
    own: {
      acknowledge: choice(
        "before-redirect",
        ["before-redirect", "after-handler"],
        "when the status bit is cleared: before the redirect (irq_pre_redirect), or at the end of the interrupt",
      ),
      lock,
    },
    // A handler runs on one CPU while the work is on another only after two moves.
    defaults: { moves: 2 },
    strategy: ({ acknowledge, lock: held }) =>
      msiRedirect({
        acknowledges: acknowledge as RedirectFeatures["acknowledges"],
        locksDescriptor: held === "held",
      }),
    violates: ({ acknowledge }) => (acknowledge === "before-redirect" ? [] : lossIds),
    losesLateMessages: ({ acknowledge }) => acknowledge === "after-handler",
  }),
  catalogueEntry({
    id: "msi-redirect-offline",
    architecture: "arm",
    title: "demultiplexed MSI, CPU offline",
    source: [
      merged,
      "irq_chip_redirect_set_affinity and 37f9d5026cd7 (2026)",
      "smpcfd_dying_cpu",
      "msi_domain_set_affinity",
    ],
    why: "the handler of the parent is a hard interrupt, so it runs before or after the CPUs are stopped; what it has queued on the outgoing CPU is run there, and the message is left alone",
    doubt:
      "CPU0 has the parent's interrupt and stays online, as in a suspend. The kernel skips the write where the device is not in D0; on the Tegra of the report it was, though its bus was off, for a reason that was not found: here a device that is powered down always is",
    own: {
      message: choice(
        "kept",
        ["kept", "rewritten"],
        "the message on a change of affinity: kept (37f9d5026cd7), or written once more",
      ),
      parent: choice(
        "hard-interrupt",
        ["hard-interrupt", "thread"],
        "context of the parent's handler: a hard interrupt, or a thread, as of a chip behind a slow bus",
      ),
      lock,
      "queued-work": choice("run", ["run", "left"], "work that is queued on the outgoing CPU: run there, or left"),
    },
    strategy: ({ message, parent, lock: held, "queued-work": work }) =>
      msiRedirectOffline(
        {
          message: message as NonNullable<MsiRedirect["message"]>,
          parent: parent as RedirectFeatures["parent"],
          locksDescriptor: held === "held",
        },
        work === "run",
      ),
    violates: (parameters) => [
      ...(parameters["message"] === "rewritten" ? (["no-access-unpowered"] as const) : []),
      ...(isLeftBehind(parameters) ? ([...lossIds, "target-live-in-move", "no-drop-offline"] as const) : []),
      ...(parameters["queued-work"] === "left" ? (["offline-drained"] as const) : []),
    ],
    losesLateMessages: isLeftBehind,
  }),
];

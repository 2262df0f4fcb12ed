import { choice, flag } from "../../checker/index.ts";
import { lossIds } from "../../properties/ids.ts";
import { type CatalogueEntry, catalogueEntry } from "../entry.ts";
import {
  x86EnableToggled,
  x86FreeAndRequest,
  x86Managed,
  x86ManagedDepth,
  x86StartupEarly,
  x86StartupLate,
  x86TwoStepPosted,
} from "./schemes/startup.ts";
import type { DepthFeatures, WhileDisabled } from "../../model/system.ts";
import { always, exceptForService, losesExceptForService, nothing } from "../expectations.ts";

/** Entries about startup, shutdown and freeing of interrupts, disabled devices, and posted writes. */
export const x86StartupEntries: readonly CatalogueEntry[] = [
  catalogueEntry({
    id: "x86-startup-late",
    architecture: "x86",
    title: "affinity set after startup",
    source: ["irq_startup before ff363f480e59", "since 18404756765c"],
    why: "a direct update of a device that may already send",
    defaults: { moves: 0 },
    strategy: () => x86StartupLate,
    violates: () => [
      ...lossIds,
      "no-stray",
      "target-live-in-move",
      "check-covers",
      "one-word-per-write",
      "startup-order",
    ],
    losesLateMessages: always,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-startup-early",
    architecture: "x86",
    title: "affinity set before startup",
    source: ["irq_startup since ff363f480e59", "826da771291f"],
    why: "the message is rewritten in two writes before the device can send",
    defaults: { moves: 0 },
    strategy: () => x86StartupEarly,
    violates: nothing,
    losesLateMessages: () => false,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-managed",
    architecture: "x86",
    title: "managed, CPU offline and back",
    source: ["irq_migrate_all_off_this_cpu", "irq_restore_affinity_of_irq", "irq_shutdown_and_deactivate"],
    why: "the device is quiesced and served before its interrupt is shut down, and masked until its new target is live",
    doubt:
      "relies on the driver, which must quiesce the device before the CPU goes offline: with --driver-quiesces false an interrupt that arrives while the CPU is stopped finds its vector shut down, and the scan skips it",
    own: { "driver-quiesces": flag(true, "the driver quiesces the device before the CPU goes offline") },
    defaults: { moves: 0 },
    strategy: (parameters) => x86Managed(parameters["driver-quiesces"] as boolean),
    violates: (parameters) => (parameters["driver-quiesces"] === true ? [] : [...lossIds, "offline-drained"]),
    losesLateMessages: (parameters) => parameters["driver-quiesces"] !== true,
    movesUnasked: true,
  }),
  catalogueEntry({
    id: "x86-managed-depth",
    architecture: "x86",
    title: "managed, two CPUs, disable depth",
    source: [
      "irq_shutdown, irq_startup_managed, irq_restore_affinity_of_irq",
      "788019eb559f, 2b32fc8ff08d and 72218d74c9c5 (v6.16)",
      "a60dd06af674 (v6.10)",
    ],
    why: "the shutdown with the last CPU of the mask counts as one more reason for the interrupt to be disabled, and the first CPU that comes back takes that one away",
    doubt:
      "788019eb559f, 2b32fc8ff08d and a60dd06af674 were read in copies of the lists, of 72218d74c9c5 the pull request that describes it and the thread that led to it. A driver that disables its interrupt masks the device at once here. Resume comes after all CPUs are back, as from S3",
    own: {
      restart: choice(
        "lowers-once",
        ["lowers-once", "lowers-each-time", "zeroes"],
        "the disable depth when CPUs of the mask come back: lowered for the first (2b32fc8ff08d), for each (788019eb559f), or set to 0 (before)",
      ),
      "driver-disables": flag(true, "the driver disables and enables its interrupt"),
      suspended: choice(
        "restarted",
        ["restarted", "skipped"],
        "a suspended interrupt when a CPU of its mask comes back: treated as any other, or skipped (a60dd06af674 to 72218d74c9c5)",
      ),
    },
    defaults: { moves: 0, cpus: 3, vectors: 1 },
    movesUnasked: true,
    strategy: (parameters) =>
      x86ManagedDepth({
        restart: parameters["restart"] as DepthFeatures["restart"],
        driverDisables: parameters["driver-disables"] as boolean,
        whileSuspended: parameters["suspended"] as DepthFeatures["whileSuspended"],
      }),
    violates: ({ restart, suspended, "driver-disables": disables }) => [
      ...(restart !== "lowers-once" && (disables === true || suspended === "restarted")
        ? (["disabled-stays-masked"] as const)
        : []),
      ...(restart !== "zeroes" && suspended === "skipped" ? lossIds : []),
    ],
    losesLateMessages: () => false,
  }),
  catalogueEntry({
    id: "x86-free-and-request",
    architecture: "x86",
    title: "vector freed, requested again",
    source: ["common_interrupt before ce0b5eedcb75 (v6.17)", "request_irq", "free_irq"],
    why: "a CPU that read the freed slot overwrites the owner installed since",
    defaults: { stray: "unchecked" },
    strategy: () => x86FreeAndRequest,
    violates: ({ stray }) =>
      stray === "unchecked"
        ? [
            ...lossIds,
            "no-stray",
            "target-live",
            "target-live-in-move",
            "one-owner",
            "no-free-while-pending",
            "table-owner",
          ]
        : [],
    losesLateMessages: () => false,
  }),
  catalogueEntry({
    id: "x86-enable-toggled",
    architecture: "x86",
    title: "MSI disabled during the update",
    source: ["the first proposal of January 2020, not merged; the reason is in 6f1a4891a592"],
    why: "an event while the enable bit is clear is dropped, or asserts a legacy line without a handler",
    own: {
      "while-disabled": choice(
        "legacy-line",
        ["legacy-line", "dropped"],
        "effect of an event while the device's MSI enable bit is clear",
      ),
    },
    strategy: (parameters) => x86EnableToggled(parameters["while-disabled"] as WhileDisabled),
    violates: () => lossIds,
    losesLateMessages: always,
  }),
  catalogueEntry({
    id: "x86-two-step-posted",
    architecture: "x86",
    title: "two-step update, posted writes",
    source: ["__pci_write_msg_msi", "b9255a7cb517 (2021)"],
    why: "a read-back after each write ensures that the device no longer uses the intermediate target after the check",
    doubt:
      "writes to configuration space are not posted, so the loss without the read-back needs a host bridge that posts them; the commit calls it theoretical",
    own: { "read-back": flag(true, "each write is read back before the next step") },
    strategy: (parameters) => x86TwoStepPosted(parameters["read-back"] as boolean),
    violates: (parameters) =>
      parameters["read-back"] === true
        ? []
        : [
            ...losesExceptForService(parameters),
            "no-stray",
            "target-live",
            "target-live-in-move",
            "device-matches-descriptor",
          ],
    losesLateMessages: exceptForService,
  }),
];

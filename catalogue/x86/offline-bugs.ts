import type { Bug } from "../bug.ts";

/** Bugs of x86 that need a CPU to go offline. */
export const x86OfflineBugs: readonly Bug[] = [
  {
    id: "B1",
    title: "address and data written separately",
    fix: "6f1a4891a592 (v5.6)",
    source: ["Evan Green, January 2020: xHCI traffic while CPUs go offline", "msi_set_affinity"],
    cause: "between the two writes the device sends to (new CPU, old vector), which is unassigned",
    before: { entry: "x86-offline-direct", property: "no-interrupt-lost" },
    after: { entry: "x86-offline", property: "no-interrupt-lost" },
  },
  {
    id: "B7",
    title: "local APIC disabled before interrupts are moved",
    fix: "52d6b926aabc (v5.9)",
    introduced: "60dcaad5736f",
    source: ["native_cpu_disable", "fixup_irqs"],
    cause: "a disabled local APIC drops the messages of interrupts still targeted at it",
    before: { entry: "x86-offline-apic-off-first", property: "no-interrupt-lost" },
    after: { entry: "x86-offline", property: "no-interrupt-lost" },
  },
  {
    id: "B8",
    title: "spurious warning for a resent interrupt",
    fix: "9345005f4eed (2014)",
    source: ["fixup_irqs", "do_IRQ: no irq handler for vector"],
    cause: "the outgoing CPU still dispatches what its local APIC holds, and found the slot unassigned",
    doubt: "only the title and Fixes tag of the commit were read, not its code",
    before: { entry: "x86-offline", parameters: { mark: false }, property: "no-stray" },
    after: { entry: "x86-offline", property: "no-stray" },
  },
  {
    id: "B10",
    title: "CPU goes offline before an old vector is freed",
    fix: "98229aa36caa (v4.5)",
    source: ["irq_force_complete_move", "a report by Joe Lawrence, not looked up"],
    cause: "the interrupt could not be moved off the outgoing CPU because its previous move was not cleaned up",
    before: {
      entry: "x86-offline-unfinished",
      parameters: { "gives-back": "none", "drains-list": true },
      property: "effective-target-online",
    },
    after: {
      entry: "x86-offline-unfinished",
      parameters: { "gives-back": "targeted", "drains-list": true },
      property: "effective-target-online",
    },
  },
  {
    id: "B11",
    title: "outgoing CPU left in the cleanup mask",
    fix: "56d7d2f4bbd0 (v4.5)",
    source: ["irq_force_complete_move"],
    cause: "a dead CPU never takes the cleanup IPI, so the move was never completed and every later one was refused",
    doubt: "only the file at that commit was read; the model has a list instead of the mask of CPUs to clean up",
    before: { entry: "x86-offline-unfinished", parameters: { "cleanup-by": "ipi" }, property: "no-leak" },
    after: {
      entry: "x86-offline-unfinished",
      parameters: { "cleanup-by": "ipi", "drains-list": true },
      property: "no-leak",
    },
  },
  {
    id: "B16",
    title: "move unfinished when its old CPU goes offline",
    fix: "a6c11c0a5235 (v6.10)",
    source: ["CVE-2024-31076", "migrate_one_irq", "irq_force_complete_move"],
    cause:
      "old vectors were freed only for interrupts targeted at the outgoing CPU, so interrupts that had just left it leaked theirs",
    before: {
      entry: "x86-offline-unfinished",
      parameters: { "gives-back": "targeted", "drains-list": true },
      property: "offline-cleanup",
    },
    after: {
      entry: "x86-offline-unfinished",
      parameters: { "gives-back": "all", "drains-list": true },
      property: "offline-cleanup",
    },
  },
  {
    id: "B17",
    title: "no vector left on the requested CPUs",
    fix: "88d724e2301a (v6.10)",
    source: ["migrate_one_irq"],
    cause: "the move off the outgoing CPU failed with -ENOSPC and was not retried with other CPUs",
    before: {
      entry: "x86-offline-exhausted",
      parameters: { "tries-all-cpus": false },
      property: "effective-target-online",
    },
    after: { entry: "x86-offline-exhausted", property: "effective-target-online" },
  },
  {
    id: "B29",
    title: "xHCI interrupts lost after a CPU goes offline",
    fix: "52d6b926aabc (v5.9)",
    source: ["Mathias Nyman, March 2020: still lost on 5.6-rc6 after cpu hotplug"],
    cause:
      "the two-step update alone does not help on a CPU whose local APIC is disabled before its interrupts are moved",
    doubt: "that this report led to the commit of B7 is inferred from its reporter and tester",
    before: { entry: "x86-offline-apic-off-first", property: "no-drop-offline" },
    after: { entry: "x86-offline", property: "no-drop-offline" },
  },
  {
    id: "B39",
    title: "CPU offline moves unmaskable MSI directly, again",
    introduced: "b56ebe7c896d (October 2023; v6.7, 6.1.66 and other stable series)",
    source: [
      "msi_set_affinity and fixup_irqs of Debian's 6.12.117, read and recorded under QEMU, 30 November 2026",
      "the guard of B3, which sends these devices the direct way that 6f1a4891a592 (B1) had closed",
    ],
    state: "reproduced",
    cause:
      "between the two writes the device sends to the new CPU with the old vector, and no handler follows a move off a CPU that goes offline",
    doubt: "seen under QEMU with one kernel version; real hardware and today's mainline were not tried",
    before: { entry: "x86-offline-direct", property: "no-interrupt-lost" },
    after: { entry: "x86-offline", property: "no-interrupt-lost" },
  },
  {
    id: "B43",
    title: "Xen: pending vectors of an outgoing CPU are not forwarded",
    fix: "e2bb28d62158 (Xen, 2024)",
    source: ["fixup_irqs of Xen", "x86/irq: forward pending interrupts to new destination in fixup_irqs(), June 2024"],
    cause: "it relied on a millisecond with interrupts on instead of reading IRR",
    doubt:
      "shown with the steps of Linux. The repair also forwards what is pending at the old vector of a move that is not complete, which Linux gives back instead (B55)",
    before: { entry: "x86-offline-no-scan", property: "no-interrupt-lost" },
    after: { entry: "x86-offline", property: "no-interrupt-lost" },
  },
  {
    id: "B44",
    title: "Xen: the new target goes offline during a move",
    fix: "369558924a64 (Xen 4.19, 2024)",
    source: [
      "_assign_irq_vector and fixup_irqs of Xen",
      "x86/irq: handle moving interrupts in _assign_irq_vector(), June 2024",
    ],
    cause:
      "the move off the outgoing CPU was refused, for the last one was not complete, and the interrupt stayed there",
    doubt:
      "shown with the steps of Linux before 98229aa36caa, which have the same shape. The repair of Xen is another: the interrupt goes back to its old vector, which is still assigned",
    before: {
      entry: "x86-offline-unfinished",
      parameters: { "gives-back": "none", "drains-list": true },
      property: "no-interrupt-lost",
    },
    after: {
      entry: "x86-offline-unfinished",
      parameters: { "gives-back": "all", "drains-list": true },
      property: "no-interrupt-lost",
    },
  },
  {
    id: "B55",
    title: "a late message to an old vector is lost at CPU offline",
    source: [
      "irq_force_complete_move: its comment describes the race and calls it theoretical",
      "Xen closed one half of it in 2024: e2bb28d62158",
    ],
    state: "suspected",
    cause:
      "the old vector of a move that is not complete is given back before the scan, and what arrives there after all CPUs have stopped is not looked for",
    doubt:
      "needs a message that is late beyond the read back of its device; whether any machine or hypervisor delivers one is not known. The repaired side is a proposal, not code",
    before: { entry: "x86-offline-late", property: "no-interrupt-lost" },
    after: {
      entry: "x86-offline-late",
      parameters: { "old-vectors": "scanned-or-cleaned-up" },
      property: "no-interrupt-lost",
    },
  },
];

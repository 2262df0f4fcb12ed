import type { Finding } from "./finding.ts";

const READ = "2026-11-30";

const guard = [
  {
    what: "Linux v6.7 and later, by b56ebe7c896d (x86/apic/msi: Fix misconfigured non-maskable MSI quirk, October 2023); the changelog and the comment above the condition say the opposite of the condition",
    date: READ,
    doubt: "the commit was read in a mailing list's copy",
  },
  {
    what: "6.1.66 and the other stable series that took the commit in November and December 2023",
    date: READ,
    doubt: "the text of 6.1.66 was seen; which further series have it was not resolved",
  },
  {
    what: "linux-source-6.1 6.1.192-2 and linux-source-6.12 6.12.117-1~deb12u1 of Debian: the condition as it is quoted below",
    date: READ,
  },
  {
    what: "a tree whose Makefile says 7.2.0 has the same comment and the same condition",
    date: READ,
    doubt: "seen in a port of the file to another language, which may be older than the Makefile",
  },
] as const;

const repair = {
  text: "Take the negation away, so that the condition is what the comment above it says: direct for what can be masked, two steps for what cannot.",
  lines: [
    "--- a/arch/x86/kernel/apic/msi.c",
    "+++ b/arch/x86/kernel/apic/msi.c",
    "@@ msi_set_affinity()",
    "-	if (!irqd_can_reserve(irqd) ||",
    "+	if (irqd_can_reserve(irqd) ||",
  ],
} as const;

/** MSI without a mask bit, moved off a CPU that goes offline: reproduced. */
export const x86OfflineFinding: Finding = {
  bug: "B39",
  name: "x86-offline-direct",
  subject: "x86/apic/msi: unmaskable MSI is lost when a CPU goes offline",
  summary:
    "Since b56ebe7c896d msi_set_affinity() updates MSI without a mask bit and without remapping directly, address first, also when a CPU goes offline: what the device sends between the two writes goes to the new CPU with the old vector, and no handler follows the move. On an unchanged kernel under QEMU, 20 of 20 messages that went astray in this way were lost for good. Each stalled its disk until the SCSI timeout, without a line in the log before that.",
  affected: guard,
  unchecked:
    "real hardware and today's mainline. The message has to leave the device between two adjacent register writes; that a real device does so was not measured, and the width of the window below is that of an emulator that logs.",
  reproduction: {
    setUp:
      "Debian's 6.12.117-1~deb12u1, unchanged; QEMU 7.2.22, q35, TCG, 2 CPUs, no IOMMU; ich9-ahci (64-bit MSI, no mask bit) with a disk that takes 10 ms for a read; a reader at queue depth 1, bound to CPU0. In each round the interrupt is moved to CPU1, and CPU1 goes offline and online. 30 November 2026. Line numbers are those of the recording offline/single, of which test/recordings/fixtures/offline-6.12.* is a piece.",
    rows: [
      {
        model: "the address is written: the message names the new CPU with the old vector",
        recorded: "line 812: address 0xfee00000, message now (CPU0, 32)",
      },
      {
        model: "the device raises, to the new CPU with the old vector",
        recorded: "line 815: message to (CPU0, 32), 11.0 ms after command slot 24 was issued",
      },
      {
        model: "the data are written: the message is complete",
        recorded: "line 821: data 37, where the interrupt is expected; window 146 us",
      },
      {
        model: "the scan looks at the outgoing CPU only, and finds nothing",
        recorded: "lines 823 and 824: IRR of CPU1, vectors 32 to 63, reads 0",
      },
      {
        model: "no handler of the device runs; nothing will deliver the event",
        recorded:
          "no message and no access for 30.41 s; then libata: SAct 0x1000000 (slot 24), command timeout, hard reset",
      },
      {
        model: "lost in each state that fits the recording (irqproof replay: nothing carries the event in 4 of 4)",
        recorded:
          "20 of 20 misdirected messages stalled their disk: 2 runs with one loss each (30.4 s, 30.7 s), one with 18 (7 s timeout); no other stall",
      },
      {
        model: "the run depends on no vector and on no device in particular",
        recorded:
          "record.sh --offline, eight controllers, 300 rounds, a 7 s timeout: 2 of 2,400 moves off the CPU misdirected a message, to (CPU0, 32) and (CPU0, 38); both disks stood still, for 7.5 s and 7.4 s",
      },
      {
        model: "the old vector may be another device's on the new CPU: then no stray is reported",
        recorded:
          "no 'No irq handler' line; the counts of i8042, rtc0 and acpi rose by as many as messages went to their vectors",
      },
    ],
    controls: [
      "with interrupt remapping (-device intel-iommu,intremap=on): 0 of 5,600 moves off the CPU lost a message",
      "with IRQD_CAN_RESERVE set by a module for these interrupts, so that the kernel's own two-step code runs: 0 of 5,600, of which 5,307 in two steps; 19 messages at (old CPU, new vector), each with its retrigger",
      "at the rate of the unchanged kernel (18 of 9,600) either control would be that lucky with a probability of 3e-5",
      "without QEMU's trace events and without kprobes the unchanged kernel lost 1 of 12,000: recording widens the window and does not cause the loss",
    ],
  },
  related: [
    {
      side: { entry: "x86-shipped-guard", property: "no-interrupt-lost" },
      says: "The same guard in a move without hotplug: the message is lost there, too, but the move is made in the interrupt, and the handler that follows looks at the device.",
    },
    {
      side: { entry: "x86-shipped-guard", parameters: { coverage: "service" }, property: "no-interrupt-lost" },
      says: "So with a driver that looks for all that is done nothing is lost in ordinary moves, which is why it went unnoticed.",
    },
  ],
  machine: {
    steps: [
      "It takes a device that uses MSI (not MSI-X) without per-vector masking, a machine or a VM without interrupt remapping, commands that are outstanding one at a time, and CPUs that go offline while they are. lspci -vv shows 'MSI: Enable+ ... Maskable-'.",
      "A recording under QEMU shows all of it, in the order in which it happened; record.sh takes CPUs offline and online until a disk stands still. With eight controllers the first did after 35 s in one run, and none within 150 s in another, on a busy host.",
      "On a machine without QEMU: two writes of one move off a CPU that is going offline cannot be seen, but that they are direct can: one pci_msi_domain_write_msg() within fixup_irqs() in which the vector and the destination change. debugfs shows can_reserve as 0 for the interrupt.",
      "ftrace shows it with kprobe events at fixup_irqs(), msi_set_affinity() and pci_msi_domain_write_msg(), and with irq:irq_handler_entry of the interrupt, which does not come again; guest.sh --offline CPU IRQ sets them up. The tracepoints irq_vectors:vector_* do not fire on a CPU that is no longer online.",
      "It is refuted by a kernel with the guard on which such a move makes two calls of pci_msi_domain_write_msg(), or on which can_reserve is 1 for the interrupt.",
    ],
    commands: [
      {
        line: "recordings/capture/record.sh --offline --kernel IMAGE \\",
      },
      { line: "  --modules lib/modules/VERSION --device ahci --moves 300 \\" },
      {
        line: "  --timeout 7 --out run1",
        ran: "with Debian's 6.12.117, in 70 s: the two disks above",
      },
      {
        line: "irqproof replay --qemu run1/qemu.log --threads run1/threads.txt",
        ran: "on that recording: STALE twice, with command slots 10 and 25, as libata names them; the moves of all eight devices fit x86-offline-direct and contradict x86-offline. On offline/single: STALE, 30.41 s, slot 24",
      },
      { line: "bpftrace -e 'kprobe:fixup_irqs { @off[cpu] = 1 }" },
      { line: "  kretprobe:fixup_irqs { delete(@off[cpu]) }" },
      { line: "  kprobe:pci_msi_domain_write_msg /@off[cpu]/ { @w[kstack(4)]++ }'" },
      { line: "grep can_reserve /sys/kernel/debug/irq/irqs/IRQ" },
    ],
  },
  repair,
};

/** The guard in ordinary moves: leads to the above. */
export const guardFinding: Finding = {
  bug: "B3",
  name: "x86-shipped-guard",
  subject: "x86/apic/msi: unmaskable MSI takes the direct update",
  summary:
    "The condition in msi_set_affinity() is negated since b56ebe7c896d: what cannot be masked is updated directly, what can be masked in two steps, against the comment above it. In ordinary moves the handler of the same interrupt follows and hides the loss from a driver that looks at its device; when a CPU goes offline nothing hides it, which is B39 (findings/x86-offline-direct.txt).",
  affected: guard,
  unchecked:
    "real hardware and today's mainline. A driver that counts interrupts, or trusts that each message has an event of its own, would lose in ordinary moves, too; none was looked for.",
  related: [
    {
      side: { entry: "x86-offline-direct", property: "no-interrupt-lost" },
      says: "Where it matters: no handler follows a move off a CPU that goes offline.",
    },
    {
      side: { entry: "x86-shipped-guard", parameters: { coverage: "service" }, property: "no-interrupt-lost" },
      says: "Where it does not matter: a handler that looks for all that is done.",
    },
  ],
  machine: {
    steps: [
      "One pci_msi_domain_write_msg() for each move is the direct update, two are the two-step update. The recording direct-6.12 of test/recordings/fixtures has the first for a disk without a mask bit, masked-6.12 the second for MSI-X.",
      "It is refuted by a kernel with the guard that makes two calls for a device without a mask bit.",
    ],
    commands: [
      { line: "recordings/capture/record.sh --kernel IMAGE \\" },
      {
        line: "  --modules lib/modules/VERSION --device ahci --out run1",
        ran: "with Debian's 6.1.192 and 6.12.117 under QEMU 7.2: every move direct, address first",
      },
      {
        line: "irqproof replay --qemu run1/qemu.log --guest run1/guest.txt.gz \\",
      },
      { line: "  --threads run1/threads.txt", ran: "explains x86-shipped-guard, contradicts x86-two-step" },
    ],
  },
  repair,
};

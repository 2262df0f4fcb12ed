import type { Finding } from "./finding.ts";

/** The new hart goes offline before its sync. */
export const imsicFinding: Finding = {
  bug: "B40",
  name: "imsic-offline-stranded",
  subject: "irqchip/riscv-imsic: interrupt stranded on an offline hart",
  summary:
    "When a hart goes offline before it was brought up to date after a move to it, the move off it is refused with -EBUSY, because its identity still knows the one before it, and imsic_irq_force_complete_move() passes over it: the old identity is on another hart. The interrupt stays on the dead hart, and its events are lost until that hart comes back; cefafbd56140 does not change this.",
  affected: [
    {
      what: "Linux v6.15 and later, by 0f67911e821c and 896f8e436f99 (irqchip/riscv-imsic, February 2025)",
      date: "2026-11-30",
      doubt: "read in the series and in two later copies of the file",
    },
    {
      what: "kernels with cefafbd56140 (Clear interrupt move state during CPU offlining; tip irq/urgent, 11 May 2026; stable queues of 6.18 and 7.0): it adds the sync of the dying hart, behind the moves",
      date: "2026-11-30",
      doubt: "the commit was read; a file that has all three commits was not seen whole",
    },
  ],
  unchecked:
    "real hardware, QEMU, and today's mainline: this follows from the code and the model alone. No report is known. Xen repaired the same gap in 2024 (369558924a64).",
  related: [
    {
      side: { entry: "imsic-offline", property: "no-interrupt-lost" },
      says: "Before cefafbd56140, without a move shortly before: what was pending on the dying hart was left there (B33).",
    },
    {
      side: { entry: "imsic-offline", parameters: { "dying-sync": true }, property: "no-interrupt-lost" },
      says: "cefafbd56140 repairs that.",
    },
  ],
  machine: {
    steps: [
      "The window is from the return of imsic_irq_set_affinity() to the sync on the new hart: its IPI or its next interrupt. Write the affinity of a busy interrupt to a hart, and take the hart offline at once, in a loop.",
      "Afterwards effective_affinity_list names a hart that is offline, and a device waits for its timeout. The return value -16 of imsic_irq_set_affinity() within irq_migrate_all_off_this_cpu() confirms it.",
      "It is refuted by a hart that cannot go offline before its sync (something on the way that waits for it), or by an effective affinity that names an online hart each time.",
    ],
    commands: [
      { line: "echo 1 > /proc/irq/IRQ/smp_affinity_list" },
      { line: "echo 0 > /sys/devices/system/cpu/cpu1/online" },
      { line: "cat /proc/irq/IRQ/effective_affinity_list" },
      { line: "bpftrace -e 'kretprobe:imsic_irq_set_affinity" },
      { line: "  /(int32)retval == -16/ { @busy[kstack(6)]++ }'" },
    ],
  },
  repair: {
    text: "Bring the dying hart up to date before its interrupts are moved, too, so that nothing is in the way of their move. Where the old hart has not handed over yet the sync has to wait for it; the move in the interrupt, as merged, hands over at once.",
    lines: [],
  },
};

import type { Finding } from "./finding.ts";

const READ = "2026-11-30";

/** The old vector of an unfinished move, when a CPU goes offline: a proposal, after what Xen did. */
export const oldVectorFinding: Finding = {
  bug: "B55",
  name: "x86-offline-late",
  subject: "x86/apic: RFC: scan old vectors of pending moves at CPU offline",
  summary:
    "irq_force_complete_move() frees the old vector of a move that is not complete before fixup_irqs() looks for pending vectors, so a message that reaches the old vector after all CPUs have stopped is lost. The comment in the function describes this, calls it theoretical, and expects no remedy short of a rework. Xen closed one half of it in 2024: its fixup_irqs() scans the old vector, too. In the model this half alone does not suffice; the change below closes the other half.",
  affected: [
    {
      what: "Linux since the comment was written; irq_force_complete_move() and fixup_irqs() of v6.10 and later are modelled (a6c11c0a5235)",
      date: READ,
      doubt: "read in earlier work on the model, not anew; that today's mainline is the same was not looked up",
    },
    {
      what: "Xen before e2bb28d62158 (June 2024), which forwards what is pending at current and old vectors of the outgoing CPU",
      date: READ,
      doubt: "the series was read in a list's copy",
    },
  ],
  unchecked:
    "real hardware and hypervisors. It takes a message that is still on its way when the device has been masked, rewritten and read back, and that arrives when all CPUs have their interrupts off. The model assumes such a message (--fabric fifo); with --fabric fifo-drain, where a read back pushes it, nothing is lost. So this is a proposal for robustness, not the report of a fault that was seen.",
  related: [
    {
      side: { entry: "x86-offline-late", parameters: { "old-vectors": "scanned" }, property: "no-interrupt-lost" },
      says: "With the scan of the old vector on the outgoing CPU, as in Xen: what is pending at an old vector on another CPU, which is freed since the interrupt's new target dies, is still lost.",
    },
    {
      side: { entry: "x86-offline-late", parameters: { moves: 0 }, property: "no-interrupt-lost" },
      says: "Without an unfinished move the millisecond before the scan suffices.",
    },
    {
      side: { entry: "x86-offline-late", parameters: { fabric: "fifo-drain" }, property: "no-interrupt-lost" },
      says: "Where a read back pushes messages ahead of it, too.",
    },
  ],
  machine: {
    steps: [
      "The kernel prints 'IRQ fixup: irq N move in progress, old vector V' each time that it frees such a vector: count these while affinities are written and CPUs go offline in a loop. Each is a chance; the line alone is no loss.",
      "A loss is a device that stops after such a line, or 'No irq handler for vector' on a CPU that stays, for the vector of the line.",
      "It is refuted by a statement of the chipset's and the hypervisor's makers that a read of a device pushes its messages into the local APIC.",
    ],
    commands: [
      { line: "while :; do for c in 1 2; do" },
      { line: "  echo $c > /proc/irq/IRQ/smp_affinity_list" },
      { line: "  echo 0 > /sys/devices/system/cpu/cpu$c/online" },
      { line: "  echo 1 > /sys/devices/system/cpu/cpu$c/online" },
      { line: "done; done" },
      { line: "dmesg | grep -e 'move in progress' -e 'No irq handler'" },
    ],
  },
  repair: {
    text: "On the outgoing CPU: leave the slot of the old vector to the scan of fixup_irqs(), which then treats it as the others: if it is pending, an IPI goes to the interrupt's target, and the slot becomes unused. On another CPU, whose interrupt moves on because its new target dies: queue the old vector for cleanup there, as the first arrival would have done (vector_schedule_cleanup()), and let the forced move proceed although it is queued; the timer keeps it as long as it is pending.",
    lines: [],
  },
};

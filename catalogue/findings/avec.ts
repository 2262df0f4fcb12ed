import type { Finding } from "./finding.ts";

const affected = [
  {
    what: "Linux v6.12 and later, by ae16f05c928a (irqchip/loongson-avec)",
    date: "2026-11-30",
  },
  {
    what: "tip irq/drivers at 4b522d3cf477 (4 June 2026) has the same order: avecintc_set_affinity() calls avecintc_sync() before it returns to the MSI core, which writes the message",
    date: "2026-11-30",
    doubt:
      "seen in a distribution's copy of the branch; the driver with the redirect table (71619266e0a2) is another one",
  },
] as const;

const affectedOffline = [
  {
    what: "Linux v6.12 and later, by ae16f05c928a (irqchip/loongson-avec): avecintc_sync() does nothing where the previous CPU is offline, and avecintc_cpu_offline() only warns of a list that is not empty",
    date: "2026-11-30",
  },
  {
    what: "the driver with the redirect table (71619266e0a2) has the same avecintc_cpu_offline()",
    date: "2026-11-30",
    doubt: "seen in a port of the file to another language",
  },
] as const;

/** The old CPU is asked to clean up before the message is written. */
export const avecFinding: Finding = {
  bug: "B30",
  name: "avec",
  subject: "irqchip/loongarch-avec: vector freed before the write",
  summary:
    "avecintc_set_affinity() sends the clear-vector IPI to the old CPU before the MSI core has written the new message, so the old CPU may give its vector back while the device still names it: what the device sends in between reaches an unassigned vector and is lost. It is lost for every coverage of events and for a device that waits for its driver, too.",
  affected,
  unchecked: "real hardware, and today's mainline: this follows from the code and the model alone. No report is known.",
  related: [
    {
      side: { entry: "avec", parameters: { "runs-on": "old-cpu" }, property: "no-interrupt-lost" },
      says: "It takes a request that runs on another CPU than the old one, which has its own interrupts off until the message is written.",
    },
    {
      side: { entry: "loongarch-redirect", property: "no-interrupt-lost" },
      says: "The driver with the redirect table writes first.",
    },
  ],
  machine: {
    steps: [
      "The window is from the IPI in avecintc_sync() to the store of pci_msi_domain_write_msg(), on two CPUs: write the affinity of a busy interrupt from a CPU that is not its target, in a loop.",
      "A trace of complete_irq_moving() on the old CPU before pci_msi_domain_write_msg() on the requesting one confirms the order; 'Unexpected irq' (a vector without an owner) in the kernel's log, or a device that stops, confirms the loss.",
      "It is refuted by a request that always runs on the old CPU, or by something that keeps the IPI from being taken before the write.",
    ],
    commands: [
      { line: "bpftrace -e 'kprobe:complete_irq_moving { @ipi[cpu] = nsecs }" },
      { line: "  kprobe:pci_msi_domain_write_msg { print(@ipi); print(nsecs) }'" },
      { line: "while :; do for c in 1 2; do" },
      { line: '  taskset -c 3 sh -c "echo $c > /proc/irq/IRQ/smp_affinity_list"' },
      { line: "done; done" },
    ],
  },
  repair: {
    text: "Send the IPI when the message is written: from a callback behind the write, or by the first arrival at the new vector, as x86 does it.",
    lines: [],
  },
};

/** Pending bits on the outgoing CPU. */
export const avecOfflineFinding: Finding = {
  bug: "B34",
  name: "avec-offline",
  subject: "irqchip/loongarch-avec: pending interrupts lost at CPU offline",
  summary:
    "When a CPU goes offline, its interrupts are moved to other CPUs, but no code reads its pending bits. A message that the device sent before the move is lost with the CPU. The old vector is never freed, either: avecintc_sync() does nothing where the previous CPU is offline.",
  affected: affectedOffline,
  unchecked: "real hardware, and today's mainline: this follows from the code and the model alone. No report is known.",
  related: [
    {
      side: { entry: "x86-offline", property: "no-interrupt-lost" },
      says: "x86 scans the outgoing CPU's vectors in fixup_irqs() and sends on what it finds.",
    },
  ],
  machine: {
    steps: [
      "Take a CPU offline that is the target of a busy interrupt, in a loop. A device that stops until its timeout confirms the loss; 'avecintc_cpu_offline' warns about a pending list that is not empty where a move came before.",
      "It is refuted by anything that reads the request bits of the CPU before it is dead.",
    ],
    commands: [
      { line: "echo 1 > /proc/irq/IRQ/smp_affinity_list" },
      { line: "echo 0 > /sys/devices/system/cpu/cpu1/online" },
    ],
  },
  repair: {
    text: "A scan of the outgoing CPU's vectors, as in fixup_irqs() of x86, that sends on what is pending.",
    lines: [],
  },
};

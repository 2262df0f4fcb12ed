import type { Bug } from "../bug.ts";

/** Bugs of the disable depth of managed interrupts, in code that all architectures share. */
export const managedBugs: readonly Bug[] = [
  {
    id: "B49",
    title: "a managed interrupt is started though its driver disabled it",
    fix: "788019eb559f (v6.16)",
    source: ["irq_shutdown, irq_startup", "genirq: Retain disable depth for managed interrupts across CPU hotplug"],
    cause:
      "the shutdown with the last CPU set the disable depth to 1 and the restart set it to 0, whatever the driver had asked for",
    before: { entry: "x86-managed-depth", parameters: { restart: "zeroes" }, property: "disabled-stays-masked" },
    after: { entry: "x86-managed-depth", property: "disabled-stays-masked" },
  },
  {
    id: "B50",
    title: "managed interrupts restarted too early in resume",
    fix: "a60dd06af674 (v6.10; stable 6.6)",
    source: [
      "irq_restore_affinity_of_irq",
      "genirq/cpuhotplug: Skip suspended interrupts when restoring affinity, April 2024",
    ],
    cause: "bringing up CPUs in the resume from S3 restarted suspended interrupts before their drivers were awake",
    before: {
      entry: "x86-managed-depth",
      parameters: { restart: "zeroes", suspended: "restarted", "driver-disables": false },
      property: "disabled-stays-masked",
    },
    after: {
      entry: "x86-managed-depth",
      parameters: { restart: "zeroes", suspended: "skipped", "driver-disables": false },
      property: "disabled-stays-masked",
    },
  },
  {
    id: "B53",
    title: "each CPU that comes back lowers the disable depth",
    fix: "2b32fc8ff08d (v6.16)",
    introduced: "788019eb559f (v6.16)",
    source: [
      "irq_startup_managed",
      "genirq/cpuhotplug: Rebalance managed interrupts across multi-CPU hotplug, June 2025",
    ],
    cause:
      "with several CPUs in the mask each one that came up lowered the depth, so that an interrupt that its driver had disabled was started",
    before: {
      entry: "x86-managed-depth",
      parameters: { restart: "lowers-each-time" },
      property: "disabled-stays-masked",
    },
    after: { entry: "x86-managed-depth", property: "disabled-stays-masked" },
  },
  {
    id: "B54",
    title: "a managed interrupt is not started again by resume",
    fix: "72218d74c9c5 (v6.16)",
    introduced: "788019eb559f (v6.16), with a60dd06af674",
    source: [
      "irq_restore_affinity_of_irq",
      "genirq/cpuhotplug: Restore affinity even for suspended IRQ, June 2025",
      "laptops whose NVMe did not wake up, reported by Aleksandrs Vinarskis",
    ],
    cause:
      "a suspended interrupt was skipped when its CPU came back, so the depth of its shutdown remained, and resume lowered it to 1 instead of 0",
    before: { entry: "x86-managed-depth", parameters: { suspended: "skipped" }, property: "no-interrupt-lost" },
    after: { entry: "x86-managed-depth", property: "no-interrupt-lost" },
  },
];

import type { InexpressibleBug } from "./bug.ts";

/** Rows that need a world which the model does not have, each with what it would need. */
export const bugsNotModelled: readonly InexpressibleBug[] = [
  {
    id: "B45",
    title: "Hyper-V retargets one message of several",
    fix: "08e61e861a0e and its three siblings (2022)",
    source: ["pci-hyperv.c", "LIS pull requests 508 and 713 (2018 and 2019)"],
    cause: "the messages of one MSI function share address and data and can be retargeted only together",
    inexpressible:
      "an interrupt has a message of its own here; hyperv-retarget has the hypercall, and what follows when it fails",
  },
  {
    id: "B51",
    title: "an IMSIC loses its registers in a low power state",
    fix: "f48b4bd0915b (December 2025)",
    source: ["irq-riscv-imsic-early.c"],
    cause: "enable bits and delivery were not restored after the CPU had been powered down",
    inexpressible: "needs power states of a CPU",
  },
];

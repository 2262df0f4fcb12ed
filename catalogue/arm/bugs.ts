import type { Bug } from "../bug.ts";

/** Bugs of the GIC, and of flows and controllers that also keep the message constant and change a table. */
export const armBugs: readonly Bug[] = [
  {
    id: "B19",
    title: "LPI dropped on the new CPU while the old one handles",
    fix: "9c15eeb5362c and 8f4b589595d0 (v6.6)",
    source: ["handle_fasteoi_irq", "its_irq_domain_alloc"],
    cause:
      "an LPI has no active state, so after MOVI the new CPU takes one while the handler runs on the old CPU, and handle_fasteoi_irq returns without marking it pending",
    before: { entry: "gicv3-its-no-resend", property: "no-interrupt-lost" },
    after: { entry: "gicv3-its", property: "no-interrupt-lost" },
  },
  {
    id: "B20",
    title: "the same drop in the simple flow",
    fix: "3cc8f625e4c6 and 2c9e7f857400 (v6.17)",
    source: ["handle_simple_irq", "irq-xgene-msi.c", "patches of June 2025 by Marc Zyngier"],
    cause: "handle_simple_irq also returns when the handler runs elsewhere, without marking the interrupt pending",
    doubt: "the model shows it with the ITS, since the flow does not depend on how the controller learns the new CPU",
    before: { entry: "gicv3-its-no-resend", property: "no-in-progress-drop" },
    after: { entry: "gicv3-its", property: "no-in-progress-drop" },
  },
  {
    id: "B26",
    title: "doorbell left pending at the old redistributor",
    fix: "958b90d162b4 (2017)",
    source: ["its_vpe_set_affinity", "VMOVP"],
    cause: "VMOVP moves the virtual CPU but not the pending bit of its doorbell",
    doubt: "that the doorbell may be left forever follows from the commit message, not from a trace",
    inexpressible:
      "the doorbell matters because the virtual CPU no longer checks the old redistributor, and virtual CPUs are not modelled; the remaining bit of a plain LPI is taken by the old CPU, so gicv3-its with pending-bit=left loses nothing",
  },
  {
    id: "B27",
    title: "MOVI of an unmapped event",
    source: ["its_set_affinity", "a thread of May 2020 by Ali Saidi, which led to fixes in the core and the driver"],
    cause: "a deactivated interrupt has no translation, so the MOVI command for it is an error",
    doubt:
      "the ids of the repairs were not looked up; the model has no interrupt that is deactivated: here the command fails for one that is active, with the same result, tables that disagree and an interrupt that stays on the old CPU",
    before: { entry: "gicv3-its", parameters: { command: "may-fail" }, property: "no-livelock" },
    after: { entry: "gicv3-its", property: "no-livelock" },
  },
  {
    id: "B28",
    title: "affinity set before the PLIC interrupt is enabled",
    fix: "9d8c41816bac (v6.18)",
    source: ["irq-sg2042-msi.c", "irq_chip_startup_parent", "plic_set_affinity", "NVMe timeouts on the SG2042 family"],
    cause:
      "the PLIC applies an affinity only while the interrupt is enabled, so an earlier one has no effect, and the interrupt is enabled for no CPU",
    before: { entry: "sg2042-msi", parameters: { startup: "affinity-first" }, property: "no-interrupt-lost" },
    after: { entry: "sg2042-msi", parameters: { startup: "startup-first" }, property: "no-interrupt-lost" },
  },
  {
    id: "B31",
    title: "message of a powered-down device rewritten",
    fix: "37f9d5026cd7 (2026)",
    introduced: "the redirect of demultiplexed interrupts, fcc1d0dabdb6 (2025)",
    source: [
      "genirq/redirect: Prevent writing MSI message on affinity change, January 2026: a Tegra hung during suspend",
    ],
    cause:
      "a change of affinity wrote the message of the device once more, although the redirect leaves it as it is; a suspend makes such changes after the devices are powered down",
    doubt:
      "no event is lost. The text of the repair calls the write harmless in itself: the PCI core skips it for a device that is not in D0, and why the Tegra's was in D0 was not found",
    before: { entry: "msi-redirect-offline", parameters: { message: "rewritten" }, property: "no-access-unpowered" },
    after: { entry: "msi-redirect-offline", property: "no-access-unpowered" },
  },
  {
    id: "B37",
    title: "a guest disables an active SPI, which orphans it",
    source: [
      "bao-hypervisor issue 371 and pull request 334 (June 2026)",
      "CheriBSD pull request 2692 (July 2026) repairs an EOI of a disabled interrupt in FreeBSD's vmm",
    ],
    cause:
      "the virtual distributor takes a disabled interrupt out of the list registers though it is active, so its EOI ends nothing and the interrupt stays active",
    doubt:
      "reported of a driver that disables its interrupt; the move, which does the same write, is derived, and the hypervisor's lists are reduced to one bit",
    before: { entry: "gicv2m-guest", property: "no-interrupt-lost" },
    after: { entry: "gicv2m-guest", parameters: { "active-state": "kept" }, property: "no-interrupt-lost" },
  },
];

import type { Bug } from "./bug.ts";

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
    source: ["handle_simple_irq", "irq-xgene-msi.c", "fixed by a patch of June 2025 by Marc Zyngier"],
    cause: "handle_simple_irq also returns when the handler runs elsewhere, without marking the interrupt pending",
    doubt:
      "the commit id was not found; the model shows it with the ITS, since the flow does not depend on how the controller is retargeted",
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
    doubt: "the commit ids of the fixes were not looked up",
    inexpressible:
      "the effects are an ITS command error and an affinity that activation overrides; a deactivated interrupt has no event to lose, and command errors are not modelled",
  },
  {
    id: "B28",
    title: "affinity set before the PLIC interrupt is enabled",
    fix: "9d8c41816bac (v6.18)",
    source: ["irq-sg2042-msi.c", "plic_set_affinity", "NVMe timeouts on the SG2042 family"],
    cause:
      "the PLIC applies an affinity only while the interrupt is enabled, so an earlier one has no effect, and the interrupt is enabled for no CPU",
    doubt: "modelled from the commit message; the driver's code was not compared",
    before: { entry: "sg2042-msi", parameters: { startup: "affinity-first" }, property: "no-interrupt-lost" },
    after: { entry: "sg2042-msi", parameters: { startup: "startup-first" }, property: "no-interrupt-lost" },
  },
];

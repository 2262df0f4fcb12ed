import type { Bug } from "../bug.ts";

/** Bugs of entries of the remapping table that post to a virtual CPU. */
export const x86GuestBugs: readonly Bug[] = [
  {
    id: "B47",
    title: "a host affinity change takes a guest's remapping entry",
    fix: "688124cc541f (v6.15)",
    introduced: "ed1e48ea4370 (v6.11)",
    source: ["intel_ir_set_affinity", "iommu/vt-d: Don't clobber posted vCPU IRTE when host IRQ affinity changes"],
    cause: "an entry that posts to a virtual CPU was rewritten as one that posts to the host",
    doubt: "nothing is lost by it: the host's handler passes the event on to the guest, more slowly",
    before: {
      entry: "x86-guest",
      parameters: { "host-move": "overwrites" },
      property: "device-matches-descriptor",
    },
    after: { entry: "x86-guest", property: "device-matches-descriptor" },
  },
  {
    id: "B48",
    title: "AVIC: an entry does not name the vCPU's CPU",
    fix: "f3cebc75e742 (v6.6; stable 6.1, 6.5)",
    introduced: "411b44ba80ab (v4.9)",
    source: [
      "avic_pi_update_irte, amd_iommu_activate_guest_mode",
      "KVM: SVM: Set target pCPU during IRTE update if target vCPU is running, August 2023",
    ],
    cause:
      "an entry moved to guest mode did not get the physical CPU on which the virtual CPU ran, so no doorbell reached it until it was scheduled again",
    doubt:
      "the maintainer's reply calls the event delayed, not lost: each exit from the guest finds it, which is not modelled. That 411b44ba80ab introduced what it repairs was not read in its own text",
    before: { entry: "x86-avic", parameters: { "entry-cpu": "at-next-schedule" }, property: "no-interrupt-lost" },
    after: { entry: "x86-avic", property: "no-interrupt-lost" },
  },
  {
    id: "B52",
    title: "an entry that comes back from a guest is remapped, not posted",
    fix: "2454823e97a6 (v6.15)",
    introduced: "ed1e48ea4370 (v6.11)",
    source: [
      "intel_ir_set_vcpu_affinity",
      "iommu/vt-d: Put IRTE back into posted MSI mode if vCPU posting is disabled",
    ],
    cause:
      "the vector itself is sent then, and the acknowledge of posted MSI gives no EOI, so it stays in service and shuts out itself and all of lower priority",
    doubt:
      "the commit's text says only that posted MSI were disabled for the interrupt; that no EOI is given follows from the chip's acknowledge and the model, and was not seen reported",
    before: { entry: "x86-guest", parameters: { "after-guest": "remapped" }, property: "no-interrupt-lost" },
    after: { entry: "x86-guest", property: "no-interrupt-lost" },
  },
];

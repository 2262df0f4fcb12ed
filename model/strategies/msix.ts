import type { Strategy } from "../kernel/migration.ts";
import { allocateVector, maskDevice, unmaskDevice, writeMessage } from "../kernel/steps.ts";
import type { DeviceFeatures } from "../system.ts";

/** An MSI-X table entry: always maskable, pending bit array, and a function that may cache an unmasked entry. */
export const msixEntry: DeviceFeatures = { maskable: true, pendingBit: true, cachesEntry: true };

/**
 * The entry is masked while it is rewritten (`pci_write_msg_msix` since da181dc974ad), and the chip masks it before the
 * vector is allocated (`irq_move_irq`).
 */
export const msixMasked: Strategy = {
  context: { kind: "task", runsOn: "any" },
  device: msixEntry,
  program: [maskDevice, allocateVector, ...writeMessage("new-cpu"), unmaskDevice],
};

/** The entry is rewritten while it is unmasked, as before 2021. */
export const msixUnmasked: Strategy = { ...msixMasked, program: [...writeMessage("new-cpu")] };

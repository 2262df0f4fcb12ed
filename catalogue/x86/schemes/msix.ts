import { maskedEntryLemmas } from "../lemmas.ts";
import { allocateVector, maskDevice, unmaskDevice, writeMessage } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";
import type { DeviceFeatures } from "../../../model/system.ts";

/** An MSI-X table entry: always maskable, pending bit array, and a function that may cache an unmasked entry. */
const msixEntry: DeviceFeatures = { maskable: true, pendingBit: true, cachesEntry: true };

/**
 * The entry is masked while it is rewritten (`pci_write_msg_msix` since da181dc974ad), and the chip masks it before the
 * vector is allocated (`irq_move_irq`).
 */
export const msixMasked: Strategy = {
  lemmas: maskedEntryLemmas,
  context: { kind: "task", runsOn: "any" },
  device: msixEntry,
  program: [maskDevice, allocateVector, ...writeMessage("new-cpu"), unmaskDevice],
};

/** The entry is rewritten while it is unmasked, as before 2021. */
export const msixUnmasked: Strategy = { ...msixMasked, program: [...writeMessage("new-cpu")] };

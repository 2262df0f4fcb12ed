import { maskedLemmas } from "../lemmas.ts";
import { allocateVector, maskDevice, unmaskDevice, writeMessage } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";
import type { DeviceFeatures } from "../../../model/system.ts";

/** MSI with the optional mask and pending bits. */
export const maskableMsi: DeviceFeatures = { maskable: true, pendingBit: true, cachesEntry: false };

/**
 * The device is masked while its message is rewritten: an event meanwhile waits in the pending bit. The chip masks it
 * before the vector is allocated (`irq_move_irq`).
 */
export const msiMasked: Strategy = {
  lemmas: maskedLemmas,
  context: { kind: "task", runsOn: "any" },
  device: maskableMsi,
  program: [maskDevice, allocateVector, ...writeMessage("new-cpu"), unmaskDevice],
};

/** The same with a device that forgets what happens while it is masked. */
export const msiMaskedNoPendingBit: Strategy = { ...msiMasked, device: { ...maskableMsi, pendingBit: false } };

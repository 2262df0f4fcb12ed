import type { Strategy } from "../kernel/migration.ts";
import { allocateVector, maskDevice, unmaskDevice, writeMessage } from "../kernel/steps.ts";
import { plainMsi } from "../system.ts";
import { maskableMsi } from "./msi-masked.ts";
import { x86TwoStep } from "./x86-two-step.ts";

/**
 * `msi_set_affinity` chooses between the direct and the two-step update. The chip masks and unmasks around either
 * where the device can be masked, before the vector is allocated (`irq_move_irq`).
 *
 * @param guard "shipped": the direct path is taken when the interrupt cannot be reserved, which is so exactly for
 * devices without a mask bit. "intended": what the comment above the guard says, direct for maskable devices.
 */
export function x86ShippedGuard(guard: "shipped" | "intended", maskable: boolean): Strategy {
  const direct = guard === "shipped" ? !maskable : maskable;
  return {
    context: { kind: "interrupt" },
    device: maskable ? maskableMsi : plainMsi,
    program: [
      maskDevice,
      ...(maskable ? [allocateVector] : []),
      ...(direct ? writeMessage("new-cpu") : x86TwoStep.program),
      unmaskDevice,
    ],
  };
}

import type { Strategy } from "../kernel/migration.ts";
import { retargetHypercall } from "../kernel/remapping-steps.ts";
import { maskDevice, unmaskDevice } from "../kernel/steps.ts";
import { maskableMsi } from "./msi-masked.ts";

/**
 * A device that Hyper-V passes through: the vector is allocated in the guest, and the unmask behind the move has the
 * hypervisor send its messages there, by one hypercall.
 *
 * @param hypercall whether it may fail
 */
export function hypervRetarget(hypercall: "succeeds" | "may-fail"): Strategy {
  return {
    context: { kind: "interrupt" },
    device: maskableMsi,
    // The table is the hypervisor's.
    remapping: { disablesEntries: false },
    program: [maskDevice, retargetHypercall(hypercall === "may-fail"), unmaskDevice],
  };
}

import { retargetHypercall } from "../../../model/x86/remapping-steps.ts";
import { maskDevice, unmaskDevice } from "../../../model/steps/steps.ts";
import type { Strategy } from "../../../model/strategy.ts";
import { maskableMsi } from "./msi-masked.ts";

/**
 * A device that Hyper-V passes through: the vector is allocated in the guest, and the unmask behind the move has the
 * hypervisor send its messages there, by one hypercall.
 *
 * @param hypercall whether it may fail
 * @param names the message that it names: the one that is moved, or the first of its function
 */
export function hypervRetarget(hypercall: "succeeds" | "may-fail", names: "own" | "first" = "own"): Strategy {
  return {
    context: { kind: "interrupt" },
    device: maskableMsi,
    // The table is the hypervisor's.
    remapping: { disablesEntries: false },
    program: [maskDevice, retargetHypercall(hypercall === "may-fail", names), unmaskDevice],
  };
}

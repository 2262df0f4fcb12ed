import { clearEnableBit, setEnableBit } from "../../../model/steps/routing-steps.ts";
import type { Strategy } from "../../../model/strategy.ts";
import type { PlicFeatures, Trigger } from "../../../model/system.ts";

/** `plic_set_affinity`: the enable bit of the old hart is cleared, then that of the new one is set. */
export function plicAffinity(driver: PlicFeatures, trigger: Trigger): Strategy {
  return {
    machine: "plic",
    plic: driver,
    trigger,
    context: { kind: "task", runsOn: "any" },
    // The gateway gives a source to no second hart before its completion, so nothing needs to be sent again.
    whileInProgress: "drop",
    program: [clearEnableBit, setEnableBit],
  };
}

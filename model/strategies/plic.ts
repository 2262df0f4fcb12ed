import type { PlicFeatures } from "../hardware/plic.ts";
import type { Strategy } from "../kernel/migration.ts";
import { clearEnableBit, setEnableBit } from "../kernel/routing-steps.ts";
import type { Trigger } from "../system.ts";

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

import type { Strategy } from "../kernel/migration.ts";
import type { PlicFeatures } from "../hardware/plic.ts";
import { startInterrupt, unmaskInterrupt, writePlicAffinity } from "../kernel/routing-steps.ts";

/**
 * The message controller of the SG2042 in front of a PLIC, whose affinity can be set only while it is enabled. The
 * program starts the interrupt; a later affinity change runs it again.
 *
 * @param order "affinity-first": set before the interrupt is enabled. "startup-first": since 9d8c41816bac.
 * @param eoi what the driver of the PLIC looks at before it completes an interrupt
 */
export function sg2042Msi(order: "affinity-first" | "startup-first", eoi: PlicFeatures["eoi"]): Strategy {
  return {
    machine: "plic",
    plic: { eoi, flow: "fasteoi" },
    context: { kind: "task", runsOn: "any" },
    whileInProgress: "drop",
    startsDisabled: true,
    program: order === "affinity-first" ? [writePlicAffinity, unmaskInterrupt] : [startInterrupt, writePlicAffinity],
  };
}

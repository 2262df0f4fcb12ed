import type { Strategy } from "../kernel/migration.ts";
import {
  commandMayFail,
  disableInterrupt,
  enableInterrupt,
  moveEvent,
  moveEventAlone,
  writeRoute,
} from "../kernel/routing-steps.ts";
import type { ActiveState, WhileInProgress } from "../system.ts";

/**
 * GICv2m: the message is a constant SPI, and the distributor has its target. GICv3 disables the interrupt around the
 * write of the route (`gic_set_affinity`); GICv2 writes one byte.
 *
 * @param activeState what the distributor knows of an interrupt that was disabled while its handler ran
 */
export function gicv2m(distributor: "gicv3" | "gicv2", activeState: ActiveState = "kept"): Strategy {
  return {
    machine: "gic-distributor",
    activeState,
    context: { kind: "task", runsOn: "any" },
    // Nothing needs to be sent again: the distributor gives an active interrupt to no second CPU.
    whileInProgress: "drop",
    program:
      distributor === "gicv3"
        ? [disableInterrupt, writeRoute("GICD_IROUTER"), enableInterrupt]
        : [writeRoute("GICD_ITARGETSR")],
  };
}

/**
 * GICv3 ITS: the message is a constant event, and a command moves it to another collection (`its_set_affinity`).
 *
 * @param pendingBit whether the command takes the pending bit along
 * @param command whether it may fail
 */
export function gicv3Its(
  whileInProgress: WhileInProgress,
  pendingBit: "moved" | "left",
  command: "succeeds" | "may-fail" = "succeeds",
): Strategy {
  const move = pendingBit === "moved" ? moveEvent : moveEventAlone;
  return {
    machine: "gic-its",
    context: { kind: "task", runsOn: "any" },
    whileInProgress,
    program: [command === "succeeds" ? move : commandMayFail(move)],
  };
}

import { word } from "../../checker/definition/index.ts";
import { isActive, reroute } from "../hardware/routing.ts";
import { cpuName, interruptName } from "../names.ts";
import { allocationDue } from "../state/descriptor.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { MigrationStep, Where } from "../strategy.ts";
import { settle } from "./settle.ts";

/**
 * Steps of a move where the message is constant and the controller's own table changes. The descriptor's effective
 * affinity is written in the step that changes the table: it is only read under the descriptor's lock.
 */
type Label = MigrationStep["label"];

const target = (state: ReadonlySystemState, irq: number): string => cpuName(state.irq[irq]!.requested ?? 0);

/** The interrupt is disabled in the distributor (`gic_mask_irq`): an edge meanwhile stays pending there. */
export const disableInterrupt: MigrationStep = {
  name: "disable",
  needs: "gic-distributor",
  label: (_, { system, irq }) => `disable ${interruptName(system, irq)} (GICD_ICENABLER)`,
  then: (draft, { system, irq }) => {
    if (system.activeState === "lost-when-disabled" && isActive(draft, draft.irq[irq]!.vector)) {
      draft.routing![irq]!.orphaned = true;
    }
    reroute(system, draft, irq, { enabled: false });
  },
};

/** It is enabled again (`gic_unmask_irq`). */
export const enableInterrupt: MigrationStep = {
  name: "enable",
  needs: "gic-distributor",
  label: (_, { system, irq }) => `enable ${interruptName(system, irq)} (GICD_ISENABLER)`,
  enables: true,
  then: (draft, { system, irq }) => reroute(system, draft, irq, { enabled: true }),
};

const registerRule = word("GICD_IROUTER", "GICD_ITARGETSR");

/** The register with the CPU of the interrupt is written: what is pending in the distributor is now that CPU's. */
export function writeRoute(register: "GICD_IROUTER" | "GICD_ITARGETSR"): MigrationStep {
  registerRule.check(register, "writeRoute: its register");
  return {
    name: "route",
    needs: "gic-distributor",
    label: (state, { system, irq }) => `${register}(${interruptName(system, irq)}) = ${target(state, irq)}`,
    then: (draft, { system, irq }) => reroute(system, draft, irq, { cpu: settle(draft, irq) }),
  };
}

const movi: Label = (state, { irq }) => `MOVI event ${irq} to ${target(state, irq)}, SYNC`;

/**
 * `its_send_movi`: the event belongs to the new CPU's collection, and its pending bit moves to that CPU's
 * redistributor. The CPU waits for the SYNC behind it, so that both are one step.
 */
export const moveEvent: MigrationStep = {
  name: "movi",
  needs: "gic-its",
  label: movi,
  then: (draft, { system, irq }) => reroute(system, draft, irq, { cpu: settle(draft, irq) }),
};

/** A command that the ITS may not carry out: the driver logs that, and takes the interrupt for moved. */
export function commandMayFail(command: MigrationStep): MigrationStep {
  return {
    ...command,
    mayFail: {
      label: (state, { irq }) => `MOVI event ${irq} to ${target(state, irq)}: failed, logged`,
      then: (draft, { irq }) => {
        settle(draft, irq);
      },
      afterwards: "goes-on",
    },
  };
}

/** The same, but the pending bit stays at the old redistributor. */
export const moveEventAlone: MigrationStep = {
  name: "movi",
  needs: "gic-its",
  label: movi,
  then: (draft, { irq }) => {
    draft.routing![irq]!.cpu = settle(draft, irq);
  },
};

/**
 * `plic_set_affinity`: the interrupt is disabled for the CPU that had it and, unless it is disabled as a whole,
 * enabled for the new one.
 */
export const writePlicAffinity: MigrationStep = {
  name: "set_affinity",
  needs: "plic",
  label: (state, { irq }) =>
    state.routing![irq]!.enabled
      ? `PLIC: enabled for ${target(state, irq)}`
      : `PLIC: disabled, not enabled for ${target(state, irq)}`,
  then: (draft, { system, irq }) => {
    const cpu = settle(draft, irq);
    if (draft.routing![irq]!.enabled) reroute(system, draft, irq, { cpu });
  },
};

/** `plic_set_affinity` clears the enable bit of the hart that had the interrupt: from here on no hart has it. */
export const clearEnableBit: MigrationStep = {
  name: "clear_enable",
  needs: "plic",
  label: (state, { system, irq }) => `clear enable of ${interruptName(system, irq)} for ${oldHart(state, irq)}`,
  then: (draft, { system, irq }) => reroute(system, draft, irq, { cpu: null }),
};

/** And it sets that of the new hart. */
export const setEnableBit: MigrationStep = {
  name: "set_enable",
  needs: "plic",
  label: (state, { system, irq }) => `set enable of ${interruptName(system, irq)} for ${target(state, irq)}`,
  enables: true,
  then: (draft, { system, irq }) => reroute(system, draft, irq, { cpu: settle(draft, irq) }),
};

const oldHart = (state: ReadonlySystemState, irq: number): string => cpuName(state.irq[irq]!.cpu);

/** The interrupt is unmasked as a whole; in the PLIC no CPU is enabled by that. */
export const unmaskInterrupt: MigrationStep = {
  name: "unmask",
  needs: "plic",
  label: (_, { system, irq }) => `unmask ${interruptName(system, irq)}`,
  needed: isDisabled,
  then: (draft, { system, irq }) => reroute(system, draft, irq, { enabled: true }),
};

/** The interrupt is started (`irq_chip_startup_parent`): the PLIC enables it for the CPU that is effective now. */
export const startInterrupt: MigrationStep = {
  name: "startup",
  needs: "plic",
  label: (_, { system, irq }) => `start ${interruptName(system, irq)}`,
  enables: true,
  then: (draft, { system, irq }) => {
    if (isDisabled(draft, { system, irq, cpu: 0 })) {
      reroute(system, draft, irq, { enabled: true, cpu: draft.irq[irq]!.cpu });
    }
  },
};

function isDisabled(state: ReadonlySystemState | SystemState, { irq }: Where): boolean {
  return !state.routing![irq]!.enabled;
}

/** Whether the move that is under way will still have the controller pass the interrupt on. */
export function isEnableDue(program: readonly MigrationStep[], state: ReadonlySystemState, irq: number): boolean {
  const { migration } = state.irq[irq]!;
  if (migration.step <= allocationDue) return false;
  return program.slice(migration.step - allocationDue - 1).some(({ enables }) => enables === true);
}

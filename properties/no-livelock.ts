import { leadsTo } from "../checker/index.ts";
import { cpuName, isRouted, type SystemState } from "../model/index.ts";
import { devicesKeepFiring, machineIsFair } from "./fairness.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "the new CPU eventually runs the handler";

/**
 * A further move ends the obligation. Stated only where all CPUs stay, and only for entries about the flow: the edge flow up to v6.16, which all
 * other x86 entries use, violates it with a device that fires during every handler run (8d39d6ec4db5).
 *
 * Fairness: weak for every step of hardware and kernel, strong for what needs a free CPU, and weak for the device's
 * events.
 */
export const noLivelock: PropertyEntry = {
  id: "no-livelock",
  title,
  severity: "liveness",
  learns: "whether the old CPU can keep handling, forever, what arrives at the new one",
  applies: ({ system }) =>
    system.raises === "unbounded" &&
    system.devices === 1 &&
    system.hotplug === null &&
    (isRouted(system) || system.newTargetWaits !== null),
  property: (interrupts) => {
    const last = interrupts.system.cpus - 1;
    const run = leadsTo<SystemState>(
      title,
      ({ irq }) => irq[0]!.cpu === last && irq[0]!.migration.step === 0,
      ({ irq, cpu }) =>
        irq[0]!.cpu !== last || cpu[last]!.stack.some(({ slot, stage }) => slot === 0 && stage === "handler"),
      { fairness: [...machineIsFair(interrupts), devicesKeepFiring] },
    );
    return {
      ...run,
      narrate: ({ loopFrom = 0, steps }) => {
        const old = steps.findIndex(({ step }, number) => number > loopFrom && step?.action === "irq.handler");
        const where = old < 0 ? "nowhere" : `only on ${cpuName(steps[old]!.step!.parameters["cpu"] as number)}`;
        return `The interrupt targets ${cpuName(last)} by now, but its handler runs ${where}.`;
      },
    };
  },
};

import { leadsTo } from "../checker/index.ts";
import { cpuName, isRouted, type SystemState } from "../model/index.ts";
import { devicesKeepFiring, machineIsFair } from "./fairness.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "the new CPU eventually runs the handler";

/**
 * After a move the handler runs some time on the CPU that the interrupt went to, or the interrupt moves on (PR27).
 * Stated where the flow is the question: the edge flow to v6.16, which every other entry for x86 has, violates it with
 * a device that fires whenever its handler runs.
 *
 * The fairness: weak of every step of hardware and kernel, strong of what needs a free CPU, and weak of the device's
 * events.
 *
 * A maintainer learns whether the old CPU can go on handling for ever what arrives at the new one: 8d39d6ec4db5.
 */
export const noLivelock: PropertyEntry = {
  id: "no-livelock",
  row: "PR27",
  title,
  severity: "liveness",
  learns: "whether the old CPU can keep handling, forever, what arrives at the new one",
  applies: ({ system }) =>
    system.raises === "unbounded" && system.devices === 1 && (isRouted(system) || system.newTargetWaits !== null),
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
        const where = old < 0 ? "nowhere" : `on ${cpuName(steps[old]!.step!.parameters["cpu"] as number)} alone`;
        return `The interrupt is ${cpuName(last)}'s by now, and its handler runs ${where}.`;
      },
    };
  },
};

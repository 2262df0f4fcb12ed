import { leadsTo } from "../checker/index.ts";
import { cpuName, isOnline, type SystemState } from "../model/index.ts";
import { devicesKeepFiring, machineIsFair } from "./fairness.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { narrateStuck } from "./stuck.ts";

const title = "requested affinity is eventually applied";

/**
 * Until the interrupt arrives there, the requested CPU must stay online and no other CPU be requested. Stated for the
 * first interrupt and one CPU: with one move the last CPU, since all possible targets are alike; with several moves
 * CPU0, so that one of the requests follows a move. Runs in which the handler is re-marked pending forever belong to
 * `no-livelock`.
 *
 * Fairness: weak for every step of hardware and kernel, strong for what needs a free CPU, and weak for the device's
 * events, since a move in interrupt context waits for one. No further requests are assumed.
 */
export const affinityApplied: PropertyEntry = {
  id: "affinity-applied",
  title,
  severity: "liveness",
  learns: "whether an affinity request can be dropped silently or postponed forever",
  // A device with a bounded number of events does not keep firing. Without moves there is nothing to apply; where only
  // the vector changes, the interrupt is on the requested CPU all along. A set of CPUs is no CPU to arrive on.
  applies: ({ system }) =>
    system.raises === "unbounded" &&
    system.devices === 1 &&
    system.moves !== 0 &&
    !system.staysOnCpu &&
    system.affinity === null,
  property: (interrupts) => {
    const asked = interrupts.system.moves === 1 ? interrupts.system.cpus - 1 : 0;
    const run = leadsTo<SystemState>(
      title,
      ({ irq }) => irq[0]!.requested === asked || irq[0]!.pinned.includes(asked),
      (state) => {
        const { cpu, requested, inProgress, pending } = state.irq[0]!;
        const isMarked = inProgress && pending;
        return cpu === asked || isMarked || (requested !== null && requested !== asked) || !isOnline(state, asked);
      },
      { fairness: [...machineIsFair(interrupts), devicesKeepFiring] },
    );
    return {
      ...run,
      narrate: (narrative) => {
        const { loopFrom, steps } = narrative;
        const { cpu, requested, pinned } = steps.at(-1)!.state.irq[0]!;
        const kept = requested === asked || pinned.includes(asked) ? "is still pending" : "was dropped";
        const stuck = loopFrom === steps.length - 1 ? narrateStuck(interrupts, narrative) : "";
        return `The interrupt stays on ${cpuName(cpu)}: the request for ${cpuName(asked)} ${kept}. ${stuck}`.trim();
      },
    };
  },
};

import { leadsTo } from "../checker/index.ts";
import { cpuName, isOnline, type SystemState } from "../model/index.ts";
import { devicesKeepFiring, machineIsFair } from "./fairness.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { narrateStuck } from "./stuck.ts";

const title = "requested affinity is eventually applied";

/**
 * An interrupt that is asked to go to another CPU gets there some time, unless it is asked to go elsewhere meanwhile or
 * that CPU goes offline (PR22). Stated for the first interrupt: with one move, for the last CPU, since all that it may
 * be asked to go to are alike; with more, for its first CPU, so that one of the requests comes after a move. Runs in which
 * the handler is marked to run again for ever are left to `no-livelock`.
 *
 * The fairness: weak of every step of hardware and kernel, strong of what needs a free CPU, and weak of the device's
 * events, since a move in the interrupt waits for one. Nothing is assumed of further requests.
 *
 * A maintainer learns whether a request can be dropped without a word, or be put off for ever.
 */
export const affinityApplied: PropertyEntry = {
  id: "affinity-applied",
  row: "PR22",
  title,
  severity: "liveness",
  learns: "whether a request for another CPU can be dropped silently or postponed forever",
  // A device whose events run out does not keep firing. Where nobody asks there is nothing to apply, and where only the
  // vector changes the interrupt is on the CPU that is asked for all along.
  applies: ({ system }) =>
    system.raises === "unbounded" && system.devices === 1 && system.moves !== 0 && !system.staysOnCpu,
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
        const kept = requested === asked || pinned.includes(asked) ? "is still asked for" : "is forgotten";
        const stuck = loopFrom === steps.length - 1 ? narrateStuck(interrupts, narrative) : "";
        return `The interrupt stays on ${cpuName(cpu)}: the request for ${cpuName(asked)} ${kept}. ${stuck}`.trim();
      },
    };
  },
};

import { leadsTo } from "../checker/index.ts";
import { isOnline, isRouted, targetName, type System, type SystemState } from "../model/index.ts";
import { devicesKeepFiring, machineIsFair } from "./fairness.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "the old vector is eventually freed";

/**
 * After a move the old vector is given back some time, provided that the device keeps firing (PR23): on x86 the first
 * arrival on the new target begins the cleanup. Runs in which the handler is marked to run again for ever are left to
 * `no-livelock`: the old CPU never comes to its timer there. So are old vectors on a CPU that is offline, to
 * `offline-cleanup`.
 *
 * The fairness: weak of every step of hardware and kernel, strong of what needs a free CPU, such as the timer, and weak
 * of the device's events. Nothing is assumed of further requests.
 *
 * A maintainer learns whether a vector can leak, and with it every further move be refused.
 */
export const cleanupDone: PropertyEntry = {
  id: "cleanup-done",
  row: "PR23",
  title,
  severity: "liveness",
  learns: "whether a vector can leak, and with it every further move be refused",
  applies: ({ system }) =>
    system.raises === "unbounded" && system.devices === 1 && !isRouted(system) && keepsOldVectors(system),
  property: (interrupts) => ({
    ...leadsTo<SystemState>(
      title,
      ({ irq }) => irq[0]!.previous !== null,
      (state) => {
        const { previous, inProgress, pending } = state.irq[0]!;
        return previous === null || !isOnline(state, previous.cpu) || (inProgress && pending);
      },
      { fairness: [...machineIsFair(interrupts), devicesKeepFiring] },
    ),
    narrate: ({ steps }) => {
      const { previous } = steps.at(-1)!.state.irq[0]!;
      return previous === null ? "" : `${targetName(previous, interrupts.system)} is never given back.`;
    },
  }),
};

/**
 * Whether an interrupt can have an old vector on a CPU that is online: not where it is freed or shut down before it gets
 * another, nor where it moves off CPUs that go offline and nothing else.
 */
function keepsOldVectors({ hotplug, moves, startup }: System): boolean {
  if (startup !== null) return startup.lifecycle === "started-once";
  return hotplug === null || moves !== 0;
}

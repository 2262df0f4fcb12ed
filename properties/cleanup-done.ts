import { leadsTo } from "../checker/index.ts";
import { isOnline, isRouted, targetName, type System, type SystemState } from "../model/index.ts";
import { devicesKeepFiring, machineIsFair } from "./fairness.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "the old vector is eventually freed";

/**
 * Requires a device that keeps firing: on x86 the first arrival on the new target starts the cleanup. Runs in which the
 * handler is re-marked pending forever, so that the old CPU never reaches its timer, belong to `no-livelock`; old
 * vectors on offline CPUs belong to `offline-cleanup`.
 *
 * Fairness: weak for every step of hardware and kernel, strong for what needs a free CPU, such as the timer, and weak
 * for the device's events. No further requests are assumed.
 */
export const cleanupDone: PropertyEntry = {
  id: "cleanup-done",
  title,
  severity: "liveness",
  learns: "whether a vector can leak, so that every further move is refused",
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
      return previous === null ? "" : `${targetName(previous, interrupts.system)} is never freed.`;
    },
  }),
};

/**
 * Whether an interrupt can have an old vector on an online CPU: not where it is freed or shut down before it gets
 * another, nor where it moves only off CPUs that go offline.
 */
function keepsOldVectors({ hotplug, moves, startup }: System): boolean {
  if (startup !== null) return startup.lifecycle === "started-once";
  return hotplug === null || moves !== 0;
}

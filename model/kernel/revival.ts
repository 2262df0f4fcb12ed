import { cpuName } from "../names.ts";
import { isOnline } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { Hotplug } from "../strategy.ts";
import type { System } from "../system.ts";
import { comeOnline } from "./hotplug-actions.ts";
import { sync } from "./imsic-sync.ts";

/** An event that need not happen, but would make a CPU check for interrupts left there. */
export interface Revival {
  /** A clause, such as `CPU0 comes back online`. */
  readonly what: string;
  /** The state after the event. */
  readonly state: ReadonlySystemState;
}

/**
 * Later events that no step of hardware or kernel brings about from an idle state, and that may come all the same:
 * a CPU that is offline comes back, also where the model never lets it; something else makes a hart catch up with what
 * the kernel asked of it; a virtual CPU is scheduled out and in. So nothing is called lost for good that one of these would find.
 */
export function revivals(
  { system, hotplug }: { readonly system: System; readonly hotplug: Hotplug | undefined },
  state: ReadonlySystemState,
): Revival[] {
  const after = (change: (draft: SystemState) => void): ReadonlySystemState => {
    const draft = structuredClone(state) as SystemState;
    change(draft);
    return draft;
  };
  const { guest } = state;
  const rescheduled =
    guest === null || guest.cpu === null
      ? []
      : [{ what: "the vCPU is scheduled again", state: after((draft) => void (draft.guest!.notified = true)) }];
  const others = state.cpu.flatMap((_, cpu): Revival[] => {
    if (!isOnline(state, cpu)) {
      if (hotplug === undefined) return [];
      return [
        { what: `${cpuName(cpu)} comes back online`, state: after((draft) => comeOnline(system, hotplug, draft, cpu)) },
      ];
    }
    if (state.imsic === null || !state.imsic[cpu]!.identity.some(({ dirty }) => dirty)) return [];
    const cause = system.imsic!.syncsAtInterrupt ? "another interrupt" : "another request";
    return [{ what: `${cause} makes ${cpuName(cpu)} sync`, state: after((draft) => sync(system, draft, cpu)) }];
  });
  return [...rescheduled, ...others];
}

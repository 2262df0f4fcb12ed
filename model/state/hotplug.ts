import { type FiniteType, type ValueOf, array, boolean, oneOf, optional, range, record } from "../../checker/index.ts";
import type { System } from "../system.ts";
import { targetType } from "./device.ts";

/** The part of the state for hotplug; null where CPUs stay. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the value type is inferred from it
export function hotplugType(system: System) {
  const { cpus, devices, hotplug } = system;
  const cpu = range(0, cpus - 1);
  const group = record({
    /** `cpu_online_mask`. */
    online: array(cpus, boolean),
    /** The CPU's interrupt controller takes messages; otherwise they are dropped. */
    controllerOn: array(cpus, boolean),
    /** The stopper: the outgoing CPU, the step that is due (0: no stopper runs), and the move that it waits for. */
    stopper: record({
      cpu,
      step: range(0, hotplug?.programLength ?? 0),
      irq: optional(range(0, devices - 1)),
      /** Previous target of the interrupt that is being moved. */
      from: optional(targetType(system)),
    }),
    offlinesLeft: range(0, hotplug?.offlines ?? 0),
    onlinesLeft: range(0, hotplug?.onlines ?? 0),
  });
  return (hotplug === null ? oneOf(null) : group) as FiniteType<ValueOf<typeof group> | null>;
}

/** All CPUs online. */
export function initialHotplug({ cpus, hotplug }: System): ValueOf<ReturnType<typeof hotplugType>> {
  if (hotplug === null) return null;
  return {
    online: Array.from({ length: cpus }, () => true),
    controllerOn: Array.from({ length: cpus }, () => true),
    stopper: { cpu: 0, step: 0, irq: null, from: null },
    offlinesLeft: hotplug.offlines,
    onlinesLeft: hotplug.onlines,
  };
}

import { because, step } from "../checker/index.ts";
import { cpuName, destinationOf, deviceName, sendsNothing } from "../model/index.ts";
import { hasCarrier } from "./carrier.ts";
import type { PropertyEntry, State } from "./property-entry.ts";

/** Whether the CPU's request register, or what is posted to it, holds anything. */
function isRequestedOn(state: State, cpu: number): boolean {
  return state.cpu[cpu]!.irr.includes(true) || state.postedMsi?.[cpu]!.pir.includes(true) === true;
}

const title = "a CPU is drained before it goes offline";

/**
 * Checked when the controller of the outgoing CPU is switched off or, where nothing switches it off, when the stopper
 * ends: no device may target the CPU, and its request register may not be the only carrier of an event.
 *
 * With coverage "occurrence" an event has no carrier by definition, so the property does not apply.
 */
export const offlineDrained: PropertyEntry = {
  id: "offline-drained",
  title,
  severity: "danger",
  learns: "whether a CPU can be switched off with interrupts pending on it or in flight to it",
  applies: ({ system }) => system.hotplug !== null && system.coverage !== "occurrence",
  property: (interrupts) =>
    step(title, (before, _, after) => {
      const { stopper } = before.hotplug!;
      const cpu = stopper.cpu;
      const switchedOff = before.hotplug!.controllerOn[cpu]! && !after.hotplug!.controllerOn[cpu]!;
      const goesOn = stopper.step > 0 && after.hotplug!.stopper.step === 0;
      if (!switchedOff && !goesOn) return true;
      for (let device = 0; device < after.device.length; device++) {
        const name = deviceName(device, after.device.length);
        const target = sendsNothing(interrupts.system, after, device) ? null : destinationOf(after, device);
        if (target?.cpu === cpu) return because(`${name} still sends to ${cpuName(cpu)}`);
        const waits = after.device[device]!.uncovered && isRequestedOn(after, cpu);
        if (waits && !hasCarrier(interrupts, after, device)) {
          return because(`an event of ${name} is stranded on ${cpuName(cpu)}`);
        }
      }
      return true;
    }),
};

import { because, step } from "../checker/index.ts";
import { cpuName, destinationOf, isOnline } from "../model/index.ts";
import { hasCarrier } from "./carrier.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no message is lost at an offline CPU";

/**
 * No message goes to a CPU that is offline, or whose controller is off, and leaves its event uncovered with nothing
 * that carries it (PR7). What the stopper still finds and sends on is no loss.
 *
 * Where each occurrence counts an event has no carrier by definition, so the property is not asked there.
 *
 * A maintainer learns whether a device can go on talking to a dead CPU.
 */
export const noDropOffline: PropertyEntry = {
  id: "no-drop-offline",
  row: "PR7",
  title,
  severity: "danger",
  learns: "whether a device can keep sending to a CPU that no longer takes interrupts",
  applies: ({ system }) => system.hotplug !== null && system.coverage !== "occurrence",
  property: (interrupts) =>
    step(title, (before, { action, parameters }, after) => {
      if (action !== "device.raise" && action !== "fabric.deliver") return true;
      const device = parameters["device"] as number;
      const cpu = action === "fabric.deliver" ? (parameters["cpu"] as number) : destinationOf(before, device)?.cpu;
      if (cpu === undefined || before.device[device]!.masked) return true;
      if (action === "device.raise" && interrupts.system.fabric !== "none") return true;
      if (isOnline(before, cpu) && before.hotplug!.controllerOn[cpu]!) return true;
      if (!after.device[device]!.uncovered || hasCarrier(interrupts, after, device)) return true;
      return because(`${cpuName(cpu)} is ${isOnline(before, cpu) ? "deaf" : "offline"}: the message is lost there`);
    }),
};

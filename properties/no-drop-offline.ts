import { because, step } from "../checker/index.ts";
import { cpuName, destinationOf, isOnline } from "../model/index.ts";
import { hasCarrier } from "./carrier.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no message is lost at an offline CPU";

/**
 * Checked for each message to a CPU that is offline or whose controller is off. A message that the stopper will still
 * find and resend is not lost.
 *
 * With coverage "occurrence" an event has no carrier by definition, so the property does not apply.
 */
export const noDropOffline: PropertyEntry = {
  id: "no-drop-offline",
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
      return because(
        `${cpuName(cpu)}${isOnline(before, cpu) ? "'s controller is off" : " is offline"}: the message is lost there`,
      );
    }),
};

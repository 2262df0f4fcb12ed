import { because, step } from "../checker/index.ts";
import { controllerOf, deviceName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a move restores the mask bit";

/**
 * Compares the device's mask bit at the end of a move with its value before. A controller that disables the interrupt
 * during the move must have enabled it again.
 */
export const maskRestored: PropertyEntry = {
  id: "mask-restored",
  title,
  severity: "rule",
  learns: "whether a path through the move forgets to unmask, or unmasks an interrupt that was masked before",
  // A managed interrupt that is restarted was masked for its shutdown.
  applies: ({ system }) =>
    (system.device.maskable && system.startup?.lifecycle !== "managed") || controllerOf(system).disablesToMove === true,
  property: ({ system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (!action.startsWith("move.")) return true;
      const irq = parameters["irq"] as number;
      if (after.irq[irq]!.migration.step !== 0) return true;
      const who = deviceName(irq, system.devices);
      const route = after.routing?.[irq];
      if (route !== undefined) return route.enabled || because(`${who}: its interrupt stays disabled`);
      const { masked } = after.device[irq]!;
      if (masked === before.irq[irq]!.migration.wasMasked) return true;
      return because(`${who} is ${masked ? "left masked" : "unmasked, but was masked before"}`);
    }),
};

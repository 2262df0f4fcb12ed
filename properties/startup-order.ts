import { because, step } from "../checker/index.ts";
import { destinationOf, isStarted } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "affinity is set before startup";

/**
 * When an interrupt starts, its device already names the final target, so no message is rewritten while the device can
 * send.
 */
export const startupOrder: PropertyEntry = {
  id: "startup-order",
  title,
  severity: "rule",
  learns: "whether the message is rewritten after the device was started",
  applies: ({ system }) => system.startup !== null && system.startup.lifecycle !== "managed",
  property: () =>
    step(title, (before, _, after) => {
      for (const [irq, { cpu, vector }] of after.irq.entries()) {
        if (isStarted(before, irq) || !isStarted(after, irq)) continue;
        const target = destinationOf(after, irq);
        if (target?.cpu !== cpu || target.vector !== vector) {
          return because(`interrupt ${irq} starts before its message is rewritten`);
        }
      }
      return true;
    }),
};

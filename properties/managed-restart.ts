import { because, step } from "../checker/index.ts";
import { destinationOf, isOnline, isStarted } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a restarted interrupt has a valid target";

/**
 * Checked when a managed interrupt is started again and when its device is unmasked. A valid target is a slot of the
 * interrupt's own on an online CPU.
 */
export const managedRestart: PropertyEntry = {
  id: "managed-restart",
  title,
  severity: "danger",
  learns: "whether the restart of a managed interrupt lets the device send before its message is right",
  applies: ({ system }) => system.startup?.lifecycle === "managed",
  property: () =>
    step(title, (before, _, after) => {
      for (let irq = 0; irq < after.irq.length; irq++) {
        const starts = !isStarted(before, irq) && isStarted(after, irq);
        const unmasked = before.device[irq]!.masked && !after.device[irq]!.masked;
        if (!starts && !unmasked) continue;
        const target = destinationOf(after, irq);
        const live =
          target !== null && isOnline(after, target.cpu) && after.cpu[target.cpu]!.table[target.vector] === irq;
        if (!live) return because(`interrupt ${irq} is started while its device has no valid target`);
      }
      return true;
    }),
};

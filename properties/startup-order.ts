import { because, step } from "../checker/index.ts";
import { destinationOf, isStarted } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "affinity is set before startup";

/**
 * When an interrupt is started its device names the target that the interrupt is to have (PR37): the affinity was set
 * before, while nobody sent the message.
 *
 * A maintainer learns whether the message is still to be rewritten under a device that may send already.
 */
export const startupOrder: PropertyEntry = {
  id: "startup-order",
  row: "PR37",
  title,
  severity: "rule",
  learns: "whether the message is rewritten under a device that was just started",
  applies: ({ system }) => system.startup !== null && system.startup.lifecycle !== "managed",
  property: () =>
    step(title, (before, _, after) => {
      for (const [irq, { cpu, vector }] of after.irq.entries()) {
        if (isStarted(before, irq) || !isStarted(after, irq)) continue;
        const target = destinationOf(after, irq);
        if (target?.cpu !== cpu || target.vector !== vector) {
          return because(`interrupt ${irq} is started before its message is rewritten`);
        }
      }
      return true;
    }),
};

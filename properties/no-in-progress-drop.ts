import { because, step } from "../checker/index.ts";
import { cpuName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "nothing is dropped while the handler runs";

/**
 * An interrupt that a CPU takes while its handler runs on another is marked pending, or the CPU waits (PR26). Not stated
 * where the end of each interrupt has an APLIC look at its wire again: what the flow leaves is seen then.
 *
 * A maintainer learns whether the flow throws away what comes to the new CPU while the old one is still at work:
 * 9c15eeb5362c for the fasteoi flow.
 */
export const noInProgressDrop: PropertyEntry = {
  id: "no-in-progress-drop",
  row: "PR26",
  title,
  severity: "danger",
  learns: "whether the flow drops an interrupt on the new CPU while the handler runs on the old one",
  applies: ({ system }) => system.aplic?.retriggersAtEnd !== true,
  property: () =>
    step(title, (before, { action, parameters }, after) => {
      if (action !== "irq.lock") return true;
      const cpu = parameters["cpu"] as number;
      const irq = before.cpu[cpu]!.stack.at(-1)?.slot;
      if (typeof irq !== "number" || !before.irq[irq]!.inProgress || after.irq[irq]!.pending) return true;
      const waits = after.cpu[cpu]!.stack.at(-1)?.stage === "entry";
      return waits || because(`${cpuName(cpu)} drops interrupt ${irq}`);
    }),
};

import { because, step } from "../checker/index.ts";
import { cpuName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no interrupt is dropped while in progress";

/**
 * A CPU that takes an interrupt whose handler runs on another CPU must mark it pending or wait. The fasteoi flow did
 * neither until 9c15eeb5362c. Not stated where an APLIC samples the wire again after each interrupt: what the flow drops
 * is found then.
 */
export const noInProgressDrop: PropertyEntry = {
  id: "no-in-progress-drop",
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

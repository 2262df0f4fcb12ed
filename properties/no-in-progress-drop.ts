import { because, step } from "../checker/index.ts";
import { cpuName, ghostsOf, type SystemState } from "../model/index.ts";
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
  property: ({ system }) => (system.flowStages === null ? ofTheKernelsFlow : ofOwnFlow),
};

const ofTheKernelsFlow = step<SystemState>(title, (before, { action, parameters }, after) => {
  if (action !== "irq.lock") return true;
  const cpu = parameters["cpu"] as number;
  const irq = before.cpu[cpu]!.stack.at(-1)?.slot;
  if (typeof irq !== "number" || !before.irq[irq]!.inProgress) return true;
  const waits = after.cpu[cpu]!.stack.at(-1)?.stage === "entry";
  return waits || after.irq[irq]!.pending || because(`${cpuName(cpu)} drops interrupt ${irq}`);
});

/** In a flow of one's own: no interrupt returns without a handler while one runs elsewhere, unless it has left a mark. */
const ofOwnFlow = step<SystemState>(title, (before, { action, parameters }, after) => {
  if (!action.startsWith("irq.")) return true;
  const cpu = parameters["cpu"] as number;
  const frame = before.cpu[cpu]!.stack.at(-1);
  if (frame === undefined || typeof frame.slot !== "number" || ghostsOf(frame).handled) return true;
  const hasReturned = after.cpu[cpu]!.stack.length < before.cpu[cpu]!.stack.length;
  if (!hasReturned || !before.irq[frame.slot]!.inProgress) return true;
  return after.irq[frame.slot]!.pending || because(`${cpuName(cpu)} drops interrupt ${frame.slot}`);
});

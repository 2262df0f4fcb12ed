import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no CPU dispatches an unassigned vector";

/**
 * Each violation corresponds to one such line in the log: a lost interrupt, or an unexpected stray. A stray in a slot
 * marked to expect one is no violation.
 */
export const noStray: PropertyEntry = {
  id: "no-stray",
  title,
  severity: "danger",
  learns: 'whether the kernel can ever log "No irq handler for vector"',
  // An interrupt with one number on all CPUs is always assigned.
  applies: ({ model }) => model.actions.includes("cpu.stray"),
  property: ({ system }) =>
    step(title, (before, { action, parameters }) => {
      if (action !== "cpu.stray") return true;
      const cpu = parameters["cpu"] as number;
      const { vector, slot: first } = before.cpu[cpu]!.stack.at(-1)!;
      const slot = system.rechecksStrays ? before.cpu[cpu]!.table[vector] : first;
      if (slot !== "unused") return true;
      return because(`${targetName({ cpu, vector }, system)} is unassigned`);
    }),
};

import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no CPU dispatches an unassigned vector";

/**
 * No CPU dispatches a vector that its table says is nobody's (PR5).
 *
 * The kernel logs "No irq handler for vector": each such line is a lost interrupt, or a stray that nobody announced.
 * A stray on a slot that is marked for one is expected and no violation.
 *
 * A maintainer learns whether the scheme can ever make the kernel print that line.
 */
export const noStray: PropertyEntry = {
  id: "no-stray",
  row: "PR5",
  title,
  severity: "danger",
  learns: 'whether the kernel can ever log "No irq handler for vector"',
  // Where every CPU knows an interrupt by the same number, no number is ever nobody's.
  applies: ({ model }) => model.actions.includes("cpu.stray"),
  property: ({ system }) =>
    step(title, (before, { action, parameters }) => {
      if (action !== "cpu.stray") return true;
      const cpu = parameters["cpu"] as number;
      const { vector, slot: first } = before.cpu[cpu]!.stack.at(-1)!;
      const slot = system.rechecksStrays ? before.cpu[cpu]!.table[vector] : first;
      return slot !== "unused" || because(`${targetName({ cpu, vector }, system)} is unassigned`);
    }),
};

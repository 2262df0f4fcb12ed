import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import { checksIntermediate } from "./programs.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a check that finds the bit sends one IPI";

/**
 * A check that finds the request bit sends exactly one IPI, to the present target, whose slot is the interrupt's by
 * then; a check that does not find it sends none (PR20).
 *
 * A maintainer learns whether what the check has found can be forgotten, or sent to where nobody waits for it.
 */
export const retriggerOnce: PropertyEntry = {
  id: "retrigger-once",
  row: "PR20",
  title,
  severity: "rule",
  learns: "whether the result of a check can be forgotten, or sent to a slot that is not the interrupt's",
  applies: checksIntermediate,
  property: ({ system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (!action.startsWith("move.")) return true;
      const irq = parameters["irq"] as number;
      const { migration: was, cpu, vector } = before.irq[irq]!;
      const { migration: now } = after.irq[irq]!;
      if (action === "move.read_irr") {
        const found = before.cpu[was.cpu]!.irr[vector]!;
        return now.sawPending === found || because(found ? "the check read 1, and no IPI is due" : "the check read 0");
      }
      if (action !== "move.retrigger") {
        return was.sawPending === now.sawPending || because(`what the check read is forgotten in ${action}`);
      }
      if (!was.sawPending || now.sawPending) return because("an IPI that no check asked for, or a second one");
      return before.cpu[cpu]!.table[vector] === irq || because(`${targetName({ cpu, vector }, system)} is not its own`);
    }),
};

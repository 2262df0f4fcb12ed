import { because, every, step, type Judgement } from "../checker/index.ts";
import { movedWith, targetName, type System } from "../model/index.ts";
import { checksIntermediate } from "./programs.ts";
import type { PropertyEntry, State } from "./property-entry.ts";

const title = "a check that finds IRR set sends one IPI";

/**
 * The IPI goes to the current target, whose slot the interrupt owns by then. A check that finds the bit clear sends
 * none.
 */
export const retriggerOnce: PropertyEntry = {
  id: "retrigger-once",
  title,
  severity: "rule",
  learns: "whether the result of a check can be forgotten, or sent to a slot that the interrupt does not own",
  applies: checksIntermediate,
  property: ({ system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (!action.startsWith("move.")) return true;
      const mover = parameters["irq"] as number;
      if (
        action === "move.retrigger" &&
        !movedWith(system, mover).some((irq) => before.irq[irq]!.migration.sawPending)
      ) {
        return because("an IPI without a check that found the bit, or a second IPI");
      }
      if (!system.sharesMessage) return judge(system, before, action, after, mover);
      return every(
        movedWith(system, mover),
        (irq) => judge(system, before, action, after, irq),
        (irq) => `message ${irq}`,
      );
    }),
};

/** Whether the step deals with the check of one interrupt as it must. */
function judge(system: System, before: State, action: string, after: State, irq: number): Judgement {
  const { migration: was, cpu, vector } = before.irq[irq]!;
  const { migration: now } = after.irq[irq]!;
  if (action === "move.read_irr") {
    const found = before.cpu[was.cpu]!.irr[vector]!;
    return (
      now.sawPending === found ||
      because(found ? "the check read 1, but no IPI is due" : "an IPI is due though the check read 0")
    );
  }
  if (action !== "move.retrigger") {
    return was.sawPending === now.sawPending || because(`${action} discards the result of the check`);
  }
  // Of several messages one may have been found, and others not.
  if (!was.sawPending) return true;
  if (now.sawPending) return because("an IPI without a check that found the bit, or a second IPI");
  return (
    before.cpu[cpu]!.table[vector] === irq ||
    because(`the interrupt does not own ${targetName({ cpu, vector }, system)}`)
  );
}

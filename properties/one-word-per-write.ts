import { because, step } from "../checker/index.ts";
import { pairAtLastFlush, messageOf, sendsNothing, targetName, type SystemState } from "../model/index.ts";
import { pairIsWritten } from "./programs.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a message is written one word at a time";

/**
 * Between two read-backs of an unmasked device, at most one of the words address and data changes.
 *
 * This rule is sufficient, not necessary: both words may change if the intermediate target is checked. A violation is
 * no bug where `check-covers` and `no-interrupt-lost` hold, as in x86-data-first-check.
 */
export const oneWordPerWrite: PropertyEntry = {
  id: "one-word-per-write",
  title,
  severity: "rule",
  learns: "whether the device can use a message that is half old and half new",
  applies: pairIsWritten,
  property: ({ program, system }) => ({
    ...step<SystemState>(title, (before, { action, parameters }, after) => {
      if (!action.startsWith("move.")) return true;
      const irq = parameters["irq"] as number;
      const was = messageOf(before, irq);
      const now = messageOf(after, irq);
      if (sendsNothing(system, before, irq) || (was.cpu === now.cpu && was.vector === now.vector)) return true;
      const base = pairAtLastFlush(program, before, irq);
      if (base.cpu === now.cpu || base.vector === now.vector) return true;
      // Both words in one write: there is no intermediate message.
      if (base.cpu === was.cpu && base.vector === was.vector) return true;
      const [between, from, to] = [was, base, now].map((pair) => targetName(pair, system));
      return because(`the device may use ${between} between ${from} and ${to}`);
    }),
    narrate: () =>
      "This is a rule, not a loss: both words may change if the intermediate target is checked (see check-covers).",
  }),
};

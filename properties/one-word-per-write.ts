import { because, step } from "../checker/index.ts";
import { pairAtLastFlush, messageOf, sendsNothing, targetName, type SystemState } from "../model/index.ts";
import { pairIsWritten } from "./programs.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a message is written one word at a time";

/**
 * Between two reads back at most one word of the message changes, unless the device is masked (PR21). The words are
 * the address and the data.
 *
 * A rule that a scheme can follow, not one that it must: with a check of the pair between, both may change. So a
 * violation is no bug where `check-covers` and `no-interrupt-lost` hold; x86-data-first-check is such a scheme.
 *
 * A maintainer learns whether the device can use a pair that is half old and half new.
 */
export const oneWordPerWrite: PropertyEntry = {
  id: "one-word-per-write",
  row: "PR21",
  title,
  severity: "rule",
  learns: "whether the device can use a pair that is half old and half new",
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
      // One write for both: there is nothing between.
      if (base.cpu === was.cpu && base.vector === was.vector) return true;
      const [between, from, to] = [was, base, now].map((pair) => targetName(pair, system));
      return because(`the device may name ${between} between ${from} and ${to}`);
    }),
    narrate: () =>
      "This is a rule, not a loss: both words may change where the target between is checked, see check-covers.",
  }),
};

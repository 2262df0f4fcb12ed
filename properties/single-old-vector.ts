import { because, step } from "../checker/index.ts";
import { isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "an interrupt has at most one old vector";

/** A move must be refused while the previous one is not cleaned up. */
export const singleOldVector: PropertyEntry = {
  id: "single-old-vector",
  title,
  severity: "bookkeeping",
  learns: "whether a second move can overwrite the record of the previous vector",
  applies: ({ system }) => !isRouted(system),
  property: ({ system }) =>
    step(title, (before, { action, parameters }, after) => {
      if (action !== "move.allocate") return true;
      const irq = parameters["irq"] as number;
      const { previous } = before.irq[irq]!;
      if (previous === null) return true;
      const kept = after.irq[irq]!.previous;
      const old = `${targetName(previous, system)} of interrupt ${irq} is not cleaned up`;
      return because(
        kept?.cpu === previous.cpu && kept.vector === previous.vector ? old : `${old} and its record is overwritten`,
      );
    }),
};

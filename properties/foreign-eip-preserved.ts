import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no move loses a foreign pending bit";

/**
 * A pending bit that stands for an event of its owner is cleared only by the owner's claim or the owner's own move,
 * unless it is set again.
 *
 * The IMSIC driver reads and clears the temporary identity of a two-step update, which another interrupt may own; if
 * that interrupt is enabled, the driver sets the bit again by a store to the hart's own file.
 */
export const foreignEipPreserved: PropertyEntry = {
  id: "foreign-eip-preserved",
  title,
  severity: "loss",
  learns: "whether one interrupt's move can swallow an interrupt of an unrelated device",
  applies: ({ system }) => system.imsic !== null && system.devices > 1,
  property: ({ system }) =>
    step(title, (before, { action }, after) => {
      if (action === "cpu.accept") return true;
      for (const [cpu, { irr, table, source }] of before.cpu.entries()) {
        for (const [vector, owner] of table.entries()) {
          if (!irr[vector]! || typeof owner !== "number" || !source[vector]![owner]!) continue;
          // The owner has moved, and its event with it.
          if (after.cpu[cpu]!.table[vector] !== owner) continue;
          if (after.cpu[cpu]!.irr[vector]! || after.imsic![cpu]!.arriving[vector]!) continue;
          return because(`${targetName({ cpu, vector }, system)} of device ${owner} is cleared and not set again`);
        }
      }
      return true;
    }),
};

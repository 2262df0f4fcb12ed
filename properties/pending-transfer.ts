import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "nothing stays pending at a freed identity";

/**
 * When an identity is given back after a move, nothing of the interrupt is pending on its hart any more: neither at
 * that identity nor at the one that the device passed through (PR31).
 *
 * What another interrupt owns may be pending; what is on its way in the fabric is not looked at.
 *
 * A maintainer learns whether the driver forgets to look at a place where the device may have sent its interrupt.
 */
export const pendingTransfer: PropertyEntry = {
  id: "pending-transfer",
  row: "PR31",
  title,
  severity: "danger",
  learns: "whether the driver misses a place where the device may have sent its interrupt",
  applies: ({ system }) => system.imsic !== null,
  property: ({ system }) =>
    step(title, (before, _, after) => {
      for (const [cpu, { table, irr, source }] of after.cpu.entries()) {
        for (const [vector, slot] of table.entries()) {
          const irq = before.cpu[cpu]!.table[vector]!;
          if (typeof irq !== "number" || slot === irq) continue;
          if (irr[vector]!) return because(`${targetName({ cpu, vector }, system)} is pending and given back`);
          const through = (before.imsic![cpu]!.identity[vector]!.next ?? after.irq[irq]!).vector;
          if (typeof table[through] === "number" || !irr[through]!) continue;
          if (system.tracksSources && !source[through]![irq]!) continue;
          return because(`${targetName({ cpu, vector: through }, system)} is left pending`);
        }
      }
      return true;
    }),
};

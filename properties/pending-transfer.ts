import { because, step } from "../checker/index.ts";
import { targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no freed identity is left pending";

/**
 * When an identity is freed after a move, nothing of its interrupt is pending on that hart, at the freed identity or at
 * the temporary one. Bits of other owners, and messages in flight, do not count.
 */
export const pendingTransfer: PropertyEntry = {
  id: "pending-transfer",
  title,
  severity: "danger",
  learns: "whether the driver fails to check an identity that the device may have used",
  applies: ({ system }) => system.imsic !== null,
  property: ({ system }) =>
    step(title, (before, _, after) => {
      for (const [cpu, { table, irr, source }] of after.cpu.entries()) {
        for (const [vector, slot] of table.entries()) {
          const irq = before.cpu[cpu]!.table[vector]!;
          if (typeof irq !== "number" || slot === irq) continue;
          if (irr[vector]!) return because(`${targetName({ cpu, vector }, system)} is freed while pending`);
          const through = (before.imsic![cpu]!.identity[vector]!.next ?? after.irq[irq]!).vector;
          if (typeof table[through] === "number" || !irr[through]!) continue;
          if (system.tracksSources && !source[through]![irq]!) continue;
          return because(`${targetName({ cpu, vector: through }, system)} is left pending`);
        }
      }
      return true;
    }),
};

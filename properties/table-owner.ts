import { always, because, every } from "../checker/index.ts";
import { isActivated, isOnline, isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "an assigned vector is in its CPU's table";

/**
 * The half of `one-owner` whose violation loses interrupts: the allocator still reserves the vector, but a dispatch
 * finds no owner. Offline CPUs and interrupts without a vector are exempt.
 */
export const tableOwner: PropertyEntry = {
  id: "table-owner",
  title,
  severity: "danger",
  learns: "whether the slot of a live interrupt can be overwritten",
  applies: ({ system }) => !isRouted(system),
  property: ({ system }) =>
    always(title, (state) =>
      every(
        state.irq,
        ({ cpu, vector }, irq) => {
          if (!isActivated(state, irq) || !isOnline(state, cpu)) return true;
          const slot = state.cpu[cpu]!.table[vector]!;
          if (slot === irq) return true;
          return because(
            `${targetName({ cpu, vector }, system)} is ${typeof slot === "number" ? `assigned to interrupt ${slot}` : slot}`,
          );
        },
        (_, irq) => `interrupt ${irq}`,
      ),
    ),
};

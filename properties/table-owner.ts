import { always, because, every } from "../checker/index.ts";
import { isActivated, isOnline, isRouted, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "an assigned vector is in its CPU's table";

/**
 * The vector that is assigned to an interrupt says so in the table of its CPU (PR13). It is the half of `one-owner` that
 * loses interrupts: the allocator still holds the vector for the interrupt, and a dispatch finds nobody.
 *
 * CPUs that are offline are exempt, as are interrupts that have no vector.
 *
 * A maintainer learns whether something can write over the slot of a live interrupt.
 */
export const tableOwner: PropertyEntry = {
  id: "table-owner",
  row: "PR13",
  title,
  severity: "danger",
  learns: "whether something can write over the slot of a live interrupt",
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
            `${targetName({ cpu, vector }, system)} is ${typeof slot === "number" ? `interrupt ${slot}'s` : slot}`,
          );
        },
        (_, irq) => `interrupt ${irq}`,
      ),
    ),
};

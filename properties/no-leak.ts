import { always, because } from "../checker/index.ts";
import { isActivated, isOnline, isRouted } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";

const title = "when idle, no vector is leaked";

/**
 * Compares, when no move awaits its first arrival, the number of owned slots with the number of interrupts that have a
 * vector; an old vector that nothing will free is a leak too.
 */
export const noLeak: PropertyEntry = {
  id: "no-leak",
  title,
  severity: "bookkeeping",
  learns: "whether moves can use up the vectors",
  applies: ({ system }) => !isRouted(system),
  property: () =>
    always(title, (state) => {
      if (!isQuiet(state) || state.irq.some(({ moveInProgress }) => moveInProgress)) return true;
      const stuck = state.irq.findIndex(({ previous }) => previous !== null);
      if (stuck >= 0) return because(`the old vector of interrupt ${stuck} will never be freed`);
      const owned = state.cpu.reduce(
        (sum, { table }, cpu) =>
          isOnline(state, cpu) ? sum + table.filter((slot) => typeof slot === "number").length : sum,
        0,
      );
      const active = state.irq.filter(({ cpu }, irq) => isActivated(state, irq) && isOnline(state, cpu)).length;
      return owned <= active || because(`${active} interrupts own ${owned} slots`);
    }),
};

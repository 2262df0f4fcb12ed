import { always, because } from "../checker/index.ts";
import { isActivated, isOnline, isRouted } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";

const title = "when idle, an interrupt holds one vector";

/**
 * At rest, and with no move that waits for its first arrival, the interrupts that have a vector hold as many slots as
 * they are, and none has an old vector that nothing will give back (PR24).
 *
 * A maintainer learns whether vectors are used up by moves until none is left.
 */
export const noLeak: PropertyEntry = {
  id: "no-leak",
  row: "PR24",
  title,
  severity: "bookkeeping",
  learns: "whether vectors are used up by moves until none is left",
  applies: ({ system }) => !isRouted(system),
  property: () =>
    always(title, (state) => {
      if (!isQuiet(state) || state.irq.some(({ moveInProgress }) => moveInProgress)) return true;
      const stuck = state.irq.findIndex(({ previous }) => previous !== null);
      if (stuck >= 0) return because(`nothing will give back the old vector of interrupt ${stuck}`);
      const owned = state.cpu.reduce(
        (sum, { table }, cpu) =>
          isOnline(state, cpu) ? sum + table.filter((slot) => typeof slot === "number").length : sum,
        0,
      );
      const active = state.irq.filter(({ cpu }, irq) => isActivated(state, irq) && isOnline(state, cpu)).length;
      return owned <= active || because(`${owned} slots are owned, by ${active} interrupts`);
    }),
};

import { always, because, every } from "../checker/index.ts";
import { isOnline, isStopped, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no old vector stays on an offline CPU";

/**
 * Once a CPU is offline no interrupt has an old vector there that is still to be cleaned up (PR23, its half that is
 * about CPUs going offline): no timer and no IPI comes to it there.
 *
 * A maintainer learns whether a move that was unfinished when its old CPU went leaks the vector, or blocks every
 * further move.
 */
export const offlineCleanup: PropertyEntry = {
  id: "offline-cleanup",
  row: "PR23",
  title,
  severity: "bookkeeping",
  learns: "whether a move that is unfinished when its old CPU goes offline leaks the vector or blocks the next",
  applies: ({ system }) => system.hotplug !== null,
  property: ({ system }) =>
    always(title, (state) =>
      every(
        state.irq,
        ({ previous }) =>
          previous === null ||
          isStopped(state) ||
          isOnline(state, previous.cpu) ||
          because(`${targetName(previous, system)} is still to be cleaned up`),
        (_, irq) => `interrupt ${irq}`,
      ),
    ),
};

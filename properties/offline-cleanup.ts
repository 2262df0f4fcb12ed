import { always, because, every } from "../checker/index.ts";
import { isOnline, isStopped, targetName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "no old vector stays on an offline CPU";

/** The part of `cleanup-done` about offline CPUs: an old vector there receives neither timer nor IPI. */
export const offlineCleanup: PropertyEntry = {
  id: "offline-cleanup",
  title,
  severity: "bookkeeping",
  learns: "whether a move left unfinished when its old CPU goes offline leaks the vector or blocks the next move",
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

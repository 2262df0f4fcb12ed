import { always, because, every } from "../checker/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a handler runs on one CPU at a time";

/**
 * At most one CPU runs the handler of an interrupt (PR25).
 *
 * A maintainer learns whether the driver's handler can be entered twice at once while old and new target overlap.
 */
export const handlerExclusion: PropertyEntry = {
  id: "handler-exclusion",
  row: "PR25",
  title,
  severity: "danger",
  learns: "whether a driver's handler can be entered twice at once while the targets overlap",
  property: () =>
    always(title, (state) =>
      every(
        state.irq,
        (_, irq) => {
          const running = state.cpu.flatMap(({ stack }) =>
            stack.filter(({ slot, stage }) => slot === irq && (stage === "handler" || stage === "finish")),
          );
          return running.length <= 1 || because(`${running.length} handlers run`);
        },
        (_, irq) => `interrupt ${irq}`,
      ),
    ),
};

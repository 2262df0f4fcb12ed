import { always, because, every } from "../checker/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "a handler never runs twice at once";

/** The flow must serialize the driver's handler while both the old and the new target can deliver the interrupt. */
export const handlerExclusion: PropertyEntry = {
  id: "handler-exclusion",
  title,
  severity: "danger",
  learns: "whether a running handler can be entered again while old and new target overlap",
  property: () =>
    always(title, (state) =>
      every(
        state.irq,
        (_, irq) => {
          const running = state.cpu.flatMap(({ stack }) =>
            stack.filter(({ slot, stage }) => slot === irq && (stage === "handler" || stage === "finish")),
          );
          return running.length <= 1 || because(`its handler runs ${running.length} times at once`);
        },
        (_, irq) => `interrupt ${irq}`,
      ),
    ),
};

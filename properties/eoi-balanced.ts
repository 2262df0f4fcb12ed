import { always, because, every } from "../checker/index.ts";
import { cpuName, isInNotification, isRouted, vectorName } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";

const title = "every dispatch has exactly one EOI";

/**
 * Every dispatch has exactly one end of interrupt (PR29): a vector is in service exactly while one hard interrupt on
 * that CPU has not acknowledged it.
 *
 * An end of interrupt that the controller ignores is none.
 *
 * A maintainer learns whether a path through the flow forgets an EOI, or gives it where it has no effect, which blocks the
 * vector forever.
 */
export const eoiBalanced: PropertyEntry = {
  id: "eoi-balanced",
  row: "PR29",
  title,
  severity: "danger",
  learns: "whether a path through the flow forgets an EOI, gives two, or one that has no effect",
  // Where a CPU claims an interrupt, it owes no end of interrupt.
  applies: ({ system }) => system.machine !== "imsic" && system.machine !== "avec",
  property: ({ system }) => {
    const owesEoi = isRouted(system)
      ? ["entry", "handler", "finish", "completion", "forced-completion"]
      : ["entry", "complete", "completed", "move"];
    return always(title, (state) =>
      every(
        state.cpu,
        ({ isr, stack }, cpu) =>
          every(
            isr,
            (inService, vector) => {
              const owes = isInNotification(state, cpu) ? [] : owesEoi;
              const owing = stack.filter((frame) => frame.vector === vector && owes.includes(frame.stage)).length;
              return owing === (inService ? 1 : 0) || because(`in service: ${inService ? 1 : 0}, EOIs owed: ${owing}`);
            },
            (_, vector) => `vector ${vectorName(vector)}`,
          ),
        (_, cpu) => cpuName(cpu),
      ),
    );
  },
};

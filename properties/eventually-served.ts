import { leadsTo } from "../checker/index.ts";
import type { SystemState } from "../model/index.ts";
import { machineIsFair } from "./fairness.ts";
import { narrateLoss } from "./loss.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";
import { narrateStuck } from "./stuck.ts";

const title = "every event is eventually covered";

/**
 * An event that is not covered is covered some time (PR4).
 *
 * The fairness: weak of every step of hardware and kernel, strong of what needs a free CPU; none of the environment, so
 * that no later event and no later move has to come to the rescue. Where `no-interrupt-lost` holds and this fails, the
 * event has not gone, but something else goes on for ever.
 *
 * A maintainer learns whether an interrupt can be put off for ever without being lost.
 */
export const eventuallyServed: PropertyEntry = {
  id: "eventually-served",
  row: "PR4",
  title,
  severity: "liveness",
  learns: "whether an interrupt can be postponed forever without being lost",
  // One device: which of several events is covered cannot be said of all of them in one property.
  applies: ({ system }) => system.devices === 1,
  property: (interrupts) => ({
    ...leadsTo<SystemState>(
      title,
      ({ device }) => device[0]!.uncovered,
      ({ device }) => !device[0]!.uncovered,
      { fairness: machineIsFair(interrupts) },
    ),
    narrate: (narrative) => {
      const { loopFrom, steps } = narrative;
      if (loopFrom !== steps.length - 1) return "The device's event is never covered.";
      // Where nothing more happens all is at rest, or nothing can go on.
      return isQuiet(steps.at(-1)!.state) ? narrateLoss(interrupts, narrative) : narrateStuck(interrupts, narrative);
    },
  }),
};

import { leadsTo } from "../checker/index.ts";
import type { SystemState } from "../model/index.ts";
import { machineIsFair } from "./fairness.ts";
import { narrateLoss } from "./loss.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";
import { narrateStuck } from "./stuck.ts";

const title = "every event is eventually covered";

/**
 * Fairness: weak for every step of hardware and kernel, strong for what needs a free CPU, and none for the environment,
 * so that neither a later event nor a later move can come to the rescue. Where `no-interrupt-lost` holds and this
 * fails, the event still has a carrier, but other work starves it.
 */
export const eventuallyServed: PropertyEntry = {
  id: "eventually-served",
  title,
  severity: "liveness",
  learns: "whether an interrupt can be delayed forever without being lost",
  // One device only: a single leads-to property cannot follow the events of several. What happens while an interrupt is
  // disabled waits for its driver, which need not enable it.
  applies: ({ system }) => system.devices === 1 && system.startup?.depth === undefined,
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
      // A run that ends here ends idle or in a deadlock.
      return isQuiet(steps.at(-1)!.state) ? narrateLoss(interrupts, narrative) : narrateStuck(interrupts, narrative);
    },
  }),
};

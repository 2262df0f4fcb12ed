import { noDeadlock as noDeadlockProperty } from "../checker/index.ts";
import { environmentOf } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";
import { narrateStuck } from "./stuck.ts";

const title = "the system never deadlocks";

/**
 * A deadlock is a state with unfinished work in which only the environment can act. Another event of a device, or
 * another affinity request, is no progress; neither is a CPU that spins on a lock.
 */
export const noDeadlock: PropertyEntry = {
  id: "no-deadlock",
  title,
  severity: "loss",
  learns: "whether the scheme can deadlock, such as on a lock held by the context it interrupts",
  property: (system) => ({
    ...noDeadlockProperty(title, {
      ignoring: environmentOf(system.model),
      unless: isQuiet,
    }),
    narrate: (narrative) => narrateStuck(system, narrative),
  }),
};

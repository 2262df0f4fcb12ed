import { noDeadlock as noDeadlockProperty } from "../checker/index.ts";
import { environmentOf } from "../model/index.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet } from "./quiet.ts";
import { narrateStuck } from "./stuck.ts";

const title = "the system stops only when idle";

/**
 * No state where work is unfinished and nothing but the environment can act (PR28).
 *
 * That a device could raise once more, or somebody could ask for another CPU, is no progress; a CPU that spins on a
 * lock makes none either.
 *
 * A maintainer learns whether the scheme can lock up: a lock held across a wait, or by the context it interrupts.
 */
export const noDeadlock: PropertyEntry = {
  id: "no-deadlock",
  row: "PR28",
  title,
  severity: "loss",
  learns: "whether the scheme can lock up, such as on a lock held by the context it interrupts",
  property: (system) => ({
    ...noDeadlockProperty(title, {
      ignoring: environmentOf(system.model),
      unless: isQuiet,
    }),
    narrate: (narrative) => narrateStuck(system, narrative),
  }),
};

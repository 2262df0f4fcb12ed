import { because, always, every } from "../checker/index.ts";
import { deviceName } from "../model/index.ts";
import { narrateLoss } from "./loss.ts";
import type { PropertyEntry } from "./property-entry.ts";
import { isQuiet, isStranded } from "./quiet.ts";

const title = "at rest, every event has been covered";

/**
 * When everything has come to rest, no event is left uncovered.
 *
 * The primary property, in its quiescent form (PR1): a state in which nothing is on its way any more and an event
 * still waits is an event that nothing will ever deliver. No fairness is needed to say so. What covers an event is
 * the parameter `coverage`.
 *
 * A maintainer learns whether the scheme can lose an interrupt at all; the counterexample is the race.
 */
export const noInterruptLost: PropertyEntry = {
  id: "no-interrupt-lost",
  row: "PR1",
  title,
  learns: "whether the scheme can lose an interrupt for ever; the counterexample is the race",
  property: (system) => ({
    ...always(title, (state) =>
      isQuiet(state)
        ? every(
            state.device,
            ({ uncovered }, device) =>
              (!uncovered && !isStranded(system, state, device)) || because("its event is not covered"),
            (_, device) => deviceName(device, state.device.length),
          )
        : true,
    ),
    narrate: (narrative) => narrateLoss(system, narrative),
  }),
};

import { because, always, every } from "../checker/index.ts";
import { deviceName, isStarted } from "../model/index.ts";
import { narrateLoss } from "./loss.ts";
import type { PropertyEntry, State } from "./property-entry.ts";
import { isQuiet, isStranded } from "./quiet.ts";

const title = "when idle, every event has been covered";

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
  severity: "loss",
  learns: "whether the scheme can lose an interrupt forever; the counterexample is the race",
  property: (system) => ({
    ...always(title, (state) =>
      isQuiet(state)
        ? every(
            state.device,
            ({ uncovered }, device) =>
              (!uncovered && !isStranded(system, state, device)) ||
              awaitsRestart(state, device) ||
              because("its event is not covered"),
            (_, device) => deviceName(device, state.device.length),
          )
        : true,
    ),
    narrate: (narrative) => narrateLoss(system, narrative),
  }),
};

/** An event of a device whose interrupt is shut down waits in the pending bit until the interrupt is started again. */
function awaitsRestart(state: State, device: number): boolean {
  const { masked, pending } = state.device[device]!;
  return masked && pending && !isStarted(state, device);
}

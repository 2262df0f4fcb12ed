import { because, always, every } from "../checker/index.ts";
import { awaitsStart, deviceName, isKeptDisabled, isStarted, type InterruptSystem } from "../model/index.ts";
import { narrateLoss } from "./loss.ts";
import type { PropertyEntry, State } from "./property-entry.ts";
import { isQuiet, isStranded } from "./quiet.ts";

const title = "when idle, every event has been covered";

/**
 * The primary property, in its quiescent form: an event that is uncovered when nothing is in flight any more will never
 * be delivered. This form needs no fairness. The parameter `coverage` defines what covers an event.
 */
export const noInterruptLost: PropertyEntry = {
  id: "no-interrupt-lost",
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
              awaitsRestart(system, state, device) ||
              because("its event is uncovered"),
            (_, device) => deviceName(device, state.device.length),
          )
        : true,
    ),
    narrate: (narrative) => narrateLoss(system, narrative),
  }),
};

/** An event of a device whose interrupt is shut down waits in the pending bit until the interrupt is started again. */
function awaitsRestart({ system }: InterruptSystem, state: State, device: number): boolean {
  const { masked, pending } = state.device[device]!;
  return (
    masked &&
    pending &&
    (!isStarted(state, device) || isKeptDisabled(state, device)) &&
    awaitsStart(system, state, device)
  );
}

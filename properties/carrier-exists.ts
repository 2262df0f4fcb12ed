import { always, because, every } from "../checker/index.ts";
import { deviceName, isOnline, isStopped, leadsToClaim, type InterruptSystem } from "../model/index.ts";
import { hasCarrier, wouldBeFound } from "./carrier.ts";
import { narrateLoss } from "./loss.ts";
import { isRequestedInVain } from "./quiet.ts";
import type { PropertyEntry, State } from "./property-entry.ts";

const title = "every uncovered event has a carrier";

/**
 * An uncovered event always has a carrier: something in the machine that will yet lead to its handler.
 *
 * The same question as `no-interrupt-lost`, asked of every state (PR2): the message on its way, the request bit in a
 * slot of the right owner, the intermediate bit that a check has still to look at, the pending mark of a descriptor
 * whose handler runs, the pending bit of a masked device. The two must agree.
 *
 * A maintainer learns the very step at which the last trace of the event disappears.
 */
export const carrierExists: PropertyEntry = {
  id: "carrier-exists",
  row: "PR2",
  title,
  severity: "loss",
  learns: "the very step at which the last trace of an event disappears",
  property: (system) => ({
    ...always(title, (state) =>
      every(
        state.device,
        ({ uncovered }, device) =>
          ((!uncovered || hasCarrier(system, state, device)) && !isAbandoned(system, state, device)) ||
          because("its event is not covered and nothing carries it"),
        (_, device) => deviceName(device, state.device.length),
      ),
    ),
    narrate: (narrative) => narrateLoss(system, narrative),
  }),
};

/**
 * Where each occurrence counts: whether an event stands in a pending bit that leads to no claim of its interrupt, or in
 * a request bit of a CPU that is dead.
 */
function isAbandoned(interrupts: InterruptSystem, state: State, device: number): boolean {
  const { system } = interrupts;
  if (system.coverage !== "occurrence") return false;
  if (isRequestedInVain(state, device)) return true;
  if (state.routing?.[device]!.waiting === true) return !wouldBeFound(interrupts, state, device);
  if (system.imsic === null) {
    return (
      system.hotplug !== null &&
      state.cpu.some(
        ({ interruptsEnabled, source }, cpu) =>
          !isOnline(state, cpu) && !isStopped(state) && !interruptsEnabled && source.some((of) => of[device]!),
      )
    );
  }
  return state.cpu.some(({ source }, cpu) =>
    source.some((of, vector) => of[device]! && !leadsToClaim(interrupts, state, device, { cpu, vector })),
  );
}

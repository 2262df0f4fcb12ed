import { always, because, every } from "../checker/index.ts";
import {
  awaitsStart,
  deviceName,
  isOnline,
  isStopped,
  leadsToClaim,
  willTake,
  type InterruptSystem,
} from "../model/index.ts";
import { hasCarrier, wouldBeFound } from "./carrier.ts";
import { narrateLoss } from "./loss.ts";
import { isRequestedInVain } from "./quiet.ts";
import type { PropertyEntry, State } from "./property-entry.ts";

const title = "every uncovered event has a carrier";

/**
 * The question of `no-interrupt-lost`, asked in every state; the two must agree. Carriers are a message in flight, a
 * request bit in a slot of the right owner, the request bit of an intermediate target that is still to be checked, the
 * pending mark of a descriptor whose handler runs, and the pending bit of a masked device.
 */
export const carrierExists: PropertyEntry = {
  id: "carrier-exists",
  title,
  severity: "loss",
  learns: "the exact step that removes the last trace of an event",
  property: (system) => ({
    ...always(title, (state) =>
      every(
        state.device,
        ({ uncovered }, device) =>
          ((!uncovered || hasCarrier(system, state, device)) && !isAbandoned(system, state, device)) ||
          because("its event is uncovered and has no carrier"),
        (_, device) => deviceName(device, state.device.length),
      ),
    ),
    narrate: (narrative) => narrateLoss(system, narrative),
  }),
};

/**
 * With coverage "occurrence": whether an event is left in a pending bit that leads to no claim of its interrupt, or in
 * a request bit of a dead CPU.
 */
function isAbandoned(interrupts: InterruptSystem, state: State, device: number): boolean {
  const { system } = interrupts;
  if (system.coverage !== "occurrence") return false;
  if (isRequestedInVain(state, device)) return true;
  if (state.device[device]!.pending && !awaitsStart(system, state, device)) return true;
  if (state.guest?.pending[device] === true) return !willTake(state, device);
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

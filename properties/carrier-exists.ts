import { always, because, every } from "../checker/index.ts";
import {
  deviceName,
  isOnline,
  isStopped,
  scanIsDue,
  isEnableDue,
  isWatched,
  leadsToClaim,
  messageOf,
  type InterruptSystem,
} from "../model/index.ts";
import { narrateLoss } from "./loss.ts";
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

/** Whether what is requested there, or would be now, leads to the handler of the device. */
function isFoundAt(
  interrupts: InterruptSystem,
  state: State,
  device: number,
  target: { readonly cpu: number; readonly vector: number },
): boolean {
  const { program, offline } = interrupts;
  if (state.imsic !== null) return leadsToClaim(interrupts, state, device, target);
  const { cpu, vector } = target;
  // On a CPU that is offline only what the stopper still looks for will be found.
  const isLive = isOnline(state, cpu) || scanIsDue(offline, state, cpu, vector);
  return (state.cpu[cpu]!.table[vector] === device && isLive) || isWatched(program, state, device, target);
}

/** Whether a message that the device sent now would lead to its handler, as things stand. */
export function wouldBeFound(interrupts: InterruptSystem, state: State, device: number): boolean {
  const route = state.routing?.[device];
  if (route === undefined) return isFoundAt(interrupts, state, device, messageOf(state, device));
  // What the controller passes on to no CPU waits for the move that is under way.
  return (route.enabled && route.cpu !== null) || isEnableDue(interrupts.program, state, device);
}

/** Whether anything is on its way that will cover the device's event. */
export function hasCarrier(interrupts: InterruptSystem, state: State, device: number): boolean {
  const { system } = interrupts;
  // An event whose own trace is gone has no carrier by definition: no other interrupt covers it.
  if (system.coverage === "occurrence") return false;
  const leadsToHandler = (cpu: number, vector: number): boolean =>
    isFoundAt(interrupts, state, device, { cpu, vector });
  const { pending: pendingBit, masked } = state.device[device]!;
  if (masked && pendingBit) return true;
  const route = state.routing?.[device];
  if (route !== undefined) {
    const waits = route.waiting || state.fabric[device]!.some((queue) => queue.length > 0);
    if (waits && wouldBeFound(interrupts, state, device)) return true;
  }
  if (state.irq[device]!.pending && state.irq[device]!.inProgress) return true;
  return state.cpu.some(
    ({ irr, stack }, cpu) =>
      irr.some((requested, vector) => requested && leadsToHandler(cpu, vector)) ||
      // A store to an interrupt file that has not taken effect.
      state.imsic?.[cpu]!.arriving.some((arrives, vector) => arrives && leadsToHandler(cpu, vector)) === true ||
      (route === undefined && state.fabric[device]![cpu]!.some((vector) => leadsToHandler(cpu, vector))) ||
      // A dispatch that found no owner, and will find this one when it looks again.
      (system.rechecksStrays &&
        stack.some(
          ({ slot, stage, vector }) =>
            stage === "entry" && typeof slot !== "number" && state.cpu[cpu]!.table[vector] === device,
        )) ||
      // With coverage "service" an interrupt that was dispatched still covers what happens before its handler starts.
      (system.coverage === "service" && stack.some(({ slot, stage }) => slot === device && stage !== "finish")),
  );
}

/**
 * Where each occurrence counts: whether an event stands in a pending bit that leads to no claim of its interrupt, or in
 * a request bit of a CPU that is dead.
 */
function isAbandoned(interrupts: InterruptSystem, state: State, device: number): boolean {
  const { system } = interrupts;
  if (system.coverage !== "occurrence") return false;
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

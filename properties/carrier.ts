import {
  isEnableDue,
  isOnline,
  isWatched,
  leadsToClaim,
  messageOf,
  scanIsDue,
  type InterruptSystem,
} from "../model/index.ts";
import type { State } from "./property-entry.ts";

/** Whether a request at the target, present or new, leads to the handler of the device. */
function isFoundAt(
  interrupts: InterruptSystem,
  state: State,
  device: number,
  target: { readonly cpu: number; readonly vector: number },
): boolean {
  const { program, offline } = interrupts;
  if (state.imsic !== null) return leadsToClaim(interrupts, state, device, target);
  const { cpu, vector } = target;
  // On an offline CPU only requests that the stopper still scans for are found.
  const isLive = isOnline(state, cpu) || scanIsDue(offline, state, cpu, vector);
  return (state.cpu[cpu]!.table[vector] === device && isLive) || isWatched(program, state, device, target);
}

/** Whether a message that the device sent in this state would lead to its handler. */
export function wouldBeFound(interrupts: InterruptSystem, state: State, device: number): boolean {
  const route = state.routing?.[device];
  if (route === undefined) return isFoundAt(interrupts, state, device, messageOf(state, device));
  // An interrupt that is routed to no CPU waits for the end of the move.
  return (route.enabled && route.cpu !== null) || isEnableDue(interrupts.program, state, device);
}

/** Whether the device's event has a carrier, which will cover it. */
export function hasCarrier(interrupts: InterruptSystem, state: State, device: number): boolean {
  // With "occurrence" no other interrupt covers an event, so one that lost its own trace has no carrier by definition.
  return interrupts.system.coverage !== "occurrence" && isHandlerDue(interrupts, state, device);
}

/** Whether anything pending or in flight leads to the device's handler. */
export function isHandlerDue(interrupts: InterruptSystem, state: State, device: number): boolean {
  const { system } = interrupts;
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
      // A store to an interrupt file that has not yet taken effect.
      state.imsic?.[cpu]!.arriving.some((arrives, vector) => arrives && leadsToHandler(cpu, vector)) === true ||
      (route === undefined && state.fabric[device]![cpu]!.some((vector) => leadsToHandler(cpu, vector))) ||
      // A dispatch that found no owner, and will find this one when it rechecks.
      (system.rechecksStrays &&
        stack.some(
          ({ slot, stage, vector }) =>
            stage === "entry" && typeof slot !== "number" && state.cpu[cpu]!.table[vector] === device,
        )) ||
      // With coverage "service" a dispatched interrupt still covers events until its handler starts.
      (system.coverage === "service" && stack.some(({ slot, stage }) => slot === device && stage !== "finish")),
  );
}

import { maySend } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System, Target } from "../system.ts";
import { sendsMessages } from "./aplic.ts";
import { canSend, send } from "./fabric.ts";
import { translate } from "./remapping.ts";
import { raiseWire } from "./wires.ts";

/** The pair a message of the device would carry now; with interrupt remapping, what it would be translated to. */
export function messageOf(state: ReadonlySystemState | SystemState, device: number): Target {
  if (state.remapping !== null) {
    const { cpu, vector } = translate(state, device) ?? state.remapping[device]!;
    return { cpu, vector };
  }
  const { address, data, cachedEntry } = state.device[device]!;
  return cachedEntry === null ? { cpu: address, vector: data } : { cpu: cachedEntry.cpu, vector: cachedEntry.vector };
}

/**
 * Target of an event of the device now: the target in its message, or, where the message is constant, the one in the
 * controller's own table; null when there is none.
 */
export function destinationOf(state: ReadonlySystemState | SystemState, device: number): Target | null {
  const route = state.routing?.[device];
  if (state.remapping !== null) return translate(state, device);
  if (route === undefined) return messageOf(state, device);
  return route.cpu === null ? null : { cpu: route.cpu, vector: state.irq[device]!.vector };
}

/** Whether the device can have an event now. */
export function canRaise(system: System, state: ReadonlySystemState, device: number): boolean {
  const { armed, line, masked, raisesLeft } = state.device[device]!;
  // An event while the wire is high changes nothing.
  if (line) return false;
  if (!armed || !maySend(system, state, device) || (system.raises !== "unbounded" && raisesLeft === 0)) return false;
  return masked || canSend(system, state, device, messageOf(state, device));
}

/**
 * An event: a message if the device is not masked. It is sent once and forgotten; the mask bit with the pending bit
 * is the only memory that a device has of it.
 */
export function raise(system: System, draft: SystemState, index: number): void {
  const device = draft.device[index]!;
  if (system.raises !== "unbounded") device.raisesLeft -= 1;
  if (system.deviceKind === "handshake") device.armed = false;
  if (system.coverage !== "occurrence") device.uncovered = true;
  if (system.trigger === "level") {
    raiseWire(system, draft, index);
    return;
  }
  const bit = draft.enableBits?.[index];
  if (bit?.enabled === false) {
    // The event is gone, or on a line without a handler.
    if (system.whileDisabled === "legacy-line") bit.legacyLine = true;
    device.uncovered = true;
    return;
  }
  if (draft.remapping !== null && !device.masked && translate(draft, index) === null) {
    // Aborted with a fault: the message is gone.
    device.uncovered = true;
    return;
  }
  if (!device.masked) send(system, draft, index, messageOf(draft, index));
  else if (system.device.pendingBit) device.pending = true;
  else device.uncovered = true;
}

/** The mask bit is set: from here on an event is remembered in the pending bit, if there is one. */
export function mask(draft: SystemState, index: number): void {
  draft.device[index]!.masked = true;
}

/** The mask bit is cleared: a cached entry is fetched anew, and a pending message goes out with the registers of now. */
export function unmask(system: System, draft: SystemState, index: number): void {
  const device = draft.device[index]!;
  device.masked = false;
  if (system.device.cachesEntry) device.cachedEntry = null;
  if (!device.pending) return;
  device.pending = false;
  send(system, draft, index, messageOf(draft, index));
}

/** Whether an unmask would find room for the message it may have to send. */
export function canUnmask(system: System, state: ReadonlySystemState, index: number): boolean {
  const { address, data, pending } = state.device[index]!;
  if (!pending) return true;
  // A cached table entry is fetched anew; a message of an index goes where the remapping table has it.
  const target = state.remapping === null ? { cpu: address, vector: data } : messageOf(state, index);
  return canSend(system, state, index, target);
}

/** Whether the device sends no message now, whatever happens: masked, switched off, or kept silent by its driver. */
export function sendsNothing(system: System, state: ReadonlySystemState, device: number): boolean {
  if (!sendsMessages(state, device)) return true;
  if (state.device[device]!.masked || state.enableBits?.[device]!.enabled === false) return true;
  return !maySend(system, state, device);
}

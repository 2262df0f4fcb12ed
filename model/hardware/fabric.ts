import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import { isRouted } from "../controller.ts";
import type { System, Target } from "../system.ts";
import { request } from "./interrupts.ts";
import { entryMode, postToGuest } from "./guest.ts";
import { post } from "./posted-msi.ts";
import { arriveAtController } from "./routing.ts";

/** Whether a message of the device to the target finds room on its way. */
export function canSend(
  system: System,
  state: ReadonlySystemState | SystemState,
  device: number,
  target: Target,
): boolean {
  return system.fabric === "none" || state.fabric[device]![target.cpu]!.length < system.inFlight;
}

/** Sends a message: without a fabric it arrives in the same step, as QEMU does it. */
export function send(system: System, draft: SystemState, device: number, target: Target): void {
  if (system.fabric === "none") arrive(system, draft, target, device);
  else draft.fabric[device]![target.cpu]!.push(target.vector);
}

/** The oldest message of the device to the CPU arrives. */
export function deliver(system: System, draft: SystemState, device: number, cpu: number): void {
  const vector = draft.fabric[device]![cpu]!.shift();
  if (vector !== undefined) arrive(system, draft, { cpu, vector }, device);
}

/** A message comes to the controller: to the CPU and vector that it names, or to those of the controller's table. */
function arrive(system: System, draft: SystemState, target: Target, device: number): void {
  if (isRouted(system)) {
    arriveAtController(system, draft, device);
    return;
  }
  switch (entryMode(system, draft, device)) {
    case "remapped":
      return request(system, draft, target, device);
    case "posted":
      return post(system, draft, target, device);
    case "guest":
      return postToGuest(system, draft, device);
  }
}

/** Whether every message that the device has sent has arrived: what a flush that drains waits for. */
export function drained(state: ReadonlySystemState, device: number): boolean {
  return state.fabric[device]!.every((queue) => queue.length === 0);
}

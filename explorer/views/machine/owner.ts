import {
  destinationOf,
  isEnabled,
  targetName,
  wouldNotice,
  type ReadonlySystemState,
  type System,
  type Target,
} from "../../../model/index.ts";
import type { Tone } from "../../wire.ts";

/** Owner of the vector at a target. */
export interface Owner {
  readonly text: string;
  readonly tone: Tone;
}

/**
 * Owner of the vector at a target of a device's message: the device's own interrupt is good, another one or a
 * vector that waits to be enabled deserves attention, an unassigned vector or a CPU that is offline is wrong.
 */
export function ownerOf(state: ReadonlySystemState, { cpu, vector }: Target, device: number): Owner {
  if (state.hotplug !== null && !state.hotplug.controllerOn[cpu]!) return { text: "CPU offline", tone: "bad" };
  const slot = state.cpu[cpu]!.table[vector]!;
  if (slot === "retriggered") return { text: "unassigned, one stray expected", tone: "bad" };
  if (typeof slot !== "number") return { text: slotText(slot), tone: "bad" };
  const text = state.irq.length === 1 && slot === device ? "assigned" : `irq${slot}'s`;
  if (slot !== device) return { text, tone: "bad" };
  return isEnabled(state, cpu, vector) ? { text, tone: "good" } : { text: `${text}, disabled`, tone: "warn" };
}

/** Whether a message of the device would be posted to the virtual CPU. */
export function isPostedToGuest({ guest }: ReadonlySystemState, device: number): boolean {
  return guest?.entries[device]!.mode === "guest";
}

/**
 * Recipient of a message that the device would send now.
 *
 * @param isTargetLive whether it would be handled, at once or because the move looks for it
 */
export function recipientOf(system: System, state: ReadonlySystemState, device: number, isTargetLive: boolean): Owner {
  if (isPostedToGuest(state, device)) {
    if (wouldNotice(system, state, device)) return { text: "the vCPU", tone: "good" };
    return { text: "the vCPU, which is not notified", tone: "bad" };
  }
  const target = destinationOf(state, device);
  if (target === null) return { text: "to no CPU", tone: "bad" };
  const owner = ownerOf(state, target, device);
  const { text, tone } = isTargetLive ? lookedAfter(owner) : owner;
  return { text: `${targetName(target, system)}, ${text}`, tone };
}

/** The same owner of a message that arrives, where something will still deliver its event. */
export function stillCarried(owner: Owner): Owner {
  return owner.tone === "bad" ? { text: `${owner.text.replace(/,.*/, "")}: not lost yet`, tone: "warn" } : owner;
}

/** The same owner of what a device would send, where the scheme looks there before its move ends. */
function lookedAfter(owner: Owner): Owner {
  return owner.tone === "bad"
    ? { text: `${owner.text.replace(/,.*/, "")}: the scheme checks here`, tone: "warn" }
    : owner;
}

/** Whether a slot has no handler, and no stray interrupt is expected in it. */
export function isStray(frame: ReadonlySystemState["cpu"][number]["stack"][number] | undefined): boolean {
  return frame !== undefined && frame.stage !== "cleanup" && (frame.slot === "unused" || frame.slot === "shutdown");
}

/** A slot of a vector table. */
export function slotText(slot: ReadonlySystemState["cpu"][number]["table"][number]): string {
  if (typeof slot === "number") return `irq${slot}`;
  return slot === "unused" ? "unassigned" : slot;
}

import type { EntryMode } from "../state/guest.ts";
import type { AnyState, SystemState } from "../state/system-state.ts";
import type { System } from "../system.ts";
import { isPosted } from "./posted-msi.ts";

/** Mode of the entry of a device that is the host's. */
export function hostMode(system: System, device: number): EntryMode {
  return isPosted(system, device) ? "posted" : "remapped";
}

/** Recipient of messages of the device now. */
export function entryMode(system: System, { guest }: AnyState, device: number): EntryMode {
  return guest === null ? hostMode(system, device) : guest.entries[device]!.mode;
}

/** Whether the virtual CPU would notice a message of the device that came now: at once, or when it is scheduled in. */
export function wouldNotice(system: System, { guest }: AnyState, device: number): boolean {
  return (
    guest!.cpu === null ||
    system.guest!.notifiedCpu === "descriptor" ||
    guest!.entries[device]!.cpu === guest!.cpu ||
    guest!.notified
  );
}

/** Whether the virtual CPU is bound to take what is posted to it: it runs and was notified, or will be scheduled in. */
export function willTake({ guest }: AnyState, device: number): boolean {
  return guest !== null && guest.pending[device]! && (guest.cpu === null || guest.notified);
}

/**
 * A message is posted to the virtual CPU. Where that is scheduled out there is no CPU to notify: it looks when it is
 * scheduled in. A notification to a physical CPU on which it does not run has no effect there.
 */
export function postToGuest(system: System, draft: SystemState, device: number): void {
  const guest = draft.guest!;
  guest.notified = guest.cpu !== null && wouldNotice(system, draft, device);
  guest.pending[device] = true;
}

import { type X86Offline, x86Hotplug } from "../../../model/x86/offline.ts";
import type { Hotplug, Strategy } from "../../../model/strategy.ts";
import { msiMasked } from "./msi-masked.ts";
import { x86Direct, x86DirectInIrq } from "./direct.ts";
import { x86TwoStep } from "./two-step.ts";

/** A CPU goes offline, and its interrupts are moved by the two-step update. */
export function x86OfflineTwoStep(variant: X86Offline = {}, rest: Partial<Hotplug> = {}): Strategy {
  return { ...x86TwoStep, hotplug: { ...x86Hotplug(variant), ...rest } };
}

/**
 * A device that is masked while its message is rewritten, so that nothing rests on the read back; and the wait before the scan,
 * in which what is in flight arrives.
 */
export function x86OfflineLate(oldVectors: NonNullable<X86Offline["oldVectors"]>): Strategy {
  return { ...msiMasked, hotplug: x86Hotplug({ waitsForMessages: true, oldVectors }) };
}

/**
 * The same with the direct update; no handler follows the move of a CPU that goes offline.
 *
 * @param normalMoves where the other moves are made: in a task, as before v5.6, or in the interrupt, as with the guard of
 * b56ebe7c896d
 */
export function x86OfflineDirect(normalMoves: "task" | "interrupt"): Strategy {
  return { ...(normalMoves === "task" ? x86Direct("old-cpu") : x86DirectInIrq), hotplug: x86Hotplug() };
}

import type { AnyState } from "../state/system-state.ts";
import { interruptName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { PlicFeatures, System } from "../system.ts";
import { arriveAtController, isActive, reroute } from "./routing.ts";

/** The driver since 1072020685f4, whose interrupts have a descriptor's lock. */
export const presentPlicDriver: PlicFeatures = { eoi: "enable-bit", flow: "fasteoi" };

/** Whether the source is enabled for the hart. */
export function isEnabledFor(state: AnyState, irq: number, cpu: number): boolean {
  const { cpu: routed, enabled } = state.routing![irq]!;
  return enabled && routed === cpu;
}

/** Whether the driver takes the source for enabled, so that it writes the completion and nothing else. */
export function looksEnabled(system: System, state: AnyState, irq: number, cpu: number): boolean {
  switch (system.plic!.eoi) {
    case "none":
      return true;
    case "disabled-flag":
      return state.routing![irq]!.enabled;
    default:
      return isEnabledFor(state, irq, cpu);
  }
}

/**
 * The completion of a hart.
 *
 * Where the source did not look enabled, the driver enables it, completes, and disables it. That is one step here: the
 * hart has its interrupts off, so nothing can be seen of the bit but the completion that takes effect and that the bit is
 * clear afterwards, also one that a move back to the hart has set since.
 */
export function complete(system: System, draft: SystemState, irq: number, cpu: number, lookedEnabled: boolean): void {
  if (lookedEnabled && !isEnabledFor(draft, irq, cpu)) return;
  draft.cpu[cpu]!.isr[draft.irq[irq]!.vector] = false;
  if (!lookedEnabled && isEnabledFor(draft, irq, cpu)) reroute(system, draft, irq, { cpu: null });
  forwardLine(system, draft, irq);
}

/** Text of a completion in charts. */
export function completionLabel(
  system: System,
  state: ReadonlySystemState,
  irq: number,
  cpu: number,
  lookedEnabled: boolean,
): string {
  const name = interruptName(system, irq);
  if (!lookedEnabled) return `enable, complete, disable ${name}`;
  return isEnabledFor(state, irq, cpu) ? `complete ${name}` : `complete ${name}: ignored, disabled here`;
}

/** A gateway requests an interrupt while its wire is high, unless it waits for the completion of the last one. */
export function forwardLine(system: System, draft: SystemState, irq: number): void {
  if (!draft.device[irq]!.line || isActive(draft, draft.irq[irq]!.vector)) return;
  arriveAtController(system, draft, irq);
}

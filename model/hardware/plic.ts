import { interruptName } from "../names.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System } from "../system.ts";
import { arriveAtController, isActive, reroute } from "./routing.ts";

/**
 * The PLIC's driver, as far as the end of an interrupt depends on it.
 *
 * A PLIC has a gateway for each source. It passes one request on, and no further one until a hart has completed the
 * interrupt. A completion of a source that is not enabled for the hart is silently ignored: then the gateway waits forever.
 * The driver therefore enables the source for the duration of the completion, where it finds that it is disabled.
 */
export interface PlicFeatures {
  /** What `plic_irq_eoi` tests to find that the source is disabled. */
  readonly eoi: /** IRQD_IRQ_DISABLED, the kernel's own flag, which a change of affinity leaves alone. */
    | "disabled-flag"
    /** The hart's enable bit (1072020685f4, 2026). */
    | "enable-bit"
    /** The same, with test and completion under `enable_lock`, which each change of the bit takes. */
    | "enable-bit-locked";
  /** Who calls it: `handle_fasteoi_irq` under `desc->lock`, or `chained_irq_exit` without it. */
  readonly flow: "fasteoi" | "chained";
}

/** The driver since 1072020685f4, whose interrupts have a descriptor's lock. */
export const presentPlicDriver: PlicFeatures = { eoi: "enable-bit", flow: "fasteoi" };

type AnyState = ReadonlySystemState | SystemState;

/** Whether the enable bit may change between its test and the completion. */
export function completesInTwoSteps({ plic }: System): boolean {
  return plic !== null && plic.flow === "chained" && plic.eoi === "enable-bit";
}

/** Whether the source is enabled for the hart. */
export function isEnabledFor(state: AnyState, irq: number, cpu: number): boolean {
  const { cpu: routed, enabled } = state.routing![irq]!;
  return enabled && routed === cpu;
}

/** Whether the driver takes the source for enabled, so that it writes the completion and nothing else. */
export function looksEnabled(system: System, state: AnyState, irq: number, cpu: number): boolean {
  return system.plic!.eoi === "disabled-flag" ? state.routing![irq]!.enabled : isEnabledFor(state, irq, cpu);
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

/** What a chart says of a completion. */
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

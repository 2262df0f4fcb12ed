import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import { controllerOf } from "../controller.ts";
import type { System } from "../system.ts";
import { request } from "./interrupts.ts";

/** An interrupt becomes pending at the controller: requested from its CPU, or waiting while it is passed on to none. */
export function arriveAtController(system: System, draft: SystemState, irq: number): void {
  const route = draft.routing![irq]!;
  if (system.redirect !== null) {
    if (route.waiting && noteMerged(system)) route.redirect!.merged = true;
    route.waiting = true;
  } else if (route.enabled && route.cpu !== null) {
    request(system, draft, { cpu: route.cpu, vector: draft.irq[irq]!.vector }, irq);
  } else {
    route.waiting = true;
  }
}

/** Whether an event that merges with a set status bit may be lost with it, and each occurrence counts. */
function noteMerged({ redirect, coverage }: System): boolean {
  return redirect!.acknowledges === "after-handler" && coverage === "occurrence";
}

/** The CPU of the table changes, or the table passes the interrupt on or not: what is pending goes along. */
export function reroute(
  system: System,
  draft: SystemState,
  irq: number,
  change: { readonly cpu?: number | null; readonly enabled?: boolean },
): void {
  const route = draft.routing![irq]!;
  // The status bit has no CPU, and an irq_work stays where it is queued.
  if (system.redirect !== null) {
    if (change.cpu !== undefined) route.cpu = change.cpu;
    return;
  }
  const { vector } = draft.irq[irq]!;
  const pending = takePending(draft, irq, vector) || route.waiting;
  if (change.cpu !== undefined) route.cpu = change.cpu;
  if (controllerOf(system).pendsAtCpu !== true) {
    if (change.enabled !== undefined) route.enabled = change.enabled;
    route.waiting = false;
  }
  if (pending) arriveAtController(system, draft, irq);
}

/** Clears the request bit of the CPU that the table names; returns whether it was set. */
function takePending(draft: SystemState, irq: number, vector: number): boolean {
  const { cpu: from, enabled } = draft.routing![irq]!;
  if (!enabled || from === null) return false;
  const cpu = draft.cpu[from]!;
  const pending = cpu.irr[vector]!;
  cpu.irr[vector] = false;
  cpu.source[vector]!.fill(false);
  return pending;
}

/**
 * Whether the interrupt is active in the distributor, or claimed from the PLIC: no CPU is given it again before its end
 * of interrupt.
 */
export function isActive(state: ReadonlySystemState | SystemState, vector: number): boolean {
  return state.cpu.some(({ isr }) => isr[vector]!);
}

/**
 * Whether the interrupt is active for good: no CPU is in it any more, so the end of it that the controller waits for
 * never comes. It was given and had no effect.
 */
export function isFrozen(state: ReadonlySystemState, vector: number): boolean {
  return (
    state.routing !== null &&
    state.cpu.some(({ isr, stack }) => isr[vector]! && !stack.some((frame) => frame.vector === vector))
  );
}

import type { AnyState } from "../state/system-state.ts";
import type { RedirectFeatures } from "../system.ts";

/** The CPU of the parent interrupt, whose affinity does not change here. */
export const PARENT_CPU = 0;

/** Since fcc1d0dabdb6, called by a chained handler (`dw_handle_msi_irq`). */
export const presentRedirect: RedirectFeatures = {
  parent: "hard-interrupt",
  locksDescriptor: true,
  acknowledges: "before-redirect",
  suspends: false,
};

/** The CPU on which the interrupt's irq_work is queued and has not begun; undefined where it is on none. */
export function queuedOn(state: AnyState, irq: number): number | undefined {
  const { vector } = state.irq[irq]!;
  const cpu = state.cpu.findIndex(({ irr }) => irr[vector]!);
  return cpu < 0 ? undefined : cpu;
}

/** Whether the parent's handler still has to pass the interrupt on. */
export function isRedirectDue(state: AnyState, irq: number): boolean {
  const route = state.routing?.[irq];
  if (route === undefined || route.redirect === null) return false;
  return route.waiting || route.redirect.looked !== null;
}

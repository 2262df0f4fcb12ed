import type { SystemState } from "../state/system-state.ts";

/** The requested CPU becomes the effective one, where the controller's table or the descriptor alone names it. */
export function settle(draft: SystemState, irq: number): number {
  const descriptor = draft.irq[irq]!;
  const cpu = descriptor.requested ?? descriptor.cpu;
  descriptor.cpu = cpu;
  descriptor.requested = null;
  return cpu;
}

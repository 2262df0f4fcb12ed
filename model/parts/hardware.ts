/**
 * Effects of the hardware, for steps of one's own. Each acts on the draft of a step at once; together they are one atomic
 * step.
 */
import { canUnmask, mask, unmask } from "../hardware/events.ts";
import { endOfInterrupt as giveEoi, request } from "../hardware/interrupts.ts";
import { complete, isEnabledFor } from "../hardware/plic.ts";
import { isVectorPending as isPendingAt, takeOver } from "../hardware/posted-msi.ts";
import { arriveAtController, reroute } from "../hardware/routing.ts";
import type { AnyState, SystemState } from "../state/system-state.ts";
import type { FlowWhere, OfflineWhere } from "../strategy.ts";
import type { System, Target } from "../system.ts";

export { canUnmask, isEnabledFor, mask, unmask };

/** A place in a system: of a step of a move, of a flow, or of an outgoing CPU. */
interface InSystem {
  readonly system: System;
}

/** The end of an interrupt, of the vector that the CPU of a flow has dispatched. */
export function endOfInterrupt(draft: SystemState, { cpu, vector }: Pick<FlowWhere, "cpu" | "vector">): void {
  giveEoi(draft, cpu, vector);
}

/** Whether the vector is requested on the CPU: its bit in IRR, or, with posted MSI, in PIR. */
export function isVectorPending(state: AnyState, { system, cpu }: OfflineWhere, vector: number): boolean {
  return isPendingAt(system, state, cpu, vector);
}

/**
 * An IPI to a target of the interrupt, for what is pending at another one: the event that the pending bit stands for is
 * the IPI's from here on.
 *
 * @param from the CPU and vector that were found pending
 */
export function sendOn(draft: SystemState, { system }: InSystem, irq: number, from: Target, to: Target): void {
  const target = { cpu: to.cpu, vector: to.vector };
  draft.cpu[target.cpu]!.irr[target.vector] = true;
  if (takeOver(system, draft, { cpu: from.cpu, vector: from.vector }, irq)) request(system, draft, target, irq);
}

/**
 * The controller's own table changes, on the machines gic-distributor, gic-its and plic: the CPU that the interrupt goes to
 * (null: none), or whether it is passed on at all. Pending interrupts move along. On the machine demultiplexer it is the target
 * of the redirect alone.
 */
export function route(
  draft: SystemState,
  { system }: InSystem,
  irq: number,
  change: { readonly cpu?: number | null; readonly enabled?: boolean },
): void {
  reroute(system, draft, irq, change);
}

/** The controller sends the interrupt again, on the machines with a table of their own (`irq_retrigger`). */
export function resend(draft: SystemState, { system }: InSystem, irq: number): void {
  arriveAtController(system, draft, irq);
}

/** The completion of a PLIC: ignored while the source is not enabled for the hart. */
export function completeSource(draft: SystemState, { system, irq, cpu }: Omit<FlowWhere, "vector">): void {
  complete(system, draft, irq, cpu, true);
}

/**
 * The source is enabled for the hart, completed and disabled for it (`plic_toggle`, claim register, `plic_toggle`). The hart
 * has its interrupts off, so that this is one step.
 */
export function enableCompleteDisable(draft: SystemState, { system, irq, cpu }: Omit<FlowWhere, "vector">): void {
  complete(system, draft, irq, cpu, false);
}

import type { System, Target } from "../system.ts";
import type { AnyState, ReadonlySystemState, SystemState } from "./system-state.ts";

/** Whether the controller gives the CPU an identity that is pending: not where it is disabled. */
export function isEnabled(state: ReadonlySystemState | SystemState, cpu: number, vector: number): boolean {
  return state.imsic === null || state.imsic[cpu]!.enabled[vector]!;
}

/** Whether the CPU is in `cpu_online_mask`. */
export function isOnline({ hotplug }: AnyState, cpu: number): boolean {
  return hotplug === null || hotplug.online[cpu]!;
}

/** Whether the CPU's controller takes messages. */
export function takesMessages({ hotplug }: AnyState, cpu: number): boolean {
  return hotplug === null || hotplug.controllerOn[cpu]!;
}

/** Whether the stopper runs: every CPU but the outgoing one spins with interrupts off. */
export function isStopped({ hotplug }: AnyState): boolean {
  return hotplug !== null && hotplug.stopper.step > 0;
}

/** Whether the stopper waits for the move of the interrupt. */
export function isMovedByStopper({ hotplug }: AnyState, irq: number): boolean {
  return hotplug !== null && hotplug.stopper.irq === irq;
}

/** Previous target of the interrupt that the stopper moves. */
function movedFrom({ hotplug }: AnyState, irq: number): Target | null {
  return hotplug !== null && hotplug.stopper.irq === irq ? hotplug.stopper.from : null;
}

/** The first online CPU that a vector can be had of, by `has`; then the first online one at all. */
export function firstOnline(state: AnyState, has: (cpu: number) => boolean): number | undefined {
  const online = state.cpu.flatMap((_, cpu) => (isOnline(state, cpu) ? [cpu] : []));
  return online.find(has) ?? online[0];
}

/** Whether the interrupt is enabled. */
export function isStarted({ startup }: AnyState, irq: number): boolean {
  return startup === null || startup[irq]!.started;
}

/** Whether the interrupt has a vector. */
export function isActivated({ startup }: AnyState, irq: number): boolean {
  return startup === null || startup[irq]!.activated;
}

/** Whether the device of the interrupt may have events: a stopped one only if its driver does not keep it silent. */
export function maySend(system: System, state: AnyState, irq: number): boolean {
  return isStarted(state, irq) || (system.startup!.lifecycle === "managed" && !system.startup!.driverQuiesces);
}

/** Previous target of the interrupt: kept in the descriptor from the allocation to the cleanup. */
export function oldTarget(state: AnyState, irq: number): Target {
  const { cpu, leaving, vector, previous } = state.irq[irq]!;
  if (leaving !== null) return { cpu: leaving.cpu, vector: leaving.vector };
  const from = movedFrom(state, irq);
  if (from !== null) return { cpu: from.cpu, vector: from.vector };
  return previous === null ? { cpu, vector } : { cpu: previous.cpu, vector: previous.vector };
}

import type { System, Target } from "../system.ts";
import type { AnyState, ReadonlySystemState, SystemState } from "./system-state.ts";

/** Whether the controller gives the CPU an identity that is pending: not where it is disabled. */
export function isEnabled(state: ReadonlySystemState | SystemState, cpu: number, vector: number): boolean {
  return state.imsic === null || state.imsic[cpu]!.enabled[vector]!;
}

/** Whether the CPU is without power. */
export function isDown({ imsic }: AnyState, cpu: number): boolean {
  return imsic !== null && imsic[cpu]!.down;
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

/** Whether the CPU is in the affinity mask of a managed interrupt. */
export function isInMask({ startup }: System, { irq: descriptors }: AnyState, irq: number, cpu: number): boolean {
  return startup?.mask === undefined ? descriptors[irq]!.cpu === cpu : startup.mask.includes(cpu);
}

/** The first online CPU of the interrupt's mask, other than the given one. */
function onlineInMask(system: System, state: AnyState, irq: number, except?: number): number | undefined {
  for (let cpu = 0; cpu < system.cpus; cpu++) {
    if (cpu !== except && isInMask(system, state, irq, cpu) && isOnline(state, cpu)) return cpu;
  }
  return undefined;
}

/** Whether a managed interrupt loses the last CPU of its mask with the CPU. */
export function losesLastCpu(system: System, state: AnyState, irq: number, cpu: number): boolean {
  return (
    system.startup?.lifecycle === "managed" &&
    state.irq[irq]!.cpu === cpu &&
    onlineInMask(system, state, irq, cpu) === undefined
  );
}

/** Whether the driver or a suspended system wants the interrupt disabled. */
export function isKeptDisabled({ startup }: AnyState, irq: number): boolean {
  return startup !== null && (startup[irq]!.disabled || startup[irq]!.suspended);
}

/**
 * Whether an interrupt that is not started is bound to be, or its driver waits for that in vain: it is disabled, or none of
 * its CPUs is online.
 */
export function awaitsStart(system: System, state: AnyState, irq: number): boolean {
  if (system.startup?.depth === undefined) return true;
  const { depth, restoreOn, started } = state.startup![irq]!;
  return (
    (depth === 0 && started) ||
    isKeptDisabled(state, irq) ||
    restoreOn !== null ||
    state.irq[irq]!.migration.step > 0 ||
    onlineInMask(system, state, irq) === undefined
  );
}

/**
 * Whether the device of the interrupt may have events: a stopped one only if its driver does not keep it silent, one
 * without power never.
 */
export function maySend(system: System, state: AnyState, irq: number): boolean {
  if (state.routing?.[irq]!.redirect?.powered === false) return false;
  // A driver uses a device while it has not disabled the interrupt and a CPU of the mask is online.
  if (system.startup?.depth !== undefined && !isStarted(state, irq)) {
    const { restoreOn } = state.startup![irq]!;
    const isUsed = restoreOn === null && state.irq[irq]!.migration.step === 0 && !isKeptDisabled(state, irq);
    return isUsed && !isStopped(state) && onlineInMask(system, state, irq) !== undefined;
  }
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

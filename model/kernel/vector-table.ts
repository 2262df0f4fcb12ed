import { isActivated, isOnline } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { Allocation } from "../strategy.ts";
import { controllerOf } from "../controller.ts";
import { type System, movedWith } from "../system.ts";
import { prepareIdentity } from "./imsic-sync.ts";

/** Whether the slot belongs to an interrupt, so that the allocator will not give it out. */
function isAllocated(state: ReadonlySystemState | SystemState, cpu: number, vector: number): boolean {
  return typeof state.cpu[cpu]!.table[vector] === "number";
}

/** Whether the allocator may give the vector of the requested CPU to the interrupt. */
export function canAllocate(
  state: ReadonlySystemState,
  allocation: Allocation,
  irq: number,
  cpu: number,
  vector: number,
): boolean {
  const current = state.irq[irq]!;
  if (isAllocated(state, cpu, vector)) {
    const { previous } = current;
    return allocation === "old-vector-too" && previous !== null && previous.cpu === cpu && previous.vector === vector;
  }
  switch (allocation) {
    case "any":
    case "old-vector-too":
      return true;
    case "same-vector":
      return vector === current.vector;
    case "foreign-vector":
      return isAllocated(state, current.cpu, vector) && vector !== current.vector;
  }
}

/** The same of a block for all messages that move together: it begins at a multiple of its length. */
export function canAllocateAll(
  system: System,
  state: ReadonlySystemState,
  allocation: Allocation,
  irq: number,
  cpu: number,
  vector: number,
): boolean {
  if (!system.sharesMessage) return canAllocate(state, allocation, irq, cpu, vector);
  if (vector % system.devices !== 0) return false;
  return movedWith(system, irq).every((message) => canAllocate(state, allocation, message, cpu, vector + message));
}

/** Whether the allocator finds no vector at all: then the move fails (-ENOSPC). */
export function isExhausted(
  system: System,
  state: ReadonlySystemState,
  allocation: Allocation,
  irq: number,
  cpu: number,
): boolean {
  for (let vector = 0; vector < system.vectors; vector++) {
    if (canAllocateAll(system, state, allocation, irq, cpu, vector)) return false;
  }
  return true;
}

/**
 * The interrupt's assignment becomes the new target, and the old one is kept until it is cleaned up: `vec`, `cpu`,
 * `prev_vector`, `prev_cpu`, `move_in_progress` and the slot of the new target (`apic_update_vector`).
 */
export function assign(system: System, draft: SystemState, irq: number, cpu: number, vector: number): void {
  const descriptor = draft.irq[irq]!;
  // On a CPU that is offline nothing can be given back: the allocator forgets the old vector at once. The driver of the
  // IMSIC keeps it, for the hart to see when it comes back.
  if (controllerOf(system).keepsFirstTarget === true) {
    // `prev_cpu` and `prev_vec` change only when a cleanup has ended, and one that is offline begins none.
    descriptor.previous ??= { cpu: descriptor.cpu, vector: descriptor.vector };
    descriptor.moveInProgress = isOnline(draft, descriptor.previous.cpu);
  } else if (isActivated(draft, irq) && (isOnline(draft, descriptor.cpu) || draft.imsic !== null)) {
    descriptor.previous = { cpu: descriptor.cpu, vector: descriptor.vector };
    descriptor.moveInProgress = true;
  }
  if (draft.imsic !== null) prepareIdentity(draft, { cpu, vector }, { cpu: descriptor.cpu, vector: descriptor.vector });
  if (system.whileBusy === "overwritten") descriptor.leaving = { cpu: descriptor.cpu, vector: descriptor.vector };
  descriptor.cpu = cpu;
  descriptor.vector = vector;
  descriptor.requested = null;
  if (draft.startup !== null) draft.startup[irq]!.activated = true;
  draft.cpu[cpu]!.table[vector] = irq;
}

/**
 * Whether the last move is not cleaned up yet: then a further one is refused (-EBUSY). The driver of the IMSIC checks
 * whether the present identity still has the interrupt's old target.
 */
export function isBusy(state: ReadonlySystemState | SystemState, irq: number): boolean {
  const { cpu, vector, moveInProgress, onCleanupList } = state.irq[irq]!;
  return state.imsic === null ? moveInProgress || onCleanupList : state.imsic[cpu]!.identity[vector]!.previous !== null;
}

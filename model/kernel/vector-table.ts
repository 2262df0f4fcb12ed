import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System } from "../system.ts";

/** Whether the slot belongs to an interrupt, so that the allocator will not give it out. */
export function isAllocated(state: ReadonlySystemState | SystemState, cpu: number, vector: number): boolean {
  return typeof state.cpu[cpu]!.table[vector] === "number";
}

/** Which vectors of the target CPU a strategy takes for a move. */
export type Allocation =
  /** Any free one. */
  | "any"
  /** The one with the number of the present vector. */
  | "same-vector"
  /** One whose number another interrupt owns on the present CPU. */
  | "foreign-vector";

/** Whether the allocator may give the vector of the requested CPU to the interrupt. */
export function canAllocate(
  state: ReadonlySystemState,
  allocation: Allocation,
  irq: number,
  cpu: number,
  vector: number,
): boolean {
  if (isAllocated(state, cpu, vector)) return false;
  const current = state.irq[irq]!;
  switch (allocation) {
    case "any":
      return true;
    case "same-vector":
      return vector === current.vector;
    case "foreign-vector":
      return isAllocated(state, current.cpu, vector) && vector !== current.vector;
  }
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
    if (canAllocate(state, allocation, irq, cpu, vector)) return false;
  }
  return true;
}

/**
 * The interrupt's assignment becomes the new target, and the old one is kept until it is cleaned up: `vec`, `cpu`,
 * `prev_vector`, `prev_cpu`, `move_in_progress` and the slot of the new target (`apic_update_vector`).
 */
export function assign(draft: SystemState, irq: number, cpu: number, vector: number): void {
  const descriptor = draft.irq[irq]!;
  descriptor.previous = { cpu: descriptor.cpu, vector: descriptor.vector };
  descriptor.moveInProgress = true;
  descriptor.cpu = cpu;
  descriptor.vector = vector;
  descriptor.requested = null;
  draft.cpu[cpu]!.table[vector] = irq;
}

/** Whether the previous vector of the last move is still to be given back: then a further move is refused (-EBUSY). */
export function isBusy(state: ReadonlySystemState | SystemState, irq: number): boolean {
  return state.irq[irq]!.previous !== null;
}

import { takesMessages } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System, Target } from "../system.ts";

/** Whether messages of the device are posted. */
export function isPosted({ postedMsi }: System, device: number): boolean {
  return postedMsi !== null && (postedMsi.posts === "all" || device === 0);
}

/** A message is posted: its bit in memory is set, and the CPU notified unless that is outstanding. */
export function post(system: System, draft: SystemState, { cpu, vector }: Target, device: number): void {
  if (!takesMessages(draft, cpu)) {
    if (system.coverage === "occurrence") draft.device[device]!.uncovered = true;
    return;
  }
  const descriptor = draft.postedMsi![cpu]!;
  descriptor.pir[vector] = true;
  if (system.tracksSources) descriptor.source[vector]![device] = true;
  if (descriptor.outstanding) return;
  descriptor.outstanding = true;
  descriptor.notified = true;
}

/** The handler takes all that is posted out of memory. It has called the handlers of what it took before. */
export function harvest(system: System, draft: SystemState, cpu: number): void {
  const descriptor = draft.postedMsi![cpu]!;
  for (let vector = 0; vector < system.vectors; vector++) {
    descriptor.taken[vector] = descriptor.pir[vector]!;
    descriptor.pir[vector] = false;
    if (!system.tracksSources) continue;
    for (let device = 0; device < system.devices; device++) {
      descriptor.takenSource[vector]![device] = descriptor.source[vector]![device]!;
      descriptor.source[vector]![device] = false;
    }
  }
}

/** Whether the CPU is in its notification handler: then its own EOI is the only one. */
export function isInNotification({ postedMsi }: ReadonlySystemState | SystemState, cpu: number): boolean {
  return postedMsi !== null && postedMsi[cpu]!.handling !== "no";
}

/** Whether the kernel's test finds the vector pending on the CPU. */
export function isVectorPending(
  system: System,
  state: ReadonlySystemState | SystemState,
  cpu: number,
  vector: number,
): boolean {
  if (state.cpu[cpu]!.irr[vector]!) return true;
  return system.postedMsi !== null && system.postedMsi.testsSeePosted && state.postedMsi![cpu]!.pir[vector]!;
}

/** The events of the device that a pending vector stands for, posted or requested, become the IPI's. */
export function takeOver(system: System, draft: SystemState, { cpu, vector }: Target, device: number): boolean {
  const places = [draft.cpu[cpu]!.source[vector]!];
  if (draft.postedMsi !== null) places.push(draft.postedMsi[cpu]!.source[vector]!);
  const carried = places.some((source) => source[device]!);
  // With coverage "occurrence" the IPI takes the event over; else the bit continues to stand for it too.
  if (carried && system.coverage === "occurrence") for (const source of places) source[device] = false;
  return carried;
}

import { takesMessages } from "../kernel/hotplug.ts";
import type { ReadonlySystemState, SystemState } from "../state.ts";
import type { System, Target } from "../system.ts";
import { isEnabled } from "./imsic.ts";

/** A message or an IPI arrives: the request bit is set, or stays set. */
export function request(system: System, draft: SystemState, target: Target, source: number): void {
  if (!takesMessages(draft, target.cpu)) {
    // Dropped; where each occurrence counts, with the event.
    if (system.coverage === "occurrence") draft.device[source]!.uncovered = true;
    return;
  }
  const cpu = draft.cpu[target.cpu]!;
  cpu.irr[target.vector] = true;
  if (system.tracksSources) cpu.source[target.vector]![source] = true;
}

/**
 * Whether the CPU can dispatch the vector. A vector in service is not dispatched again before its EOI; which of two
 * other vectors has the higher priority is left open, so either may come first.
 */
export function canAccept(state: ReadonlySystemState, cpu: number, vector: number): boolean {
  const { interruptsEnabled, irr, isr } = state.cpu[cpu]!;
  return interruptsEnabled && irr[vector]! && !isr[vector]! && isEnabled(state, cpu, vector);
}

/** Whether the CPU has a vector to dispatch before it may go on with what it does. */
export function mustDispatch(system: System, state: ReadonlySystemState, cpu: number): boolean {
  if (!system.dispatchesAtOnce || !state.cpu[cpu]!.interruptsEnabled) return false;
  for (let vector = 0; vector < system.vectors; vector++) {
    if (canAccept(state, cpu, vector)) return true;
  }
  return false;
}

/** End of interrupt, for the vector in service. */
export function endOfInterrupt(draft: SystemState, cpu: number, vector: number): void {
  draft.cpu[cpu]!.isr[vector] = false;
}

/** Return from interrupt: the frame is popped, and interrupts are on again, as they were when it was taken. */
export function returnFromInterrupt(draft: SystemState, index: number): void {
  const cpu = draft.cpu[index]!;
  cpu.stack.pop();
  cpu.interruptsEnabled = true;
}

import { isEnabled, takesMessages } from "../state/queries.ts";
import type { ReadonlySystemState, SystemState } from "../state/system-state.ts";
import type { System, Target } from "../system.ts";

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
  if (!interruptsEnabled || !irr[vector]! || isr[vector]!) return false;
  return isEnabled(state, cpu, vector) && !isShutOut(state, cpu, vector);
}

/**
 * Whether the vector is requested in vain: one of at least its priority is in service on the CPU, and the hard interrupt
 * whose EOI was due has not given it. A higher number is a higher priority. This needs posted MSI handled without an
 * EOI of their own.
 */
export function isShutOut(state: ReadonlySystemState, cpu: number, vector: number): boolean {
  if (state.postedMsi === null) return false;
  const { isr, stack } = state.cpu[cpu]!;
  return isr.some(
    (inService, other) =>
      inService &&
      other >= vector &&
      !stack.some((frame) => frame.vector === other && frame.stage !== "handler" && frame.stage !== "finish"),
  );
}

/** Whether the CPU has a vector to dispatch before it may continue. */
export function mustDispatch(system: System, state: ReadonlySystemState, cpu: number): boolean {
  if (!system.dispatchesAtOnce || !state.cpu[cpu]!.interruptsEnabled) return false;
  if (state.postedMsi !== null && state.postedMsi[cpu]!.notified) return true;
  for (let vector = 0; vector < system.vectors; vector++) {
    if (canAccept(state, cpu, vector)) return true;
  }
  return false;
}

/** End of interrupt, for the vector in service. The handlers that a notification calls give none: it gives its own. */
export function endOfInterrupt(draft: SystemState, cpu: number, vector: number): void {
  if (draft.postedMsi !== null && draft.postedMsi[cpu]!.handling !== "no") return;
  draft.cpu[cpu]!.isr[vector] = false;
}

/**
 * Return from interrupt: the frame is popped, and interrupts are on again, as they were when it was taken. A handler that a
 * notification called returns to it.
 */
export function returnFromInterrupt(draft: SystemState, index: number): void {
  const cpu = draft.cpu[index]!;
  cpu.stack.pop();
  cpu.interruptsEnabled = draft.postedMsi === null || draft.postedMsi[index]!.handling === "no";
}

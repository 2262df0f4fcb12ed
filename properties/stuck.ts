import type { Narrative } from "../checker/index.ts";
import { cpuName, stepsDue, vectorName, type InterruptSystem, type SystemState } from "../model/index.ts";
import type { State } from "./property-entry.ts";

/**
 * The closing sentences of a counterexample that ends where nothing can go on: what each CPU waits for, and who has it.
 */
export function narrateStuck({ program, system }: InterruptSystem, { steps }: Narrative<SystemState>): string {
  const { state } = steps.at(-1)!;
  const lock = system.devices === 1 ? () => "the descriptor's lock" : (irq: number) => `the lock of descriptor ${irq}`;
  const waits = state.cpu.flatMap((_, cpu) => [
    ...ofInterrupt(state, cpu, lock),
    ...state.irq.flatMap(({ migration, sender, pinned }, irq) => {
      if (sender === cpu) {
        const to = pinned.findIndex((request) => request !== null);
        const ipi = to < 0 ? "the handler of its IPI" : `${cpuName(to)} to take its IPI`;
        return [`${cpuName(cpu)} holds ${lock(irq)} and, with its interrupts off, waits for ${ipi}.`];
      }
      const interrupted = state.cpu[cpu]!.stack.some(({ stage, slot }) => stage !== "move" || slot !== irq);
      if (migration.step === 0 || migration.cpu !== cpu || interrupted) return [];
      const due = stepsDue(program, state, irq)[0]?.name ?? "allocate";
      return [`The move on ${cpuName(cpu)} cannot take its next step, ${due}.`];
    }),
  ]);
  return waits.length === 0 ? "" : `${waits.join(" ")} None of this ever ends.`;
}

/** What a hard interrupt waits for. */
function ofInterrupt(state: State, cpu: number, lock: (irq: number) => string): string[] {
  const frame = state.cpu[cpu]!.stack.at(-1);
  if (frame === undefined) return [];
  const handling = `${cpuName(cpu)} is in the interrupt of vector ${vectorName(frame.vector)}, its interrupts off, and`;
  const { slot, stage } = frame;
  if (typeof slot === "number" && (stage === "entry" || stage === "finish")) {
    const { locked, migration, sender } = state.irq[slot]!;
    if (!locked) return [];
    // Where a CPU waits with the lock, the sentence about it says so.
    if (sender !== null || migration.step === 0) return [`${handling} waits for ${lock(slot)}.`];
    const holder =
      migration.cpu === cpu
        ? "the move that it interrupted"
        : `the move on ${cpuName(migration.cpu)}, which goes on no more`;
    return [`${handling} waits for ${lock(slot)}, which is held by ${holder}.`];
  }
  return state.vectorLock && stage !== "move" && stage !== "handler" ? [`${handling} waits for vector_lock.`] : [];
}

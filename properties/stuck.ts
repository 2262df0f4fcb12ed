import type { Narrative } from "../checker/index.ts";
import { cpuName, stepsDue, vectorName, type InterruptSystem, type SystemState } from "../model/index.ts";
import type { State } from "./property-entry.ts";

/**
 * The closing sentences of a counterexample that ends in a deadlock: what each CPU waits for, and what holds it.
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
        return [`${cpuName(cpu)} holds ${lock(irq)} and waits, with interrupts off, for ${ipi}.`];
      }
      const interrupted = state.cpu[cpu]!.stack.some(({ stage, slot }) => stage !== "move" || slot !== irq);
      if (migration.step === 0 || migration.cpu !== cpu || interrupted) return [];
      const due = stepsDue(program, state, irq)[0]?.name ?? "allocate";
      return [`The move on ${cpuName(cpu)} is blocked before its next step, ${due}.`];
    }),
  ]);
  return waits.length === 0 ? "" : `${waits.join(" ")} These waits never end.`;
}

/** The lock that a hard interrupt waits for. */
function ofInterrupt(state: State, cpu: number, lock: (irq: number) => string): string[] {
  const frame = state.cpu[cpu]!.stack.at(-1);
  if (frame === undefined) return [];
  const handling = `${cpuName(cpu)} is in the interrupt of vector ${vectorName(frame.vector)} with interrupts off and`;
  const { slot, stage } = frame;
  if (typeof slot === "number" && (stage === "entry" || stage === "finish")) {
    const { locked, migration, sender } = state.irq[slot]!;
    if (!locked) return [];
    // The sentence about a waiting CPU names the lock that it holds.
    if (sender !== null || migration.step === 0) return [`${handling} waits for ${lock(slot)}.`];
    const holder =
      migration.cpu === cpu
        ? "the move that it interrupted"
        : `the move on ${cpuName(migration.cpu)}, which is blocked`;
    return [`${handling} waits for ${lock(slot)}, held by ${holder}.`];
  }
  return state.vectorLock && stage !== "move" && stage !== "handler" ? [`${handling} waits for vector_lock.`] : [];
}

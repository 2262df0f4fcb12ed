import type { Observation } from "../machine/observation.ts";

/** Local APICs' spurious vector: its low bits are set, and it gets no EOI. */
const SPURIOUS = 0xff;

/**
 * A CPU that has accepted an interrupt takes no other before it has ended the one: the kernel enables interrupts after
 * the EOI. So on each CPU accepted vectors and ends alternate, where the recording tells whose they are.
 */
export class Accepts {
  readonly #complain: (line: number, what: string) => void;
  /** The line in which a CPU accepted a vector that it has not ended; null: it has none. Absent: not known. */
  readonly #open = new Map<number, { line: number; vector: number } | null>();

  constructor(complain: (line: number, what: string) => void) {
    this.#complain = complain;
  }

  push(step: Observation): void {
    if (step.kind === "gap") this.#open.clear();
    if (step.kind === "accept" && step.cpu !== null && step.vector !== SPURIOUS) {
      const open = this.#open.get(step.cpu);
      if (open !== undefined && open !== null) {
        this.#complain(
          step.line,
          `CPU${step.cpu} accepts vector ${step.vector}, and has not ended vector ${open.vector} of line ${open.line}`,
        );
      }
      this.#open.set(step.cpu, { line: step.line, vector: step.vector });
    }
    if (step.kind === "eoi" && this.#open.has(step.cpu)) {
      if (this.#open.get(step.cpu) === null) {
        this.#complain(step.line, `CPU${step.cpu} ends an interrupt (EOI), and has accepted none since the last end`);
      }
      this.#open.set(step.cpu, null);
    }
  }
}

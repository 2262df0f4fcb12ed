import type { Observation } from "../observe/observation.ts";

/** Local APICs' spurious vector: its low bits are set, and it gets no EOI. */
const SPURIOUS = 0xff;

/** With more CPUs, it is not tracked which may be in an interrupt where the log does not name the accepting CPU. */
const MAX_FOLLOWED_CPUS = 8;

/**
 * A CPU that has accepted an interrupt takes no other before it has ended the one: the kernel enables interrupts after
 * the EOI. So on each CPU accepted vectors and ends alternate. QEMU's log does not say which CPU accepts a vector: there,
 * some CPU must be able to.
 */
export class Accepts {
  readonly #complain: (line: number, what: string) => void;
  readonly #some: AcceptsBySome | null;
  /** The line in which a CPU accepted a vector that it has not ended; null: it has none. Absent: not known. */
  readonly #open = new Map<number, { line: number; vector: number } | null>();

  /** @param cpus how many the machine has */
  constructor(cpus: number, complain: (line: number, what: string) => void) {
    this.#complain = complain;
    this.#some = cpus > MAX_FOLLOWED_CPUS ? null : new AcceptsBySome(cpus, complain);
  }

  push(step: Observation): void {
    if (step.kind === "gap") {
      this.#open.clear();
      this.#some?.gap();
    }
    if (step.kind === "accept" && step.vector !== SPURIOUS) {
      const { line, cpu, vector } = step;
      if (cpu === null) {
        this.#some?.accepted(line, vector);
        return;
      }
      const open = this.#open.get(cpu);
      if (open !== undefined && open !== null) {
        this.#complain(
          line,
          `CPU${cpu} accepts vector ${vector} before the end of vector ${open.vector} of line ${open.line}`,
        );
      }
      this.#open.set(cpu, { line, vector });
    }
    if (step.kind === "eoi") {
      const { line, cpu } = step;
      if (this.#open.get(cpu) === null) this.#complain(line, endsNothing(cpu));
      if (this.#open.has(cpu)) this.#open.set(cpu, null);
      if (cpu >= 0) this.#some?.ended(line, cpu);
    }
  }
}

/** Vectors that some CPU accepts: follows which CPUs may be in an interrupt. */
class AcceptsBySome {
  readonly #complain: (line: number, what: string) => void;
  /** Possible sets of CPUs (a bit for each) that have accepted something and not ended it: 1 if possible. */
  #possible: Uint8Array;
  /** Nothing is followed before there have been lines of both kinds. */
  readonly #seen = { accept: false, end: false };
  /** A complaint waits for a line of the other kind: recordings of the two begin and end one after the other. */
  #held: { readonly kind: "accept" | "end"; readonly line: number; readonly what: string } | null = null;

  constructor(cpus: number, complain: (line: number, what: string) => void) {
    this.#complain = complain;
    this.#possible = new Uint8Array(1 << cpus).fill(1);
  }

  gap(): void {
    this.#possible.fill(1);
    this.#held = null;
  }

  accepted(line: number, vector: number): void {
    this.#seen.accept = true;
    if (!this.#seen.end || this.#isHeld("accept")) return;
    const before = this.#possible;
    this.#follow(
      "accept",
      line,
      `a CPU accepts vector ${vector}, although each CPU has a vector that has not ended`,
      (after) => {
        for (const [busy, may] of before.entries()) {
          if (may === 0) continue;
          for (let cpu = 1; cpu < before.length; cpu <<= 1) if ((busy & cpu) === 0) after[busy | cpu] = 1;
        }
      },
    );
  }

  ended(line: number, cpu: number): void {
    this.#seen.end = true;
    if (!this.#seen.accept || this.#isHeld("end")) return;
    const before = this.#possible;
    this.#follow("end", line, endsNothing(cpu), (after) => {
      for (const [busy, may] of before.entries()) if (((busy >>> cpu) & may) === 1) after[busy & ~(1 << cpu)] = 1;
    });
  }

  /** @param fill marks the sets that are possible next: where there are none, the recording is wrong */
  #follow(kind: "accept" | "end", line: number, what: string, fill: (after: Uint8Array) => void): void {
    const after = new Uint8Array(this.#possible.length);
    fill(after);
    if (!after.includes(1)) {
      this.#held = { kind, line, what };
      after.fill(1);
    }
    this.#possible = after;
  }

  /** Whether a complaint about such a line waits; one about a line of the other kind has waited long enough. */
  #isHeld(kind: "accept" | "end"): boolean {
    if (this.#held === null) return false;
    if (this.#held.kind === kind) return true;
    this.#complain(this.#held.line, this.#held.what);
    this.#held = null;
    return false;
  }
}

function endsNothing(cpu: number): string {
  return `CPU${cpu} ends an interrupt (EOI) without accepting one since the last end`;
}

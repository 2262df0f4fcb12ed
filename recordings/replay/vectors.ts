import type { ReadonlySystemState, SystemState } from "../../model/index.ts";
import type { Fit } from "./fit.ts";
import type { Fits } from "./fits.ts";

/**
 * Which vector of the machine each of the model's few vectors stands for. One is given to another when no fitting state
 * makes use of it any more.
 */
export class Vectors {
  /** The machine's vector by the model's; null where it stands for none. */
  readonly #real: (number | null)[];
  readonly #used: number[];
  #clock = 0;

  constructor(count: number) {
    this.#real = Array.from({ length: count }, () => null);
    this.#used = Array.from({ length: count }, () => 0);
  }

  /** The model's vector; undefined when none stands for it. */
  of(real: number): number | undefined {
    const vector = this.#real.indexOf(real);
    if (vector < 0) return undefined;
    this.#used[vector] = ++this.#clock;
    return vector;
  }

  /** Notation of the machine's vector: a number. */
  name(vector: number): string {
    return String(this.#real[vector] ?? "?");
  }

  /** Meaning of the letters of a chart. */
  legend(): [number, number][] {
    return this.#real.flatMap((real, vector) => (real === null ? [] : [[vector, real] as [number, number]]));
  }

  /** A bit for each of the model's vectors among 32 of the machine's. */
  covered(first: number, bits: number): { covered: number; bits: number } {
    let covered = 0;
    let set = 0;
    for (const [vector, real] of this.#real.entries()) {
      if (real === null || real < first || real > first + 31) continue;
      covered |= 1 << vector;
      if (((bits >>> (real - first)) & 1) === 1) set |= 1 << vector;
    }
    return { covered, bits: set };
  }

  /**
   * Lets one of the model's vectors stand for the machine's. Where all are taken, one that no state uses any more is
   * taken back, the one longest unused first; what may still be pending there is forgotten. Where every vector is made use
   * of, it is the one that fewest states do, and those are given up: mostly ones in which a handler has not returned for
   * long.
   *
   * @returns the vector, and the set with it made clean, which may be empty
   */
  bind(real: number, fits: Fits | null, set: number): { vector: number; set: number } {
    const known = this.of(real);
    if (known !== undefined) return { vector: known, set };
    const members = fits === null ? [] : fits.members(set);
    // Those that no state makes use of are free again: the same few stand for all, so that sets repeat themselves.
    if (fits !== null) {
      for (const index of this.#real.keys()) {
        if (!members.some(({ state }) => holds(state, index) || isTouched(state, index))) this.#real[index] = null;
      }
    }
    let vector = this.#real.indexOf(null);
    if (vector < 0) {
      const uses = this.#used.map((at, index) => ({
        index,
        at,
        holding: members.filter(({ state }) => holds(state, index)).length,
      }));
      vector = uses.sort((one, other) => one.holding - other.holding || one.at - other.at)[0]!.index;
    }
    this.#real[vector] = real;
    this.#used[vector] = ++this.#clock;
    if (fits === null) return { vector, set };
    const clean = fits.members(set).flatMap((fit) => {
      if (holds(fit.state, vector)) return [];
      return isTouched(fit.state, vector) ? [cleaned(fit, vector)] : [fit];
    });
    return { vector, set: fits.setOf(clean) };
  }
}

/** Whether the interrupt is, was or will be on the vector, on any CPU. */
function holds(state: ReadonlySystemState, vector: number): boolean {
  const irq = state.irq[0]!;
  return (
    state.device[0]!.data === vector ||
    irq.vector === vector ||
    irq.previous?.vector === vector ||
    state.cpu.some(
      ({ isr, stack, table }) =>
        isr[vector]! || typeof table[vector] === "number" || stack.some((frame) => frame.vector === vector),
    )
  );
}

/** Whether something else of the vector is left: a pending bit, an expected stray. */
function isTouched(state: ReadonlySystemState, vector: number): boolean {
  return state.cpu.some(({ irr, table }) => irr[vector]! || table[vector] !== "unused");
}

function cleaned(fit: Fit, vector: number): Fit {
  const state = structuredClone(fit.state) as SystemState;
  for (const cpu of state.cpu) {
    cpu.irr[vector] = false;
    cpu.table[vector] = "unused";
  }
  return { ...fit, state: state as ReadonlySystemState };
}

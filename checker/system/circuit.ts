import { FALSE, not, TRUE, type Gates, type Signal } from "./gates.ts";

/** A circuit of and-gates and inverters over inputs and latches, which must all be there before the first gate. */
export class Circuit implements Gates {
  readonly inputs: number;
  readonly latches: number;
  /** The two inputs of each gate; gate `n` has variable `1 + inputs + latches + n`. */
  readonly gates: number[] = [];
  readonly #known = new Map<number, Signal>();

  constructor(inputs: number, latches: number) {
    this.inputs = inputs;
    this.latches = latches;
  }

  input(number: number): Signal {
    return 2 * (1 + number);
  }

  latch(number: number): Signal {
    return 2 * (1 + this.inputs + number);
  }

  and(a: Signal, b: Signal): Signal {
    const [small, large] = a < b ? [a, b] : [b, a];
    if (small === FALSE || small === not(large)) return FALSE;
    if (small === TRUE || small === large) return large;
    // Both are below 2^26, or the circuit would not fit the memory.
    const key = large * 2 ** 26 + small;
    let gate = this.#known.get(key);
    if (gate === undefined) {
      gate = 2 * (1 + this.inputs + this.latches + this.gates.length / 2);
      this.gates.push(large, small);
      this.#known.set(key, gate);
    }
    return gate;
  }

  or(a: Signal, b: Signal): Signal {
    return not(this.and(not(a), not(b)));
  }

  /** Any of them, as a tree, so that no path through it is long. */
  any(signals: readonly Signal[]): Signal {
    if (signals.length <= 1) return signals[0] ?? FALSE;
    const half = signals.length >> 1;
    return this.or(this.any(signals.slice(0, half)), this.any(signals.slice(half)));
  }

  all(signals: readonly Signal[]): Signal {
    return not(this.any(signals.map(not)));
  }

  choose(condition: Signal, then: Signal, otherwise: Signal): Signal {
    if (then === otherwise) return then;
    return this.or(this.and(condition, then), this.and(not(condition), otherwise));
  }

  /**
   * A function of a number, given as bits, the lowest first.
   *
   * @param table what the function is of each number; undefined, and past its end, where it does not matter
   */
  lookUp(bits: readonly Signal[], table: readonly (boolean | undefined)[]): Signal {
    const walk = (level: number, from: number): Signal | undefined => {
      const value = table[from];
      if (level === 0) return value === undefined ? undefined : value ? TRUE : FALSE;
      if (from >= table.length) return undefined;
      const low = walk(level - 1, from);
      const high = walk(level - 1, from + 2 ** (level - 1));
      if (low === undefined || high === undefined) return low ?? high;
      return this.choose(bits[level - 1] as Signal, high, low);
    };
    return walk(bits.length, 0) ?? FALSE;
  }
}

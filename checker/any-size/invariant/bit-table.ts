import type { FiniteSystem, State } from "../evaluate.ts";
import type { Expression, Variable } from "../system.ts";

/** A set of states of a table: one bit for each. */
export type Bits = Uint32Array;

/**
 * Reachable states at one size, by column: for each cell, at each combination of indices, and each value, the set of states in
 * which it has that value. Whether some state meets several conditions together is an intersection.
 */
export class BitTable {
  readonly finite: FiniteSystem;
  readonly states: readonly State[];
  readonly words: number;
  /** All states. */
  readonly all: Bits;
  readonly #columns = new Map<string, Bits>();
  readonly #conditions = new Map<Expression, Map<string, Bits>>();

  constructor(finite: FiniteSystem, states: readonly State[]) {
    this.finite = finite;
    this.states = states;
    this.words = (states.length + 31) >>> 5;
    this.all = this.#where(() => true);
  }

  /** The states in which a cell, at a place in the states, has a value with one of these numbers. */
  column(place: number, values: readonly number[]): Bits {
    const key = `${place} ${values.join()}`;
    let bits = this.#columns.get(key);
    if (bits === undefined) {
      bits = this.#where((state) => values.includes(state[place] as number));
      this.#columns.set(key, bits);
    }
    return bits;
  }

  /** The states in which a cell has any other value. */
  others(place: number, value: number): Bits {
    const key = `${place} not ${value}`;
    let bits = this.#columns.get(key);
    if (bits === undefined) {
      bits = this.#where((state) => state[place] !== value);
      this.#columns.set(key, bits);
    }
    return bits;
  }

  /** The states in which a condition has the truth value sought, for these values of its free variables. */
  condition(
    condition: Expression,
    variables: readonly Variable[] = [],
    values: readonly number[] = [],
    sought = true,
  ): Bits {
    let known = this.#conditions.get(condition);
    if (known === undefined) this.#conditions.set(condition, (known = new Map()));
    const key = `${values.join()} ${sought}`;
    let bits = known.get(key);
    if (bits === undefined) {
      const { finite } = this;
      const compiled = finite.compile(condition);
      const environment: number[] = [];
      bits = this.#where((state) => {
        for (const [place, one] of variables.entries()) environment[finite.slotOf(one)] = values[place] as number;
        return (compiled(state, environment) === true) === sought;
      });
      known.set(key, bits);
    }
    return bits;
  }

  #where(test: (state: State) => boolean): Bits {
    const bits = new Uint32Array(this.words);
    for (const [number, state] of this.states.entries()) {
      if (test(state)) bits[number >>> 5] = (bits[number >>> 5] as number) | (1 << (number & 31));
    }
    return bits;
  }
}

/** @returns whether the intersection of two sets, which goes to `into`, has an element */
export function intersect(one: Bits, other: Bits, into: Bits): boolean {
  let any = 0;
  for (let word = 0; word < into.length; word++) {
    const both = (one[word] as number) & (other[word] as number);
    into[word] = both;
    any |= both;
  }
  return any !== 0;
}

/** The elements of a set. */
export function elementsOf(bits: Bits): number[] {
  const elements: number[] = [];
  for (const [word, value] of bits.entries()) {
    for (let rest = value; rest !== 0; rest &= rest - 1) elements.push(32 * word + (31 - Math.clz32(rest & -rest)));
  }
  return elements;
}

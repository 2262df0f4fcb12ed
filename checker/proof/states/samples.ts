import { StateSet } from "./state-set.ts";
import { type Cube, type Mask, type Parts } from "./states.ts";

/** States that are known, or thought, to be reachable; which of them are in a cube is answered quickly. */
export class Samples {
  readonly #parts: Parts;
  /** For each part and value, which states have it. */
  readonly #having: Uint32Array[][];
  readonly #counts: number[][];
  readonly #states: StateSet;
  #words: number;

  constructor(parts: Parts, expected: number) {
    this.#parts = parts;
    this.#states = new StateSet(expected);
    this.#counts = parts.map(() => []);
    this.#words = (expected >> 5) + 1;
    this.#having = parts.map((part) =>
      part === undefined ? [] : Array.from({ length: part.values + 1 }, () => new Uint32Array(this.#words)),
    );
  }

  get count(): number {
    return this.#states.count;
  }

  /** One of them, by its number. */
  at(number: number): Uint8Array {
    return this.#states.at(number);
  }

  /** @returns whether it is new */
  add(values: Uint8Array): boolean {
    const number = this.#states.add(values);
    if (number === undefined) return false;
    const word = number >> 5;
    if (word >= this.#words) this.#grow();
    for (const part of this.#parts) {
      if (part === undefined) continue;
      const having = this.#having[part.number]?.[values[part.number] as number] as Uint32Array;
      having[word] = (having[word] as number) | (1 << (number & 31));
      const counts = this.#counts[part.number] as number[];
      counts[values[part.number] as number] = (counts[values[part.number] as number] ?? 0) + 1;
    }
    return true;
  }

  /** The states that have one of the values, as bits. */
  having(part: number, mask: Mask): Uint32Array {
    const all = this.#having[part] as Uint32Array[];
    const chosen = all.filter((_, value) => ((mask >> value) & 1) === 1);
    if (chosen.length === 1) return chosen[0] as Uint32Array;
    const words = (this.count >> 5) + 1;
    const result = new Uint32Array(words);
    for (const one of chosen)
      for (let word = 0; word < words; word++) result[word] = (result[word] as number) | (one[word] as number);
    return result;
  }

  /** Whether the sets have a state in common. */
  meet(sets: readonly Uint32Array[]): boolean {
    return this.#find(sets) !== undefined;
  }

  /** The first state that the sets have in common, if any. */
  #find(sets: readonly Uint32Array[]): number | undefined {
    const words = (this.count + 31) >> 5;
    const count = sets.length;
    for (let word = 0; word < words; word++) {
      let common = -1;
      for (let index = 0; index < count; index++) {
        if ((common &= (sets[index] as Uint32Array)[word] as number) === 0) break;
      }
      if (common !== 0) {
        const number = 32 * word + 31 - Math.clz32(common & -common);
        if (number < this.count) return number;
      }
    }
    return undefined;
  }

  /** Logarithm of the number of states that would have these properties if they were independent. */
  expected(literals: readonly (readonly [number, Mask])[]): number {
    let sum = Math.log(this.count);
    for (const [part, mask] of literals) {
      let count = 0.5;
      for (const [value, own] of (this.#counts[part] as number[]).entries()) if ((mask >> value) & 1) count += own ?? 0;
      sum += Math.log(count / (this.count + 0.5));
    }
    return sum;
  }

  /** A state in the cube, if there is one. */
  first(cube: Cube): Uint8Array | undefined {
    const number = this.#find([...cube].map((literal) => this.having(...literal)));
    return number === undefined ? undefined : this.#states.at(number);
  }

  #grow(): void {
    this.#words *= 2;
    for (const sets of this.#having) {
      for (const [value, set] of sets.entries()) {
        const larger = new Uint32Array(this.#words);
        larger.set(set);
        sets[value] = larger;
      }
    }
  }
}

/** A generator of pseudo-random numbers: the same sequence for the same seed, on every machine. */
export class Random {
  readonly #state: Uint32Array;

  /** @param seed up to 32 bits of each number count */
  constructor(...seed: readonly number[]) {
    this.#state = new Uint32Array(4);
    let mixed = 0x9e3779b9;
    for (let index = 0; index < 4; index++) {
      for (const part of seed) mixed = mix(mixed ^ (part >>> 0));
      this.#state[index] = mixed = mix(mixed + 0x9e3779b9);
    }
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    // The bias is below count / 2^32, which no walk can notice.
    return Math.floor((this.#next() / 2 ** 32) * count);
  }

  /** xoshiro128** (Blackman and Vigna). */
  #next(): number {
    const state = this.#state as Uint32Array & [number, number, number, number];
    const result = Math.imul(rotated(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return result;
  }
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function mix(given: number): number {
  let word = Math.imul(given ^ (given >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}

import { compareStates } from "./front-coding.ts";

/** A set of packed states, sorted, with no state twice. */
export class Members {
  readonly words: Uint32Array;
  readonly size: number;
  readonly #width: number;

  /** @param width words of a state */
  constructor(words: Uint32Array, width: number) {
    this.words = words;
    this.#width = width;
    this.size = words.length / width;
  }

  /** Whether the state packed at `state[0 ..]` is a member. */
  has(state: Uint32Array): boolean {
    let [least, end] = [0, this.size];
    while (least < end) {
      const middle = Math.floor((least + end) / 2);
      const order = compareStates(this.words, middle * this.#width, state, 0, this.#width);
      if (order === 0) return true;
      if (order < 0) least = middle + 1;
      else end = middle;
    }
    return false;
  }
}

/**
 * States that a worker sends to the main thread, each of them once: in whole words, one after another.
 */
export interface Batch {
  readonly states: Uint32Array;
  /** The states' live bytes; or, of stuck states, the bits that they miss. */
  readonly live: Uint32Array;
  /** Pairs: the index of a state, and an entry. */
  readonly pairs: Uint32Array;
}

/** A list of 32-bit numbers. */
export class Words {
  #words = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends `count` zeros; returns the index of the first. */
  grow(count: number): number {
    const from = this.#length;
    this.#length += count;
    if (this.#length > this.#words.length) {
      const wider = new Uint32Array(Math.max(this.#length, 2 * this.#words.length));
      wider.set(this.#words.subarray(0, from));
      this.#words = wider;
    } else this.#words.fill(0, from, this.#length);
    return from;
  }

  push(number: number): void {
    // Growing may replace the array, so it comes first.
    const at = this.grow(1);
    this.#words[at] = number;
  }

  append(numbers: Uint32Array): void {
    const at = this.grow(numbers.length);
    this.#words.set(numbers, at);
  }

  /** Appends the numbers that have these bytes, the last of which may have too few. */
  appendBytes(bytes: Uint8Array, count: number): void {
    const at = this.grow(count);
    new Uint8Array(this.#words.buffer).set(bytes, 4 * at);
  }

  /** All numbers; good until the list is changed. */
  get all(): Uint32Array<ArrayBuffer> {
    return this.#words.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }
}

/** Collects the states of a batch. */
export class BatchBuilder {
  readonly #size: number;
  readonly #states = new Words();
  readonly #live = new Words();
  readonly #pairs = new Words();

  /** @param size 32-bit words of a state */
  constructor(size: number) {
    this.#size = size;
  }

  /** Adds a state; returns its index. */
  add(bytes: Uint8Array, live: number): number {
    this.#states.appendBytes(bytes, this.#size);
    this.#live.push(live);
    return this.#live.length - 1;
  }

  /** Says an entry of a state that has been added. */
  note(state: number, entry: number): void {
    this.#pairs.push(state);
    this.#pairs.push(entry);
  }

  batch(): Batch {
    return { states: this.#states.all.slice(), live: this.#live.all.slice(), pairs: this.#pairs.all.slice() };
  }
}

/**
 * Goes through a batch, state by state.
 *
 * @param visit called with the state's number and its entries
 */
export function eachState({ live, pairs }: Batch, visit: (state: number, entries: Uint32Array) => void): void {
  // The entries of one state need not stand together.
  const ends = new Uint32Array(live.length + 1);
  for (let at = 0; at < pairs.length; at += 2) ends[(pairs[at] as number) + 1]!++;
  for (let state = 0; state < live.length; state++) ends[state + 1]! += ends[state]!;
  const sorted = new Uint32Array(pairs.length / 2);
  const next = ends.slice();
  for (let at = 0; at < pairs.length; at += 2) sorted[next[pairs[at] as number]!++] = pairs[at + 1] as number;
  for (let state = 0; state < live.length; state++) visit(state, sorted.subarray(ends[state], ends[state + 1]));
}

/** States on their way from a worker to the main thread, in whole words one after another. */
export interface Batch {
  readonly states: Uint8Array;
  readonly entries: readonly number[];
  /** The states' live bytes; or, of a stuck state, the bits that it misses. */
  readonly live: readonly number[];
}

/** Collects the states of a batch. */
export class BatchBuilder implements Batch {
  readonly #parts: Uint8Array[] = [];
  readonly entries: number[] = [];
  readonly live: number[] = [];

  add(state: Uint8Array, entry: number, live: number): void {
    this.#parts.push(state);
    this.entries.push(entry);
    this.live.push(live);
  }

  get states(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  plain(): Batch {
    return { states: this.states, entries: this.entries, live: this.live };
  }
}

/**
 * Goes through a batch.
 *
 * @param size 32-bit words of a state
 */
export function eachOf(
  { states, entries, live }: Batch,
  size: number,
  visit: (words: Uint32Array, entry: number, live: number) => void,
): void {
  const words = new Uint32Array(states.slice().buffer);
  for (const [index, entry] of entries.entries()) {
    visit(words.slice(index * size, (index + 1) * size), entry, live[index] as number);
  }
}

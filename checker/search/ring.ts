/** Bytes of states on their way from one worker to another. */
const BYTES = 1 << 20;

/** States on their way from one worker to another, in shared memory: one writes, the other reads. */
export class Ring {
  /** States written and read so far, as they run over 32 bits. */
  readonly #counters: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #wide: number;
  readonly #capacity: number;

  /** @param wide bytes of a state in whole words */
  constructor(shared: SharedArrayBuffer, wide: number) {
    this.#counters = new Int32Array(shared, 0, 2);
    this.#wide = wide;
    this.#capacity = 1 << Math.floor(Math.log2(BYTES / wide));
    this.#bytes = new Uint8Array(shared, 64);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(64 + BYTES);
  }

  /** Writes as many of the states as there is room for; returns how many bytes that was. */
  write(states: Uint8Array): number {
    const written = Atomics.load(this.#counters, 0);
    const waiting = (written - Atomics.load(this.#counters, 1)) | 0;
    const at = written & (this.#capacity - 1);
    const count = Math.min(states.length / this.#wide, this.#capacity - waiting, this.#capacity - at);
    this.#bytes.set(states.subarray(0, count * this.#wide), at * this.#wide);
    Atomics.store(this.#counters, 0, (written + count) | 0);
    return count * this.#wide;
  }

  /** Reads states into `to`, as many as are there and fit; returns how many states that was. */
  read(to: Uint8Array): number {
    const read = Atomics.load(this.#counters, 1);
    const waiting = (Atomics.load(this.#counters, 0) - read) | 0;
    const at = read & (this.#capacity - 1);
    const count = Math.min(waiting, to.length / this.#wide, this.#capacity - at);
    if (count === 0) return 0;
    to.set(this.#bytes.subarray(at * this.#wide, (at + count) * this.#wide));
    Atomics.store(this.#counters, 1, (read + count) | 0);
    return count;
  }
}

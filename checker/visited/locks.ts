/** There are 2 to the power of this many locks at most. */
const MAX_LOCK_BITS = 8;

const FREE = 0;
const TAKEN = 1;
/** Taken, and perhaps awaited by another thread. */
const WANTED = 2;

/** Makes threads wait for each other, with words in shared memory. */
export class Mutex {
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  take(): void {
    if (Atomics.compareExchange(this.#words, this.#at, FREE, TAKEN) === FREE) return;
    while (Atomics.exchange(this.#words, this.#at, WANTED) !== FREE) Atomics.wait(this.#words, this.#at, WANTED);
  }

  give(): void {
    if (Atomics.exchange(this.#words, this.#at, FREE) === WANTED) Atomics.notify(this.#words, this.#at, 1);
  }
}

/**
 * Locks of the regions of a visited set, each for some neighbouring regions. Threads take several locks in order of
 * their numbers, which excludes deadlock.
 */
export class Locks {
  readonly #locks: readonly Mutex[];
  readonly #bits: number;

  constructor(shared: SharedArrayBuffer, regionBits: number) {
    const words = new Int32Array(shared);
    this.#bits = Math.min(MAX_LOCK_BITS, regionBits);
    // A cache line each.
    this.#locks = Array.from({ length: 2 ** this.#bits }, (_, lock) => new Mutex(words, lock * 16));
  }

  static allocate(regionBits: number): SharedArrayBuffer {
    return new SharedArrayBuffer(64 * 2 ** Math.min(MAX_LOCK_BITS, regionBits));
  }

  /** Takes the regions of a bin, of 2 to the power of `bits`, for this thread. */
  take(bin: number, bits: number): void {
    const [first, end] = this.#range(bin, bits);
    for (let lock = first; lock < end; lock++) (this.#locks[lock] as Mutex).take();
  }

  give(bin: number, bits: number): void {
    const [first, end] = this.#range(bin, bits);
    for (let lock = first; lock < end; lock++) (this.#locks[lock] as Mutex).give();
  }

  #range(bin: number, bits: number): readonly [first: number, end: number] {
    if (bits >= this.#bits) {
      const lock = bin >>> (bits - this.#bits);
      return [lock, lock + 1];
    }
    const each = 2 ** (this.#bits - bits);
    return [bin * each, (bin + 1) * each];
  }
}

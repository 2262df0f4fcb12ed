import { Mutex } from "./locks.ts";

/** Limits of a search: distinct states, and bytes of memory. */
export interface Limits {
  readonly states: number;
  readonly bytes: number;
}

/** Memory is counted in units of this many bytes. */
const UNIT_BYTES = 1024;

const MEMORY = 0;
const REGIONS = 1;
const GATE = 2;
/** States that threads may be inserting at the moment. */
const RESERVED = 3;
/** 64 bits: states inserted. */
const STATES = 2;

/** Use and limits of the threads of a search together. */
export class Budget {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #longs: BigInt64Array;
  readonly #limits: Limits;
  readonly #gate: Mutex;
  #closed = false;

  constructor(shared: SharedArrayBuffer, limits: Limits) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
    this.#longs = new BigInt64Array(shared);
    this.#limits = limits;
    this.#gate = new Mutex(this.#words, GATE);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(64);
  }

  /** Bytes that are in use. */
  get bytes(): number {
    return Atomics.load(this.#words, MEMORY) * UNIT_BYTES;
  }

  /** Those of the visited set itself. */
  get regionBytes(): number {
    return Atomics.load(this.#words, REGIONS) * UNIT_BYTES;
  }

  /** States in the visited set. */
  get states(): number {
    return Number(Atomics.load(this.#longs, STATES));
  }

  /** Counts bytes as used, unless there would be too many. */
  take(bytes: number): boolean {
    const units = Math.ceil(bytes / UNIT_BYTES);
    const used = Atomics.add(this.#words, MEMORY, units) + units;
    if (used * UNIT_BYTES <= this.#limits.bytes) return true;
    Atomics.sub(this.#words, MEMORY, units);
    return false;
  }

  /** Counts bytes that are used whatever the limits are. */
  count(bytes: number): void {
    Atomics.add(this.#words, MEMORY, Math.ceil(bytes / UNIT_BYTES));
  }

  takeRegion(bytes: number): boolean {
    if (!this.take(bytes)) return false;
    Atomics.add(this.#words, REGIONS, Math.ceil(bytes / UNIT_BYTES));
    return true;
  }

  /**
   * Forgets the states and the bytes of the visited set: its states are about to be inserted into another. Only one
   * thread may use the set meanwhile.
   *
   * @returns puts all numbers back as they were
   */
  forget(): () => void {
    const before = this.#words.slice();
    Atomics.store(this.#longs, STATES, 0n);
    Atomics.sub(this.#words, MEMORY, Atomics.exchange(this.#words, REGIONS, 0));
    return () => this.#words.set(before);
  }

  /**
   * Says how many of some states may be inserted. Close to the bound, only one thread inserts at a time, so that it is
   * met exactly. `settle` must follow.
   */
  reserve(count: number): number {
    if (this.#limits.states === Infinity) return count;
    this.#gate.take();
    const reserved = Atomics.add(this.#words, RESERVED, count) + count;
    if (this.states + reserved <= this.#limits.states) {
      this.#gate.give();
      return count;
    }
    Atomics.sub(this.#words, RESERVED, count);
    this.#closed = true;
    for (;;) {
      const others = Atomics.load(this.#words, RESERVED);
      if (others === 0) break;
      Atomics.wait(this.#words, RESERVED, others);
    }
    return Math.min(count, this.#limits.states - this.states);
  }

  /** @param inserted how many of the reserved states were new */
  settle(reserved: number, inserted: number): void {
    Atomics.add(this.#longs, STATES, BigInt(inserted));
    if (this.#limits.states === Infinity) return;
    if (this.#closed) {
      this.#closed = false;
      this.#gate.give();
      return;
    }
    Atomics.sub(this.#words, RESERVED, reserved);
    Atomics.notify(this.#words, RESERVED);
  }
}

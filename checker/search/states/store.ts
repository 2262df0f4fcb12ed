/** States in one segment of the store: segments are never copied, so growth does not double the peak. */
const SEGMENT_STATES = 1 << 16;
const INITIAL_SLOTS = 1 << 12;
/** The table grows when more than this fraction of its slots is taken. */
const MAX_LOAD = 0.6;

/**
 * The exact set of visited states: every packed state in full, numbered in order of insertion.
 *
 * The numbers are found again through an open-addressing table of 32-bit state numbers (linear probing), so that
 * neither JavaScript's limit of 2^24 entries in a Set nor a string for each state stands in the way.
 */
export class StateStore {
  readonly #words: number;
  readonly #segments: Uint32Array[] = [];
  #slots = new Uint32Array(INITIAL_SLOTS);
  #size = 0;

  /** @param words 32-bit words of a packed state */
  constructor(words: number) {
    this.#words = words;
  }

  /** Number of stored states. */
  get size(): number {
    return this.#size;
  }

  /** Bytes held by the states and the table. */
  get bytes(): number {
    return this.#segments.length * SEGMENT_STATES * this.#words * 4 + this.#slots.byteLength;
  }

  /** The most bytes held at any time while the next state is inserted: growing keeps the old table for a while. */
  get bytesToInsert(): number {
    const segment = this.#size === this.#segments.length * SEGMENT_STATES ? SEGMENT_STATES * this.#words * 4 : 0;
    const table = this.#size + 1 > this.#slots.length * MAX_LOAD ? this.#slots.byteLength * 2 : 0;
    return this.bytes + segment + table;
  }

  /**
   * Looks a packed state up and, when it is new, stores it.
   *
   * @returns its number; the state was new exactly when `size` has grown
   */
  insert(state: Uint32Array): number {
    if (this.#size + 1 > this.#slots.length * MAX_LOAD) this.#grow();
    const slot = this.#slotOf(state);
    const found = this.#slots[slot] as number;
    if (found !== 0) return found - 1;
    const number = this.#size;
    if (number === this.#segments.length * SEGMENT_STATES) {
      this.#segments.push(new Uint32Array(SEGMENT_STATES * this.#words));
    }
    (this.#segments.at(-1) as Uint32Array).set(state, (number % SEGMENT_STATES) * this.#words);
    this.#size++;
    this.#slots[slot] = number + 1;
    return number;
  }

  /** The number of a stored state, or -1. */
  find(state: Uint32Array): number {
    return (this.#slots[this.#slotOf(state)] as number) - 1;
  }

  /** Calls `read` with the words of a stored state and where in them it begins. */
  read<Result>(number: number, read: (words: Uint32Array, at: number) => Result): Result {
    const segment = this.#segments[Math.floor(number / SEGMENT_STATES)] as Uint32Array;
    return read(segment, (number % SEGMENT_STATES) * this.#words);
  }

  /** Every state in order of insertion. */
  *states(): Generator<Uint32Array> {
    for (let number = 0; number < this.#size; number++) {
      yield this.read(number, (words, at) => words.slice(at, at + this.#words));
    }
  }

  /** The slot that holds the state, or the free slot where it belongs. */
  #slotOf(state: Uint32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hash(state, 0, this.#words) & mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === 0 || this.#equals(entry - 1, state)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #equals(number: number, state: Uint32Array): boolean {
    const segment = this.#segments[Math.floor(number / SEGMENT_STATES)] as Uint32Array;
    const at = (number % SEGMENT_STATES) * this.#words;
    for (let word = 0; word < this.#words; word++) {
      if (segment[at + word] !== state[word]) return false;
    }
    return true;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#size; number++) {
      const segment = this.#segments[Math.floor(number / SEGMENT_STATES)] as Uint32Array;
      let slot = hash(segment, (number % SEGMENT_STATES) * this.#words, this.#words) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

/** Multiply and xor-shift over the words, ending in murmur3's finaliser so that low bits depend on all. */
function hash(words: Uint32Array, at: number, count: number): number {
  let mixed = 0x9e3779b9;
  for (let word = 0; word < count; word++) {
    mixed = Math.imul(mixed ^ (words[at + word] as number), 0x85ebca6b);
    mixed = (mixed << 13) | (mixed >>> 19);
  }
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

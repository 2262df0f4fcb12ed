import type { Packing } from "../schema/packing.ts";
import type { Budget, Limits } from "./budget.ts";
import { sharedSet, type Bound, type SharedSet } from "./shared-set.ts";
import { VisitedSet } from "./visited-set.ts";

/**
 * Bytes that a set has addresses for at first, and after its first move. V8 counts all of a memory as in use, and
 * collects garbage once for each that is larger than about half of its heap's limit. One collection is welcome, when
 * what the reading of the model has left behind is freed; with all memories that the limits allow there would be eight.
 */
const ADDRESSED_BYTES = [2 ** 23, 2 ** 31];

/** Options of a growing set. */
export interface GrowingOptions {
  /** Threads that will share the large set. Default 1: it is never shared. */
  readonly threads?: number;
  /** The most pages of 64 KiB that one memory can have: given only in tests. */
  readonly mostPages?: number | undefined;
}

/**
 * The visited set of a thread that searches alone, at least at first: it begins small, and moves when it turns out to be
 * larger, or when other threads are to share it. Its thread is the last of them.
 */
export class GrowingSet {
  readonly #packing: Packing;
  readonly #limits: Limits;
  readonly #threads: number;
  readonly #mostPages: number | undefined;
  /** Index into `ADDRESSED_BYTES`; their number when the set has room for all that the limits allow. */
  #size: number;
  /** There was no memory to move. */
  #stays = false;
  #store: SharedSet;
  #visited: VisitedSet;
  #expected = 0;

  constructor(packing: Packing, limits: Limits, { threads = 1, mostPages }: GrowingOptions = {}) {
    this.#packing = packing;
    this.#limits = limits;
    this.#threads = threads;
    this.#mostPages = mostPages;
    this.#size = this.#sizeFor(0);
    this.#store = this.#storeOf(this.#size);
    this.#visited = this.#visitedIn(this.#store, this.#size);
  }

  /** The parts that other threads need to share the set; undefined when there is too little memory for that. */
  share(): SharedSet | undefined {
    if (this.#size < ADDRESSED_BYTES.length) this.#move(ADDRESSED_BYTES.length);
    return this.#size < ADDRESSED_BYTES.length ? undefined : this.#store;
  }

  get budget(): Budget {
    return this.#visited.budget;
  }

  /** See `VisitedSet`. */
  expect(states: number): void {
    this.#expected = states;
    this.#visited.expect(states);
  }

  /** Adds any number of states in whole words; they are inserted at the latest when `flush` is called. */
  insert(states: Uint8Array, found: (states: Uint8Array) => void): Bound | undefined {
    if (!this.#stays && this.budget.regionBytes > (ADDRESSED_BYTES[this.#size] ?? Infinity) / 2) {
      const bound = this.flush(found);
      if (bound !== undefined) return bound;
      this.#move(this.#sizeFor(this.#size + 1));
    }
    return this.#visited.insert(states, found);
  }

  flush(found: (states: Uint8Array) => void): Bound | undefined {
    return this.#visited.flush(found);
  }

  /** See `VisitedSet`. */
  states(): Generator<Uint8Array> {
    return this.#visited.states();
  }

  /** The first index into `ADDRESSED_BYTES` from the given one on that is worth having under the limits. */
  #sizeFor(index: number): number {
    while (index < ADDRESSED_BYTES.length && (ADDRESSED_BYTES[index] as number) >= this.#limits.bytes) index++;
    return index;
  }

  #storeOf(size: number, budget?: Budget): SharedSet {
    const room = ADDRESSED_BYTES[size];
    const options = { ...(budget === undefined ? {} : { budget }), mostPages: this.#mostPages };
    const whole = { ...options, threads: this.#threads };
    return sharedSet(this.#packing, this.#limits, room === undefined ? whole : { ...options, room });
  }

  #visitedIn(store: SharedSet, size: number): VisitedSet {
    return new VisitedSet(store, size < ADDRESSED_BYTES.length ? 0 : this.#threads - 1);
  }

  /** Moves all states into a larger set, or leaves them where they are. */
  #move(size: number): void {
    if (this.#stays) return;
    const [store, visited] = [this.#store, this.#visited];
    const { regionBytes } = this.budget;
    const restore = this.budget.forget();
    this.#store = this.#storeOf(size, visited.budget);
    this.#visited = this.#visitedIn(this.#store, size);
    this.#visited.expect(regionBytes / this.#packing.bytes);
    if (this.#takes(visited)) {
      this.#size = size;
      this.#visited.expect(this.#expected);
      return;
    }
    // So near to the bound, the remaining memory serves more states in the current set.
    restore();
    this.#stays = true;
    [this.#store, this.#visited] = [store, visited];
  }

  /** Inserts all states of another set; false when there is no memory for them. */
  #takes(other: VisitedSet): boolean {
    for (const states of other.states()) if (this.#visited.insert(states, ignore) !== undefined) return false;
    return this.#visited.flush(ignore) === undefined;
  }
}

function ignore(): void {}

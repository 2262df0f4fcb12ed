import type { Packing } from "../compiled/packing.ts";
import type { Budget, Limits } from "./budget.ts";
import { visitedStore, type Bound, type VisitedStore } from "./visited-store.ts";
import { Visited } from "./visited.ts";

/** A set begins with addresses for so many bytes: to set more of them aside takes time. */
const FIRST = 32 << 20;

/** How a growing set is made. */
export interface GrowingOptions {
  /** Threads that will share the large set. Default 1: it is never shared. */
  readonly threads?: number;
  /** The most pages of 64 KiB that one memory can have: given only in tests. */
  readonly mostPages?: number | undefined;
}

/**
 * The visited set of a thread that searches alone, at least at first: it begins small, and moves once when it turns out
 * to be large, or when other threads are to share it. Its thread is the last of them.
 */
export class GrowingVisited {
  readonly #packing: Packing;
  readonly #limits: Limits;
  readonly #threads: number;
  readonly #mostPages: number | undefined;
  #small: boolean;
  /** There was no memory to move. */
  #stays = false;
  #store: VisitedStore;
  #visited: Visited;
  #expected = 0;

  constructor(packing: Packing, limits: Limits, { threads = 1, mostPages }: GrowingOptions = {}) {
    this.#packing = packing;
    this.#limits = limits;
    this.#threads = threads;
    this.#mostPages = mostPages;
    this.#small = limits.bytes > FIRST;
    this.#store = visitedStore(packing, limits, this.#small ? { room: FIRST, mostPages } : { threads, mostPages });
    this.#visited = new Visited(this.#store, this.#small ? 0 : threads - 1);
  }

  /** What other threads need to have a part in the set; undefined when there is too little memory for that. */
  share(): VisitedStore | undefined {
    if (this.#small) this.#move();
    return this.#small ? undefined : this.#store;
  }

  get budget(): Budget {
    return this.#visited.budget;
  }

  /** See `Visited`. */
  expect(states: number): void {
    this.#expected = states;
    this.#visited.expect(states);
  }

  /** Adds any number of states in whole words; they are inserted at the latest when `flush` is called. */
  insert(states: Uint8Array, found: (states: Uint8Array) => void): Bound | undefined {
    if (this.#small && !this.#stays && this.budget.regionBytes > FIRST / 2) {
      const bound = this.flush(found);
      if (bound !== undefined) return bound;
      this.#move();
    }
    return this.#visited.insert(states, found);
  }

  flush(found: (states: Uint8Array) => void): Bound | undefined {
    return this.#visited.flush(found);
  }

  /** See `Visited`. */
  states(): Generator<Uint8Array> {
    return this.#visited.states();
  }

  /** Moves all states into a set with room for all that the limits allow, or leaves them where they are. */
  #move(): void {
    if (this.#stays) return;
    const [store, visited] = [this.#store, this.#visited];
    const { regionBytes } = this.budget;
    const restore = this.budget.forget();
    const [threads, mostPages] = [this.#threads, this.#mostPages];
    this.#store = visitedStore(this.#packing, this.#limits, { threads, budget: visited.budget, mostPages });
    this.#visited = new Visited(this.#store, threads - 1);
    this.#visited.expect(regionBytes / this.#packing.bytes);
    if (this.#takes(visited)) {
      this.#small = false;
      this.#visited.expect(this.#expected);
      return;
    }
    // So near to the bound, what memory there is serves more states in the set that has them.
    restore();
    this.#stays = true;
    [this.#store, this.#visited] = [store, visited];
  }

  /** Inserts all states of another set; false when there is no memory for them. */
  #takes(other: Visited): boolean {
    for (const states of other.states()) if (this.#visited.insert(states, ignore) !== undefined) return false;
    return this.#visited.flush(ignore) === undefined;
  }
}

function ignore(): void {}

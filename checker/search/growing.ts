import type { Packing } from "../compiled/packing.ts";
import type { Budget, Limits } from "./budget.ts";
import { visitedStore, type Bound } from "./visited-store.ts";
import { Visited } from "./visited.ts";

/** A set begins with addresses for so many bytes: to set more of them aside takes time. */
const FIRST = 32 << 20;

/** The visited set of a thread that searches alone: it begins small, and moves once when it turns out to be large. */
export class GrowingVisited {
  readonly #packing: Packing;
  readonly #limits: Limits;
  readonly #mostPages: number | undefined;
  #small: boolean;
  #visited: Visited;
  #expected = 0;

  /** @param mostPages the most pages of 64 KiB that one memory can have: given only in tests */
  constructor(packing: Packing, limits: Limits, mostPages?: number) {
    this.#packing = packing;
    this.#limits = limits;
    this.#mostPages = mostPages;
    this.#small = limits.bytes > FIRST;
    this.#visited = new Visited(visitedStore(packing, limits, { room: Math.min(FIRST, limits.bytes), mostPages }));
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
    if (this.#small && this.budget.regionBytes > FIRST / 2) {
      const bound = this.#visited.flush(found);
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

  /** Moves all states into a set with room for all that the limits allow. */
  #move(): void {
    const old = this.#visited;
    this.#small = false;
    const { regionBytes } = this.budget;
    this.budget.forget();
    this.#visited = new Visited(
      visitedStore(this.#packing, this.#limits, { budget: old.budget, mostPages: this.#mostPages }),
    );
    this.#visited.expect(regionBytes / this.#packing.bytes);
    for (const states of old.states()) this.#visited.insert(states, ignore);
    this.#visited.flush(ignore);
    this.#visited.expect(this.#expected);
  }
}

function ignore(): void {}

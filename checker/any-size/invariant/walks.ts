import { Random } from "../../proof/states/walker.ts";
import { FiniteSystem, type ActionInstance, type Sizes, type State } from "../evaluate.ts";
import { initialStates } from "../initial.ts";
import type { AnySizeSystem } from "../system.ts";
import { usesIn, type Use } from "../uses.ts";

/** Initial states that walks start from. */
const MAX_INITIAL_STATES = 12;
/** Steps with one order of the action instances. */
const MAX_PHASE_STEPS = 12;
const PHASES = 4;
/** Walks in a row that find no new state, before there seem to be no more. */
const MAX_FRUITLESS_WALKS = 200;
/** A walk starts from an initial state, rather than from any state that is known, one time in this many. */
const FRESH_START_RATE = 6;
/** Odds that an instance that comes first is passed over, in hundredths. */
const PASS_OVER_PERCENT = 25;

/**
 * Reachable states of a system at one size, by walks. For a few steps at a time, some action instances have precedence over
 * others, in an order that is drawn at random: one device is at rest in the middle of its move, say, while another one moves
 * on. Such states are rare if all instances have equal odds.
 */
export class Walks {
  readonly finite: FiniteSystem;
  readonly states: State[] = [];
  readonly #random: Random;
  readonly #instances: readonly ActionInstance[];
  readonly #starts: readonly State[];
  readonly #known = new Set<string>();
  readonly #uses: readonly Use[];

  /** @param from states that walks start from; initial states by default */
  constructor(system: AnySizeSystem, sizes: Sizes, seed: number, from?: readonly State[]) {
    this.finite = new FiniteSystem(system, sizes);
    this.#random = new Random(seed);
    this.#uses = usesIn(this.finite);
    this.#instances = this.finite.instances();
    this.#starts = from ?? initialStates(system, sizes, MAX_INITIAL_STATES);
    for (const state of this.#starts) this.#note(state);
  }

  /** Walks until there are this many states, or no more are found. */
  extend(count: number): void {
    let fruitless = 0;
    while (this.states.length < count && fruitless < MAX_FRUITLESS_WALKS && this.#starts.length > 0) {
      const before = this.states.length;
      this.#walk();
      fruitless = this.states.length > before ? 0 : fruitless + 1;
    }
  }

  #walk(): void {
    const isFresh = this.#random.next(FRESH_START_RATE) === 0;
    const starts = isFresh ? this.#starts : this.states;
    let state = starts[this.#random.next(starts.length)] as State;
    for (let phase = 0; phase < PHASES; phase++) {
      const order = this.#order();
      const steps = 1 + this.#random.next(MAX_PHASE_STEPS);
      for (let step = 0; step < steps; step++) {
        const next = this.#step(order, state);
        if (next === undefined) break;
        state = next;
        this.#note(state);
      }
    }
  }

  #order(): ActionInstance[] {
    const order = [...this.#instances];
    for (let at = order.length - 1; at > 0; at--) {
      const other = this.#random.next(at + 1);
      [order[at], order[other]] = [order[other] as ActionInstance, order[at] as ActionInstance];
    }
    return order;
  }

  #step(order: readonly ActionInstance[], state: State): State | undefined {
    for (const { action, parameters } of order) {
      if (this.#random.next(100) < PASS_OVER_PERCENT) continue;
      const next = this.finite.step(action, parameters, state);
      if (next?.some((value, place) => value !== state[place]) === true) return next;
    }
    return undefined;
  }

  /** Notes a state, with any values in cells that are out of use. */
  #note(state: State): void {
    const rest = state.slice();
    for (const { place, isUsed } of this.#uses) if (!isUsed(state)) rest[place] = 0;
    const key = String.fromCharCode(...rest);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    for (const { place, values, isUsed } of this.#uses) if (!isUsed(state)) rest[place] = this.#random.next(values);
    this.states.push(rest);
  }
}

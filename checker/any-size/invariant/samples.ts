import { Random } from "../../proof/states/walker.ts";
import { FiniteSystem, type Sizes, type State } from "../evaluate.ts";
import { initialStates } from "../initial.ts";
import { not } from "../expressions.ts";
import type { Action, AnySizeSystem, Expression } from "../system.ts";

/** Steps of one walk, and how often a state of it becomes a sample: one of this many. */
const MAX_WALK_STEPS = 60;
const SAMPLED_STATE_RATE = 5;
/** Initial states that walks start from. */
const MAX_INITIAL_STATES = 5;

/** Reachable states of a system at several sizes, by random walks. What one of them contradicts is not true. */
export class Samples {
  readonly #sizes: { readonly finite: FiniteSystem; readonly states: State[] }[] = [];
  readonly #random = new Random(5);

  constructor(system: AnySizeSystem, sizes: readonly Sizes[], each: number) {
    for (const size of sizes) {
      const finite = new FiniteSystem(system, size);
      const starts = initialStates(system, size, MAX_INITIAL_STATES).flatMap((state) => [
        state,
        this.#varied(finite, state),
      ]);
      const states = [...starts];
      if (starts.length === 0) continue;
      for (let walks = 0; states.length < each && walks < 4 * each; walks++) {
        this.#walk(finite, starts[this.#random.next(starts.length)] as State, states);
      }
      this.#sizes.push({ finite, states });
    }
  }

  get count(): number {
    return this.#sizes.reduce((sum, { states }) => sum + states.length, 0);
  }

  /** Whether a closed condition is true in all samples. */
  isAlways(condition: Expression): boolean {
    return this.isNever(not(condition));
  }

  /** Whether a closed condition is true in no sample. */
  isNever(condition: Expression): boolean {
    for (const { finite, states } of this.#sizes) {
      const holds = finite.compile(condition);
      const at = states.findIndex((state) => holds(state, []) === true);
      if (at < 0) continue;
      // What excludes one claim often excludes the next.
      const [state] = states.splice(at, 1) as [State];
      states.unshift(state);
      return false;
    }
    return true;
  }

  /** The state with other values in cells that the initial condition leaves open: what is out of use can be anything. */
  #varied(finite: FiniteSystem, initial: State): State {
    const isInitial = finite.compile(finite.system.initial);
    const state = initial.slice();
    for (const cell of finite.system.cells) {
      const count = finite.valuesOf(cell).length;
      for (const indices of finite.combinations(cell.parameters)) {
        const place = finite.at(cell, indices);
        const before = state[place] as number;
        state[place] = this.#random.next(count);
        if (isInitial(state, []) !== true) state[place] = before;
      }
    }
    return state;
  }

  #walk(finite: FiniteSystem, start: State, states: State[]): void {
    const { actions } = finite.system;
    const length = 5 + this.#random.next(MAX_WALK_STEPS - 5);
    // Walks in which some actions are rare come to states that others hardly ever reach.
    const rare = new Set(actions.filter(() => this.#random.next(4) === 0));
    let state = start;
    for (let step = 0; step < length; step++) {
      const next = this.#step(finite, state, rare);
      if (next === undefined) return;
      state = next;
      if (this.#random.next(SAMPLED_STATE_RATE) === 0) states.push(state);
    }
  }

  #step(finite: FiniteSystem, state: State, rare: ReadonlySet<Action>): State | undefined {
    const left = [...finite.system.actions];
    while (left.length > 0) {
      const [action] = left.splice(this.#random.next(left.length), 1) as [Action];
      if (rare.has(action) && left.length > 0 && this.#random.next(5) > 0) continue;
      const parameters = finite.combinations(action.parameters.map(({ sort }) => sort));
      const first = this.#random.next(Math.max(1, parameters.length));
      for (let index = 0; index < parameters.length; index++) {
        const chosen = parameters[(first + index) % parameters.length] as number[];
        const next = finite.step(action, chosen, state);
        if (next?.some((value, place) => value !== state[place]) === true) return next;
      }
    }
    return undefined;
  }
}

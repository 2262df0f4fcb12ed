import type { ActionInstance, Judgement, Model } from "../../language/index.ts";
import type { State } from "../../semantics/semantics.ts";
import type { StateStore } from "./store.ts";

/**
 * A small state space, or the beginning of a larger one, as a search by the model's own functions has walked it, so that
 * nothing of it need be done twice: a step takes much longer than to look one up.
 */
export class ExploredSpace<S> {
  /** Every state, packed, by number in order of discovery. */
  readonly store: StateStore;
  /** The values of the states. */
  readonly states: State<S>[] = [];
  /** The transitions of state n, self-loops included, are those from `first[n]` to `first[n + 1] - 1`, by instance. */
  readonly first: number[] = [0];
  /** Indices of instances. */
  readonly instance: number[] = [];
  /** Target of each transition. */
  readonly to: number[] = [];
  readonly #ofStates: Answers = new Map();
  readonly #ofSteps: Answers = new Map();

  constructor(store: StateStore) {
    this.store = store;
  }

  /** Adds the next transition of the current state. */
  edge(instance: ActionInstance<S>, to: number): void {
    this.instance.push(instance.index);
    this.to.push(to);
  }

  /** Number of expanded states: the first ones. */
  get expanded(): number {
    return this.first.length - 1;
  }

  /** Ends the current state: it has no more transitions. */
  endState(): void {
    this.first.push(this.to.length);
  }

  /** Answer of a predicate for a state, asked once. */
  ofState(predicate: (state: State<S>) => Judgement, number: number, ask: () => boolean): boolean {
    return once(this.#ofStates, predicate, number, ask);
  }

  /** Answer of a predicate for a transition, which may be the next to be added, asked once. */
  ofStep(predicate: (...given: never[]) => Judgement, edge: number, ask: () => boolean): boolean {
    return once(this.#ofSteps, predicate, edge, ask);
  }
}

/** Known answers of predicates. */
type Answers = Map<object, (boolean | undefined)[]>;

function once(answers: Answers, predicate: object, number: number, ask: () => boolean): boolean {
  let known = answers.get(predicate);
  if (known === undefined) answers.set(predicate, (known = []));
  return (known[number] ??= ask());
}

/** A state space, and whether every state of it was expanded. */
interface Explored {
  readonly space: ExploredSpace<unknown>;
  readonly isWhole: boolean;
}

/**
 * The state spaces of models as far as searches have explored them by the model's own functions. A caller who gives the
 * same object to `check` and then to `fingerprint` saves the second the steps that the first has taken; no result depends
 * on it. A model never changes, so what is kept of it stays valid.
 */
export class ExploredSpaces {
  readonly #explored = new Map<object, Explored>();

  /** @internal Keeps the state space of a model, whole or in part. */
  keep<S>(model: Model<S>, space: ExploredSpace<S>, isWhole: boolean): void {
    if (isWhole || this.#explored.get(model)?.isWhole !== true)
      this.#explored.set(model, { space: space as ExploredSpace<unknown>, isWhole });
  }

  /** @internal The whole state space of a model, if it is small and was searched in this way. */
  wholeOf<S>(model: Model<S>): ExploredSpace<S> | undefined {
    const explored = this.#explored.get(model);
    return explored?.isWhole === true ? (explored.space as ExploredSpace<S>) : undefined;
  }

  /** @internal The part of the state space of a model that was searched: perhaps only its first states are expanded. */
  of<S>(model: Model<S>): ExploredSpace<S> | undefined {
    return this.#explored.get(model)?.space as ExploredSpace<S> | undefined;
  }
}

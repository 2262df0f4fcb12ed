import type { ActionInstance, Judgement, Model, StepProperty } from "../../language/index.ts";
import { apart } from "../../semantics/apart.ts";
import { semanticsOf, type Semantics, type State } from "../../semantics/semantics.ts";
import { StateStore } from "./store.ts";
import type { ExploredSpace } from "./explored-space.ts";

/** Single steps of a model by the reference semantics: looked up where a search has taken them, else taken. */
export class ExploredSteps<S> {
  readonly #model: Model<S>;
  readonly #semantics: Semantics<S>;
  readonly #explored: ExploredSpace<S> | undefined;
  readonly #store: StateStore;
  readonly #states: State<S>[];
  readonly #scratch: Uint32Array;

  /** @param explored what searches have explored of the model */
  constructor(model: Model<S>, explored: ExploredSpace<S> | undefined) {
    this.#model = model;
    this.#semantics = semanticsOf(model);
    this.#explored = explored;
    this.#store = this.#explored?.store ?? new StateStore(model.layout.words);
    this.#states = this.#explored?.states ?? [];
    this.#scratch = new Uint32Array(model.layout.words);
  }

  /** The number of an initial state. Equal states have equal numbers; what they are means nothing else. */
  initially(state: State<S>): number {
    this.#model.layout.encode(state, this.#scratch, 0);
    return this.#stored();
  }

  /** The instances that are enabled in a state, in order. */
  enabled(number: number): ActionInstance<S>[] {
    const { instances } = this.#model;
    const explored = this.#walkedFrom(number);
    if (explored === undefined) {
      const state = this.state(number);
      return instances.filter((instance) => this.#semantics.enabled(instance, state));
    }
    const indices = explored.instance.slice(explored.first[number], explored.first[number + 1]);
    return indices.map((index) => instances[index] as ActionInstance<S>);
  }

  /** The number of the state after a step that is enabled. */
  after(number: number, instance: ActionInstance<S>): number {
    const explored = this.#walkedFrom(number);
    if (explored !== undefined) return explored.to[edgeOf(explored, number, instance)] as number;
    this.#semantics.apply(instance, this.state(number), this.#scratch, 0);
    return this.#stored();
  }

  state(number: number): State<S> {
    return this.#states[number] as State<S>;
  }

  /** Calls `read` with the words of a state and where in them it begins. */
  read<Result>(number: number, read: (words: Uint32Array, at: number) => Result): Result {
    return this.#store.read(number, read);
  }

  /** Whether a predicate of the property `id` holds in a state. */
  holds(id: string, predicate: (state: State<S>) => Judgement, number: number): boolean {
    const ask = (): boolean => this.#semantics.judge(id, () => predicate(this.state(number))).holds;
    return this.#explored?.ofState(predicate, number, ask) ?? ask();
  }

  /** Whether a step property holds of a step. */
  holdsOfStep(id: string, { holds }: StepProperty<S>, from: number, instance: ActionInstance<S>, to: number): boolean {
    const ask = (): boolean => {
      const before = this.state(from);
      const after = apart(this.#model.layout, before, this.state(to));
      return this.#semantics.judge(id, () => holds(before, instance, after)).holds;
    };
    const explored = this.#walkedFrom(from);
    return explored === undefined ? ask() : explored.ofStep(holds, edgeOf(explored, from, instance), ask);
  }

  /** The explored space, if it has the steps of a state. */
  #walkedFrom(number: number): ExploredSpace<S> | undefined {
    return this.#explored !== undefined && number < this.#explored.expanded ? this.#explored : undefined;
  }

  /** The number of the state that is packed in the scratch words. */
  #stored(): number {
    const number = this.#store.insert(this.#scratch);
    if (number === this.#states.length) this.#states.push(this.#semantics.unpack(this.#scratch, 0));
    return number;
  }
}

function edgeOf<S>({ first, instance }: ExploredSpace<S>, number: number, { index }: ActionInstance<S>): number {
  return instance.indexOf(index, first[number]);
}

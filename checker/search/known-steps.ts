import type { ActionInstance, Judgement, Model, StepProperty } from "../language/index.ts";
import { apart } from "../reference/apart.ts";
import { semanticsOf, type Semantics, type State } from "../reference/semantics.ts";
import { StateStore } from "./store.ts";
import { partlyWalkedOf, type Walked } from "./walked.ts";

/** Single steps of a model by the reference semantics: looked up where a search has taken them, else taken. */
export class KnownSteps<S> {
  readonly #model: Model<S>;
  readonly #semantics: Semantics<S>;
  readonly #walked: Walked<S> | undefined;
  readonly #store: StateStore;
  readonly #states: State<S>[];
  readonly #scratch: Uint32Array;

  constructor(model: Model<S>) {
    this.#model = model;
    this.#semantics = semanticsOf(model);
    this.#walked = partlyWalkedOf(model);
    this.#store = this.#walked?.store ?? new StateStore(model.layout.words);
    this.#states = this.#walked?.states ?? [];
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
    const walked = this.#walkedFrom(number);
    if (walked === undefined) {
      const state = this.state(number);
      return instances.filter((instance) => this.#semantics.enabled(instance, state));
    }
    const indices = walked.instance.slice(walked.first[number], walked.first[number + 1]);
    return indices.map((index) => instances[index] as ActionInstance<S>);
  }

  /** The number of the state after a step that is enabled. */
  after(number: number, instance: ActionInstance<S>): number {
    const walked = this.#walkedFrom(number);
    if (walked !== undefined) return walked.to[edgeOf(walked, number, instance)] as number;
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
    return this.#walked?.ofState(predicate, number, ask) ?? ask();
  }

  /** Whether a step property holds of a step. */
  holdsOfStep(id: string, { holds }: StepProperty<S>, from: number, instance: ActionInstance<S>, to: number): boolean {
    const ask = (): boolean => {
      const before = this.state(from);
      const after = apart(this.#model.layout, before, this.state(to));
      return this.#semantics.judge(id, () => holds(before, instance, after)).holds;
    };
    const walked = this.#walkedFrom(from);
    return walked === undefined ? ask() : walked.ofStep(holds, edgeOf(walked, from, instance), ask);
  }

  /** What was walked, if the steps of a state are in it. */
  #walkedFrom(number: number): Walked<S> | undefined {
    return this.#walked !== undefined && number < this.#walked.expanded ? this.#walked : undefined;
  }

  /** The number of the state that is packed in the scratch words. */
  #stored(): number {
    const number = this.#store.insert(this.#scratch);
    if (number === this.#states.length) this.#states.push(this.#semantics.unpack(this.#scratch, 0));
    return number;
  }
}

function edgeOf<S>({ first, instance }: Walked<S>, number: number, { index }: ActionInstance<S>): number {
  return instance.indexOf(index, first[number]);
}

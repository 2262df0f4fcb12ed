import { ModelError } from "../errors.ts";
import type { ActionInstance, Model } from "../language/index.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import type { State } from "../semantics/semantics.ts";
import type { Driver } from "./test-bench.ts";
import type { Fit } from "./fitting-states.ts";
import { callOfUser, shown } from "./observation.ts";
import type { Roles } from "./system.ts";
import { exactText } from "./values.ts";

/** Goals of a tour: each view of a state together with each call that is possible there. */
export interface TourOptions<S> {
  /** Which states count as the same; without it, each stands for itself. */
  readonly view?: ((state: State<S>) => unknown) | undefined;
  /** The most reachable states. */
  readonly maxStates: number;
  /** Calls of one run, at most. */
  readonly length: number;
  /** Whether the system comes to rest after each call, so that nothing is called while an internal step is possible. */
  readonly settles: boolean;
}

interface Edge<S> {
  readonly instance: ActionInstance<S>;
  readonly target: number;
}

/**
 * Calls chosen so that every possible one is made in every view of a state: in each state one that is uncovered there,
 * otherwise the first call of a shortest way through the model to the nearest state with an uncovered one.
 */
export class Tour<S> implements Driver<S> {
  readonly #numbers = new Map<string, number>();
  readonly #states: State<S>[] = [];
  readonly #edges: Edge<S>[][] = [];
  readonly #views: number[] = [];
  /** The names of the views, by number. */
  readonly #names: string[] = [];
  /** By view: the instances that were not called there yet. */
  readonly #uncovered: Set<number>[] = [];
  readonly #model: Model<S>;
  readonly #driven: ReadonlySet<ActionInstance<S>>;
  readonly #length: number;
  readonly #size: number;
  #left = 0;
  #ambiguous = 0;

  /** @throws ModelError where the model has more reachable states than allowed */
  constructor(model: Model<S>, { driven, internal }: Roles<S, never>, options: TourOptions<S>) {
    this.#model = model;
    this.#driven = new Set(driven);
    this.#length = options.length;
    this.#explore(
      [...driven, ...internal].sort((one, other) => one.index - other.index),
      options.maxStates,
    );
    const views = new Map<string, number>();
    const isInternal = new Set(internal);
    for (const [number, state] of this.#states.entries()) {
      const seen = options.view === undefined ? state : callOfUser("tour", () => options.view?.(state));
      const key = options.view === undefined ? String(number) : exactText(seen);
      let view = views.get(key);
      if (view === undefined) {
        views.set(key, (view = views.size));
        this.#uncovered.push(new Set());
        this.#names.push(shown(seen));
      }
      this.#views.push(view);
      const edges = this.#edges[number]!;
      if (options.settles && edges.some(({ instance }) => isInternal.has(instance))) continue;
      for (const { instance } of edges) if (this.#driven.has(instance)) this.#uncovered[view]!.add(instance.index);
    }
    this.#size = this.remaining;
  }

  /** The number of pairs of a view and a call. */
  get size(): number {
    return this.#size;
  }

  /** The pairs that are not covered. */
  get remaining(): number {
    return this.#uncovered.reduce((sum, { size }) => sum + size, 0);
  }

  /** The pairs that were covered only if the system was in the first of several views that fitted. */
  get ambiguous(): number {
    return this.#ambiguous;
  }

  /** The first uncovered pairs as texts: `put(item=1) in { items: [] }`. */
  uncovered(max: number): string[] {
    const texts: string[] = [];
    for (const [view, uncovered] of this.#uncovered.entries()) {
      for (const index of uncovered) {
        if (texts.length === max) return texts;
        texts.push(`${this.#model.instances[index]!.text} in ${this.#names[view]}`);
      }
    }
    return texts;
  }

  begin(): void {
    this.#left = this.#length;
  }

  next(fits: readonly Fit<S>[], callable: readonly ActionInstance<S>[]): ActionInstance<S> | undefined {
    if (this.#left-- === 0) return undefined;
    const numbers = fits.map(({ key }) => this.#numbers.get(key)!);
    for (const number of numbers) {
      const uncovered = this.#uncovered[this.#views[number]!]!;
      const instance = callable.find(({ index }) => uncovered.has(index));
      if (instance === undefined) continue;
      uncovered.delete(instance.index);
      if (numbers.some((other) => this.#views[other] !== this.#views[number])) this.#ambiguous++;
      return instance;
    }
    const first = this.#firstCallTowardsUncovered(numbers[0]!);
    return first !== undefined && callable.includes(first) ? first : undefined;
  }

  #explore(instances: readonly ActionInstance<S>[], maxStates: number): void {
    const { layout, initial, name } = this.#model;
    const semantics = directSemanticsOf(this.#model);
    const words = new Uint32Array(layout.words);
    const numberOf = (): number => {
      const key = words.join();
      let number = this.#numbers.get(key);
      if (number !== undefined) return number;
      number = this.#states.length;
      if (number === maxStates) {
        throw new ModelError(
          `conform: model ${name} has more than ${maxStates} states, too many for a tour; take a smaller model, raise maxStates, or leave tour out for random walks`,
        );
      }
      this.#numbers.set(key, number);
      this.#states.push(semantics.unpack(words, 0));
      return number;
    };
    for (const state of initial) {
      layout.encode(state, words, 0);
      numberOf();
    }
    for (let number = 0; number < this.#states.length; number++) {
      const state = this.#states[number]!;
      const edges: Edge<S>[] = [];
      for (const instance of instances) {
        if (!semantics.enabled(instance, state)) continue;
        semantics.apply(instance, state, words, 0);
        edges.push({ instance, target: numberOf() });
      }
      this.#edges.push(edges);
    }
  }

  /** Breadth-first through the model, by internal steps too. */
  #firstCallTowardsUncovered(begin: number): ActionInstance<S> | undefined {
    const first = new Map<number, ActionInstance<S> | undefined>([[begin, undefined]]);
    // A Map yields what is added while it is read.
    for (const [number, call] of first) {
      if (call !== undefined && this.#hasUncovered(number)) return call;
      for (const { instance, target } of this.#edges[number]!) {
        if (first.has(target)) continue;
        first.set(target, call ?? (this.#driven.has(instance) ? instance : undefined));
      }
    }
    return undefined;
  }

  #hasUncovered(number: number): boolean {
    const uncovered = this.#uncovered[this.#views[number]!]!;
    return this.#edges[number]!.some(({ instance }) => uncovered.has(instance.index));
  }
}

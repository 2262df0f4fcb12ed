import { ModelError } from "../errors.ts";
import type { ActionInstance, Model } from "../language/index.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import type { Semantics, State } from "../semantics/semantics.ts";
import type { TraceStep } from "../trace/trace.ts";

/** A state of the model that fits the observations so far, with the step that led to it. */
export interface Fit<S> {
  readonly state: State<S>;
  readonly words: Uint32Array;
  /** The packed state as a text: equal for equal states. */
  readonly key: string;
  readonly instance: ActionInstance<S> | undefined;
  /** State before the step; undefined for an initial state, and where the history was cut. */
  parent: Fit<S> | undefined;
  /** The number of observed steps before this state. */
  readonly event: number;
}

/** A step from one fitting state, and the state after it. */
export interface FittingStep<S> {
  readonly before: Fit<S>;
  readonly after: Fit<S>;
}

/** More states fit than the caller allows to be kept. */
export class TooManyFittingStates extends ModelError {}

/**
 * The set of model states that fit the observations of a system. Between two observed steps, any number of unobserved ones
 * may have been taken, so the set is closed under those. A system that conforms is always in one of these states; which
 * one need not be known.
 */
export class FittingStates<S> {
  readonly #model: Model<S>;
  readonly #semantics: Semantics<S>;
  readonly #unobserved: readonly ActionInstance<S>[];
  readonly #max: number;
  #fits: readonly Fit<S>[] = [];
  #event = 0;
  #most = 0;

  /**
   * @param unobserved the instances that may be taken without an observation
   * @param max the most states that may fit at any time
   */
  constructor(model: Model<S>, unobserved: readonly ActionInstance<S>[], max: number) {
    this.#model = model;
    this.#semantics = directSemanticsOf(model);
    this.#unobserved = unobserved;
    this.#max = max;
  }

  /** The states that fit, unobserved steps included, nearest first. */
  get fits(): readonly Fit<S>[] {
    return this.#fits;
  }

  /** The largest number of states that fitted at one time. */
  get most(): number {
    return this.#most;
  }

  /** Makes the initial states the ones that fit. */
  restart(): void {
    const { layout, initial } = this.#model;
    this.#event = 0;
    this.#fits = this.closed(
      initial.map((state) => {
        const words = new Uint32Array(layout.words);
        layout.encode(state, words, 0);
        return { state: state as State<S>, words, key: words.join(), instance: undefined, parent: undefined, event: 0 };
      }),
    );
  }

  /**
   * Keeps those of the fits that agree with the observation; unobserved steps may follow.
   *
   * @throws TooManyFittingStates where there are more than the bound
   */
  keep(fits: readonly Fit<S>[]): void {
    this.#fits = this.closed(fits);
  }

  /** Begins an observed step: later fits belong to it. */
  advance(): void {
    this.#event++;
  }

  isEnabled({ state }: Fit<S>, instance: ActionInstance<S>): boolean {
    return this.#semantics.enabled(instance, state);
  }

  /** Whether no unobserved step is possible. */
  isQuiescent(fit: Fit<S>): boolean {
    return !this.#unobserved.some((instance) => this.isEnabled(fit, instance));
  }

  /** The steps of these instances from the states that fit. */
  steps(instances: readonly ActionInstance<S>[]): FittingStep<S>[] {
    return this.#fits.flatMap((before) =>
      instances.flatMap((instance) =>
        this.isEnabled(before, instance) ? [{ before, after: this.#after(before, instance) }] : [],
      ),
    );
  }

  /**
   * These states and all that unobserved steps lead to, each once, those with fewer such steps first.
   *
   * @throws TooManyFittingStates where there are more than the bound
   */
  closed(begin: readonly Fit<S>[]): readonly Fit<S>[] {
    const found = new Map<string, Fit<S>>();
    const add = (fit: Fit<S>): void => {
      if (found.has(fit.key)) return;
      if (found.size === this.#max) {
        throw new TooManyFittingStates(
          `model ${this.#model.name}: more than ${this.#max} states fit what was seen; observe more, or raise maxFitting`,
        );
      }
      found.set(fit.key, fit);
    };
    for (const fit of begin) add(fit);
    if (this.#unobserved.length > 0) {
      // A Map yields what is added while it is read, so this is a breadth-first search.
      for (const fit of found.values()) {
        for (const instance of this.#unobserved) {
          if (this.isEnabled(fit, instance)) add(this.#after(fit, instance));
        }
      }
    }
    this.#most = Math.max(this.#most, found.size);
    return [...found.values()];
  }

  /**
   * Forgets how the fitting states came about before the last `events` observed steps. It is enough to call this once
   * in that many steps.
   */
  forget(events: number): void {
    for (const fit of this.#fits) {
      let here: Fit<S> = fit;
      while (here.parent !== undefined && here.event > this.#event - events) here = here.parent;
      here.parent = undefined;
    }
  }

  #after(before: Fit<S>, instance: ActionInstance<S>): Fit<S> {
    const words = new Uint32Array(this.#model.layout.words);
    this.#semantics.apply(instance, before.state, words, 0);
    const state = this.#semantics.unpack(words, 0);
    return { state, words, key: words.join(), instance, parent: before, event: this.#event };
  }
}

/** The run that led to a fitting state, as far as it is remembered. */
export function runTo<S>(fit: Fit<S>): TraceStep<S>[] {
  const steps: TraceStep<S>[] = [];
  for (let here: Fit<S> | undefined = fit; here !== undefined; here = here.parent) {
    const { instance, parent, state } = here;
    steps.push(
      instance === undefined || parent === undefined
        ? { action: null, parameters: {}, actor: "", label: "", state }
        : {
            action: instance.action,
            parameters: instance.parameters,
            actor: instance.actor(parent.state),
            label: instance.label(parent.state),
            state,
          },
    );
  }
  return steps.toReversed();
}

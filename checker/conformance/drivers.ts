import type { ActionInstance } from "../language/index.ts";
import type { Random } from "../simulation/random.ts";
import type { Fit } from "./fitting-states.ts";
import type { Driver } from "./test-bench.ts";

/**
 * A random walk: each action that can be called is as likely, and each of its instances; so an action of many
 * parameter values does not displace the others.
 */
export class RandomDriver<S> implements Driver<S> {
  readonly #random: Random;
  readonly #length: number;
  #left = 0;

  /** @param length calls of the walk, at most; many are shorter */
  constructor(random: Random, length: number) {
    this.#random = random;
    this.#length = length;
  }

  begin(): void {
    this.#left = 1 + this.#random.below(this.#length);
  }

  next(_fits: readonly Fit<S>[], callable: readonly ActionInstance<S>[]): ActionInstance<S> | undefined {
    if (this.#left-- === 0) return undefined;
    const actions = [...new Set(callable.map(({ action }) => action))];
    const action = actions[this.#random.below(actions.length)];
    const instances = callable.filter((instance) => instance.action === action);
    return instances[this.#random.below(instances.length)];
  }
}

/**
 * Makes given calls, in their order; those that the model does not allow when their turn comes are left out. Where an
 * internal step of the system must come first, it waits for that.
 */
export class PathDriver<S> implements Driver<S> {
  readonly #path: readonly ActionInstance<S>[];
  #at = 0;

  constructor(path: readonly ActionInstance<S>[]) {
    this.#path = path;
  }

  begin(): void {
    this.#at = 0;
  }

  next(
    _fits: readonly Fit<S>[],
    callable: readonly ActionInstance<S>[],
    mayWait: (instance: ActionInstance<S>) => boolean,
  ): ActionInstance<S> | "wait" | undefined {
    for (; this.#at < this.#path.length; this.#at++) {
      const instance = this.#path[this.#at]!;
      if (callable.includes(instance)) {
        this.#at++;
        return instance;
      }
      if (mayWait(instance)) return "wait";
    }
    return undefined;
  }
}

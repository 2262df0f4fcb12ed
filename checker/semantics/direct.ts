import { ModelError } from "../errors.ts";
import type { ActionInstance, Judgement, Model } from "../language/index.ts";
import { unpackerOf } from "../schema/generated.ts";
import type { Layout } from "../schema/index.ts";
import type { Semantics, State } from "./semantics.ts";

/**
 * The model's own guards, recipes and predicates, called directly: guards and predicates on the state, a recipe on a copy
 * of it that belongs to this step alone. A draft of immer's is such a copy too, made as the recipe goes, which takes many
 * times as long.
 *
 * The reference semantics answers the first question to each function, and another one whenever its questions have
 * doubled; the state after a step must then be the same, and the first question have the same answer as before. It alone answers where a function throws or returns what it
 * should not, and where a recipe leaves the state's type or needs a draft: it has a sentence for each mistake.
 */
export class Direct<S> {
  readonly #model: Model<S>;
  readonly #semantics: Semantics<S>;
  readonly #unpack: Layout<S>["decode"];
  readonly #fields: readonly string[];
  readonly #guards: Uint32Array;
  readonly #recipes: Uint32Array;
  readonly #predicates = new Map<string, { count: number }>();
  readonly #sample: Uint32Array;

  constructor(model: Model<S>, semantics: Semantics<S>) {
    const { root, words } = model.layout;
    this.#model = model;
    this.#semantics = semantics;
    this.#unpack = unpackerOf(model.layout);
    this.#fields = root.kind === "record" ? root.fields.map(([name]) => name) : [];
    this.#guards = new Uint32Array(model.instances.length);
    this.#recipes = new Uint32Array(model.instances.length);
    this.#sample = new Uint32Array(words);
  }

  /** @throws ModelError as the reference semantics does */
  enabled(instance: ActionInstance<S>, state: State<S>): boolean {
    const sample = isSample(this.#guards, instance.index);
    if (!sample) {
      try {
        const answer: unknown = instance.guard(state);
        if (typeof answer === "boolean") return answer;
      } catch {
        // The reference semantics gives the reason.
      }
    }
    return this.#semantics.enabled(instance, state, sample);
  }

  /**
   * The state after a step of an enabled instance; it is not frozen, and not shared.
   *
   * @param state the value of `packed[at ..]`
   * @param next gets the packed state after the step
   * @throws ModelError as the reference semantics does, and where it comes to another state
   */
  take(instance: ActionInstance<S>, state: State<S>, packed: Uint32Array, at: number, next: Uint32Array): State<S> {
    const copy = this.#copyAfter(instance, packed, at, next);
    if (copy === undefined) return this.#semantics.apply(instance, state, next, 0);
    if (!isSample(this.#recipes, instance.index)) return copy;
    this.#semantics.apply(instance, state, this.#sample, 0, true);
    if (this.#sample.every((word, index) => word === next[index])) return copy;
    throw new ModelError(
      `model ${this.#model.name}: action ${instance.text} does not do the same each time, or not to a copy of the state what it does to a draft: recipes may use only the state and their parameters`,
    );
  }

  /**
   * Whether a property holds.
   *
   * @param ask asks its predicate
   * @returns undefined where it does, otherwise what the predicate gave as a reason
   * @throws ModelError as the reference semantics does
   */
  violation(id: string, ask: () => Judgement): { readonly because: string | undefined } | undefined {
    let asked = this.#predicates.get(id);
    if (asked === undefined) this.#predicates.set(id, (asked = { count: 0 }));
    asked.count++;
    const sample = (asked.count & (asked.count - 1)) === 0;
    if (!sample) {
      try {
        const answer = ask();
        if (answer === true) return undefined;
        if (answer === false) return NO_REASON;
      } catch {
        // The reference semantics gives the reason.
      }
    }
    const { holds, because } = this.#semantics.judge(id, ask, sample);
    return holds ? undefined : { because };
  }

  /** The copy after the recipe; undefined where the reference semantics must decide. */
  #copyAfter(instance: ActionInstance<S>, packed: Uint32Array, at: number, next: Uint32Array): State<S> | undefined {
    const copy = this.#unpack(packed, at);
    try {
      const returned: unknown = instance.recipe(copy);
      if (typeof returned === "object" && returned !== null && this.#isNoElement(returned)) return undefined;
      this.#model.layout.encode(copy, next, 0);
    } catch {
      return undefined;
    }
    return copy as State<S>;
  }

  /** Whether what a recipe returns is a promise or another state, and not only something that it took out. */
  #isNoElement(returned: object): boolean {
    if (returned instanceof Promise) {
      // Its later failures do not matter: the mistake is reported in any case.
      returned.catch(() => {});
      return true;
    }
    return this.#fields.every((name) => Object.hasOwn(returned, name));
  }
}

const NO_REASON = { because: undefined };

/** Counts a question; whether it is the first one, or the questions have doubled. */
function isSample(counts: Uint32Array, index: number): boolean {
  const count = (counts[index] as number) + 1;
  counts[index] = count;
  return (count & (count - 1)) === 0;
}

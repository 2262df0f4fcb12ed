import { Immer, isDraft } from "immer";
import { messageOf, ModelError } from "../errors.ts";
import { Fault } from "./fault.ts";
import {
  holds,
  reasonOf,
  watchingPurity,
  type ActionInstance,
  type Judgement,
  type Model,
  type SafetyProperty,
} from "../language/index.ts";
import { deepFreeze } from "../schema/freeze.ts";
import { returned, type DeepReadonly } from "../schema/index.ts";
import { Repetition } from "./repetition.ts";

/** A state as guards, recipes and properties see it, frozen to any depth. */
export type State<S> = DeepReadonly<S>;

/**
 * The meaning of a model: which instances are enabled in a state, what each makes of it, and what a property says
 * of it. Slow and obvious; every other engine is compared with it.
 *
 * `isSample` marks the calls of a caller that asks only for samples, and ever fewer of them: see `Repetition`.
 */
export interface Semantics<S> {
  /**
   * @throws ModelError when the guard throws, writes to the state, returns something other than a boolean, or is seen
   * to answer differently in the same state.
   */
  enabled(instance: ActionInstance<S>, state: State<S>, isSample?: boolean): boolean;
  /**
   * The state after the step, packed into `words[at ..]`, and its value. That may have objects of the recipe in it, one
   * object in two places, or objects of the state before: predicates are given what `unpack` makes of the words.
   *
   * @throws ModelError when the recipe throws, is asynchronous, returns a state instead of changing its draft, leaves
   * the state's type, or is seen to do something else in the same state.
   */
  apply(instance: ActionInstance<S>, state: State<S>, words: Uint32Array, at: number, isSample?: boolean): State<S>;
  /** The value of a packed state, frozen. */
  unpack(words: Uint32Array, at: number): State<S>;
  /**
   * @throws ModelError when the predicate throws, returns something that is not a judgement, or is seen to answer
   * differently when asked again.
   */
  judge(id: string, predicate: () => Judgement, isSample?: boolean): Verdict;
}

/** A judgement, checked. */
export interface Verdict {
  readonly holds: boolean;
  readonly because: string | undefined;
}

/** Immediate repetitions of a first answer: random results differ within a few calls. */
const INITIAL_REPETITIONS = 8;
const INITIAL_RECIPE_REPETITIONS = 1;

const HOLDS: Verdict = { holds: true, because: undefined };

/** The semantics of a model by immer's `produce`. */
export function semanticsOf<S>(model: Model<S>): Semantics<S> {
  const immer = new Immer({ autoFreeze: true });
  const { layout } = model;
  const guards = new Repetition<ActionInstance<S>, boolean>(INITIAL_REPETITIONS);
  // A run of a recipe takes long, and in a small search most runs are first ones. That one that draws a number
  // at random does the same twice in a row is likely, so these runs are watched, too.
  const recipes = new Repetition<ActionInstance<S>, string>(INITIAL_RECIPE_REPETITIONS);
  const predicates = new Repetition<string, boolean>(INITIAL_REPETITIONS);
  return {
    enabled(instance, state, isSample = false) {
      const ask = (): boolean => guard(instance, state);
      const answer = ask();
      if (!guards.repeats(instance, answer, ask, isSample)) throw impure(where(instance));
      return answer;
    },
    apply(instance, state, words, at, isSample = false) {
      const next = produced(instance, state);
      pack(instance, next, words, at);
      const packed = (value: unknown): string => {
        const copy = new Uint32Array(layout.words);
        pack(instance, value, copy, 0);
        return copy.join();
      };
      let forbidden: string | undefined;
      const again = (): string =>
        watchingPurity(
          (name) => (forbidden ??= name),
          () => packed(produced(instance, state)),
        );
      try {
        if (!recipes.repeats(instance, () => packed(next), again, isSample)) throw impure(where(instance));
      } catch (error) {
        throw forbidden === undefined ? error : impure(where(instance), forbidden);
      }
      return next as State<S>;
    },
    unpack: (words, at) => deepFreeze(layout.decode(words, at)) as State<S>,
    judge(id, predicate, isSample = false) {
      const verdict = judged(id, predicate);
      if (!predicates.repeats(id, verdict.holds, () => judged(id, predicate).holds, isSample)) {
        throw impure(`model ${model.name}: property ${id}`);
      }
      return verdict;
    },
  };

  function guard(instance: ActionInstance<S>, state: State<S>): boolean {
    let result: unknown;
    try {
      result = instance.guard(state);
    } catch (error) {
      throw new Fault(`${where(instance)}: its guard threw: ${messageOf(error)}`, "guard", error);
    }
    if (typeof result !== "boolean") {
      throw new Fault(`${where(instance)}: its guard ${returned(result, "true or false")}`, "guard");
    }
    return result;
  }

  function produced(instance: ActionInstance<S>, state: State<S>): unknown {
    let next: unknown;
    let asynchronous = false;
    let returnsState = false;
    try {
      next = immer.produce(state, (draft: unknown) => {
        const returned: unknown = instance.recipe(draft as S);
        if (!(returned instanceof Promise)) {
          returnsState = isAnotherState(returned, draft as object);
          return;
        }
        asynchronous = true;
        // Later failures on the closed draft need no report of their own.
        returned.catch(() => {});
      });
    } catch (error) {
      throw new Fault(`${where(instance)}: its recipe threw: ${messageOf(error)}`, "recipe", error);
    }
    if (asynchronous) {
      throw new Fault(`${where(instance)}: its recipe is asynchronous; it must be a plain function`, "recipe");
    }
    // Beside changes of the draft, what is returned is a by-product, such as the element that was taken out.
    if (returnsState && next === state) {
      throw new Fault(
        `${where(instance)}: its recipe returns a state and leaves its draft as it was; change the draft instead`,
        "recipe",
      );
    }
    return next;
  }

  function pack(instance: ActionInstance<S>, next: unknown, words: Uint32Array, at: number): void {
    try {
      layout.encode(next, words, at);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      throw new Fault(`${where(instance)} leaves the state's type: ${error.message}`, "recipe");
    }
  }

  function judged(id: string, predicate: () => Judgement): Verdict {
    let judgement: unknown;
    try {
      judgement = predicate();
    } catch (error) {
      throw new Fault(`model ${model.name}: property ${id} threw: ${messageOf(error)}`, "predicate", error);
    }
    if (judgement === true) return HOLDS;
    const failed =
      judgement === false ||
      (typeof judgement === "object" && judgement !== null && "holds" in judgement && judgement.holds === false);
    if (!failed) {
      throw new Fault(
        `model ${model.name}: property ${id} ${returned(judgement, "a judgement such as true or false")}`,
        "predicate",
      );
    }
    return { holds: holds(judgement as Judgement), because: reasonOf(judgement as Judgement) };
  }

  /** Whether a recipe's result is an object with the state's fields that is not the draft itself. */
  function isAnotherState(returned: unknown, draft: object): boolean {
    if (typeof returned !== "object" || returned === null || isDraft(returned)) return false;
    return Object.keys(draft).every((name) => Object.hasOwn(returned, name));
  }

  function where(instance: ActionInstance<S>): string {
    return `model ${model.name}: action ${instance.text}`;
  }

  function impure(what: string, forbidden = "something outside the state"): ModelError {
    return new ModelError(
      `${what} depends on ${forbidden}: guards, recipes and predicates may use only the state and their parameters`,
    );
  }
}

/** Whether a state with these enabled instances violates a deadlock property. */
export function isDeadlock<S>(
  property: SafetyProperty<S> & { readonly kind: "noDeadlock" },
  state: State<S>,
  enabled: readonly ActionInstance<S>[],
): boolean {
  return enabled.every((instance) => property.ignoring.includes(instance.action)) && !isExcused(property, state);
}

/**
 * Whether it is right that nothing happens in a state.
 *
 * @throws Fault where the predicate throws
 */
export function isExcused<S>(
  { unless }: SafetyProperty<S> & { readonly kind: "noDeadlock" },
  state: State<S>,
): boolean {
  try {
    return unless(state);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new Fault(error.message, "predicate", error.cause);
  }
}

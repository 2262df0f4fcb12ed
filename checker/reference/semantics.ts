import { Immer } from "immer";
import { messageOf, ModelError } from "../errors.ts";
import {
  deepFreeze,
  holds,
  reasonOf,
  type ActionInstance,
  type Judgement,
  type Model,
  type SafetyProperty,
} from "../language/index.ts";
import { show, type DeepReadonly } from "../schema/index.ts";

/** A state as guards, recipes and properties see it, frozen to any depth. */
export type State<S> = DeepReadonly<S>;

/**
 * The meaning of a model: which instances are enabled in a state, what each makes of it, and what a property says
 * of it. Slow and obvious; every other engine is held against it.
 */
export interface Semantics<S> {
  /** @throws ModelError when the guard throws, writes to the state, or returns something other than a boolean. */
  enabled(instance: ActionInstance<S>, state: State<S>): boolean;
  /**
   * The state after the step, packed into `words[at ..]`, and its value.
   *
   * @throws ModelError when the recipe throws, is asynchronous, or leaves the state's type.
   */
  apply(instance: ActionInstance<S>, state: State<S>, words: Uint32Array, at: number): State<S>;
  /** The value of a packed state, frozen. */
  unpack(words: Uint32Array, at: number): State<S>;
  /** @throws ModelError when the predicate throws or returns something that is not a judgement. */
  judge(id: string, predicate: () => Judgement): Verdict;
}

/** A judgement, checked. */
export interface Verdict {
  readonly holds: boolean;
  readonly because: string | undefined;
}

const HOLDS: Verdict = { holds: true, because: undefined };

/** The semantics of a model by immer's `produce`. */
export function semanticsOf<S>(model: Model<S>): Semantics<S> {
  const immer = new Immer({ autoFreeze: true });
  const { layout } = model;
  return {
    enabled(instance, state) {
      let result: unknown;
      try {
        result = instance.guard(state);
      } catch (error) {
        throw new ModelError(`${where(instance)}: its guard threw: ${messageOf(error)}`);
      }
      if (typeof result !== "boolean") {
        throw new ModelError(`${where(instance)}: its guard returned ${show(result)}, not true or false`);
      }
      return result;
    },
    apply(instance, state, words, at) {
      let next: unknown;
      let asynchronous = false;
      try {
        next = immer.produce(state, (draft: unknown) => {
          const returned: unknown = instance.recipe(draft as S);
          if (!(returned instanceof Promise)) return;
          asynchronous = true;
          // What it still does fails on the closed draft, and nobody must hear of that.
          returned.catch(() => {});
        });
      } catch (error) {
        throw new ModelError(`${where(instance)}: its recipe threw: ${messageOf(error)}`);
      }
      if (asynchronous) {
        throw new ModelError(`${where(instance)}: its recipe is asynchronous; it must be a plain function`);
      }
      try {
        layout.encode(next, words, at);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        throw new ModelError(`${where(instance)} leaves the state's type: ${error.message}`);
      }
      return next as State<S>;
    },
    unpack: (words, at) => deepFreeze(layout.decode(words, at)) as State<S>,
    judge(id, predicate) {
      let judgement: unknown;
      try {
        judgement = predicate();
      } catch (error) {
        throw new ModelError(`model ${model.name}: property ${id} threw: ${messageOf(error)}`);
      }
      if (judgement === true) return HOLDS;
      const failed =
        judgement === false ||
        (typeof judgement === "object" && judgement !== null && "holds" in judgement && judgement.holds === false);
      if (!failed) {
        throw new ModelError(
          `model ${model.name}: property ${id} returned ${show(judgement)}, not a judgement such as true or false`,
        );
      }
      return { holds: holds(judgement as Judgement), because: reasonOf(judgement as Judgement) };
    },
  };

  function where(instance: ActionInstance<S>): string {
    return `model ${model.name}: action ${instance.text}`;
  }
}

/** Whether a deadlock property is violated by a state of which the enabled instances are known. */
export function isDeadlock<S>(
  property: SafetyProperty<S> & { readonly kind: "noDeadlock" },
  state: State<S>,
  enabled: readonly ActionInstance<S>[],
): boolean {
  return enabled.every((instance) => property.ignoring.includes(instance.action)) && !property.unless(state);
}

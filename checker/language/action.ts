import { ModelError } from "../errors.ts";
import {
  anything,
  named,
  object,
  optional,
  plainFunction,
  required,
  type Keys,
  type Rule,
} from "../definition/index.ts";
import { show, type DeepReadonly, type FiniteType, type Method } from "../schema/index.ts";

/**
 * Fairness of a kind of step in liveness properties. "weak": it does not stay possible for ever without being
 * taken. "strong": it is not possible again and again, for ever, without being taken. "none": nothing.
 */
export type Fairness = "none" | "weak" | "strong";

/** Fairness of an action whose instances are fair in groups. */
export interface GroupedFairness<Parameter extends string = string> {
  readonly strength: "weak" | "strong";
  /**
   * The parameters that distinguish groups of instances; a group is taken when any of its instances is. None:
   * the action is fair as a whole.
   */
  readonly per: readonly Parameter[];
}

/**
 * One kind of step: a guard and an immer recipe, for each value of its parameters. Both must be deterministic and
 * touch nothing but the state and the parameters.
 *
 * The parameters' types come from `over` alone (hence `NoInfer`): a function shared by several actions may declare
 * only those it uses.
 */
export interface Action<State, Parameters> {
  /** Finite domains of the parameters: the action stands for one instance for each combination. Without it, one. */
  readonly over?: { readonly [Name in keyof Parameters]: FiniteType<Parameters[Name]> };
  /**
   * In which states the instance can happen. Without it, in all. The state is read-only. It may only look: the recipe
   * cannot rely on a variable that the guard has set, and a search that observes this ends with a `ModelError`.
   */
  readonly when?: (state: DeepReadonly<State>, parameters: NoInfer<Parameters>) => boolean;
  /** Effect: an immer recipe on a draft of the state. A return value beside that is ignored. */
  readonly then: (draft: State, parameters: NoInfer<Parameters>) => void;
  /** Actor: the column of a sequence chart. The state is the one before the step. */
  readonly actor?: string | ((state: DeepReadonly<State>, parameters: NoInfer<Parameters>) => string);
  /**
   * Label of the step in a chart; `name(parameter=value)` without it. The state is the one before the step. A result
   * with "undefined", "NaN" or "[object Object]" in it is an error.
   */
  readonly label?: string | ((state: DeepReadonly<State>, parameters: NoInfer<Parameters>) => string);
  /**
   * Fairness that liveness properties may assume: "weak" or "strong" of each instance on its own, or of groups of
   * them, such as `{ strength: "weak", per: ["cpu"] }`. Default "none".
   */
  readonly fairness?: Fairness | GroupedFairness<keyof NoInfer<Parameters> & string>;
}

const RECIPE = "(draft) => { ... }";

/** A text, or what makes one of a state. */
const textOrFunction: Rule = {
  expected: "a string or a function that returns one",
  example: '"CPU0"',
  check(value, where) {
    if (typeof value === "string") return;
    if (typeof value !== "function") throw new ModelError(`${where} is ${show(value)}, not ${this.expected}`);
    plainFunction("(state, { cpu }) => `CPU${cpu}`").check(value, where);
  },
};

const keys: Keys<Action<object, object>> = {
  over: optional(named("an object of finite types", "{ cpu: range(0, 1) }"), "parameters"),
  when: optional(plainFunction("(state) => state.count < 3"), "guard"),
  then: required(plainFunction(RECIPE), "recipe"),
  actor: optional(textOrFunction),
  label: optional(textOrFunction),
  fairness: optional(anything),
};

/** Rule for an action; the domains of its parameters and its fairness are checked with the model. */
export const actionRule: Rule = object<Action<object, object>>("an action", `{ then: ${RECIPE} }`, keys, {
  synonyms: {
    guard: "when",
    if: "when",
    condition: "when",
    enabled: "when",
    do: "then",
    recipe: "then",
    effect: "then",
    update: "then",
    parameters: "over",
    params: "over",
    forEach: "over",
    name: "label",
    fair: "fairness",
  },
});

/** The values of an instance's parameters, by name. */
export type ParameterValues = Readonly<Record<string, unknown>>;

/** An action with fixed parameters: what a search tries in every state. */
export interface ActionInstance<State> {
  /** Position among all instances of the model: the order of the search and of every tie. */
  readonly index: number;
  readonly action: string;
  readonly parameters: ParameterValues;
  /** The types of the parameters, by name. */
  readonly domains: Readonly<Record<string, FiniteType<unknown>>>;
  /** `name(parameter=value, ...)`, the way reports and errors name the instance. */
  readonly text: string;
  /** The modeller's own guard and recipe. */
  readonly when: Method<[state: DeepReadonly<State>, parameters: ParameterValues], boolean> | undefined;
  readonly then: Method<[draft: State, parameters: ParameterValues], void>;
  guard(state: DeepReadonly<State>): boolean;
  recipe(draft: State): void;
  /** Empty where the modeller's function fails; see `undescribed`. */
  actor(state: DeepReadonly<State>): string;
  /** `text` where the modeller's function fails. */
  label(state: DeepReadonly<State>): string;
  /** The mistake, where the function of the actor or the label throws or returns no string. */
  undescribed(part: "actor" | "label", state: DeepReadonly<State>): ModelError | undefined;
}

/** The step that a `step` property judges. */
export interface Step {
  readonly action: string;
  readonly parameters: ParameterValues;
}

import type { DeepReadonly, FiniteType, Method } from "../schema/index.ts";
import type { Fairness, GroupedFairness } from "./fairness.ts";

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
   * cannot rely on a variable that the guard has set, and a search that sees it try ends with a `ModelError`.
   */
  readonly when?: (state: DeepReadonly<State>, parameters: NoInfer<Parameters>) => boolean;
  /** What changes: an immer recipe on a draft of the state. What it returns beside that is ignored. */
  readonly then: (draft: State, parameters: NoInfer<Parameters>) => void;
  /** Who acts: the column of a sequence chart. The state is the one before the step. */
  readonly actor?: string | ((parameters: NoInfer<Parameters>, state: DeepReadonly<State>) => string);
  /** What a chart calls the step; `name(parameter=value)` without it. The state is the one before the step. */
  readonly label?: string | ((parameters: NoInfer<Parameters>, state: DeepReadonly<State>) => string);
  /**
   * What liveness properties may assume of the action: "weak" or "strong" of each instance on its own, or of groups of
   * them, such as `{ strength: "weak", per: ["cpu"] }`. Default "none".
   */
  readonly fairness?: Fairness | GroupedFairness<keyof NoInfer<Parameters> & string>;
}

/** The values of an instance's parameters, by name. */
export type ParameterValues = Readonly<Record<string, unknown>>;

/** An action with fixed parameters: what a search tries in every state. */
export interface ActionInstance<State> {
  /** Position among all instances of the model: the order of the search and of every tie. */
  readonly index: number;
  readonly action: string;
  readonly parameters: ParameterValues;
  /** `name(parameter=value, ...)`, the way reports and errors name the instance. */
  readonly text: string;
  /** The modeller's own guard and recipe. */
  readonly when: Method<[state: DeepReadonly<State>, parameters: ParameterValues], boolean> | undefined;
  readonly then: Method<[draft: State, parameters: ParameterValues], void>;
  guard(state: DeepReadonly<State>): boolean;
  recipe(draft: State): void;
  actor(state: DeepReadonly<State>): string;
  label(state: DeepReadonly<State>): string;
}

/** What a `step` property is told of the action taken. */
export interface Step {
  readonly action: string;
  readonly parameters: ParameterValues;
}

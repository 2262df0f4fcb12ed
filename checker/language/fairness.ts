import { listOf, nonEmptyText, object, optional, required, word, type Rule } from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import { show } from "../schema/index.ts";
import type { ActionInstance, Fairness, GroupedFairness } from "./action.ts";

/** An assumption about several actions, as a model or a property makes it. */
export interface FairnessAssumption {
  readonly strength: Fairness;
  /** The actions' names; undefined: all of the model. */
  readonly actions: readonly string[] | undefined;
  /**
   * The parameters that distinguish groups of instances, of whichever of the actions. None: one group of
   * them all. Undefined: every instance is fair on its own.
   */
  readonly per: readonly string[] | undefined;
}

/** Grouping of the instances of actions. */
export interface Grouping {
  /** See `FairnessAssumption.per`; without it every instance is fair on its own. */
  readonly per?: readonly string[];
}

const names: Rule = listOf(nonEmptyText("cpu"));

const actionNames: Rule = listOf(nonEmptyText("deliver"));

const groupedRule: Rule = object<GroupedFairness>("an action's fairness", '{ strength: "weak", per: ["cpu"] }', {
  strength: required(word("weak", "strong")),
  per: required(names),
});

const assumptionRule: Rule = object<FairnessAssumption>("a fairness assumption", 'weakFairness("deliver")', {
  strength: required(word("none", "weak", "strong")),
  actions: optional(actionNames),
  per: optional(names),
});

const groupingRule: Rule = object<Grouping>("a grouping", '{ per: ["cpu"] }', { per: optional(names) });

/**
 * Weak fairness (TLA+'s WF): what stays possible is eventually taken. For a property or a model, beside what the
 * actions declare of themselves; for the actions it names, it counts instead of that.
 *
 * @param actions one action, several, or, without it, every action of the model
 * @param grouping without `per`, each instance is fair on its own; with it, all instances that agree in these
 * parameters are one group, whichever of the actions they belong to
 *
 * @example
 * ```ts
 * import { boolean, check, model, record, weakFairness } from "irqproof/checker";
 *
 * const lamp = model({
 *   name: "lamp",
 *   state: record({ on: boolean }),
 *   initial: { on: false },
 *   actions: { press: { then: (draft) => { draft.on = !draft.on; } } },
 *   properties: ({ eventually }) => ({
 *     "may-stay-dark": eventually("the lamp is lit", (state) => state.on),
 *     "is-lit": eventually("the lamp is lit", (state) => state.on, { fairness: [weakFairness("press")] }),
 *   }),
 * });
 * const { properties } = await check(lamp);
 * console.assert(properties.map(({ verdict }) => verdict).join() === "violated,holds");
 * ```
 */
export function weakFairness(actions?: string | readonly string[], grouping: Grouping = {}): FairnessAssumption {
  return assumed("weakFairness", "weak", actions, grouping);
}

/** Strong fairness (TLA+'s SF): what is possible again and again is eventually taken. Otherwise as `weakFairness`. */
export function strongFairness(actions?: string | readonly string[], grouping: Grouping = {}): FairnessAssumption {
  return assumed("strongFairness", "strong", actions, grouping);
}

/** Nothing is assumed of these actions (without an argument: of any), whatever they declare. */
export function noFairness(actions?: string | readonly string[]): FairnessAssumption {
  return assumed("noFairness", "none", actions, {});
}

/** @throws ModelError when the actions are not names, or the grouping is none: several actions are a list */
function assumed(
  maker: string,
  strength: Fairness,
  given: string | readonly string[] | undefined,
  grouping: Grouping,
): FairnessAssumption {
  const actions = typeof given === "string" ? [given] : given;
  if (actions !== undefined) actionNames.check(actions, `${maker}: its actions`);
  groupingRule.check(grouping, `${maker}: its grouping`);
  return { strength, actions, per: grouping.per };
}

/** A fairness assumption in force: weak or strong, of actions that exist. */
export interface FairnessInForce extends FairnessAssumption {
  readonly strength: "weak" | "strong";
  readonly actions: readonly string[];
}

/**
 * Lays assumptions over others: for the actions that they name, they count alone.
 *
 * @param actions all of the model
 */
export function overlay(
  actions: readonly string[],
  base: readonly FairnessInForce[],
  over: readonly FairnessAssumption[],
): FairnessInForce[] {
  const named = new Set(over.flatMap((assumption) => assumption.actions ?? actions));
  const kept = base.map((assumption) => ({
    ...assumption,
    actions: assumption.actions.filter((action) => !named.has(action)),
  }));
  const added = over.flatMap(({ strength, actions: own = actions, per }) =>
    strength === "none" ? [] : [{ strength, actions: own, per }],
  );
  return [...kept, ...added].filter(({ actions: of }) => of.length > 0);
}

/** @throws ModelError when an assumption is none, or names an action or a parameter that is not there. */
export function checkFairness<State>(
  where: string,
  given: unknown,
  actions: readonly string[],
  instances: readonly ActionInstance<State>[],
): void {
  if (!Array.isArray(given)) {
    throw new ModelError(`${where}: its fairness is ${show(given)}, not a list such as [weakFairness("deliver")]`);
  }
  for (const assumption of given as readonly FairnessAssumption[]) {
    if (!["none", "weak", "strong"].includes(assumption?.strength)) {
      throw new ModelError(
        `${where}: its fairness has ${show(assumption)}, not a value of weakFairness, strongFairness or noFairness`,
      );
    }
    assumptionRule.check(assumption, `${where}: its fairness`);
    for (const action of assumption.actions ?? actions) {
      if (!actions.includes(action)) {
        const known = actions.join(", ");
        throw new ModelError(
          `${where} assumes fairness of action ${show(action)}, which the model does not have: its actions are ${known}`,
        );
      }
      const instance = instances.find((candidate) => candidate.action === action);
      const missing = assumption.per?.find((name) => !Object.hasOwn(instance?.parameters ?? {}, name));
      if (missing !== undefined && instance !== undefined) {
        throw new ModelError(`${where} assumes fairness per ${missing}, which is not a parameter of action ${action}`);
      }
    }
  }
}

/** Fairness declared by an action, as an assumption. */
export function declaredFairness(where: string, action: string, given: unknown): FairnessInForce | undefined {
  if (given === undefined || given === "none") return undefined;
  if (given === "weak" || given === "strong") return { strength: given, actions: [action], per: undefined };
  if (typeof given === "object" && given !== null) {
    groupedRule.check(given, `${where}: its fairness`);
    const { strength, per } = given as GroupedFairness;
    return { strength, actions: [action], per };
  }
  throw new ModelError(
    `${where}: its fairness is ${show(given)}: it must be "none", "weak", "strong" or such as { strength: "weak", per: ["cpu"] }`,
  );
}

/**
 * The assumptions as one clause: `weak fairness of accept and deliver (per cpu), strong fairness of send`. Where
 * nothing is said in brackets, each instance is fair on its own.
 *
 * @param actions all of the model
 */
export function fairnessText(actions: readonly string[], assumptions: readonly FairnessInForce[]): string {
  const together = new Map<string, { strength: string; grouping: string; names: string[] }>();
  for (const { strength, actions: own, per } of assumptions) {
    const grouping = per === undefined ? "" : per.length === 0 ? " as a whole" : ` per ${per.join(" and ")}`;
    // Two assumptions that each take their actions together are two.
    const key = per === undefined ? strength : `${strength} ${together.size}`;
    const known = together.get(key);
    if (known === undefined) together.set(key, { strength, grouping, names: [...own] });
    else known.names.push(...own.filter((name) => !known.names.includes(name)));
  }
  const entries = [...together.values()];
  const longest = entries.reduce<(typeof entries)[number] | undefined>(
    (long, entry) =>
      entry.grouping === "" && entry.names.length > (long?.names.length ?? MAX_NAMED_ACTIONS) ? entry : long,
    undefined,
  );
  const rest = actions.filter((action) => longest?.names.includes(action) !== true);
  const shortens =
    longest !== undefined &&
    entries.length > 1 &&
    rest.length > 0 &&
    rest.length < longest.names.length &&
    // "Every other action" must not hide that an action is in two assumptions.
    entries.every((entry) => entry === longest || entry.names.every((name) => rest.includes(name)));
  const texts = entries
    .filter((entry) => !shortens || entry !== longest)
    .map(({ strength, grouping, names }) => `${strength} fairness of ${namesText(actions, names)}${grouping}`);
  if (shortens) {
    const none = rest.filter((action) => !entries.some(({ names }) => names.includes(action)));
    if (none.length > 0) texts.push(`no fairness of ${none.join(", ")}`);
    texts.push(`${longest.strength} fairness of every other action`);
  }
  return texts.length === 0 ? "no fairness" : texts.join(", ");
}

/** A list of more names is described by the missing ones, where that is shorter. */
const MAX_NAMED_ACTIONS = 3;

/** The names, or what is missing where that is shorter. */
function namesText(actions: readonly string[], names: readonly string[]): string {
  const others = actions.filter((action) => !names.includes(action));
  if (others.length === 0 && actions.length > 1) return "every action";
  return names.length > MAX_NAMED_ACTIONS && others.length < names.length
    ? `every action but ${others.join(", ")}`
    : names.join(", ");
}

import { elsewhere, listOf, named, object, optional, plainFunction, text, type Rule } from "../definition/index.ts";
import { messageOf, ModelError } from "../errors.ts";
import { deepFreeze } from "../schema/freeze.ts";
import {
  cardinalityOf,
  Dimensions,
  isFiniteType,
  layoutOf,
  returned,
  show,
  valuesOf,
  type DeepReadonly,
  type Dimension,
  type FiniteType,
  type Layout,
  type Method,
} from "../schema/index.ts";
import { actionRule, type Action, type ActionInstance, type ParameterValues } from "./action.ts";
import { callBegins, callEnds, callNumber, noted } from "./current-call.ts";
import { checkFairness, declaredFairness, overlay, type FairnessAssumption, type FairnessInForce } from "./fairness.ts";
import { attentive, wrapping } from "./judgement.ts";
import {
  always,
  alwaysPossible,
  eventually,
  eventuallyAlways,
  leadsTo,
  leadsToForEach,
  noDeadlock,
  propertyRules,
  requirePredicate,
  sometimes,
  step,
  type Predicate,
  type Property,
} from "./property.ts";

/** The builders of properties, with the state's type filled in. */
export interface Vocabulary<State> {
  readonly always: typeof always<State>;
  readonly sometimes: typeof sometimes<State>;
  readonly step: typeof step<State>;
  readonly noDeadlock: typeof noDeadlock<State>;
  readonly leadsTo: typeof leadsTo<State>;
  readonly leadsToForEach: <Item>(
    ...given: Parameters<typeof leadsToForEach<State, Item>>
  ) => ReturnType<typeof leadsToForEach<State, Item>>;
  readonly eventually: typeof eventually<State>;
  readonly eventuallyAlways: typeof eventuallyAlways<State>;
  readonly alwaysPossible: typeof alwaysPossible<State>;
}

/** Whether something is a model, wherever it came from. */
export function isModel<State>(value: unknown): value is Model<State> {
  if (typeof value !== "object" || value === null) return false;
  const { layout, instances, properties } = value as Partial<Model<State>>;
  return layout !== undefined && Array.isArray(instances) && properties instanceof Map;
}

/** Definition of a model. */
export interface ModelDefinition<State, Parameters extends Record<string, unknown>> {
  readonly name: string;
  /** The sizes that this instance of the model was built with; reports repeat them. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>>;
  readonly state: FiniteType<State>;
  /** The initial state, or all of them. */
  readonly initial: NoInfer<State> | Iterable<NoInfer<State>>;
  readonly actions: { readonly [Name in keyof Parameters]: Action<State, Parameters[Name]> };
  /** Assumptions of liveness properties; for the actions that they name, they replace those of the actions. */
  readonly fairness?: readonly FairnessAssumption[];
  /** Properties, by id: written as a function, their predicates are typed by the state. */
  readonly properties?:
    | ((say: Vocabulary<State>) => Readonly<Record<string, Property<State>>>)
    | Readonly<Record<string, Property<NoInfer<State>>>>;
  /**
   * Conditions that every reachable state is expected to meet, by name. A proof for any size may use those that it proves
   * along with the properties, so that a wrong one cannot make a proof wrong. Nothing else uses them: `check` does not
   * check them.
   */
  readonly lemmas?: Readonly<Record<string, Predicate<NoInfer<State>>>>;
  /** The columns of a sequence chart, from left to right; actors not named here follow, sorted by name. */
  readonly actors?: readonly string[];
  /** Describes the changes of a step in a chart; without it, `path: before -> after` for each changed part. */
  readonly changes?: (before: DeepReadonly<State>, after: DeepReadonly<State>) => readonly string[];
}

/** Rule for a model's definition; type, initial states and actions have sentences of their own. */
const definitionRule: Rule = object<ModelDefinition<object, Record<string, unknown>>>(
  "a model's definition",
  "{ name, state, initial, actions, properties }",
  {
    name: elsewhere,
    parameters: optional(named("an object", "{ cpus: 2 }")),
    state: elsewhere,
    initial: elsewhere,
    actions: elsewhere,
    fairness: optional(elsewhere.rule),
    properties: optional(elsewhere.rule),
    lemmas: optional(named("an object", '{ "a busy CPU has a frame": (state) => ... }')),
    actors: optional(listOf(text("CPU0"))),
    changes: optional(plainFunction("(before, after) => [...]")),
  },
  {
    synonyms: {
      invariants: "properties",
      invariant: "properties",
      promises: "properties",
      lemma: "lemmas",
      init: "initial",
      initialState: "initial",
      rules: "actions",
      steps: "actions",
      transitions: "actions",
      params: "parameters",
      type: "state",
    },
  },
);

/** A model, checked for mistakes that can be seen before a search and ready to be explored. */
export interface Model<State> {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly layout: Layout<State>;
  /** The dimensions of the types of the state and of the parameters: those that `indices` declares. */
  readonly dimensions: readonly Dimension[];
  readonly initial: readonly DeepReadonly<State>[];
  /** The actions' names, in order of declaration. */
  readonly actions: readonly string[];
  readonly instances: readonly ActionInstance<State>[];
  /** Default assumptions of liveness properties. */
  readonly fairness: readonly FairnessInForce[];
  readonly properties: ReadonlyMap<string, Property<State>>;
  /** Conditions that a proof for any size may prove and use, as properties of kind "always". */
  readonly lemmas: ReadonlyMap<string, Property<State>>;
  readonly actors: readonly string[];
  readonly changes: Method<[before: DeepReadonly<State>, after: DeepReadonly<State>], readonly string[]> | undefined;
}

/**
 * Makes a model: a state type, initial states, actions, and properties.
 *
 * @throws ModelError when an initial state is outside the type, a parameter's domain is not a finite type, or there
 * is no action.
 *
 * @example
 * ```ts
 * import { check, model, range, record } from "irqproof/checker";
 *
 * const clock = model({
 *   name: "clock",
 *   state: record({ hour: range(0, 11) }),
 *   initial: { hour: 0 },
 *   actions: { tick: { then: (draft) => { draft.hour = (draft.hour + 1) % 12; } } },
 *   properties: ({ always }) => ({ "early": always("it is before eleven", (state) => state.hour < 11) }),
 * });
 * const report = await check(clock);
 * console.assert(report.verdict === "violated");
 * console.assert(report.states.distinct === 12);
 * ```
 */
export function model<State, Parameters extends Record<string, unknown>>(
  definition: ModelDefinition<State, Parameters>,
): Model<State> {
  if (typeof definition !== "object" || definition === null) definitionRule.check(definition, "model: its definition");
  const { name } = definition;
  if (typeof name !== "string" || name === "") throw new ModelError("model: give it a name");
  definitionRule.check(definition, `model ${name}`);
  for (const [key, value] of Object.entries(definition.parameters ?? {})) {
    if (["string", "number", "boolean"].includes(typeof value)) continue;
    throw new ModelError(`model ${name}: its parameter ${key} is ${show(value)}, not a number, string, true or false`);
  }
  if (!isFiniteType(definition.state) || definition.state.shape.kind !== "record") {
    throw new ModelError(`model ${name}: its state must be a record, such as record({ count: range(0, 3) })`);
  }
  const layout = layoutOf(definition.state);
  const properties =
    typeof definition.properties === "function"
      ? definition.properties({
          always,
          sometimes,
          step,
          noDeadlock,
          leadsTo,
          leadsToForEach,
          eventually,
          eventuallyAlways,
          alwaysPossible,
        })
      : (definition.properties ?? {});
  if (typeof definition.properties === "function" && !isObject(properties)) {
    throw new ModelError(`model ${name}: the function of its properties ${returned(properties, PROPERTIES)}`);
  }
  const instances = instancesOf(name, definition.actions);
  const dimensions = dimensionsIn(name, definition.state, instances);
  const actions = Object.keys(definition.actions);
  const { fairness = [] } = definition;
  checkFairness(`model ${name}`, fairness, actions, instances);
  return {
    name,
    parameters: definition.parameters ?? {},
    layout,
    dimensions,
    initial: initialStates(name, layout, definition.initial),
    actions,
    instances,
    fairness: overlay(actions, declared(name, definition.actions, actions, instances), fairness),
    properties: checkedProperties(name, actions, instances, properties),
    lemmas: new Map(
      Object.entries(definition.lemmas ?? {}).map(([text, holds]) => [
        text,
        checkedProperty(`model ${name}: lemma ${text}`, `lemma ${text}`, actions, instances, always(text, holds)),
      ]),
    ),
    actors: definition.actors ?? [],
    changes: definition.changes && noted(`the changes function of model ${name}`, definition.changes),
  };
}

/** @throws ModelError where two declarations of one dimension differ */
function dimensionsIn(
  model: string,
  state: FiniteType<unknown>,
  instances: readonly { readonly domains: Domains }[],
): readonly Dimension[] {
  const dimensions = new Dimensions();
  const domains = new Set(instances.flatMap((instance) => Object.values(instance.domains)));
  try {
    for (const type of [state, ...domains]) dimensions.add(type);
  } catch (error) {
    if (error instanceof ModelError) throw new ModelError(`model ${model}: ${error.message}`);
    throw error;
  }
  return dimensions.all();
}

/** The same model with other properties. */
export function withProperties<State>(
  base: Model<State>,
  properties: Readonly<Record<string, Property<State>>>,
): Model<State> {
  return { ...base, properties: checkedProperties(base.name, base.actions, base.instances, properties) };
}

function checkedProperties<State>(
  name: string,
  actions: readonly string[],
  instances: readonly ActionInstance<State>[],
  properties: Readonly<Record<string, Property<State>>>,
): Map<string, Property<State>> {
  if (!isObject(properties)) {
    throw new ModelError(`model ${name}: its properties are ${show(properties)}, not ${PROPERTIES}`);
  }
  return new Map(
    Object.entries(properties).map(([id, property]) => [
      id,
      checkedProperty(`model ${name}: property ${id}`, `property ${id}`, actions, instances, property),
    ]),
  );
}

const PROPERTIES = 'an object such as { low: always("...", (state) => ...) }, by id';

/** Whether something has keys that are names: no list, and no promise. */
function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Promise);
}

/** The property, its functions guarded against a mistake in them. */
function checkedProperty<State>(
  where: string,
  what: string,
  actions: readonly string[],
  instances: readonly ActionInstance<State>[],
  property: Property<State>,
): Property<State> {
  if (typeof property !== "object" || property === null || typeof property.kind !== "string") {
    throw new ModelError(`${where} is ${show(property)}, not a property such as always("...", (state) => ...)`);
  }
  if (Object.hasOwn(propertyRules, property.kind)) propertyRules[property.kind].check(property, where);
  const { narrate } = property;
  const name = `the predicate of ${what}`;
  const narrated =
    narrate === undefined
      ? property
      : { ...property, narrate: guarded(`${where}: its narrator threw`, `the narrator of ${what}`, narrate) };
  switch (narrated.kind) {
    case "always":
    case "sometimes":
      requirePredicate(where, narrated.holds);
      return { ...narrated, holds: attentive(narrated.holds, name) };
    case "step":
      requirePredicate(where, narrated.holds);
      return { ...narrated, holds: attentive(narrated.holds, name) };
    case "noDeadlock": {
      requirePredicate(where, narrated.unless);
      const unknown = narrated.ignoring.find((action) => !actions.includes(action));
      if (unknown !== undefined) {
        throw new ModelError(`${where} ignores action ${show(unknown)}, which is not in the model`);
      }
      return { ...narrated, unless: guarded(`${where} threw`, name, narrated.unless) };
    }
    case "leadsTo":
      requirePredicate(where, narrated.premise);
      requirePredicate(where, narrated.goal);
      checkFairness(where, narrated.fairness, actions, instances);
      if (narrated.each?.length === 0) throw new ModelError(`${where} has no items; give it at least one`);
      return {
        ...narrated,
        premise: attentive(narrated.premise, name),
        goal: attentive(narrated.goal, name),
        ...(narrated.each === undefined
          ? {}
          : {
              each: narrated.each.map(({ name: item, premise, goal }) => ({
                name: item,
                premise: attentive(premise, name),
                goal: attentive(goal, name),
              })),
            }),
      };
    case "eventually":
    case "eventuallyAlways":
      requirePredicate(where, narrated.goal);
      checkFairness(where, narrated.fairness, actions, instances);
      return { ...narrated, goal: attentive(narrated.goal, name) };
    case "alwaysPossible":
      requirePredicate(where, narrated.goal);
      return { ...narrated, goal: attentive(narrated.goal, name) };
    default:
      throw new ModelError(`${where} has an unknown kind: make it with always, leadsTo or another builder`);
  }
}

/** Fairness of the actions by their own definitions. */
function declared<State, Parameters extends Record<string, unknown>>(
  name: string,
  definitions: { readonly [Name in keyof Parameters]: Action<State, Parameters[Name]> },
  actions: readonly string[],
  instances: readonly ActionInstance<State>[],
): FairnessInForce[] {
  return actions.flatMap((action) => {
    const where = `model ${name}: action ${action}`;
    const assumption = declaredFairness(where, action, definitions[action as keyof Parameters].fairness);
    if (assumption === undefined) return [];
    checkFairness(where, [assumption], actions, instances);
    return [assumption];
  });
}

/** The same function, with whatever it throws as a mistake of the model. */
function guarded<Arguments extends unknown[], Result>(
  mistake: string,
  name: string,
  call: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  const number = callNumber(name);
  return wrapping((...given: Arguments) => {
    const before = callBegins(number);
    try {
      return call(...given);
    } catch (error) {
      throw new ModelError(`${mistake}: ${messageOf(error)}`, { cause: error });
    } finally {
      callEnds(before);
    }
  }, call);
}

/** The distinct initial states, frozen, each checked against the type. */
function initialStates<State>(
  name: string,
  layout: Layout<State>,
  given: State | Iterable<State>,
): DeepReadonly<State>[] {
  const many = typeof given === "object" && given !== null && Symbol.iterator in given;
  const words = new Uint32Array(layout.words);
  const states = new Map<string, DeepReadonly<State>>();
  let count = 0;
  for (const state of many ? (given as Iterable<State>) : [given as State]) {
    try {
      layout.encode(state, words, 0);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      const which = many ? `initial state ${count}` : "the initial state";
      throw new ModelError(`model ${name}: in ${which}, ${error.message}`);
    }
    count++;
    const key = words.join();
    if (!states.has(key)) states.set(key, deepFreeze(layout.decode(words, 0)) as DeepReadonly<State>);
  }
  if (states.size === 0) throw new ModelError(`model ${name} has no initial state; give at least one`);
  return [...states.values()];
}

function instancesOf<State, Parameters extends Record<string, unknown>>(
  name: string,
  actions: { readonly [Name in keyof Parameters]: Action<State, Parameters[Name]> },
): ActionInstance<State>[] {
  const given: unknown = actions ?? {};
  if (!isObject(given)) {
    throw new ModelError(
      `model ${name}: its actions are ${show(given)}, not an object such as { up: { then: (draft) => { ... } } }, by name`,
    );
  }
  const entries = Object.entries(given) as [string, Action<State, ParameterValues>][];
  if (entries.length === 0) throw new ModelError(`model ${name} has no action; give at least one`);
  for (const [action, definition] of entries) actionRule.check(definition, `model ${name}: action ${action}`);
  checkDomains(
    name,
    entries.map(([action, { over = {} }]) => [action, over]),
  );
  const instances: ActionInstance<State>[] = [];
  for (const [action, definition] of entries) {
    for (const parameters of combinations(definition.over ?? {})) {
      instances.push(instanceOf(name, instances.length, action, definition, parameters));
    }
  }
  return instances;
}

/** Every instance is tried in every state: more than this is a mistake, such as a parameter of 32 bits. */
const MAX_INSTANCES = 100_000;

type Domains = Readonly<Record<string, FiniteType<unknown>>>;

/** @throws ModelError where a domain is none, or the model would have too many instances */
function checkDomains(model: string, actions: readonly (readonly [name: string, domains: Domains])[]): void {
  const counts = actions.map(([action, domains]): [name: string, instances: number] => {
    const sizes = Object.entries(domains).map(([name, domain]) => {
      if (isFiniteType(domain)) return cardinalityOf(domain);
      throw new ModelError(
        `model ${model}: action ${action}: the domain of parameter ${name} is ${show(domain)}, not a finite type such as range(0, 3)`,
      );
    });
    return [action, sizes.reduce((product, size) => product * size, 1)];
  });
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  if (all <= MAX_INSTANCES) return;
  const [action, most] = counts.reduce((largest, one) => (one[1] > largest[1] ? one : largest));
  const whose = most === all ? `action ${action} has` : `its actions have`;
  const which = most === all ? "" : ` (${most} of action ${action})`;
  throw new ModelError(
    `model ${model}: ${whose} ${all} instances${which}, each tried in every state: at most ${MAX_INSTANCES} are possible`,
  );
}

function combinations(domains: Domains): ParameterValues[] {
  let sets: ParameterValues[] = [{}];
  for (const [name, domain] of Object.entries(domains)) {
    const values = [...valuesOf(domain)].map(deepFreeze);
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })));
  }
  return sets.map((set) => Object.freeze(set));
}

function instanceOf<State>(
  model: string,
  index: number,
  action: string,
  definition: Action<State, ParameterValues>,
  parameters: ParameterValues,
): ActionInstance<State> {
  const { when, then } = definition;
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${show(value)}`);
  const text = values.length === 0 ? action : `${action}(${values.join(", ")})`;
  const where = `model ${model}: action ${text}`;
  // A name for all of its instances: there may be very many.
  const ofAction = `action ${action}`;
  return {
    index,
    action,
    parameters,
    domains: definition.over ?? {},
    text,
    when,
    then,
    guard: when === undefined ? () => true : withParameters(`the guard of ${ofAction}`, when, parameters),
    recipe: withParameters(`the recipe of ${ofAction}`, then, parameters),
    ...described(where, ofAction, definition, text, parameters),
  };
}

/** Actor and label of an instance. Where its own functions fail, the step has no actor, and its text as a label. */
function described<State>(
  where: string,
  ofAction: string,
  given: Pick<Action<State, ParameterValues>, "actor" | "label">,
  text: string,
  parameters: ParameterValues,
): Pick<ActionInstance<State>, "actor" | "label" | "undescribed"> {
  const own = {
    actor: textOf(`${where}: its actor`, `the actor of ${ofAction}`, given.actor, "", parameters),
    label: textOf(`${where}: its label`, `the label of ${ofAction}`, given.label, text, parameters),
  };
  const tried = (part: "actor" | "label", state: DeepReadonly<State>): string | ModelError => {
    try {
      return own[part](state);
    } catch (error) {
      if (error instanceof ModelError) return error;
      throw error;
    }
  };
  const orElse = (result: string | ModelError, otherwise: string): string =>
    typeof result === "string" ? result : otherwise;
  return {
    actor: (state) => orElse(tried("actor", state), ""),
    label: (state) => orElse(tried("label", state), text),
    undescribed(part, state) {
      const result = tried(part, state);
      return typeof result === "string" ? undefined : result;
    },
  };
}

/** A guard or recipe of an instance, called often: its calls are noted. */
function withParameters<Given, Result>(
  name: string,
  call: (given: Given, parameters: ParameterValues) => Result,
  parameters: ParameterValues,
): (given: Given) => Result {
  const number = callNumber(name);
  return (given) => {
    const before = callBegins(number);
    try {
      return call(given, parameters);
    } finally {
      callEnds(before);
    }
  };
}

/** Text of a template for a value that was not there, or for an object. */
const NOT_A_TEXT = /\bundefined\b|\bNaN\b|\[object Object\]/;

/** Text of a chart for an instance: the given text, or the result of the given function in a state. */
function textOf<State>(
  what: string,
  name: string,
  given: Action<State, ParameterValues>["label"],
  otherwise: string,
  parameters: ParameterValues,
): (state: DeepReadonly<State>) => string {
  const call = typeof given === "function" ? guarded(`${what} threw`, name, given) : () => given ?? otherwise;
  return (state) => {
    const text: unknown = call(state, parameters);
    if (typeof text !== "string") throw new ModelError(`${what} is ${show(text)}, not a string`);
    if (typeof given === "function" && NOT_A_TEXT.test(text)) {
      const names = Object.keys(parameters);
      const call = names.length === 0 ? "(state)" : `(state, { ${names.join(", ")} })`;
      throw new ModelError(`${what} is ${show(text)}: its function is called as ${call}`);
    }
    return text;
  };
}

import {
  elsewhere,
  listOf,
  nonEmptyText,
  object,
  optional,
  plainFunction,
  required,
  text,
  type Keys,
  type RequiredKey,
  type Rule,
} from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import { show, type DeepReadonly, type Method } from "../schema/index.ts";
import type { Step } from "./action.ts";
import type { FairnessAssumption } from "./fairness.ts";
import { holds, type Judgement } from "./judgement.ts";
import { propertyOptions, severityKey, type PropertyOptions } from "./severity.ts";

export type Predicate<State> = (state: DeepReadonly<State>) => Judgement;

/** A predicate, as a property has it. */
type Judge<State> = Method<[state: DeepReadonly<State>], Judgement>;

/** A counterexample or witness, as given to a property's narrator: each state with the step that led to it. */
export interface Narrative<State> {
  /** The first entry is an initial state and has no step. */
  readonly steps: readonly {
    readonly step: Step | null;
    readonly label: string | null;
    readonly state: DeepReadonly<State>;
  }[];
  /** For an infinite run: the index of the state from which what follows is repeated for ever. */
  readonly loopFrom?: number;
}

interface Described<State> extends PropertyOptions {
  /** The claim of the property: a sentence without a full stop. */
  readonly title: string;
  /** The closing sentence of a counterexample: what went wrong and why nothing will mend it. */
  readonly narrate?: Method<[narrative: Narrative<State>], string>;
}

/** In every reachable state. */
export interface AlwaysProperty<State> extends Described<State> {
  readonly kind: "always";
  readonly holds: Judge<State>;
}

/** In some reachable state; its trace is a witness. */
export interface SometimesProperty<State> extends Described<State> {
  readonly kind: "sometimes";
  readonly holds: Judge<State>;
}

/** For every transition: the state before, the action, the state after. */
export interface StepProperty<State> extends Described<State> {
  readonly kind: "step";
  readonly holds: Method<[before: DeepReadonly<State>, step: Step, after: DeepReadonly<State>], Judgement>;
}

/** In every reachable state some action can happen. */
export interface NoDeadlockProperty<State> extends Described<State> {
  readonly kind: "noDeadlock";
  /** Actions of the environment: that they can happen does not count as progress. */
  readonly ignoring: readonly string[];
  /** States in which it is right that nothing happens. */
  readonly unless: Method<[state: DeepReadonly<State>], boolean>;
}

/** A property of runs. */
interface OfRuns<State> extends Described<State> {
  /** Assumptions that count instead of what the actions named in them, and the model, declare. */
  readonly fairness: readonly FairnessAssumption[];
}

/** Whenever `premise` holds, `goal` holds then or later, on every fair run. */
export interface LeadsToProperty<State> extends OfRuns<State> {
  readonly kind: "leadsTo";
  readonly premise: Judge<State>;
  readonly goal: Judge<State>;
  /** Cases of a property of several things: each of them on its own. Then `premise` is of any and `goal` of all. */
  readonly each?: readonly LeadsToCase<State>[];
}

/** One of the things that a property is of. */
export interface LeadsToCase<State> {
  readonly name: string;
  readonly premise: Judge<State>;
  readonly goal: Judge<State>;
}

/** On every fair run, eventually. */
export interface EventuallyProperty<State> extends OfRuns<State> {
  readonly kind: "eventually";
  readonly goal: Judge<State>;
}

/** On every fair run, from some state on for ever. */
export interface EventuallyAlwaysProperty<State> extends OfRuns<State> {
  readonly kind: "eventuallyAlways";
  readonly goal: Judge<State>;
}

/** From every reachable state a state where `goal` holds can be reached (AG EF). */
export interface AlwaysPossibleProperty<State> extends Described<State> {
  readonly kind: "alwaysPossible";
  readonly goal: Judge<State>;
}

/** The properties that a search decides state by state and step by step. */
export type SafetyProperty<State> =
  | AlwaysProperty<State>
  | SometimesProperty<State>
  | StepProperty<State>
  | NoDeadlockProperty<State>;

/** The properties of infinite runs. */
export type LivenessProperty<State> =
  | LeadsToProperty<State>
  | EventuallyProperty<State>
  | EventuallyAlwaysProperty<State>
  | AlwaysPossibleProperty<State>;

/** Property of a model. */
export type Property<State> = SafetyProperty<State> | LivenessProperty<State>;

const described = {
  kind: elsewhere,
  title: required(text("the count stays below three")),
  severity: severityKey,
  narrate: optional(plainFunction("({ steps }) => ..."), "narrator"),
};

/** A predicate: what is wrong with it has a sentence of its own, see `requirePredicate`. */
const predicate: RequiredKey = elsewhere;

/** Rules for properties of each kind, but for their predicates. */
export const propertyRules: Readonly<Record<Property<object>["kind"], Rule>> = {
  always: property<AlwaysProperty<object>>({ ...described, holds: predicate }),
  sometimes: property<SometimesProperty<object>>({ ...described, holds: predicate }),
  step: property<StepProperty<object>>({ ...described, holds: predicate }),
  noDeadlock: property<NoDeadlockProperty<object>>({
    ...described,
    ignoring: required(listOf(nonEmptyText("raise"))),
    unless: predicate,
  }),
  leadsTo: property<LeadsToProperty<object>>({
    ...described,
    premise: predicate,
    goal: predicate,
    each: optional(
      listOf(
        object<LeadsToCase<object>>("a case", "{ name, premise, goal }", {
          name: required(text("device 0")),
          premise: predicate,
          goal: predicate,
        }),
      ),
      "cases",
    ),
    fairness: elsewhere,
  }),
  eventually: property<EventuallyProperty<object>>({ ...described, goal: predicate, fairness: elsewhere }),
  eventuallyAlways: property<EventuallyAlwaysProperty<object>>({ ...described, goal: predicate, fairness: elsewhere }),
  alwaysPossible: property<AlwaysPossibleProperty<object>>({ ...described, goal: predicate }),
};

function property<Kind>(keys: Keys<Kind>): Rule {
  return object<Kind>("a property", 'always("...", (state) => ...)', keys, {
    synonyms: { predicate: "holds", check: "holds", description: "title", name: "title", explain: "narrate" },
  });
}

/** @throws ModelError when it is no function, or none that answers at once */
export function requirePredicate(where: string, given: unknown): void {
  if (typeof given !== "function") {
    throw new ModelError(
      `${where} has ${show(given)} as its predicate; give it a function such as (state) => state.count < 3`,
    );
  }
  plainFunction("").check(given, `${where}: its predicate`);
}

/** Whether a search can decide the property without looking at infinite runs. */
export function isSafety<State>(property: Property<State>): property is SafetyProperty<State> {
  return ["always", "sometimes", "step", "noDeadlock"].includes(property.kind);
}

/** An invariant: `holds` is true in every reachable state. A violation is shown by a shortest trace to it. */
export function always<State>(
  title: string,
  holds: Predicate<State>,
  options: PropertyOptions = {},
): AlwaysProperty<State> {
  propertyOptions.check(options, "always: its options");
  return { kind: "always", title, holds, ...options };
}

/** A reachability goal: violated when no reachable state satisfies it, witnessed by a shortest trace otherwise. */
export function sometimes<State>(
  title: string,
  holds: Predicate<State>,
  options: PropertyOptions = {},
): SometimesProperty<State> {
  propertyOptions.check(options, "sometimes: its options");
  return { kind: "sometimes", title, holds, ...options };
}

/** An invariant of transitions. */
export function step<State>(
  title: string,
  holds: StepProperty<State>["holds"],
  options: PropertyOptions = {},
): StepProperty<State> {
  propertyOptions.check(options, "step: its options");
  return { kind: "step", title, holds, ...options };
}

/**
 * No reachable state is stuck.
 *
 * @param options.ignoring actions of the environment that do not count as progress
 * @param options.unless states in which it is right that nothing happens, such as a finished run
 */
export function noDeadlock<State>(title: string, options: NoDeadlockOptions<State> = {}): NoDeadlockProperty<State> {
  noDeadlockOptions.check(options, "noDeadlock: its options");
  const { ignoring = [], unless = () => false, ...others } = options;
  return { kind: "noDeadlock", title, ignoring, unless, ...others };
}

/** Options for `noDeadlock`. */
interface NoDeadlockOptions<State> extends PropertyOptions {
  readonly ignoring?: readonly string[];
  readonly unless?: (state: DeepReadonly<State>) => boolean;
}

const noDeadlockOptions: Rule = object<NoDeadlockOptions<object>>(
  "an object",
  '{ ignoring: ["raise"] }',
  {
    ignoring: optional(listOf(nonEmptyText("raise"))),
    unless: optional(plainFunction("(state) => state.done")),
    severity: severityKey,
  },
  { synonyms: { ignore: "ignoring", except: "unless", when: "unless" } },
);

/** Options for a property of runs. */
export interface LivenessOptions extends PropertyOptions {
  /**
   * Assumptions of this property alone, such as `[strongFairness("deliver"), noFairness("raise")]`: for the actions that
   * they name they count instead of what the model assumes.
   */
  readonly fairness?: readonly FairnessAssumption[];
}

const runOptions = { fairness: optional(elsewhere.rule), severity: severityKey };

const livenessOptions: Rule = object<LivenessOptions>(
  "an object",
  '{ fairness: [weakFairness("deliver")] }',
  runOptions,
);

const forEachOptions: Rule = object<LivenessOptions & { readonly name?: (item: never) => string }>(
  "an object",
  "{ name: (device) => `device ${device}` }",
  { ...runOptions, name: optional(plainFunction("(device) => `device ${device}`")) },
);

/**
 * Whenever `premise` holds, `goal` holds in the same state or later, on every fair run (TLA+'s `~>`). A run may stop
 * for ever where no fair action can happen. A violation is shown by a run that ends in a loop.
 *
 * @example
 * ```ts
 * import { boolean, check, model, oneOf, record } from "irqproof/checker";
 *
 * const lift = model({
 *   name: "lift",
 *   state: record({ at: oneOf("bottom", "top"), called: boolean }),
 *   initial: { at: "bottom", called: false },
 *   actions: {
 *     call: { when: (state) => state.at === "bottom", then: (draft) => { draft.called = true; } },
 *     rise: { when: (state) => state.called, then: (draft) => { draft.at = "top"; draft.called = false; } },
 *   },
 *   properties: ({ leadsTo }) => ({
 *     served: leadsTo("a call is answered", (state) => state.called, (state) => state.at === "top"),
 *   }),
 * });
 * // The lift may stop for ever. With `fairness: "weak"` of rise the property holds.
 * const [served] = (await check(lift)).properties;
 * console.assert(served?.verdict === "violated" && served.trace?.loopFrom === 1);
 * ```
 */
export function leadsTo<State>(
  title: string,
  premise: Predicate<State>,
  goal: Predicate<State>,
  options: LivenessOptions = {},
): LeadsToProperty<State> {
  livenessOptions.check(options, "leadsTo: its options");
  return { kind: "leadsTo", title, premise, goal, ...options, fairness: options.fairness ?? [] };
}

/**
 * `leadsTo` for each of several things: whenever the premise holds of one, the goal holds of the same one, then or later.
 * The counterexample is the shortest of any.
 *
 * @param options.name what a report calls one of them, such as `device 0`; without it, its value
 *
 * @example
 * ```ts
 * import { array, boolean, check, model, range, record } from "irqproof/checker";
 *
 * const bells = model({
 *   name: "bells",
 *   state: record({ rung: array(2, boolean) }),
 *   initial: { rung: [false, false] },
 *   actions: {
 *     ring: { over: { bell: range(0, 1) }, then: (draft, { bell }) => { draft.rung[bell] = true; } },
 *     answer: { fairness: "weak", when: ({ rung }) => rung[0]!, then: (draft) => { draft.rung[0] = false; } },
 *   },
 *   properties: ({ leadsToForEach }) => ({
 *     answered: leadsToForEach("a bell is answered", [0, 1], (s, bell) => s.rung[bell]!, (s, bell) => !s.rung[bell], {
 *       name: (bell) => `bell ${bell}`,
 *     }),
 *   }),
 * });
 * const [answered] = (await check(bells)).properties;
 * console.assert(answered?.trace?.because?.startsWith("bell 1: the premise holds after step 1"));
 * ```
 */
export function leadsToForEach<State, Item>(
  title: string,
  items: readonly Item[],
  premise: (state: DeepReadonly<State>, item: Item) => Judgement,
  goal: (state: DeepReadonly<State>, item: Item) => Judgement,
  options: LivenessOptions & { readonly name?: (item: Item) => string } = {},
): LeadsToProperty<State> {
  forEachOptions.check(options, "leadsToForEach: its options");
  if (!Array.isArray(items))
    throw new ModelError(`leadsToForEach: its items are ${show(items)}, not a list such as [0, 1]`);
  requirePredicate("leadsToForEach", premise);
  requirePredicate("leadsToForEach", goal);
  const { name = show, ...others } = options;
  const each = items.map((item) => ({
    name: name(item),
    premise: (state: DeepReadonly<State>) => premise(state, item),
    goal: (state: DeepReadonly<State>) => goal(state, item),
  }));
  return {
    kind: "leadsTo",
    title,
    premise: (state) => items.some((item) => holds(premise(state, item))),
    goal: (state) => items.every((item) => holds(goal(state, item))),
    each,
    ...others,
    fairness: others.fairness ?? [],
  };
}

/** On every fair run `goal` eventually holds; it may hold at the start. */
export function eventually<State>(
  title: string,
  goal: Predicate<State>,
  options: LivenessOptions = {},
): EventuallyProperty<State> {
  livenessOptions.check(options, "eventually: its options");
  return { kind: "eventually", title, goal, ...options, fairness: options.fairness ?? [] };
}

/**
 * On every fair run `goal` holds from some state on for ever (`<>[]` of temporal logic): it may fail before, but not
 * again and again. A violation is shown by a run that ends in a loop on which it fails, or stands still where it does.
 *
 * @example
 * ```ts
 * import { boolean, check, model, record } from "irqproof/checker";
 *
 * const relay = model({
 *   name: "relay",
 *   state: record({ powered: boolean, closed: boolean }),
 *   initial: { powered: true, closed: false },
 *   actions: {
 *     bounce: { when: ({ powered }) => powered, then: (draft) => { draft.closed = !draft.closed; } },
 *     unplug: { then: (draft) => { draft.powered = false; draft.closed = false; } },
 *   },
 *   properties: ({ eventuallyAlways }) => ({
 *     "comes-to-rest": eventuallyAlways("the relay stays open", ({ closed }) => !closed),
 *   }),
 * });
 * // No step has to unplug it. With `fairness: "weak"` of unplug the property holds.
 * const [rest] = (await check(relay)).properties;
 * console.assert(rest?.verdict === "violated" && rest.trace?.loopFrom === 1);
 * ```
 */
export function eventuallyAlways<State>(
  title: string,
  goal: Predicate<State>,
  options: LivenessOptions = {},
): EventuallyAlwaysProperty<State> {
  livenessOptions.check(options, "eventuallyAlways: its options");
  return { kind: "eventuallyAlways", title, goal, ...options, fairness: options.fairness ?? [] };
}

/**
 * Whatever has happened, some way leads to a state where `goal` holds (AG EF). Fairness does not matter: it is about
 * what can happen, not about what will. A violation is shown by a shortest trace to a state without such a way.
 */
export function alwaysPossible<State>(
  title: string,
  goal: Predicate<State>,
  options: PropertyOptions = {},
): AlwaysPossibleProperty<State> {
  propertyOptions.check(options, "alwaysPossible: its options");
  return { kind: "alwaysPossible", title, goal, ...options };
}

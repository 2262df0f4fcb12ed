import { anything, anyFunction, object, optional, plainFunction, type Rule } from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import { isModel, type Model } from "../language/index.ts";
import { createReading, Readings } from "../reading/index.ts";
import { show } from "../schema/index.ts";
import { stopText } from "../stopped.ts";
import type { Verdict } from "../verdict.ts";
import { replayFailure, type RefinementFailure } from "./failure.ts";
import { CheckedMapping, type Mapping } from "./mapping.ts";
import { refinementMistake, type RefinementMistake } from "./mistake.ts";
import { RefinementSearch, type RefinementEnd, type RefinementProgress, type RefinementStop } from "./search.ts";

/** A model that another one refines, and what a state of that other one means. */
export interface Refinement<Concrete, Abstract> {
  readonly abstract: Model<Abstract>;
  readonly mapping: Mapping<Concrete, Abstract>;
}

/** Options for `refines`. */
export interface RefinementOptions {
  /** Stop, inconclusive, before more distinct states of the concrete model than this are stored. */
  readonly maxStates?: number;
  /** Stop, inconclusive, before the states need more bytes than this. Default: most of what the system could give. */
  readonly maxMemory?: number;
  /** Abstract states that may fit one run, where the mapping gives parts of them. Default 10,000. */
  readonly maxFitting?: number;
  readonly signal?: AbortSignal;
  /** Called about four times a second. */
  readonly onProgress?: (progress: RefinementProgress) => void;
}

/** An action of the concrete model, and its counterparts in the abstract one. */
export interface RefiningAction {
  readonly action: string;
  /** Steps of the action from reachable states. */
  readonly steps: number;
  /** The abstract actions that at least one of these steps is a step of, in the model's order. */
  readonly abstract: readonly string[];
  /** Whether at least one of these steps may leave the abstract state as it is. */
  readonly stutters: boolean;
}

/** Result of `refines`. */
export interface RefinementReport<C, A> {
  readonly concrete: string;
  readonly abstract: string;
  /** Those of the concrete model. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** "holds": every run of the concrete model is, by the mapping, a run of the abstract one. */
  readonly verdict: Verdict;
  /** Why the search ended before the end of the state space; undefined where it did not. */
  readonly stopped: RefinementStop | undefined;
  /** Of the concrete model, as `check` counts them; so far, where the search ended early. */
  readonly states: { readonly distinct: number; readonly transitions: number; readonly depth: number };
  /** The largest number of abstract states that fitted one run: 1 where the mapping always gives whole states. */
  readonly mostFitting: number;
  readonly actions: readonly RefiningAction[];
  /** Abstract actions that no step is a step of: what the concrete model never does. Empty where the search ended early. */
  readonly unused: readonly string[];
  readonly failure: RefinementFailure<C, A> | undefined;
  /** A function of a model, or the mapping, that fails in a reachable state. */
  readonly mistake: RefinementMistake<C> | undefined;
  readonly seconds: number;
}

const DEFAULT_MAX_FITTING = 10_000;

/**
 * Decides whether a model refines a more abstract one: whether every initial state maps to an initial state, and every step
 * to a step of the abstract model or to none (a stutter).
 *
 * The mapping gives for each state of the concrete model the state of the abstract one, or a part of it. Of the parts that
 * are left out nothing is assumed: all abstract states that fit the run are kept, and the refinement fails when none is
 * left.
 *
 * "holds" shows that each finite run of the concrete model is, seen through the mapping, a run of the abstract model in
 * which some steps are repeated. So what the abstract model never does, the concrete one never does: its `always`
 * properties hold of the images. It does not show that the concrete model does anything: one that never moves refines
 * every model with its initial state. Properties of infinite runs, `noDeadlock`, `sometimes` and `alwaysPossible` are not
 * preserved, and fairness is not looked at. `RefinementReport.unused` has the abstract actions that no step uses.
 *
 * @throws ModelError when an argument or an option is wrong, or a function depends on more than its arguments
 *
 * @example
 * ```ts
 * import { model, range, record, refines } from "irqproof/checker";
 *
 * const minutes = model({
 *   name: "minutes",
 *   state: record({ minute: range(0, 3) }),
 *   initial: { minute: 0 },
 *   actions: { tick: { then: (draft) => { draft.minute = (draft.minute + 1) % 4; } } },
 * });
 * const halves = model({
 *   name: "halves",
 *   state: record({ half: range(0, 1) }),
 *   initial: { half: 0 },
 *   actions: { next: { then: (draft) => { draft.half = 1 - draft.half; } } },
 * });
 * const { verdict, actions } = await refines(minutes, halves, ({ minute }) => ({ half: minute < 2 ? 0 : 1 }));
 * console.assert(verdict === "holds" && actions[0]?.stutters === true && actions[0].abstract.join() === "next");
 * const { failure } = await refines(minutes, halves, ({ minute }) => ({ half: minute < 2 ? 1 : 0 }));
 * console.assert(failure?.trace.steps.length === 1 && failure.allowed[0] === "starts with { half: 0 }");
 * ```
 */
export async function refines<C, A>(
  concrete: Model<C>,
  abstract: Model<A>,
  mapping: Mapping<C, A>,
  options: RefinementOptions = {},
): Promise<RefinementReport<C, A>> {
  for (const [which, model] of [
    ["first", concrete],
    ["second", abstract],
  ] as const) {
    if (!isModel(model)) throw new ModelError(`refines: its ${which} argument is ${show(model)}, not a model`);
  }
  plainFunction("(state) => ({ count: state.items.length })").check(mapping, "refines: its mapping");
  checkOptions(options);
  const started = performance.now();
  const readings = new Readings();
  const reading = createReading(concrete);
  readings.add(reading);
  readings.refuseMistakes(concrete, []);
  readings.refuseMistakes(abstract, []);
  const isRead = reading.view("the mapping", mapping);
  const checked = new CheckedMapping(concrete, abstract, mapping, isRead);
  const { maxStates, maxMemory, maxFitting = DEFAULT_MAX_FITTING, signal, onProgress } = options;
  const search = new RefinementSearch(concrete, abstract, checked, {
    maxStates,
    maxMemory,
    maxFitting,
    signal,
    onProgress,
  });
  const end = await search.run();
  for (const model of [concrete, abstract]) readings.requireUnchanged(model as Model<unknown>);
  const failure = end.kind === "unmatched" ? replayFailure(concrete, abstract, checked, end.path) : undefined;
  const mistake = end.kind.endsWith("fault") ? refinementMistake(concrete, abstract, mapping, checked, end) : undefined;
  const used = new Set([...search.counterparts.values()].flatMap(({ actions }) => [...actions]));
  return {
    concrete: concrete.name,
    abstract: abstract.name,
    parameters: concrete.parameters,
    verdict: verdictOf(end),
    stopped: stoppedOf(end),
    states: { distinct: search.distinct, transitions: search.transitions, depth: search.depth },
    mostFitting: search.mostFitting,
    actions: [...search.counterparts].map(([action, { steps, actions, isStutter }]) => ({
      action,
      steps,
      abstract: abstract.actions.filter((_, index) => actions.has(index)),
      stutters: isStutter,
    })),
    unused: end.kind === "complete" ? abstract.actions.filter((_, index) => !used.has(index)) : [],
    failure,
    mistake,
    seconds: (performance.now() - started) / 1000,
  };
}

function verdictOf({ kind }: RefinementEnd): Verdict {
  switch (kind) {
    case "complete":
      return "holds";
    case "unmatched":
      return "violated";
    case "stopped":
      return "inconclusive";
    default:
      return "error";
  }
}

function stoppedOf(end: RefinementEnd): RefinementStop | undefined {
  switch (end.kind) {
    case "complete":
      return undefined;
    case "stopped":
      return end.reason;
    case "unmatched":
      return { kind: "violation" };
    default:
      return { kind: "error" };
  }
}

/** Why a refinement was not decided, as a clause. */
export function refinementStopText(reason: RefinementStop): string {
  if (reason.kind !== "fitting") return stopText(reason);
  return `more than ${reason.limit} abstract states fit one run; map more of the abstract state, or raise the bound`;
}

const optionsRule: Rule = object<RefinementOptions>(
  "an object",
  "{ maxStates: 100000 }",
  {
    maxStates: optional(anything),
    maxMemory: optional(anything),
    maxFitting: optional(anything),
    signal: optional(anything),
    onProgress: optional(anyFunction("({ states }) => console.log(states)")),
  },
  { at: (_, option) => `refines: option ${option}`, synonyms: { max: "maxStates", abort: "signal" } },
);

function checkOptions(options: RefinementOptions): void {
  optionsRule.check(options, "refines: its options");
  for (const name of ["maxStates", "maxMemory", "maxFitting"] as const) {
    const value = options[name];
    if (value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw new ModelError(`refines: option ${name} is ${show(value)}: it must be a positive integer`);
  }
}

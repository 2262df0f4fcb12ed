import { anything, object, optional, type Rule } from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import { isModel, type Model } from "../language/index.ts";
import { Pace } from "../pace.ts";
import { show } from "../schema/index.ts";
import type { Trace } from "../trace/trace.ts";
import { FittingStates, runTo, TooManyFittingStates, type Fit } from "./fitting-states.ts";
import { hasPart, partOfState, shown } from "./observation.ts";
import { EventReader, type ReadEvent, type TraceMapping } from "./trace-mapping.ts";

/** Options for `validateTrace`. */
export interface ValidateTraceOptions {
  /** States of the model that may fit at one time; with more, the validation is inconclusive. Default 10,000. */
  readonly maxFitting?: number;
  /** Ends the validation, inconclusive, at the next event. */
  readonly signal?: AbortSignal;
  /** Called with the number of events, about four times a second. */
  readonly onProgress?: (events: number) => void;
}

/** Result of a comparison of a log with a model. */
export interface TraceValidation<S> {
  readonly model: string;
  /**
   * "allowed": a run of the model fits all events. "refused": none fits; see `refusal`. "inconclusive": validation
   * ended before the log, or no event concerns the model; see `reason`.
   */
  readonly verdict: "allowed" | "refused" | "inconclusive";
  /** Events that were read. */
  readonly events: number;
  /** Those of them that do not concern the model. */
  readonly ignored: number;
  /** States that fit at the end; none for a refusal. */
  readonly fitting: number;
  /** The largest number of states that fitted at one time. */
  readonly mostFitting: number;
  readonly refusal: TraceRefusal<S> | undefined;
  readonly reason: string | undefined;
}

/** The first event that no fitting state allows. */
export interface TraceRefusal<S> {
  /** The number of the event, from 1. */
  readonly event: number;
  /** The event, as read: `put(item=1), then shows { size: 3 }`. */
  readonly said: string;
  /** The events that would have been allowed instead, each once, up to `MAX_ALLOWED`. */
  readonly allowed: readonly string[];
  /** The end of a run that fits all events before. */
  readonly trace: Trace<S>;
  /** Whether the trace begins after the start of the log. */
  readonly isCut: boolean;
  /** The number of states that fitted before the event. */
  readonly fitting: number;
}

const DEFAULT_MAX_FITTING = 10_000;
/** Events of which a refusal shows the steps: the rest is forgotten, so memory does not grow with the log. */
const MAX_SHOWN_EVENTS = 16;
/** Alternatives of a refusal. */
const MAX_ALLOWED = 20;
/** Fitting states that are asked for alternatives. */
const MAX_ASKED = 1_000;

/**
 * Compares a recorded log with a model: is there a run of the model with these events, in this order? Steps that the log
 * leaves out may stand between them. All states that fit the events so far are kept, so the answer does not depend on
 * guesses. Memory does not grow with the log.
 *
 * "allowed" shows that the model has a run that fits. It does not show that the system took that run, or that it behaves
 * in other runs, or anything of what the log does not contain: the more is unobserved, the more fits.
 *
 * @throws ModelError when the model, the mapping or an option is wrong
 *
 * @example
 * ```ts
 * import { model, range, record, validateTrace } from "irqproof/checker";
 *
 * const counter = model({
 *   name: "counter",
 *   state: record({ count: range(0, 3) }),
 *   initial: { count: 0 },
 *   actions: {
 *     up: { when: (state) => state.count < 3, then: (draft) => { draft.count += 1; } },
 *     reset: { then: (draft) => { draft.count = 0; } },
 *   },
 * });
 * const log = [{ op: "up", count: 1 }, { op: "up", count: 2 }, { op: "up", count: 2 }];
 * const { verdict, refusal } = await validateTrace(counter, log, {
 *   read: ({ op, count }) => ({ action: op, after: { count } }),
 * });
 * console.assert(verdict === "refused" && refusal?.event === 3);
 * console.assert(refusal?.allowed[0] === "up, then shows { count: 3 }");
 * ```
 */
export async function validateTrace<S, Event>(
  model: Model<S>,
  events: Iterable<Event> | AsyncIterable<Event>,
  mapping: TraceMapping<Event>,
  options: ValidateTraceOptions = {},
): Promise<TraceValidation<S>> {
  if (!isModel(model)) throw new ModelError(`validateTrace: it is given ${show(model)}, not a model`);
  checkOptions(options);
  const { maxFitting = DEFAULT_MAX_FITTING, signal, onProgress } = options;
  const reader = new EventReader(model, mapping);
  const fitting = new FittingStates(model, reader.unobserved, maxFitting);
  let read = 0;
  let ignored = 0;
  const pace = new Pace<number>({ onProgress });
  const result = (
    verdict: TraceValidation<S>["verdict"],
    { refusal, reason }: Partial<Pick<TraceValidation<S>, "refusal" | "reason">> = {},
  ): TraceValidation<S> => ({
    model: model.name,
    verdict,
    events: read,
    ignored,
    fitting: verdict === "refused" ? 0 : fitting.fits.length,
    mostFitting: fitting.most,
    refusal,
    reason,
  });
  try {
    if (reader.begins === "initially") fitting.restart();
    else fitting.keep(reachable(model, maxFitting));
    for await (const event of events) {
      read++;
      if (pace.isDue()) await pace.pause(() => read);
      if (signal?.aborted === true) return result("inconclusive", { reason: `it was stopped at event ${read}` });
      const said = reader.read(event, read);
      if (said === undefined) {
        ignored++;
        continue;
      }
      const refusal = accept(fitting, model, said, read, reader);
      if (refusal !== undefined) return result("refused", { refusal });
      if ((read - ignored) % MAX_SHOWN_EVENTS === 0) fitting.forget(MAX_SHOWN_EVENTS);
    }
  } catch (error) {
    if (!(error instanceof TooManyFittingStates)) throw error;
    return result("inconclusive", { reason: read === 0 ? error.message : `at event ${read}: ${error.message}` });
  }
  if (ignored === read) {
    const what = read === 0 ? "the log has no events" : "no event of the log says anything of the model";
    return result("inconclusive", { reason: what });
  }
  return result("allowed");
}

/** All reachable states, as states in which a log may begin. */
function reachable<S>(model: Model<S>, maxFitting: number): Fit<S>[] {
  const all = new FittingStates(model, model.instances, maxFitting);
  all.restart();
  return all.fits.map((fit) => ({ ...fit, instance: undefined, parent: undefined }));
}

/** Makes the states that fit an event the ones that fit; undefined if there are any. */
function accept<S, Event>(
  fitting: FittingStates<S>,
  model: Model<S>,
  said: ReadEvent<S>,
  event: number,
  { unobserved }: EventReader<S, Event>,
): TraceRefusal<S> | undefined {
  const { instances, observed } = said;
  const where = `validateTrace: event ${event}: what was observed`;
  const fits = fitting.fits;
  const agrees = (part: unknown, { state }: Fit<S>): boolean => part === undefined || hasPart(state, part, where);
  fitting.advance();
  if (instances === undefined) {
    const kept = fits.filter((fit) => agrees(observed.after, fit));
    if (kept.length > 0) return void fitting.keep(kept);
    return refused(fits.map(({ state }) => `shows ${shown(partOfState(state, observed.after))}`));
  }
  const steps = fitting.steps(instances).filter(({ before }) => agrees(observed.before, before));
  // Steps that the log leaves out may follow before the state is observed.
  const possible = fitting.closed(steps.map(({ after }) => after));
  const kept = possible.filter((fit) => agrees(observed.after, fit));
  if (kept.length > 0) return void fitting.keep(kept);
  if (possible.length > 0) {
    const text = instances.length === 1 ? instances[0]!.text : actionText(observed.action);
    return refused(possible.map(({ state }) => `${text}, then shows ${shown(partOfState(state, observed.after))}`));
  }
  const others = model.instances.filter((instance) => !unobserved.includes(instance));
  return refused(
    fits.slice(0, MAX_ASKED).flatMap((fit) => {
      const from =
        observed.before === undefined
          ? ""
          : ` from a state that shows ${shown(partOfState(fit.state, observed.before))}`;
      return others.filter((instance) => fitting.isEnabled(fit, instance)).map(({ text }) => text + from);
    }),
  );

  function refused(allowed: readonly string[]): TraceRefusal<S> {
    let first = fits[0]!;
    while (first.parent !== undefined) first = first.parent;
    return {
      event,
      said: textOf(said),
      allowed: [...new Set(allowed)].slice(0, MAX_ALLOWED),
      trace: { steps: runTo(fits[0]!), because: undefined, conclusion: undefined },
      isCut: first.instance !== undefined,
      fitting: fits.length,
    };
  }
}

function textOf<S>({ instances, observed: { action, parameters, before, after } }: ReadEvent<S>): string {
  const parts: string[] = [];
  if (before !== undefined) parts.push(`shows ${shown(before)}`);
  if (instances?.length === 1) parts.push(instances[0]!.text);
  else if (action !== undefined) {
    const values = Object.entries(parameters ?? {}).map(([name, value]) => `${name}=${show(value)}`);
    parts.push(`${actionText(action)}${values.length === 0 ? "" : `(${values.join(", ")})`}`);
  }
  if (after !== undefined) parts.push(`shows ${shown(after)}`);
  return parts.join(", then ");
}

function actionText(action: string | readonly string[] | undefined): string {
  return typeof action === "string" ? action : (action ?? []).join(" or ");
}

const optionsRule: Rule = object<ValidateTraceOptions>(
  "an object",
  "{ maxFitting: 1000 }",
  { maxFitting: optional(anything), signal: optional(anything), onProgress: optional(anything) },
  { at: (_, option) => `validateTrace: option ${option}`, synonyms: { max: "maxFitting", abort: "signal" } },
);

function checkOptions(options: ValidateTraceOptions): void {
  optionsRule.check(options, "validateTrace: its options");
  const { maxFitting } = options;
  if (maxFitting === undefined || (Number.isSafeInteger(maxFitting) && maxFitting > 0)) return;
  throw new ModelError(`validateTrace: option maxFitting is ${show(maxFitting)}: it must be a positive integer`);
}

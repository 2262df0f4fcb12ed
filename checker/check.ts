import { MOST_WORKERS } from "./search/orders.ts";
import {
  anyFunction,
  anything,
  didYouMean,
  listOf,
  nonEmptyText,
  object,
  optional,
  truth,
  word,
  type Rule,
} from "./definition/index.ts";
import { ModelError } from "./errors.ts";
import {
  isModel,
  isSafety,
  severityOf,
  type LivenessProperty,
  type Model,
  type Property,
  type SafetyProperty,
} from "./language/index.ts";
import { decideLiveness, undecided, type LivenessFinding } from "./liveness/liveness.ts";
import { Readings } from "./reading/index.ts";
import { overall, type PropertyReport, type Report, type Verdict } from "./report.ts";
import { show } from "./schema/index.ts";
import { exploreAutomatically } from "./search/automatic.ts";
import { exploreByReference, exploreDirectly } from "./search/breadth-first.ts";
import { exploreCompiled } from "./search/compiled.ts";
import type { Engine, EngineOptions, Exploration, Reached, SearchOptions } from "./search/exploration.ts";
import { abortReason, stopText, type Stopped } from "./stopped.ts";
import { replay } from "./trace/trace.ts";

/** Options for `check`. */
export interface CheckOptions extends SearchOptions {
  /**
   * Which engine searches: "compiled" runs code made of what was read of the model; "direct" the guards, recipes
   * and predicates themselves; "reference" the recipes by immer, slowly; "automatic" takes the direct engine for small
   * state spaces and the compiled one for the others. All give the same report. Default "automatic".
   */
  readonly engine?: "automatic" | Engine;
  /**
   * Whether the functions of the model are read before the search, so that one that depends on more than its arguments is
   * refused: "checked". "assumed": only where the search needs them as terms. Default "checked".
   */
  readonly purity?: "checked" | "assumed";
  /**
   * Called with all reachable states when the search has come to its end, and not when it was stopped; they are let go
   * of when it has returned. This is how a certificate is written: see `writeCertificate`.
   */
  readonly onReached?: (reached: ReachedStates) => Promise<void>;
}

/** All reachable states of a model, and what a search made of its safety properties. */
export interface ReachedStates extends Reached {
  /** The `always`, `step` and `noDeadlock` properties that hold: those that these states are a proof of. */
  readonly proved: readonly string[];
}

/**
 * Explores the whole state space of a model and decides each property. For liveness properties it stores all of its
 * transitions in a second search, by one worker.
 *
 * @returns a report; a bound that was reached, or an abort, makes what is undecided inconclusive
 * @throws ModelError when the model or an option is wrong: an unknown property, a guard or recipe that throws, a
 * step that leaves the state's type
 *
 * @example
 * ```ts
 * import { check, model, range, record } from "irqproof/checker";
 *
 * const counter = model({
 *   name: "counter",
 *   state: record({ count: range(0, 3) }),
 *   initial: { count: 0 },
 *   actions: {
 *     up: { when: (state) => state.count < 3, then: (draft) => { draft.count += 1; } },
 *     reset: { then: (draft) => { draft.count = 0; } },
 *   },
 *   properties: ({ always, sometimes }) => ({
 *     "below-three": always("the count stays below three", (state) => state.count < 3),
 *     "reaches-two": sometimes("the count reaches two", (state) => state.count === 2),
 *   }),
 * });
 * const report = await check(counter);
 * console.assert(report.verdict === "violated");
 * console.assert(report.states.distinct === 4 && report.states.transitions === 7 && report.states.depth === 4);
 * console.assert(report.properties[0]?.trace?.steps.length === 4);
 * ```
 */
export async function check<S>(model: Model<S>, options: CheckOptions = {}): Promise<Report<S>> {
  requireModel(model);
  checkOptions(options);
  const properties = selected(model, options.properties);
  const safety = new Map<string, SafetyProperty<S>>();
  const liveness = new Map<string, LivenessProperty<S>>();
  for (const [id, property] of properties) {
    if (isSafety(property)) safety.set(id, property);
    else liveness.set(id, property);
  }
  const readings = new Readings();
  if (options.purity !== "assumed") readings.refuseMistakes(model, properties);
  const engineOptions = { ...options, readings };
  const { engine, exploration } = await explored(model, safety, engineOptions);
  const started = performance.now();
  const findings = await livenessFindings(model, liveness, engine, exploration, engineOptions);
  if (options.purity !== "assumed") readings.requireUnchanged(model);
  const notes = readings.notes(model);
  const reports = [...properties].map(([id, property]) =>
    isSafety(property)
      ? safetyReport(model, id, property, exploration)
      : {
          id,
          kind: property.kind,
          title: property.title,
          severity: severityOf(property),
          ...(findings.get(id) as LivenessFinding<S>),
        },
  );
  return {
    model: model.name,
    parameters: model.parameters,
    verdict: overall([
      ...reports.map(({ verdict }) => verdict),
      // Without a property to decide, a search that was stopped has still not seen everything.
      ...(exploration.stopped === undefined || reports.length > 0 ? [] : ["inconclusive" as const]),
    ]),
    stopped: stoppedBy(exploration, options),
    states: { distinct: exploration.distinct, transitions: exploration.transitions, depth: exploration.depth },
    engine: {
      name: engine,
      workers: engine === "compiled" ? (options.workers ?? 1) : 1,
      bitsPerState: model.layout.bits,
      bytesPerState: exploration.distinct === 0 ? 0 : exploration.bytes / exploration.distinct,
      exact: true,
      ...(exploration.called === undefined || exploration.called.length === 0 ? {} : { called: exploration.called }),
      ...(exploration.readingSeconds === undefined
        ? {}
        : { readingSeconds: readings.processorSeconds + exploration.readingSeconds }),
    },
    ...(notes.length === 0 ? {} : { notes }),
    seconds: readings.seconds + exploration.seconds + (performance.now() - started) / 1000,
    properties: reports,
  };
}

/** Without the states, which may take much memory. */
async function explored<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: CheckOptions & EngineOptions,
): Promise<{ readonly engine: Engine; readonly exploration: Exploration }> {
  const {
    engine,
    exploration: { reached, ...exploration },
  } = await explore(model, properties, options);
  if (options.onReached !== undefined && reached !== undefined) {
    const proved = [...properties].flatMap(([id, { kind }]) =>
      kind === "sometimes" || exploration.findings.has(id) ? [] : [id],
    );
    await options.onReached({ ...reached, proved });
  }
  return { engine, exploration };
}

async function explore<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: CheckOptions & EngineOptions,
): Promise<{ readonly engine: Engine; readonly exploration: Exploration }> {
  const { engine = "automatic" } = options;
  switch (engine) {
    case "reference":
      return { engine, exploration: await exploreByReference(model, properties, options) };
    case "direct":
      return { engine, exploration: await exploreDirectly(model, properties, options) };
    case "compiled":
      return { engine, exploration: await exploreCompiled(model, properties, options) };
    case "automatic":
      return exploreAutomatically(model, properties, options);
  }
}

/** An infinite run is known only when every state and transition is: a search that ended early decides nothing. */
async function livenessFindings<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, LivenessProperty<S>>,
  engine: Engine,
  exploration: Exploration,
  options: EngineOptions,
): Promise<ReadonlyMap<string, LivenessFinding<S>>> {
  if (properties.size === 0) return new Map();
  const stopped = stoppedBy(exploration, options);
  return stopped === undefined
    ? decideLiveness(model, properties, engine, exploration, options)
    : undecided(model, properties, `the search ended early: ${stopText(stopped)}`);
}

/** A search knows that it was aborted, the signal knows why. */
function stoppedBy({ stopped }: Exploration, { signal }: CheckOptions): Stopped | undefined {
  return stopped?.kind === "aborted" ? abortReason(signal) : stopped;
}

function requireModel(given: unknown): void {
  if (isModel(given)) return;
  const isFamily = typeof given === "object" && given !== null && "instantiate" in given;
  const what = isFamily ? "a family; check one of its models: family.instantiate()" : `${show(given)}, not a model`;
  throw new ModelError(`check: it is given ${what}`);
}

const optionsRule: Rule = object<CheckOptions>(
  "an object",
  "{ maxStates: 100000 }",
  {
    properties: optional(listOf(nonEmptyText("no-interrupt-lost"))),
    maxStates: optional(anything),
    maxMemory: optional(anything),
    workers: optional(anything),
    audit: optional(anything),
    engine: optional(word("automatic", "compiled", "direct", "reference")),
    purity: optional(word("checked", "assumed")),
    untilViolation: optional(truth),
    signal: optional({
      expected: "an AbortSignal",
      example: "new AbortController().signal",
      check(value, where) {
        if (value instanceof AbortSignal) return;
        throw new ModelError(`${where} is ${show(value)}, not ${this.expected}`);
      },
    }),
    onProgress: optional(anyFunction("({ states }) => console.log(states)")),
    onReached: optional(anyFunction("async (reached) => { ... }")),
  },
  {
    at: (_, option) => `option ${option}`,
    synonyms: { property: "properties", only: "properties", threads: "workers", max: "maxStates", abort: "signal" },
  },
);

function checkOptions(options: CheckOptions): void {
  optionsRule.check(options, "check: its options");
  const { engine = "automatic", workers = 1, audit } = options;
  for (const name of ["maxStates", "maxMemory", "workers", "audit"] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new ModelError(`option ${name} is ${show(value)}: it must be a positive integer`);
    }
  }
  if (workers > MOST_WORKERS) {
    throw new ModelError(`option workers is ${workers}: at most ${MOST_WORKERS} can search together`);
  }
  const isAlone = engine === "direct" || engine === "reference";
  if (isAlone && workers > 1) {
    throw new ModelError(
      `option workers is ${workers}: the ${engine} engine searches alone; leave engine or workers out`,
    );
  }
  if (audit !== undefined && isAlone) {
    throw new ModelError("option audit needs the compiled engine");
  }
}

/** The properties to decide, in the model's order. */
function selected<S>(model: Model<S>, ids: readonly string[] | undefined): Map<string, Property<S>> {
  for (const id of ids ?? []) {
    if (!model.properties.has(id)) {
      const known = [...model.properties.keys()].join(", ") || "none";
      const near = didYouMean(id, model.properties.keys());
      throw new ModelError(`model ${model.name} has no property ${show(id)}: its properties are ${known}${near}`);
    }
  }
  return new Map([...model.properties].filter(([id]) => ids === undefined || ids.includes(id)));
}

function safetyReport<S>(
  model: Model<S>,
  id: string,
  property: SafetyProperty<S>,
  exploration: Exploration,
): PropertyReport<S> {
  const finding = exploration.findings.get(id);
  const trace = finding === undefined ? undefined : replay(model, id, property, finding.path);
  const { kind, title } = property;
  const severity = severityOf(property);
  return { id, kind, title, severity, verdict: verdictOf(), trace, remark: undefined, fairness: undefined };

  function verdictOf(): Verdict {
    if (finding !== undefined) return property.kind === "sometimes" ? "holds" : "violated";
    if (exploration.stopped !== undefined) return "inconclusive";
    return property.kind === "sometimes" ? "violated" : "holds";
  }
}

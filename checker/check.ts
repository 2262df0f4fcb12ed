import { actionReports } from "./actions.ts";
import { MAX_WORKERS } from "./search/workers/messages.ts";
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
import { refuseMisreads } from "./misreads.ts";
import { mistakeOf, undescribedSteps } from "./mistake.ts";
import { reductionOf, statesOf } from "./reduction.ts";
import type { PropertyReport, Report } from "./report.ts";
import { Phases } from "./phases.ts";
import { overall, type Verdict } from "./verdict.ts";
import { show } from "./schema/index.ts";
import { within } from "./compiled/limits.ts";
import { neverHolding, premisesOf } from "./compiled/premises.ts";
import { exploreAutomatically } from "./search/automatic.ts";
import { exploreByReference, exploreDirectly } from "./search/recipe-search.ts";
import { exploreCompiled } from "./search/compiled-search.ts";
import { ExploredSpaces } from "./search/states/explored-space.ts";
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
   * refused: "checked". "assumed": only where the search needs them as terms; then a small state space, or another that the
   * compiled engine did not explore, does not show which premises never hold. Default "checked".
   */
  readonly purity?: "checked" | "assumed";
  /**
   * Called with all reachable states when the search has come to its end, and not when it was stopped; they are released
   * when it has returned. This is how a certificate is written: see `writeCertificate`.
   */
  readonly onReached?: (reached: ReachedStates) => Promise<void>;
  /** Keeps a small state space, for `fingerprint` of the same model. */
  readonly explored?: ExploredSpaces;
}

/** All reachable states of a model, and what a search made of its safety properties. */
export interface ReachedStates extends Reached {
  /** The `always`, `step` and `noDeadlock` properties that hold: those that these states are a proof of. */
  readonly proved: readonly string[];
  /** Small state spaces that the search has kept. */
  readonly explored?: ExploredSpaces;
}

/**
 * Explores the whole state space of a model and decides each property. For liveness properties it stores all of its
 * transitions in a second search, by one worker.
 *
 * @returns a report; a bound that was reached, or an abort, makes what is undecided inconclusive
 * @throws ModelError when the model or an option is wrong in a way that is no matter of a state: an unknown property, a
 * function that depends on more than its arguments. A guard, recipe or predicate that fails in a reachable state is a
 * finding: see `Report.mistakes`
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
  return checkRead(model, options, new Readings());
}

/**
 * The same with readings that the caller has, where they are wanted for more than one check, or are of a model that was
 * changed after it was read.
 */
export async function checkRead<S>(model: Model<S>, options: CheckOptions, readings: Readings): Promise<Report<S>> {
  const properties = selected(model, options.properties);
  const safety = new Map<string, SafetyProperty<S>>();
  const liveness = new Map<string, LivenessProperty<S>>();
  for (const [id, property] of properties) {
    if (isSafety(property)) safety.set(id, property);
    else liveness.set(id, property);
  }
  const phases = new Phases();
  if (options.purity !== "assumed") phases.during("read", () => readings.refuseMistakes(model, properties));
  // Only all states decide a property of runs, or make a certificate.
  const untilDecided =
    options.properties !== undefined &&
    options.whole !== true &&
    options.onReached === undefined &&
    liveness.size === 0 &&
    safety.size > 0;
  const { explored = new ExploredSpaces() } = options;
  const engineOptions = { ...options, readings, explored, phases, untilDecided };
  const { engine, exploration } = await phases.duringAsync("search", () =>
    exploredModel(model, properties, safety, engineOptions),
  );
  const started = performance.now();
  const findings =
    liveness.size === 0
      ? new Map<string, LivenessFinding<S>>()
      : await phases.duringAsync("liveness", () =>
          livenessFindings(model, liveness, engine, exploration, engineOptions),
        );
  const reduction = reductionOf(options, engine, exploration, [...liveness.keys()]);
  if (options.purity !== "assumed") readings.requireUnchanged(model);
  const notes = readings.notes(model);
  const faults = [
    ...exploration.faults,
    ...[...findings.values()].flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
  ].map((fault) => phases.during("replay", () => mistakeOf(model, fault)));
  const reports = [...properties].map(([id, property]) =>
    isSafety(property)
      ? phases.during("replay", () => safetyReport(model, id, property, exploration))
      : {
          id,
          kind: property.kind,
          title: property.title,
          severity: severityOf(property),
          ...withoutFault(findings.get(id) as LivenessFinding<S>),
        },
  );
  const mistakes = [...faults, ...undescribedSteps<S>(model, [...faults, ...reports])];
  return {
    model: model.name,
    parameters: model.parameters,
    verdict: overall([
      ...(mistakes.length > 0 ? ["error" as const] : []),
      ...reports.map(({ verdict }) => verdict),
      // Without a property to decide, a search that was stopped is still incomplete.
      ...(exploration.stopped === undefined || reports.length > 0 ? [] : ["inconclusive" as const]),
    ]),
    stopped: stoppedBy(exploration, options),
    states: statesOf(exploration),
    ...(reduction === undefined ? {} : { symmetry: reduction }),
    actions: actionReports(model, exploration.counts, reduction?.isClosed ?? true),
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
      phases: phases.all(),
    },
    ...(notes.length === 0 ? {} : { notes }),
    ...(mistakes.length === 0 ? {} : { mistakes }),
    seconds: readings.seconds + exploration.seconds + (performance.now() - started) / 1000,
    properties: reports,
  };
}

function withoutFault<S>({ fault: _fault, ...finding }: LivenessFinding<S>): Omit<LivenessFinding<S>, "fault"> {
  return finding;
}

/** Without the states, which may take much memory. */
async function exploredModel<S>(
  model: Model<S>,
  selected: ReadonlyMap<string, Property<S>>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: CheckOptions & EngineOptions & { readonly readings: Readings },
): Promise<{ readonly engine: Engine; readonly exploration: Exploration }> {
  const {
    engine,
    exploration: { reached, ...exploration },
  } = await explore(model, properties, options);
  if (options.purity !== "assumed" && reached !== undefined) {
    await refuseMisreads(model, selected, options.readings.of(model), reached.states(), options.signal);
  }
  if (options.onReached !== undefined && reached !== undefined) {
    const proved = [...properties].flatMap(([id, { kind }]) =>
      kind === "sometimes" || exploration.findings.has(id) || exploration.faults.some(({ property }) => property === id)
        ? []
        : [id],
    );
    const { explored } = options;
    await options.onReached({ ...reached, proved, ...(explored === undefined ? {} : { explored }) });
  }
  return {
    engine,
    exploration: { ...exploration, unmet: unmetPremises(model, properties, exploration, reached, options) },
  };
}

/** The properties with a premise that holds in no reachable state. */
function unmetPremises<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  { stopped, unmet, findings }: Exploration,
  reached: Reached | undefined,
  { readings, purity, engine = "automatic" }: EngineOptions & CheckOptions,
): readonly string[] {
  if (stopped !== undefined) return [];
  // To read functions for this alone takes longer than most searches by the model's own functions.
  if (unmet === undefined && purity === "assumed" && engine !== "compiled") return [];
  if (unmet !== undefined || reached === undefined || readings === undefined) return unmet ?? [];
  const holding = new Map([...properties].filter(([id]) => !findings.has(id)));
  const reading = within(readings.of(model));
  const premises = premisesOf(holding, reading, (id, property) =>
    model.instances.map((instance) => reading.step(id, property, instance)),
  );
  return neverHolding(premises, model.layout, reached.states()).map(({ id }) => id);
}

async function explore<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: CheckOptions & EngineOptions,
): Promise<{ readonly engine: Engine; readonly exploration: Exploration }> {
  const { engine = "automatic", symmetry = "off" } = options;
  switch (engine) {
    case "reference":
      return { engine, exploration: await exploreByReference(model, properties, options) };
    case "direct":
      return { engine, exploration: await exploreDirectly(model, properties, options) };
    case "compiled":
      return { engine, exploration: await exploreCompiled(model, properties, options) };
    case "automatic":
      // Only the compiled engine explores orbits.
      if (symmetry !== "off")
        return { engine: "compiled", exploration: await exploreCompiled(model, properties, options) };
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
  const stopped = stoppedBy(exploration, options);
  if (stopped !== undefined) return undecided(model, properties, `the search ended early: ${stopText(stopped)}`);
  const { orbits } = exploration;
  if (orbits === undefined || orbits.isClosed === true) {
    return decideLiveness(model, properties, engine, sizeOf(exploration), options);
  }
  // Exchanging indices along an infinite run need not keep it fair: these properties are decided on all states, which
  // must be counted first.
  const all = { ...options, symmetry: "off" as const };
  const counted = await explore(model, new Map<string, SafetyProperty<S>>(), { ...all, untilDecided: false });
  return livenessFindings(model, properties, counted.engine, counted.exploration, all);
}

/** The numbers of states and transitions of a model, by a search that has counted them. */
function sizeOf({ orbits, distinct, transitions }: Exploration): { distinct: number; transitions: number } {
  return orbits === undefined
    ? { distinct, transitions }
    : { distinct: orbits.states, transitions: orbits.transitions };
}

/** A search reports that it was aborted; the signal has the reason. */
function stoppedBy({ stopped }: Exploration, { signal }: CheckOptions): Stopped | undefined {
  return stopped?.kind === "aborted" ? abortReason(signal) : stopped;
}

function requireModel(given: unknown): void {
  if (isModel(given)) return;
  const isFamily = typeof given === "object" && given !== null && "instantiate" in given;
  const what = isFamily ? "a family; check one of its models: family.instantiate()" : `${show(given)}, not a model`;
  throw new ModelError(`check: its argument is ${what}`);
}

const optionsRule: Rule = object<CheckOptions>(
  "an object",
  "{ maxStates: 100000 }",
  {
    properties: optional(listOf(nonEmptyText("no-interrupt-lost"))),
    whole: optional(truth),
    maxStates: optional(anything),
    maxMemory: optional(anything),
    workers: optional(anything),
    audit: optional(anything),
    engine: optional(word("automatic", "compiled", "direct", "reference")),
    purity: optional(word("checked", "assumed")),
    untilViolation: optional(truth),
    symmetry: optional(word("off", "declared", "auto")),
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
    explored: optional({
      expected: "an ExploredSpaces",
      example: "new ExploredSpaces()",
      check(value, where) {
        if (value instanceof ExploredSpaces) return;
        throw new ModelError(`${where} is ${show(value)}, not ${this.expected}`);
      },
    }),
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
  if (workers > MAX_WORKERS) {
    throw new ModelError(`option workers is ${workers}: it must be at most ${MAX_WORKERS}`);
  }
  const isAlone = engine === "direct" || engine === "reference";
  if (isAlone && workers > 1) {
    throw new ModelError(
      `option workers is ${workers}: the ${engine} engine uses one worker; leave engine or workers out`,
    );
  }
  if (options.onReached !== undefined && (options.symmetry ?? "off") !== "off") {
    throw new ModelError(
      "option onReached needs every reachable state, and symmetry leaves states out: leave one of them out",
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
  const verdict = verdictOf();
  const isUnmet = verdict === "holds" && exploration.unmet?.includes(id) === true;
  const place = property.kind === "step" ? "by no step" : "in no reachable state";
  const remark = isUnmet ? `its premise holds ${place}` : undefined;
  return { id, kind, title, severity, verdict, trace, remark, fairness: undefined };

  function verdictOf(): Verdict {
    if (finding !== undefined) return property.kind === "sometimes" ? "holds" : "violated";
    if (exploration.faults.some((fault) => fault.property === id)) return "error";
    if (exploration.stopped !== undefined) return "inconclusive";
    return property.kind === "sometimes" ? "violated" : "holds";
  }
}

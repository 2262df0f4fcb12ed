import { MOST_WORKERS } from "./compiled/table.ts";
import { ModelError } from "./errors.ts";
import { isSafety, type Model, type Property, type SafetyProperty } from "./language/index.ts";
import { overall, type PropertyReport, type Report, type Verdict } from "./report.ts";
import { show } from "./schema/index.ts";
import { exploreAutomatically } from "./search/automatic.ts";
import { exploreByReference } from "./search/breadth-first.ts";
import { exploreCompiled } from "./search/compiled.ts";
import type { Exploration, SearchOptions } from "./search/exploration.ts";
import { replay } from "./trace/trace.ts";

/** What a check is told. */
export interface CheckOptions extends SearchOptions {
  /**
   * Which engine searches: "compiled" runs code made from what it has learned of the model, "reference" the recipes
   * themselves, slowly; "automatic" takes the reference for small state spaces and the compiled one for the others.
   * All give the same report. Default "automatic".
   */
  readonly engine?: "automatic" | "compiled" | "reference";
}

/**
 * Explores the whole state space of a model and decides each property.
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
  checkOptions(options);
  const properties = selected(model, options.properties);
  const { engine, exploration } = await explore(model, properties, options);
  const reports = [...properties].map(([id, property]) => propertyReport(model, id, property, exploration));
  return {
    model: model.name,
    parameters: model.parameters,
    verdict: overall([
      ...reports.map(({ verdict }) => verdict),
      // Without a property to decide, a search that was stopped has still not seen everything.
      ...(exploration.stopped === undefined || reports.length > 0 ? [] : ["inconclusive" as const]),
    ]),
    stopped: exploration.stopped,
    states: { distinct: exploration.distinct, transitions: exploration.transitions, depth: exploration.depth },
    engine: {
      name: engine,
      workers: engine === "compiled" ? (options.workers ?? 1) : 1,
      bitsPerState: model.layout.bits,
      bytesPerState: exploration.distinct === 0 ? 0 : exploration.bytes / exploration.distinct,
      exact: true,
    },
    seconds: exploration.seconds,
    properties: reports,
  };
}

async function explore<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: CheckOptions,
): Promise<{ readonly engine: "compiled" | "reference"; readonly exploration: Exploration }> {
  const { engine = "automatic" } = options;
  switch (engine) {
    case "reference":
      return { engine, exploration: await exploreByReference(model, properties, options) };
    case "compiled":
      return { engine, exploration: await exploreCompiled(model, properties, options) };
    case "automatic":
      return exploreAutomatically(model, properties, options);
  }
}

function checkOptions(options: CheckOptions): void {
  const { engine = "automatic", workers = 1, audit } = options;
  if (!["automatic", "compiled", "reference"].includes(engine)) {
    throw new ModelError(`option engine is ${show(engine)}: it must be "automatic", "compiled" or "reference"`);
  }
  for (const name of ["maxStates", "maxMemory", "workers", "audit"] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new ModelError(`option ${name} is ${show(value)}: it must be a whole number above 0`);
    }
  }
  if (workers > MOST_WORKERS) {
    throw new ModelError(`option workers is ${workers}: at most ${MOST_WORKERS} can search together`);
  }
  if (engine === "reference" && workers > 1) {
    throw new ModelError(
      `option workers is ${workers}: the reference engine searches alone; leave engine or workers out`,
    );
  }
  if (audit !== undefined && (engine === "reference" || workers > 1)) {
    throw new ModelError("option audit needs the compiled engine with one worker");
  }
}

/** The properties to decide, in the model's order. */
function selected<S>(model: Model<S>, ids: readonly string[] | undefined): Map<string, SafetyProperty<S>> {
  for (const id of ids ?? []) {
    if (!model.properties.has(id)) {
      const known = [...model.properties.keys()].join(", ") || "none";
      throw new ModelError(`model ${model.name} has no property ${show(id)}: its properties are ${known}`);
    }
  }
  const chosen = new Map<string, SafetyProperty<S>>();
  for (const [id, property] of model.properties) {
    if (ids !== undefined && !ids.includes(id)) continue;
    if (!isSafety(property)) {
      throw new ModelError(
        `model ${model.name}: property ${id} is of the kind ${property.kind}, which this engine cannot decide`,
      );
    }
    chosen.set(id, property);
  }
  return chosen;
}

function propertyReport<S>(
  model: Model<S>,
  id: string,
  property: Property<S>,
  exploration: Exploration,
): PropertyReport<S> {
  const finding = exploration.findings.get(id);
  const trace = finding === undefined ? undefined : replay(model, id, property, finding.path);
  return { id, kind: property.kind, title: property.title, verdict: verdictOf(), trace };

  function verdictOf(): Verdict {
    if (finding !== undefined) return property.kind === "sometimes" ? "holds" : "violated";
    if (exploration.stopped !== undefined) return "inconclusive";
    return property.kind === "sometimes" ? "violated" : "holds";
  }
}

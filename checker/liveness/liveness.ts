import { packingOf } from "../schema/packing.ts";
import { fairnessText, type LivenessProperty, type Model } from "../language/index.ts";
import { availableMemory } from "../platform.ts";
import type { Verdict } from "../verdict.ts";
import type { Engine, EngineOptions, FoundFault } from "../search/exploration.ts";
import { abortReason, stopText } from "../stopped.ts";
import type { Path } from "../trace/shortest.ts";
import type { Trace } from "../trace/trace.ts";
import { graphCompiled } from "./compiled.ts";
import { decide, wayToFault, type Decision } from "./decide.ts";
import { graphBytes, type GraphSize } from "./graph.ts";
import { assumptionsOf } from "./groups.ts";
import { casesOf, type LivenessCase } from "./predicates.ts";
import { graphByReference, graphDirectly } from "./reference.ts";
import { replayLiveness } from "./replay.ts";

/** Result for a liveness property. */
export interface LivenessFinding<S> {
  readonly verdict: Verdict;
  /** Failure of a predicate, if there is one. */
  readonly fault?: FoundFault;
  readonly trace: Trace<S> | undefined;
  /** Why nothing was decided, or why a "holds" is weaker than it seems. */
  readonly remark: string | undefined;
  /** The assumption, as a clause; undefined for a property of what is possible. */
  readonly fairness: string | undefined;
}

/**
 * Decides liveness properties, once a search has seen the whole state space: the graph is stored in a second search, and
 * then each property is decided on it.
 *
 * @param size what the search has counted
 */
export async function decideLiveness<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, LivenessProperty<S>>,
  engine: Engine,
  size: GraphSize,
  options: EngineOptions,
): Promise<Map<string, LivenessFinding<S>>> {
  const cases = new Map([...properties].map(([id, property]) => [id, casesOf(id, property)]));
  const all = [...cases.values()].flat().flatMap(({ predicates }) => predicates);
  const { maxMemory = Math.floor(availableMemory() * 0.75) } = options;
  const words = engine === "compiled" ? 2 * packingOf(model.layout).words : model.layout.words;
  const bytes = graphBytes(size, words, model.instances.length, all.length);
  if (bytes > maxMemory) {
    return undecided(
      model,
      properties,
      `storing every transition needs about ${Math.ceil(bytes)} bytes, more than the memory bound of ${maxMemory} bytes`,
    );
  }
  const build = engine === "compiled" ? graphCompiled : engine === "direct" ? graphDirectly : graphByReference;
  const graph = await build(model, all, size, options);
  if (graph === undefined) return undecided(model, properties, stopText(abortReason(options.signal)));
  const findings = new Map<string, LivenessFinding<S>>();
  let next = 0;
  for (const [id, property] of properties) {
    const own = cases.get(id) as LivenessCase<S>[];
    const count = own.reduce((sum, { predicates }) => sum + predicates.length, 0);
    const faults = graph.faults.slice(next, next + count).filter((fault) => fault !== undefined);
    const fairness = fairnessOf(model, property);
    if (faults.length > 0) {
      const path = nearest(faults.map((fault) => wayToFault(model, graph, fault)));
      const fault = { property: id, level: path.instances.length + 1, path };
      findings.set(id, { verdict: "error", trace: undefined, remark: undefined, fairness, fault });
      next += count;
      continue;
    }
    const decisions = own.map((one): [LivenessCase<S>, Decision] => {
      const predicates = graph.predicates.slice(next, next + one.predicates.length);
      next += predicates.length;
      return [one, decide(model, one.property, graph, predicates)];
    });
    findings.set(id, { ...summary(model, id, decisions), fairness });
  }
  return findings;
}

/** The shortest, the first among equals. */
function nearest(paths: readonly Path[]): Path {
  return paths.reduce((best, path) => (path.instances.length < best.instances.length ? path : best));
}

/** The verdict on a property of several things: the shortest counterexample of any, the first among equals. */
function summary<S>(
  model: Model<S>,
  id: string,
  decisions: readonly (readonly [LivenessCase<S>, Decision])[],
): Omit<LivenessFinding<S>, "fairness"> {
  const named = (name: string | undefined, text: string): string => (name === undefined ? text : `${name}: ${text}`);
  let worst: readonly [LivenessCase<S>, Path] | undefined;
  for (const [one, { path }] of decisions) {
    if (path !== undefined && path.instances.length < (worst?.[1].instances.length ?? Infinity)) worst = [one, path];
  }
  if (worst !== undefined) {
    const [{ name, property }, path] = worst;
    const trace = replayLiveness(model, id, property, path);
    return { verdict: "violated", trace: { ...trace, because: named(name, trace.because ?? "") }, remark: undefined };
  }
  const remarks = decisions.map(([, { remark }]) => remark);
  const isOfAll = new Set(remarks).size === 1;
  const texts = decisions.flatMap(([{ name }, { remark }]) => (remark === undefined ? [] : [named(name, remark)]));
  return {
    verdict: "holds",
    trace: undefined,
    remark: isOfAll ? remarks[0] : texts.join("; "),
  };
}

/** Nothing is decided, for this reason. */
export function undecided<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, LivenessProperty<S>>,
  remark: string,
): Map<string, LivenessFinding<S>> {
  return new Map(
    [...properties].map(([id, property]) => [
      id,
      { verdict: "inconclusive", trace: undefined, remark, fairness: fairnessOf(model, property) },
    ]),
  );
}

function fairnessOf<S>(model: Model<S>, property: LivenessProperty<S>): string | undefined {
  return property.kind === "alwaysPossible" ? undefined : fairnessText(model.actions, assumptionsOf(model, property));
}

import { freemem } from "node:os";
import { packingOf } from "../compiled/packing.ts";
import { fairnessText, type LivenessProperty, type Model } from "../language/index.ts";
import type { SearchOptions } from "../search/exploration.ts";
import type { Trace } from "../trace/trace.ts";
import { graphCompiled } from "./compiled.ts";
import { decide } from "./decide.ts";
import { graphBytes, type GraphSize } from "./graph.ts";
import { assumptionsOf } from "./groups.ts";
import { predicatesOf } from "./predicates.ts";
import { graphByReference } from "./reference.ts";
import { replayLiveness } from "./replay.ts";

/** What was found out about a liveness property. */
export interface LivenessFinding<S> {
  readonly verdict: "holds" | "violated" | "inconclusive";
  readonly trace: Trace<S> | undefined;
  /** Why nothing was decided, or why a "holds" says less than it seems to. */
  readonly remark: string | undefined;
  /** What was assumed, as a clause; undefined for a property of what is possible. */
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
  engine: "compiled" | "reference",
  size: GraphSize,
  options: SearchOptions,
): Promise<Map<string, LivenessFinding<S>>> {
  const predicates = [...properties].map(([id, property]) => predicatesOf(id, property));
  const all = predicates.flat();
  const { maxMemory = Math.floor(freemem() * 0.75) } = options;
  const words = engine === "compiled" ? 2 * packingOf(model.layout).words : model.layout.words;
  const bytes = graphBytes(size, words, model.instances.length, all.length);
  if (bytes > maxMemory) {
    return undecided(
      model,
      properties,
      `storing every transition takes about ${Math.ceil(bytes)} bytes, more than the bound of ${maxMemory} bytes of memory`,
    );
  }
  const build = engine === "compiled" ? graphCompiled : graphByReference;
  const graph = await build(model, all, size, options);
  if (graph === undefined) return undecided(model, properties, "it was interrupted");
  const findings = new Map<string, LivenessFinding<S>>();
  let next = 0;
  for (const [index, [id, property]] of [...properties].entries()) {
    const own = graph.predicates.slice(next, next + (predicates[index] as unknown[]).length);
    next += own.length;
    const { path, remark } = decide(model, property, graph, own);
    findings.set(id, {
      verdict: path === undefined ? "holds" : "violated",
      trace: path === undefined ? undefined : replayLiveness(model, id, property, path),
      remark,
      fairness: fairnessOf(model, property),
    });
  }
  return findings;
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

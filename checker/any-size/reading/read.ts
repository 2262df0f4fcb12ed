import { ModelError } from "../../errors.ts";
import { originalOf } from "../../language/index.ts";
import type { Callable } from "../../reading/source/source.ts";
import { NotRead } from "../../terms/index.ts";
import type { Action, AnySizeSystem, Cell, Expression, Sort } from "../system.ts";
import { buildsOf, type Builds, type Sized } from "./family/builds.ts";
import { and, every, not, TRUE } from "./values/expressions.ts";
import { initialOf } from "./placement.ts";
import { Reader, type Origin } from "./reader.ts";
import { Session } from "./values/session.ts";
import { sizesInBuild, type SizeUse } from "./family/sizes-in-build.ts";
import { structureOf, type Structure } from "./family/structure.ts";

/** The system read from a family, and its source. */
export interface AnySizeReading<S> {
  readonly system: AnySizeSystem;
  readonly builds: Builds<S>;
  readonly structure: Structure;
  /** For each action of the system: the action of the model, and the values of its parameters that are no variables. */
  readonly origins: ReadonlyMap<Action, Origin>;
  /** For cells that stand for a literal index: the index. */
  readonly literals: ReadonlyMap<Cell, number>;
}

/** The property that no function throws or leaves the state's type. */
export const WELL_FORMED = "well-formed";

/**
 * Reads a family of models at all sizes of some dimensions at once.
 *
 * @param given values of the other parameters; those that are not given have their defaults
 * @param dimensions names of the integer parameters that may have any size
 * @throws ModelError where a function counts, orders or computes with indices or sizes, or cannot be read: with the
 * function, the place and the reason
 */
export function readFamily<S>(
  family: Sized<S>,
  given: Readonly<Record<string, unknown>>,
  dimensions: readonly string[],
): AnySizeReading<S> {
  if (dimensions.length === 0) throw new ModelError(`${family.name}: no dimension is given that may have any size`);
  const assumed = assumedOf(family, dimensions);
  let last: ModelError | undefined;
  let furthest: ModelError | undefined;
  // At the smallest sizes a model may lack parts that it has at all larger ones.
  for (const least of leastSizes(dimensions)) {
    try {
      return readBuilds(buildsOf(family, given, dimensions, least), least, assumed);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      last = error;
      // A reason with a place is worth more than one about the state's type.
      if (error.message.endsWith(")")) furthest ??= error;
    }
  }
  throw furthest ?? (last as ModelError);
}

/**
 * Assumptions of the reading on the function that builds the models: that its functions capture the same at sizes
 * that were not built.
 *
 * @throws ModelError where the function is seen to compare a size, or to compute with it
 */
function assumedOf(family: Sized<unknown>, dimensions: readonly string[]): string[] {
  if (family.build === undefined) return [];
  const { computed, handedOn } = sizesInBuild(originalOf(family.build as Callable), dimensions);
  const at = ({ what, where }: SizeUse): string => `${what}${where === undefined ? "" : ` (${where})`}`;
  const [use] = computed;
  if (use !== undefined) {
    throw new ModelError(
      `${family.name} cannot be read for any size: its build function ${at(use)}; it may give a size to indices, range, array, repeat and Array.from, and refuse sizes by an error`,
    );
  }
  const [first, ...others] = handedOn;
  if (first === undefined) return [];
  const more =
    others.length === 0 ? "" : `, and so at ${others.length} more ${others.length === 1 ? "place" : "places"}`;
  return [
    `what functions capture beside sizes is the same at the sizes that were not built: the build function ${at(first)}${more}, and the code behind it is not looked at`,
  ];
}

function leastSizes(dimensions: readonly string[]): ReadonlyMap<string, number>[] {
  return [new Map(), ...dimensions.map((name) => new Map([[name, 2]])), new Map(dimensions.map((name) => [name, 2]))];
}

function readBuilds<S>(
  builds: Builds<S>,
  least: ReadonlyMap<string, number>,
  assumed: readonly string[],
): AnySizeReading<S> {
  const { name, models } = builds;
  const types = models.map(({ layout }) => layout.type);
  let structure: Structure;
  try {
    structure = structureOf(types, builds.dimensions);
  } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    throw new ModelError(`${name} cannot be read for any size: ${error.message}`);
  }
  const zeros = new Map<Sort, Cell>();
  const session = new Session(builds.dimensions, structure.scalars, zeros);
  const reader = new Reader(builds, structure, session);
  const origins = new Map<Action, Origin>();
  const faults: Expression[] = [];
  for (const [action, origin, fault] of reader.actions()) {
    origins.set(action, origin);
    faults.push(action.parameters.reduceRight((body, one) => every(one, body), not(fault)));
  }
  const { read: properties, unread } = reader.properties();
  const lemmas = reader.lemmas();
  const initial = initialOf(structure.root, builds as Builds<unknown>, (sort, index) => session.literal(sort, index));
  const wellFormed = and(...faults);
  const system: AnySizeSystem = {
    name,
    sorts: builds.dimensions.map(({ sort }) => sort),
    cells: [...structure.cells, ...zeros.values()],
    initial: initial.condition,
    actions: [...origins.keys()],
    properties:
      wellFormed === TRUE
        ? properties
        : [
            ...properties,
            { id: WELL_FORMED, title: "no function throws or leaves the state's type", holds: wellFormed },
          ],
    lemmas,
    unread,
    ...(least.size === 0 ? {} : { least: Object.fromEntries(least) }),
    abstractions: [...reader.abstractions, ...initial.abstractions],
    assumptions: [
      `the initial states meet the condition that is read off them at ${builds.models.length} sizes (${sizesText(builds)})`,
      ...assumed,
    ],
  };
  return {
    system,
    builds,
    structure,
    origins,
    literals: new Map([...zeros.values()].map((cell) => [cell, 0])),
  };
}

function sizesText({ dimensions, models }: Builds<unknown>): string {
  const names = dimensions.map(({ parameter }) => parameter).join(", ");
  return `${names} = ${models.map((_, at) => dimensions.map(({ sizes }) => sizes[at]).join()).join("; ")}`;
}

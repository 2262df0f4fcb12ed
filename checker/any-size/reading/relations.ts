import type { Cell, Expression, Sort } from "../system.ts";
import { and, constant, equal, every, freshVariable, isIndex, or, read, variable } from "./values/expressions.ts";

/** A value of a cell in an initial state. */
export interface Entry {
  /** Number of the initial state among those of all builds. */
  readonly state: number;
  readonly indices: readonly number[];
  /** A boolean, a name or an index. */
  readonly value: boolean | string | number;
}

/** The initial states of all builds. */
export interface InitialStates {
  readonly cells: ReadonlyMap<Cell, readonly Entry[]>;
  /** The number of elements of a sort in a state. */
  sizeOf(sort: Sort, state: number): number;
  /** The index that a number stands for at every size. */
  literal(sort: Sort, index: number): Expression;
}

/** Indices of a cell in a state, perhaps with an element that it may hold. */
interface Sample {
  readonly state: number;
  readonly indices: readonly number[];
}

/** A condition on a sample. */
interface Feature {
  holds(sample: Sample): boolean;
  /** @param at the indices as expressions */
  expression(at: readonly Expression[]): Expression;
}

/**
 * What a cell holds, in terms of other cells, as far as that is so in all initial states: a slot of a table holds a device exactly
 * where the device's own cells name the slot. Undefined where nothing of this form is found.
 *
 * @param others the cells that it may depend on
 */
export function relationOf(cell: Cell, others: readonly Cell[], states: InitialStates): Expression | undefined {
  const entries = states.cells.get(cell) ?? [];
  const { parameters, type } = cell;
  const own = parameters.map((sort) => freshVariable(sort));
  const at = own.map(variable);
  const here = read(cell, at);
  const forAll = (condition: Expression): Expression => own.reduceRight((body, one) => every(one, body), condition);
  const names = new Map<boolean | string, number>();
  for (const { value } of entries) if (typeof value !== "number") names.set(value, (names.get(value) ?? 0) + 1);
  const features = featuresOf(parameters, others, states);
  // One of the names may be what the cell holds elsewhere: the one that has no condition of its own, or the most frequent.
  const found = [...names]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name]) => {
      const [yes, no] = partition(entries, ({ value }) => value === name);
      return { name, conjunction: exactly(features, yes, no) };
    });
  const usual = found.find(({ conjunction }) => conjunction === undefined) ?? found[0];
  const conditions: Expression[] = [];
  for (const one of found) {
    if (one === usual) continue;
    if (one.conjunction === undefined) return undefined;
    conditions.push(forAll(equal(equalTo(here, one.name), and(...one.conjunction.map((part) => part.expression(at))))));
  }
  const held = entries.some(({ value }) => typeof value === "number");
  if (held && type.kind === "index") {
    const element = freshVariable(type.sort);
    const samples = entries.flatMap(({ state, indices, value }) =>
      Array.from({ length: states.sizeOf(type.sort, state) }, (_, one) => ({
        state,
        indices: [...indices, one],
        isHeld: value === one,
      })),
    );
    const [yes, no] = partition(samples, ({ isHeld }) => isHeld);
    const conjunction = exactly(featuresOf([...parameters, type.sort], others, states), yes, no);
    if (conjunction === undefined) return undefined;
    const place = [...at, variable(element)];
    const isPlace = and(...conjunction.map((one) => one.expression(place)));
    conditions.push(forAll(every(element, equal(equal(here, variable(element)), isPlace))));
  }
  const values = found.map(({ name }) => equalTo(here, name));
  conditions.push(forAll(or(...values, ...(held ? [isIndex(here)] : []))));
  return and(...conditions);
}

function equalTo(expression: Expression, value: boolean | string): Expression {
  return equal(expression, constant(value));
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

/** The fewest of the features that hold of all these samples and of none of the others. */
function exactly(
  features: readonly Feature[],
  yes: readonly Sample[],
  no: readonly Sample[],
): readonly Feature[] | undefined {
  let chosen = features.filter((feature) => yes.every((sample) => feature.holds(sample)));
  const isExact = (some: readonly Feature[]): boolean =>
    no.every((sample) => some.some((feature) => !feature.holds(sample)));
  if (!isExact(chosen)) return undefined;
  for (const feature of chosen) {
    const fewer = chosen.filter((one) => one !== feature);
    if (isExact(fewer)) chosen = fewer;
  }
  return chosen;
}

/** Conditions on indices of these sorts, and on the cells of those indices. */
function featuresOf(sorts: readonly Sort[], others: readonly Cell[], states: InitialStates): Feature[] {
  const features: Feature[] = [];
  const values = new Map(others.map((cell) => [cell, byPlace(states.cells.get(cell) ?? [])]));
  const valueAt = (cell: Cell, state: number, indices: readonly number[]): Entry["value"] | undefined =>
    values.get(cell)?.get(`${state} ${indices.join()}`);
  for (const [at, sort] of sorts.entries()) {
    for (const [other, second] of sorts.entries()) {
      if (other >= at || second !== sort) continue;
      features.push({
        holds: ({ indices }) => indices[at] === indices[other],
        expression: (all) => equal(all[at] as Expression, all[other] as Expression),
      });
    }
  }
  for (const cell of others) {
    // Cells without an index, and those of one of the indices.
    const owners =
      cell.parameters.length === 0
        ? [undefined]
        : cell.parameters.length === 1
          ? [...sorts.keys()].filter((at) => sorts[at] === cell.parameters[0])
          : [];
    for (const owner of owners) {
      const indicesIn = ({ indices }: Sample): readonly number[] =>
        owner === undefined ? [] : [indices[owner] as number];
      const readIn = (all: readonly Expression[]): Expression =>
        read(cell, owner === undefined ? [] : [all[owner] as Expression]);
      const { type } = cell;
      for (const name of type.kind === "boolean" ? [true] : type.names) {
        features.push({
          holds: (sample) => valueAt(cell, sample.state, indicesIn(sample)) === name,
          expression: (all) => equalTo(readIn(all), name),
        });
      }
      if (type.kind !== "index") continue;
      for (const [at, sort] of sorts.entries()) {
        if (sort !== type.sort) continue;
        features.push({
          holds: (sample) => valueAt(cell, sample.state, indicesIn(sample)) === sample.indices[at],
          expression: (all) => equal(readIn(all), all[at] as Expression),
        });
      }
    }
  }
  for (const [at, sort] of sorts.entries()) {
    features.push({
      holds: ({ indices }) => indices[at] === 0,
      expression: (all) => equal(all[at] as Expression, states.literal(sort, 0)),
    });
  }
  return features;
}

/** Values by state and indices. */
export function byPlace(entries: readonly Entry[]): Map<string, Entry["value"]> {
  return new Map(entries.map(({ state, indices, value }) => [`${state} ${indices.join()}`, value]));
}

import type { Cube as FixedCube, Parts } from "../../proof/states/states.ts";
import type { Part } from "../../proof/states/parts.ts";
import { and, constant, equal, every, not, or, read, truth, variable } from "../expressions.ts";
import type { Instance, InstancePlace } from "../instance.ts";
import type { Cell, Expression, Sort, Variable } from "../system.ts";
import { Elements, type Cube } from "./cube.ts";

/** A system at a size, and the parts that facts about it are in terms of. */
export type FactsAt = Instance & { readonly parts: Parts };

/** A literal of a fact at a fixed size: a cell has one of some values. */
export interface FixedLiteral {
  readonly cell: Cell;
  readonly indices: readonly number[];
  readonly part: Part;
  /** Names among the values; of a boolean cell, its values. */
  readonly names: readonly (string | boolean)[];
  readonly elements: readonly number[];
  /** Whether the literal says that the cell is out of use, or else that it is in use. */
  readonly unused: boolean;
}

/** Ways to understand a literal at the indices given; a fact is a choice of one for each literal. */
export type Way = (elements: Elements) => Expression[];

/** Readings of one fact are at most this many: a fact of many literals has too many to try. */
const MAX_READINGS_PER_FACT = 64;

/**
 * The claims about all sizes that a fact at a fixed size may be an instance of. Each element of the fact becomes a variable.
 * A list of values is also read as "all others", and a literal at all elements of a sort, or all but one or two, also as
 * "at every element", or "at every other element".
 */
export function readingsOf(instance: FactsAt, fact: FixedCube): Cube[] {
  return splitByUse(literalsOf(instance, fact)).flatMap((literals) => {
    const groups = groupsOf(literals);
    const ways = groups.map((group) => waysOf(instance, group));

    let choices: Way[][] = [[]];
    for (const options of ways) {
      choices = choices.flatMap((chosen) => options.map((option) => [...chosen, option]));
      if (choices.length > MAX_READINGS_PER_FACT) choices.length = MAX_READINGS_PER_FACT;
    }
    return choices.map((chosen): Cube => {
      const elements = new Elements();
      const terms = chosen.flatMap((way) => way(elements));
      return { distinct: elements.pairs, terms };
    });
  });
}

export function literalsOf({ places, parts }: FactsAt, fact: FixedCube): FixedLiteral[] {
  return Array.from(fact, ([number, mask]): FixedLiteral => {
    const part = parts[number] as Part;
    const { cell, indices } = places[number] as InstancePlace;
    const values = Array.from({ length: part.values }, (_, value) => value)
      .filter((value) => (mask >> value) & 1)
      .map((value) => scalarOf(places[number] as InstancePlace, part, value));
    return {
      cell,
      indices,
      part,
      names: values.filter((value) => typeof value !== "number") as (string | boolean)[],
      elements: values.filter((value): value is number => typeof value === "number"),
      unused: part.unused.length > 0 && ((mask >> part.values) & 1) === 1,
    };
  });
}

/** The value of the system's cell that a value of the layout's stands for. */
function scalarOf({ cell, isCount }: InstancePlace, part: Part, value: number): unknown {
  const scalar = part.cell.shape.valueAt(value);
  if (!isCount) return scalar;
  return cell.type.kind === "boolean" ? scalar === 1 : String(scalar);
}

/** "Has one of these values, or is out of use" says two things: each is a fact of its own. */
export function splitByUse(literals: readonly FixedLiteral[]): FixedLiteral[][] {
  let ways: FixedLiteral[][] = [[]];
  for (const literal of literals) {
    const isBoth = literal.unused && literal.names.length + literal.elements.length > 0;
    const options = isBoth
      ? [
          { ...literal, unused: false },
          { ...literal, names: [], elements: [] },
        ]
      : [literal];
    ways = ways.flatMap((way) => options.map((option) => [...way, option]));
  }
  return ways;
}

/** Literals that say the same of different elements. */
function groupsOf(literals: readonly FixedLiteral[]): FixedLiteral[][] {
  const groups = new Map<string, FixedLiteral[]>();
  for (const literal of literals) {
    const { cell, names, elements, unused } = literal;
    const key = JSON.stringify([cell.name, names, elements, unused]);
    groups.set(key, [...(groups.get(key) ?? []), literal]);
  }
  return [...groups.values()];
}

function waysOf(instance: FactsAt, group: readonly FixedLiteral[]): Way[] {
  const [first] = group as [FixedLiteral];
  const single: Way[][] = group.map((literal) => valueWays(instance, literal, plainIndices(literal)));
  const results: Way[] = [];
  // All literals of a group are understood in the same way.
  for (let option = 0; option < (single[0]?.length ?? 0); option++) {
    const apart: Way = (elements) => group.flatMap((_, place) => ((single[place] as Way[])[option] as Way)(elements));
    results.push(apart, ...foldedWays(instance, group, first, option));
  }
  return results;
}

type Indices = (elements: Elements) => readonly Expression[];

function plainIndices({ cell, indices }: FixedLiteral): Indices {
  return (elements) => indices.map((index, place) => elements.of(cell.parameters[place] as Sort, index));
}

/** Ways to understand the values of a literal, at some indices. */
export function valueWays(instance: FactsAt, literal: FixedLiteral, indices: Indices): Way[] {
  const { cell, part } = literal;
  const inUse = (own: readonly Expression[]): Expression[] =>
    part.unused.length === 0 ? [] : [not(unusedAt(instance, part, own))];
  if (literal.unused) return [(elements) => [unusedAt(instance, part, indices(elements))]];
  const { type } = cell;
  if (type.kind === "boolean") {
    const value = literal.names[0] === true;
    return [
      (elements) => {
        const own = indices(elements);
        return [value ? read(cell, ...own) : not(read(cell, ...own)), ...inUse(own)];
      },
    ];
  }
  const named = (own: readonly Expression[], names: readonly (string | boolean)[]): Expression[] =>
    names.map((name) => equal(read(cell, ...own), constant(String(name), type)));
  const otherNames = type.names.filter((name) => !literal.names.includes(name));
  if (type.kind === "names") {
    const isShort = literal.names.length <= otherNames.length;
    return [
      (elements) => {
        const own = indices(elements);
        const value = isShort ? or(...named(own, literal.names)) : not(or(...named(own, otherNames)));
        return [value, ...inUse(own)];
      },
    ];
  }
  const count = instance.finite.count(type.sort);
  const others = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !literal.elements.includes(index),
  );
  const ways: Way[] = [];
  const isOne = (elements: Elements, own: readonly Expression[], which: readonly number[]): Expression[] =>
    which.map((index) => equal(read(cell, ...own), elements.of(type.sort, index)));
  if (literal.elements.length < count) {
    ways.push((elements) => {
      const own = indices(elements);
      return [or(...named(own, literal.names), ...isOne(elements, own, literal.elements)), ...inUse(own)];
    });
  }
  if (others.length <= 1) {
    ways.push((elements) => {
      const own = indices(elements);
      return [...isOne(elements, own, others).map(not), ...named(own, otherNames).map(not), ...inUse(own)];
    });
  }
  return ways;
}

/** Condition: a part is out of use, at some indices. */
function unusedAt(instance: FactsAt, part: Part, indices: readonly Expression[]): Expression {
  return or(
    ...part.unused.flatMap(({ part: number, values }) => {
      const marker = instance.parts[number];
      const place = instance.places[number];
      if (marker === undefined || place === undefined) return [];
      const own = read(place.cell, ...indices);
      return Array.from(values, (value) => {
        if (value === marker.values)
          return marker.unused.length === 0 ? truth(false) : unusedAt(instance, marker, indices);
        const scalar = scalarOf(place, marker, value);
        if (typeof scalar === "boolean") return scalar ? own : not(own);
        return equal(own, constant(String(scalar), place.cell.type));
      });
    }),
  );
}

/** The group at every element of one of its sorts, or of all of them, with or without exceptions. */
function foldedWays(instance: FactsAt, group: readonly FixedLiteral[], first: FixedLiteral, option: number): Way[] {
  const { cell } = first;
  const arity = cell.parameters.length;
  const counts = cell.parameters.map((sort) => instance.finite.count(sort));
  const results: Way[] = [];
  const folds = arity > 1 ? [...cell.parameters.keys(), -1] : arity === 1 ? [0] : [];
  for (const fold of folds) {
    const isFolded = (place: number): boolean => fold === -1 || fold === place;
    const most = fold === -1 ? 2 : 1;
    const lines = new Map<string, FixedLiteral[]>();
    for (const literal of group) {
      const key = literal.indices.filter((_, place) => !isFolded(place)).join();
      lines.set(key, [...(lines.get(key) ?? []), literal]);
    }
    const all = instance.finite.combinations(cell.parameters.filter((_, place) => isFolded(place)));
    const size = counts.reduce((product, count, place) => (isFolded(place) ? product * count : product), 1);
    const missing = (line: readonly FixedLiteral[]): number[][] =>
      all.filter(
        (some) => !line.some(({ indices }) => indices.filter((_, place) => isFolded(place)).join() === some.join()),
      );
    const least = fold === -1 ? 3 : 2;
    const whole = [...lines.values()].filter(
      (line) => line.length >= Math.min(least, size) && missing(line).length <= most,
    );
    if (whole.length === 0 || size < 2) continue;
    const alone = group.filter((literal) => !whole.some((line) => line.includes(literal)));
    for (const withExceptions of [true, false]) {
      if (!withExceptions && whole.every((line) => missing(line).length === 0)) continue;
      results.push((elements) => [
        ...whole.flatMap((line) =>
          lineTerm(instance, line, isFolded, withExceptions ? missing(line) : [], option, elements),
        ),
        ...alone.flatMap((literal) => (valueWays(instance, literal, plainIndices(literal))[option] as Way)(elements)),
      ]);
    }
  }
  return results;
}

function lineTerm(
  instance: FactsAt,
  line: readonly FixedLiteral[],
  isFolded: (place: number) => boolean,
  exceptions: readonly (readonly number[])[],
  option: number,
  elements: Elements,
): Expression[] {
  const [literal] = line as [FixedLiteral];
  const { cell, indices } = literal;
  const bound: Variable[] = [];
  const own = cell.parameters.map((sort, place) => {
    if (!isFolded(place)) return elements.of(sort, indices[place] as number);
    const one: Variable = { name: sort.name, sort };
    bound.push(one);
    return variable(one);
  });
  const sorts = cell.parameters.filter((_, place) => isFolded(place));
  const at = exceptions.map((exception) =>
    and(
      ...bound.map((one, place) => equal(variable(one), elements.of(sorts[place] as Sort, exception[place] as number))),
    ),
  );
  const terms = (valueWays(instance, literal, () => own)[option] as Way)(elements);
  return [every(bound, or(...at, and(...terms)))];
}

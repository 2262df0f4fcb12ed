import type { ScalarShape } from "../schema/index.ts";
import type { Scalar } from "../terms/index.ts";

/**
 * Ways to write the values of an expression in another language: as truth values, as integers (`null`, if it is one of
 * them, as the integer below the lowest), or as names. Each value has a number, from 0 to `count - 1`.
 */
export type Coding = Truth | Integers | Names;

export interface Truth {
  readonly kind: "boolean";
  readonly count: 2;
}

export interface Integers {
  readonly kind: "integer";
  readonly count: number;
  /** The least and the greatest integer. */
  readonly low: number;
  readonly high: number;
  /** The integer with this number. */
  at(number: number): number;
  /** Whether the integers are those from `low` to `high`, in this order. */
  readonly isRange: boolean;
  /** The integer that stands for `null`. */
  readonly none: number | undefined;
  /** Equal for equal codings. */
  readonly key: string;
  /** The number of a value; -1 if it has none. */
  numberOf(value: Scalar): number;
}

export interface Names {
  readonly kind: "names";
  readonly count: number;
  readonly names: readonly string[];
  readonly values: readonly Scalar[];
  readonly key: string;
  numberOf(value: Scalar): number;
}

/** Truth values; 0 and 1 are taken for them, since they encode whether an optional is present. */
export const TRUTH: Truth = { kind: "boolean", count: 2 };

/** The integers of a range. */
export function integers(low: number, high: number): Integers {
  return {
    kind: "integer",
    count: high - low + 1,
    low,
    high,
    at: (number) => low + number,
    isRange: true,
    none: undefined,
    key: `${low}..${high}`,
    numberOf: (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= low && value <= high ? value - low : -1,
  };
}

/** Any values, by their positions in a list. */
export function positions(values: readonly Scalar[]): Integers {
  return { ...integers(0, values.length - 1), key: "", numberOf: (value) => values.indexOf(value) };
}

/** Coding of the values of a cell; their numbers are those of the shape. */
export function codingOf(shape: ScalarShape): Coding {
  const { cardinality } = shape;
  const numberOf = (value: Scalar): number => shape.indexOf(value);
  const [first, last] = [shape.valueAt(0), shape.valueAt(cardinality - 1)];
  // A large range is not listed.
  if (typeof first === "number" && typeof last === "number" && last - first === cardinality - 1) {
    const range = integers(first, last);
    if (cardinality > MAX_LISTED || listOf(shape).every((value, number) => value === first + number)) return range;
  }
  const values = listOf(shape);
  if (cardinality === 2 && first === false && last === true) return TRUTH;
  const numbers = values.filter((value) => Number.isInteger(value)) as number[];
  const hasNone = numbers.length > 0 && numbers.length === cardinality - 1 && first === null;
  if (numbers.length < cardinality && !hasNone) {
    return {
      kind: "names",
      count: cardinality,
      names: namesOf(values),
      values,
      key: values.map(keyOf).join(),
      numberOf,
    };
  }
  const none = hasNone ? Math.min(...numbers) - 1 : undefined;
  const listed = none === undefined ? numbers : [none, ...numbers];
  const low = Math.min(...listed);
  return {
    kind: "integer",
    count: cardinality,
    low,
    high: Math.max(...listed),
    at: (number) => listed[number] as number,
    isRange: listed.every((one, number) => one === low + number),
    none,
    key: `${none ?? ""}?${listed.join()}`,
    numberOf,
  };
}

/** The number of a value; -1 if it has none. */
export function numberIn(coding: Coding, value: Scalar): number {
  if (coding.kind !== "boolean") return coding.numberOf(value);
  return value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : -1;
}

export function codingKey(coding: Coding): string {
  return coding.kind === "boolean" ? "boolean" : coding.key;
}

/** Larger shapes are ranges of integers: terms over anything else are not made. */
const MAX_LISTED = 256;

function listOf(shape: ScalarShape): Scalar[] {
  return Array.from({ length: shape.cardinality }, (_, number) => shape.valueAt(number));
}

function keyOf(value: Scalar): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** A name for each value, and for each another one. */
function namesOf(values: readonly Scalar[]): string[] {
  const taken = new Set(values.filter((value) => typeof value === "string"));
  return values.map((value) => {
    if (typeof value === "string") return value;
    let name = value === null ? "none" : `is_${String(value)}`;
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  });
}

import { ModelError } from "../errors.ts";
import { show, type FiniteType, type Scalar, type ScalarShape } from "./type.ts";

/** Largest number of values of a cell, so that the number of a value fits a 32-bit word. */
const MAX_CELL_VALUES = 2 ** 32;

function scalar<T>(text: string, shape: Omit<ScalarShape, "kind">): FiniteType<T> {
  return { text, shape: { kind: "scalar", ...shape } };
}

/** `false` or `true`: the type itself, although the others are calls. */
export const boolean: FiniteType<boolean> = Object.assign(
  // A function only so that the likeliest slip has a sentence of its own.
  (): never => {
    throw new ModelError("boolean() is a call: boolean is a type already, so write boolean");
  },
  scalar<boolean>("boolean", {
    cardinality: 2,
    valueAt: (index) => index === 1,
    indexOf: (value) => (value === false ? 0 : value === true ? 1 : -1),
  }),
);

/**
 * The integers from `lowest` to `highest`, both included.
 *
 * @throws ModelError when a bound is not a safe integer, the range is empty, or it has more than 2^32 values.
 *
 * @example
 * ```ts
 * import { range, valuesOf } from "irqproof/checker";
 *
 * console.assert([...valuesOf(range(-1, 2))].length === 4);
 * ```
 */
export function range(lowest: number, highest: number): FiniteType<number> {
  if (!Number.isSafeInteger(lowest) || !Number.isSafeInteger(highest)) {
    throw new ModelError(`range(${show(lowest)}, ${show(highest)}): both bounds must be integers`);
  }
  if (highest < lowest) {
    throw new ModelError(`range(${lowest}, ${highest}) is empty: the first bound must not be above the second`);
  }
  const cardinality = highest - lowest + 1;
  if (cardinality > MAX_CELL_VALUES) {
    throw new ModelError(`range(${lowest}, ${highest}) has ${cardinality} values: at most 2^32 are possible`);
  }
  return scalar(`integer ${lowest}..${highest}`, {
    cardinality,
    valueAt: (index) => lowest + index,
    indexOf: (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= lowest && value <= highest ? value - lowest : -1,
  });
}

/**
 * Exactly the given values, such as the names of a process's locations. A cell of one value takes no room in the
 * packed state, which makes `oneOf(false)` the way to switch a feature of a model off.
 *
 * @throws ModelError when no value is given, one is given twice, or one is not a string, number, boolean or null.
 *
 * @example
 * ```ts
 * import { oneOf, type ValueOf } from "irqproof/checker";
 *
 * const light = oneOf("red", "green");
 * const value: ValueOf<typeof light> = "red";
 * console.assert(value === "red");
 * ```
 */
export function oneOf<const Values extends readonly Scalar[]>(...values: Values): FiniteType<Values[number]> {
  if (values.length === 0) throw new ModelError("oneOf() is empty: give at least one value");
  const numbers = new Map<unknown, number>();
  for (const value of values) {
    const allowed = value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
    if (!allowed) throw new ModelError(`oneOf(...): ${show(value)} is not a string, number, boolean or null`);
    if (numbers.has(value)) throw new ModelError(`oneOf(...): ${show(value)} is given twice`);
    numbers.set(value, numbers.size);
  }
  return scalar(values.map(show).join(" | "), {
    cardinality: values.length,
    valueAt: (index) => values[index] as Scalar,
    indexOf: (value) => numbers.get(value) ?? -1,
  });
}

/** `null` or a value of the given cell type: still one cell. Used by `optional`. */
export function optionalScalar<T>(some: FiniteType<T>, shape: ScalarShape): FiniteType<T | null> {
  if (shape.indexOf(null) >= 0) throw new ModelError(`optional(${some.text}): the type has null already`);
  if (shape.cardinality >= MAX_CELL_VALUES) {
    throw new ModelError(`optional(${some.text}) has ${shape.cardinality + 1} values: at most 2^32 are possible`);
  }
  return scalar(`${some.text} | null`, {
    cardinality: shape.cardinality + 1,
    valueAt: (index) => (index === 0 ? null : shape.valueAt(index - 1)),
    indexOf: (value) => {
      if (value === null) return 0;
      const index = shape.indexOf(value);
      return index < 0 ? -1 : index + 1;
    },
  });
}

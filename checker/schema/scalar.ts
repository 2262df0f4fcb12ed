import { ModelError } from "../errors.ts";
import { dimensionOf } from "./dimension.ts";
import { isFiniteType, show, type FiniteType, type IndexValues, type Scalar, type ScalarShape } from "./type.ts";

/** Largest number of values of a cell, so that the number of a value fits a 32-bit word. */
const MAX_CELL_VALUES = 2 ** 32;
/** As many as an array may have elements. */
const MAX_INDICES = 65536;

function scalar<T>(text: string, shape: Omit<ScalarShape, "kind">): FiniteType<T> {
  return { text, shape: { kind: "scalar", ...shape } };
}

/** `false` or `true`: the type itself, although the others are calls. */
export const boolean: FiniteType<boolean> = Object.assign(
  // A function only so that the likeliest slip has a sentence of its own.
  (): never => {
    throw new ModelError("boolean() is a call: boolean itself is the type, so write boolean");
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
    throw new ModelError(`range(${lowest}, ${highest}) is empty: the first bound must be at most the second`);
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
 * The indices of things of one kind, such as CPUs: the integers from 0 to `count - 1`. They are numbers like those of a
 * `range`; in addition, they are declared to be interchangeable. The type can stand for the length of an `array`, which
 * then has an element for each of the things, and among the values of `oneOf`. Nothing is concluded from the declaration
 * alone: `check` with `symmetry` first proves that the model does not distinguish them.
 *
 * Types of one name stand for the same things.
 *
 * @throws ModelError when the name is empty, or the count is not a whole number from 1 to 65536.
 *
 * @example
 * ```ts
 * import { array, boolean, indices, oneOf, record } from "irqproof/checker";
 *
 * const cpu = indices("cpu", 3);
 * const state = record({ owner: oneOf("none", cpu), pending: array(cpu, boolean) });
 * console.assert(state.shape.kind === "record");
 * ```
 */
export function indices(name: string, count: number): FiniteType<number> {
  if (typeof name !== "string" || name.trim() === "") {
    throw new ModelError(`indices(${show(name)}, ${show(count)}): the name comes first, such as indices("cpu", 2)`);
  }
  if (!Number.isInteger(count) || count < 1 || count > MAX_INDICES) {
    throw new ModelError(
      `indices(${show(name)}, ${show(count)}): the count must be an integer from 1 to ${MAX_INDICES}`,
    );
  }
  const { shape } = range(0, count - 1) as FiniteType<number> & { readonly shape: ScalarShape };
  return scalar(`index of ${name} 0..${count - 1}`, {
    ...shape,
    indices: { dimension: { name, size: count }, first: 0 },
  });
}

/** Values of `oneOf`, in which a type of indices stands for each of them. */
type OneOf<Given> = Given extends FiniteType<infer Value> ? Value : Given;

/**
 * Exactly the given values, such as the names of a process's locations. A cell of one value takes no room in the
 * packed state, which makes `oneOf(false)` the way to switch a feature of a model off.
 * A type made by `indices`, at most one, stands for all of its values: `oneOf("none", cpu)`.
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
export function oneOf<const Given extends readonly (Scalar | FiniteType<number>)[]>(
  ...given: Given
): FiniteType<OneOf<Given[number]>> {
  if (given.length === 0) throw new ModelError("oneOf() is empty: give at least one value");
  const values: Scalar[] = [];
  let indices: IndexValues | undefined;
  for (const one of given as readonly (Scalar | FiniteType<unknown>)[]) {
    if (!isFiniteType(one)) {
      values.push(one);
      continue;
    }
    const dimension = dimensionOf(one);
    if (dimension === undefined) {
      throw new ModelError(
        `oneOf(...): ${show(one)} is not a value; of types, only those made by indices are possible`,
      );
    }
    if (indices !== undefined) {
      throw new ModelError(
        `oneOf(...): ${indices.dimension.name} and ${dimension.name} are both indices: their values could not be distinguished`,
      );
    }
    indices = { dimension, first: values.length };
    for (let index = 0; index < dimension.size; index++) values.push(index);
  }
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
    ...(indices === undefined ? {} : { indices }),
  });
}

/** `null` or a value of the given cell type: still one cell. Used by `optional`. */
export function optionalScalar<T>(some: FiniteType<T>, shape: ScalarShape): FiniteType<T | null> {
  if (shape.indexOf(null) >= 0) throw new ModelError(`optional(${some.text}): the type already has null`);
  if (shape.cardinality >= MAX_CELL_VALUES) {
    throw new ModelError(`optional(${some.text}) has ${shape.cardinality + 1} values: at most 2^32 are possible`);
  }
  const { indices } = shape;
  return scalar(`${some.text} | null`, {
    ...(indices === undefined ? {} : { indices: { ...indices, first: indices.first + 1 } }),
    cardinality: shape.cardinality + 1,
    valueAt: (index) => (index === 0 ? null : shape.valueAt(index - 1)),
    indexOf: (value) => {
      if (value === null) return 0;
      const index = shape.indexOf(value);
      return index < 0 ? -1 : index + 1;
    },
  });
}

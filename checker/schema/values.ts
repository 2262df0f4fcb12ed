import type { FiniteType } from "./type.ts";

/**
 * Every value of a finite type, in a fixed order; composite values are fresh objects each time. Useful as the
 * initial states of a model that may start anywhere.
 *
 * @example
 * ```ts
 * import { array, boolean, valuesOf } from "irqproof/checker";
 *
 * console.assert([...valuesOf(array(3, boolean))].length === 8);
 * ```
 */
export function* valuesOf<T>(type: FiniteType<T>): Generator<T> {
  for (const value of enumerate(type)) yield copyOf(value) as T;
}

/** The enumeration uses the parts of a value again in the next one; its reader may write to them. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)]));
}

function* enumerate(type: FiniteType<unknown>): Generator<unknown> {
  const { shape } = type;
  switch (shape.kind) {
    case "scalar":
      for (let index = 0; index < shape.cardinality; index++) yield shape.valueAt(index);
      return;
    case "record":
      for (const values of tuples(shape.fields.map(([, field]) => field))) {
        yield Object.fromEntries(shape.fields.map(([name], index) => [name, values[index]]));
      }
      return;
    case "array":
      yield* tuples(Array<FiniteType<unknown>>(shape.length).fill(shape.element));
      return;
    case "optional":
      yield null;
      yield* enumerate(shape.some);
      return;
    case "sequence":
      for (let length = 0; length <= shape.capacity; length++) {
        yield* tuples(Array<FiniteType<unknown>>(length).fill(shape.element));
      }
  }
}

/** The Cartesian product, the last type varying fastest. */
function* tuples(types: readonly FiniteType<unknown>[]): Generator<unknown[]> {
  const [first, ...rest] = types;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const value of enumerate(first)) {
    for (const others of tuples(rest)) yield [value, ...others];
  }
}

/** Number of values of a type; Infinity where that exceeds the range of a number. */
export function cardinalityOf(type: FiniteType<unknown>): number {
  const { shape } = type;
  switch (shape.kind) {
    case "scalar":
      return shape.cardinality;
    case "record":
      return shape.fields.reduce((product, [, field]) => product * cardinalityOf(field), 1);
    case "array":
      return cardinalityOf(shape.element) ** shape.length;
    case "optional":
      return cardinalityOf(shape.some) + 1;
    case "sequence": {
      const element = cardinalityOf(shape.element);
      let sum = 0;
      for (let length = 0; length <= shape.capacity; length++) sum += element ** length;
      return sum;
    }
  }
}

/** Possible content of a single cell of a state. */
export type Scalar = boolean | number | string | null;

/** A set of things of one kind, such as the CPUs of a model. Its indices are 0 to `size - 1`; `indices` declares it. */
export interface Dimension {
  readonly name: string;
  readonly size: number;
}

/** The values of a cell that are indices of a dimension: value number `first + i` is index i. */
export interface IndexValues {
  readonly dimension: Dimension;
  readonly first: number;
}

/**
 * The finite, numbered values of one cell: value number `i` is `valueAt(i)`, for 0 <= i < cardinality.
 */
export interface ScalarShape {
  readonly kind: "scalar";
  readonly cardinality: number;
  valueAt(index: number): Scalar;
  /** The number of a value, or -1 when it is not one of them. */
  indexOf(value: unknown): number;
  /** The values that are indices of a dimension; absent where none are. */
  readonly indices?: IndexValues | undefined;
}

/** The structure of a type; everything the checker derives from a type is derived from this. */
export type Shape =
  | ScalarShape
  | { readonly kind: "record"; readonly fields: readonly (readonly [name: string, type: FiniteType<unknown>])[] }
  | {
      readonly kind: "array";
      readonly length: number;
      readonly element: FiniteType<unknown>;
      /** The index type with one element for each index; absent for an array of a plain length. */
      readonly dimension?: Dimension | undefined;
    }
  | { readonly kind: "optional"; readonly some: FiniteType<unknown> }
  | { readonly kind: "sequence"; readonly capacity: number; readonly element: FiniteType<unknown> };

declare const valueOfType: unique symbol;

/**
 * A type with finitely many values, as a value: its size can be a parameter of the model, and the TypeScript
 * type `T` of its values is inferred from it.
 */
export interface FiniteType<T> {
  readonly shape: Shape;
  /** Name of the type in errors: "boolean", "integer 0..3", "record". */
  readonly text: string;
  /** Carries `T` for inference; never present at run time. */
  readonly [valueOfType]?: T;
}

/** The TypeScript type of the values of a finite type. */
export type ValueOf<Type> = Type extends FiniteType<infer T> ? T : never;

/** The same value, readable but not writable to any depth: what guards and properties receive. */
export type DeepReadonly<T> = T extends readonly (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/**
 * The type of a function that is compared as methods are, in both directions: so a model of states of some type can stand
 * where one of any type is expected by code that never looks into a state.
 */
export type Method<Given extends readonly unknown[], Result> = { method(...given: Given): Result }["method"];

/** Whether something is a finite type, wherever it came from. */
export function isFiniteType(value: unknown): value is FiniteType<unknown> {
  // The type `boolean` is a function too, see there.
  return (
    (typeof value === "object" || typeof value === "function") && value !== null && "shape" in value && "text" in value
  );
}

/** A value as an error shows it: short, on one line. */
export function show(value: unknown): string {
  if (value === undefined) return "undefined";
  if (isFiniteType(value)) return `the type ${value.text}`;
  if (value instanceof Promise) return "a promise";
  if (typeof value === "function") return "a function";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "symbol") return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Description of a wrong result of a function, with the likeliest slip: the end of a sentence. */
export function returned(value: unknown, expected: string): string {
  const slip =
    value === undefined ? "; is a return missing?" : value instanceof Promise ? "; it must not be asynchronous" : "";
  return `returned ${show(value)}, not ${expected}${slip}`;
}

import { ModelError } from "../errors.ts";
import { dimensionOf } from "./dimension.ts";
import { optionalScalar } from "./scalar.ts";
import { isFiniteType, show, type Dimension, type FiniteType, type Scalar, type ValueOf } from "./type.ts";

/** The field types of a record, by name. */
// oxlint-disable-next-line typescript/no-explicit-any -- any is what lets every field keep its own value type
export type Fields = Record<string, FiniteType<any>>;

/**
 * An object with exactly the given fields.
 *
 * @throws ModelError when a field is not a finite type, or its name could be taken for an index or a prototype.
 *
 * @example
 * ```ts
 * import { boolean, range, record, type ValueOf } from "irqproof/checker";
 *
 * const message = record({ cpu: range(0, 1), sent: boolean });
 * const value: ValueOf<typeof message> = { cpu: 1, sent: false };
 * console.assert(value.cpu === 1);
 * ```
 */
export function record<F extends Fields>(fields: F): FiniteType<{ -readonly [Name in keyof F]: ValueOf<F[Name]> }> {
  if (typeof fields !== "object" || fields === null) {
    throw new ModelError(`record(${show(fields)}): give it an object, such as { count: range(0, 3) }`);
  }
  const entries = Object.entries(fields);
  for (const [name, type] of entries) {
    if (!isFiniteType(type)) {
      throw new ModelError(
        `record: field ${show(name)} is ${show(type)}, not a finite type such as boolean or range(0, 3)${uncalled(type)}`,
      );
    }
    if (name === "__proto__" || /^\d+$/.test(name)) {
      throw new ModelError(`record: ${show(name)} cannot be the name of a field; use another name`);
    }
  }
  return { text: "record", shape: { kind: "record", fields: entries } };
}

/**
 * An array of exactly `length` elements. A type made by `indices` in place of the length means one element for each index.
 *
 * @throws ModelError when the length is neither such a type nor a whole number from 0 to 65536.
 *
 * @example
 * ```ts
 * import { array, boolean, indices, record } from "irqproof/checker";
 *
 * const cpu = indices("cpu", 2);
 * const state = record({ online: array(cpu, boolean), bits: array(8, boolean) });
 * console.assert(state.shape.kind === "record");
 * ```
 */
export function array<T>(length: number | FiniteType<number>, element: FiniteType<T>): FiniteType<T[]> {
  requireInOrder("array", length, element);
  const [count, dimension] = counted("array", length);
  requireType("array", count, element);
  if (dimension === undefined) return { text: `array of ${count}`, shape: { kind: "array", length: count, element } };
  return { text: `array by ${dimension.name}`, shape: { kind: "array", length: count, element, dimension } };
}

/**
 * An array of equal values, as the initial value of an array.
 *
 * @throws ModelError when the length is neither a type made by `indices` nor a whole number from 0 to 65536.
 *
 * @example
 * ```ts
 * import { array, model, oneOf, record, repeat } from "irqproof/checker";
 *
 * const lights = model({
 *   name: "lights",
 *   state: record({ at: array(3, oneOf("red", "green")) }),
 *   initial: { at: repeat(3, "red") },
 *   actions: { change: { then: (draft) => { draft.at[0] = "green"; } } },
 * });
 * console.assert(lights.initial[0]?.at.join() === "red,red,red");
 * ```
 */
export function repeat<const T extends Scalar>(length: number | FiniteType<number>, value: T): T[];
export function repeat<T>(length: number | FiniteType<number>, value: T): T[];
export function repeat<T>(length: number | FiniteType<number>, value: T): T[] {
  const [count] = counted("repeat", length);
  return Array.from({ length: count }, () => value);
}

/**
 * `null` or a value of the given type.
 *
 * @throws ModelError when the type has `null` among its values already.
 */
export function optional<T>(some: FiniteType<T>): FiniteType<T | null> {
  if (!isFiniteType(some)) throw new ModelError(`optional: ${show(some)} is not a finite type${uncalled(some)}`);
  if (some.shape.kind === "scalar") return optionalScalar(some, some.shape);
  if (some.shape.kind === "optional") throw new ModelError("optional(optional(...)): the type already has null");
  return { text: `${some.text} | null`, shape: { kind: "optional", some } };
}

/**
 * An array of at most `capacity` elements, such as a queue of messages in flight or a stack of frames. Slots past
 * its end take part in no comparison: two sequences are equal when their elements are.
 *
 * @throws ModelError when the capacity is not a whole number from 0 to 65536.
 */
export function sequence<T>(capacity: number, element: FiniteType<T>): FiniteType<T[]> {
  requireInOrder("sequence", capacity, element);
  requireLength("sequence", capacity);
  requireType("sequence", capacity, element);
  return { text: `sequence of at most ${capacity}`, shape: { kind: "sequence", capacity, element } };
}

/** The likeliest slip: the two arguments of an array or a sequence in the other order. */
function requireInOrder(what: string, length: unknown, element: unknown): void {
  if (!isFiniteType(length) || typeof element !== "number") return;
  throw new ModelError(`${what}: the length comes first, then the type: ${what}(${element}, ...)`);
}

/** A length, with the dimension if it is one. */
function counted(what: string, length: unknown): readonly [length: number, dimension: Dimension | undefined] {
  if (!isFiniteType(length)) {
    requireLength(what, length as number);
    return [length as number, undefined];
  }
  const dimension = dimensionOf(length);
  if (dimension !== undefined) return [dimension.size, dimension];
  throw new ModelError(`${what}: its length is ${show(length)}; of types, only those made by indices are possible`);
}

/** The end of a sentence about something that is no type: a function that makes one was perhaps not called. */
function uncalled(given: unknown): string {
  return typeof given === "function" ? "; call it, if it makes one" : "";
}

function requireLength(what: string, length: number): void {
  if (!Number.isInteger(length) || length < 0 || length > 65536) {
    throw new ModelError(`${what}(${show(length)}, ...): the length must be an integer from 0 to 65536`);
  }
}

function requireType(what: string, length: number, element: unknown): void {
  if (isFiniteType(element)) return;
  throw new ModelError(`${what}(${length}, ...): ${show(element)} is not a finite type${uncalled(element)}`);
}

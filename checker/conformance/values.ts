import { inspect, isDeepStrictEqual } from "node:util";

/** Whether two values of a system under test are equal. */
export const isEqual: (one: unknown, other: unknown) => boolean = isDeepStrictEqual;

/** A value on one line, shortened. */
export function shortText(value: unknown): string {
  return inspect(value, { breakLength: Infinity, compact: true, depth: 6, maxStringLength: 120 });
}

/** A text that is equal for equal values only. */
export function exactText(value: unknown): string {
  return inspect(value, {
    breakLength: Infinity,
    compact: true,
    depth: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    sorted: true,
  });
}

import type { AnySizeSystem } from "../system.ts";
import type { Sized } from "./builds.ts";
import { evidenceAt } from "./evidence.ts";
import { readFamily } from "./read.ts";

export { evidenceAt, type Evidence } from "./evidence.ts";
export type { Sized } from "./builds.ts";
export { readFamily, WELL_FORMED, type AnySizeReading } from "./read.ts";

/**
 * A family of models as a transition system whose dimensions have no size.
 *
 * @param given values of the other parameters; those that are not given have their defaults
 * @param dimensions names of the integer parameters that may have any size
 * @throws ModelError where a function cannot be read: with the function, the place and the reason
 */
export function readAnySize<S>(
  family: Sized<S>,
  given: Readonly<Record<string, unknown>>,
  dimensions: readonly string[],
): AnySizeSystem {
  return readFamily(family, given, dimensions).system;
}

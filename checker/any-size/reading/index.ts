import type { AnySizeSystem } from "../system.ts";
import type { Sized } from "./family/builds.ts";
import { evidenceAt } from "./evidence.ts";
import { readFamily, type AnySizeReading } from "./read.ts";

export { evidenceAt } from "./evidence.ts";
export type { Sized } from "./family/builds.ts";
export { readFamily, WELL_FORMED, type AnySizeReading } from "./read.ts";

/** Sizes at which what was read is compared with the model; those with the fewest elements. */
const COMPARED_SIZES = 3;

/**
 * A family of models as a transition system whose dimensions have no size. What was read is compared with the model at
 * some small sizes.
 *
 * @param given values of the other parameters; those that are not given have their defaults
 * @param dimensions names of the integer parameters that may have any size
 * @throws ModelError where a function cannot be read: with the function, the place and the reason
 * @throws InternalError where what was read is not the model at one of the sizes
 */
export function readAnySize<S>(
  family: Sized<S>,
  given: Readonly<Record<string, unknown>>,
  dimensions: readonly string[],
): AnySizeSystem {
  const reading = readFamily(family, given, dimensions);
  const { system } = reading;
  const skipped = new Set(smallest(reading).flatMap((build) => evidenceAt(reading, build).skipped));
  if (skipped.size === 0) return system;
  const apart = `not compared with the model at any size, where they are called and not read: ${[...skipped].join(", ")}`;
  return { ...system, assumptions: [...system.assumptions, apart] };
}

/** The builds with the fewest elements, among those in which every dimension has more than one, if there are any. */
export function smallest({ builds }: Pick<AnySizeReading<unknown>, "builds">): number[] {
  const { dimensions, models } = builds;
  const all = [...models.keys()];
  const product = (build: number): number =>
    dimensions.reduce((count, { sizes }) => count * (sizes[build] as number), 1);
  const rich = all.filter((build) => dimensions.every(({ sizes }) => (sizes[build] as number) > 1));
  const [first = all[0] as number] = rich.toSorted((a, b) => product(a) - product(b));
  const others = all.filter((build) => build !== first).toSorted((a, b) => product(a) - product(b));
  return [first, ...others.slice(0, COMPARED_SIZES - 1)];
}

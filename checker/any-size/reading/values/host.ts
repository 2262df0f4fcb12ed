import type { Dimension } from "../family/builds.ts";
import { sortOf } from "../family/structure.ts";
import { Host, Scalar, Size, Varying, type Sample, type Thing } from "./things.ts";

/**
 * Counterparts of one value in all builds. A value that is the same at all sizes is a constant; one that is a size,
 * or an index, is just that; and what else depends on the sizes must not be used.
 */
export function lift(
  samples: readonly Sample[],
  variables: Host["variables"],
  name: string,
  dimensions: readonly Dimension[],
): Thing {
  const [first] = samples;
  if (first === undefined) return undefined;
  const { value } = first;
  if (samples.every((sample) => isPlain(sample.value))) {
    if (samples.every((sample) => Object.is(sample.value, value))) return value as Thing;
    for (const [at, variable] of variables.entries()) {
      if (samples.every((sample) => sample.value === sample.indices[at])) return new Scalar(variable);
    }
    const sizes: number[] = [];
    for (const sample of samples) {
      if (typeof sample.value !== "number") return new Varying(name);
      sizes[sample.build] ??= sample.value;
      if (sizes[sample.build] !== sample.value) return new Varying(name);
    }
    const sort = sortOf(sizes, dimensions);
    return sort === undefined ? new Varying(name) : new Size(sort);
  }
  const kind = kindOf(value);
  if (kind === undefined || samples.some((sample) => kindOf(sample.value) !== kind)) return new Varying(name);
  return new Host(samples, variables, name);
}

/** Whether a value is no object. */
function isPlain(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function");
}

/** Kind of an object; functions of one text are alike. */
function kindOf(value: unknown): unknown {
  if (isPlain(value)) return undefined;
  if (typeof value === "function") return Function.prototype.toString.call(value);
  if (Array.isArray(value)) return Array;
  if (value instanceof Set) return Set;
  if (value instanceof Map) return Map;
  return Object;
}

/** Values made of each sample's. */
export function mapped({ samples }: Host, part: (value: never, sample: Sample) => unknown): Sample[] {
  return samples.map((sample) => ({ ...sample, value: part(sample.value as never, sample) }));
}

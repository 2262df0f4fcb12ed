import { ModelError } from "../../../errors.ts";
import type { Family, Model, Parameter, ParameterValue } from "../../../language/index.ts";
import type { Sort } from "../../system.ts";

/** A dimension: an integer parameter of the family that may have any size. */
export interface Dimension {
  /** Name of the family's parameter. */
  readonly parameter: string;
  readonly sort: Sort;
  /** Its size in each of the builds. */
  readonly sizes: readonly number[];
}

/** The models of a family at several sizes, which are read together. */
export interface Builds<S> {
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly models: readonly Model<S>[];
  /** The values of all parameters, for each model. */
  readonly parameters: readonly Readonly<Record<string, ParameterValue>>[];
}

/** Sizes of each dimension that are tried, as far as the family allows them. */
const MAX_SIZES = 5;
/** Largest size that is asked for. */
const LARGEST_SIZE = 8;

/** The members of a family that a reading needs: also entries of a catalogue have them. */
export type Sized<S> = Pick<Family<S>, "name" | "parameters" | "resolve" | "instantiate" | "build">;

/**
 * Builds a family at sizes that distinguish its dimensions: the smallest, each dimension larger by itself, and all larger.
 *
 * @param least the smallest size of each dimension
 * @throws ModelError where a dimension is no integer parameter, or the family makes too few models
 */
export function buildsOf<S>(
  family: Sized<S>,
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
  least: ReadonlyMap<string, number>,
): Builds<S> {
  const allowed = names.map((name) => sizesOf(family, name, least.get(name) ?? 1));
  const corner = allowed.map((sizes) => sizes[0] as number);
  const wanted: number[][] = [];
  const add = (sizes: number[]): void => {
    if (!wanted.some((one) => one.join() === sizes.join())) wanted.push(sizes);
  };
  // Of what has room for everything, and of the smallest.
  const roomy = allowed.map((sizes) => sizes[Math.min(1, sizes.length - 1)] as number);
  for (const base of [roomy, corner]) {
    add(base);
    for (const [at, sizes] of allowed.entries()) {
      for (const size of sizes) add(base.map((own, other) => (other === at ? size : own)));
    }
  }
  add(allowed.map((sizes) => sizes.at(-1) as number));
  const built = wanted.flatMap((sizes) => {
    const all = { ...given, ...Object.fromEntries(names.map((name, at) => [name, sizes[at]])) };
    try {
      return [{ sizes, model: family.instantiate(all), parameters: family.resolve(all) }];
    } catch (error) {
      // Some combinations make no model, such as more devices than vectors.
      if (error instanceof ModelError) return [];
      throw error;
    }
  });
  const dimensions = names.map((parameter, at) => {
    const sizes = built.map((one) => one.sizes[at] as number);
    const models = built.map(({ model }) => model);
    return { parameter, sort: { name: declaredName(models, sizes) ?? singular(parameter) }, sizes };
  });
  for (const [at, { parameter, sizes }] of dimensions.entries()) {
    const isAlike = dimensions.some((other, index) => index < at && other.sizes.join() === sizes.join());
    if (new Set(sizes).size < 2 || isAlike) {
      throw new ModelError(
        `${family.name}: its parameter ${parameter} cannot be any number: the family makes no models in which only this size differs`,
      );
    }
  }
  return {
    name: family.name,
    dimensions,
    models: built.map(({ model }) => model),
    parameters: built.map(({ parameters }) => parameters),
  };
}

function sizesOf(family: Sized<unknown>, name: string, least: number): number[] {
  const parameter: Parameter | undefined = Object.hasOwn(family.parameters, name) ? family.parameters[name] : undefined;
  if (parameter === undefined) {
    throw new ModelError(
      `${family.name} has no parameter ${name}: its parameters are ${Object.keys(family.parameters).join(", ") || "none"}`,
    );
  }
  if (typeof parameter.default !== "number") {
    throw new ModelError(`${family.name}: its parameter ${name} is ${parameter.allowed}, no integer: it has no sizes`);
  }
  const sizes: number[] = [];
  for (let size = least; size <= LARGEST_SIZE && sizes.length < MAX_SIZES; size++) {
    if (parameter.read(size) === size) sizes.push(size);
  }
  if (sizes.length === 0) throw new ModelError(`${family.name}: its parameter ${name} allows no size from ${least} on`);
  return sizes;
}

/** The name of the dimension, made by `indices`, that has these sizes. */
function declaredName(models: readonly Model<unknown>[], sizes: readonly number[]): string | undefined {
  return models[0]?.dimensions.find(({ name }) =>
    models.every(({ dimensions }, at) => dimensions.find((one) => one.name === name)?.size === sizes[at]),
  )?.name;
}

/** The name of one of several things. */
function singular(parameter: string): string {
  return parameter.length > 2 && parameter.endsWith("s") ? parameter.slice(0, -1) : parameter;
}

import type { Kind, Part } from "../states/parts.ts";
import { cubeOf, fullMask, type Cube, type Mask, type Parts } from "../states/states.ts";
import type { Listing } from "./listing.ts";
import type { Literal, Sentence } from "./sentence.ts";

/** The parts of a model, found by what they are of and by their indices. */
export class PartsByPlace {
  readonly #parts = new Map<string, Part>();
  readonly #counts = new Map<string, number>();

  constructor(parts: Parts) {
    for (const part of parts) {
      if (part === undefined) continue;
      const indices = part.indices.map(({ index }) => index);
      this.#parts.set(keyOf(part.family, indices), part);
      for (const { kind } of part.indices) this.#counts.set(kind.name, kind.count);
    }
  }

  at(family: string, indices: readonly number[]): Part | undefined {
    return this.#parts.get(keyOf(family, indices));
  }

  /** The number of things of a kind. */
  count({ name }: Kind): number {
    return this.#counts.get(name) ?? 0;
  }
}

function keyOf(family: string, indices: readonly number[]): string {
  return `${family} ${indices.join()}`;
}

/**
 * The cube that a sentence excludes at another size of the model, one of those that it becomes by exchanges; undefined
 * where the sentence has no meaning there: the parts that it is about are not there, or their values are others.
 */
export function cubeAt({ variables, literals }: Sentence, there: PartsByPlace): Cube | undefined {
  /** The variables of each kind stand for the first things of it. */
  const thingOf = (kind: Kind, index: number): number =>
    variables.filter((one) => one.kind === kind).findIndex((one) => one.index === index);
  for (const { kind } of variables) {
    if (variables.filter((one) => one.kind === kind).length > there.count(kind)) return undefined;
  }
  const masks = new Map<number, Mask>();
  for (const literal of literals) {
    for (const indices of placesOf(literal, there, thingOf)) {
      const part = there.at(literal.part.family, indices);
      const mask = part === undefined ? undefined : maskAt(literal.listing, part, thingOf);
      if (part === undefined || mask === undefined) return undefined;
      masks.set(part.number, (masks.get(part.number) ?? fullMask(part)) & mask);
    }
  }
  return cubeOf([...masks]);
}

/** The indices of all parts that a literal is about. */
function placesOf(
  { part, every }: Literal,
  there: PartsByPlace,
  thingOf: (kind: Kind, index: number) => number,
): number[][] {
  const own = part.indices.map(({ kind, index }) => thingOf(kind, index));
  if (every === undefined) return [own];
  const { kind } = part.indices[every.place] as Part["indices"][number];
  const except = new Set(every.except.map((index) => thingOf(kind, index)));
  return Array.from({ length: there.count(kind) }, (_, thing) => thing)
    .filter((thing) => !except.has(thing))
    .map((thing) => own.with(every.place, thing));
}

/** The values of a part that are listed; undefined where the part does not have all of them. */
function maskAt(listing: Listing, part: Part, thingOf: (kind: Kind, index: number) => number): Mask | undefined {
  const { kind, plain } = listing;
  const things = kind === undefined ? [] : listing.elements.map((index) => thingOf(kind, index));
  const valuesOf = part.valueKind?.kind.name === kind?.name ? part.valueKind : undefined;
  let mask = listing.unused ? 1 << part.values : 0;
  let found = 0;
  for (let value = 0; value < part.values; value++) {
    const index = valuesOf?.indexOf[value] ?? -1;
    const isListed =
      index >= 0
        ? listing.isEvery || things.includes(index)
        : plain.some((scalar) => Object.is(scalar, part.cell.shape.valueAt(value)));
    if (!isListed) continue;
    mask |= 1 << value;
    if (index < 0) found++;
  }
  if (found < plain.length || (listing.unused && part.unused.length === 0)) return undefined;
  return listing.isNegative ? fullMask(part) & ~mask : mask;
}

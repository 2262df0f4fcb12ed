import type { Kind, Part } from "../states/parts.ts";
import { fullMask, type Cube, type Mask, type Parts } from "../states/states.ts";
import { listingOf, type Listing } from "./listing.ts";

/** A thing of a kind that a sentence is about: a variable, named by the index that it has in the fact. */
export interface Variable {
  readonly kind: Kind;
  readonly index: number;
}

/** Condition: a part has one of the listed values. */
export interface Literal {
  /** One of the parts that it is about. */
  readonly part: Part;
  readonly listing: Listing;
  /** Place among the part's indices that stands for every thing of its kind, with these exceptions. */
  readonly every: { readonly place: number; readonly except: readonly number[] } | undefined;
}

/**
 * A fact up to symmetry: for all things that the variables stand for, distinct where they are of one kind, the literals
 * are never true together. Unlike a cube it has a meaning at every size of the model.
 */
export interface Sentence {
  readonly variables: readonly Variable[];
  readonly literals: readonly Literal[];
}

/** Things that must be there before "every other" is said of the rest of them. */
const MIN_COUNT_FOR_OTHERS = 4;

/**
 * The sentence of a cube and of all cubes that it becomes by exchanges.
 *
 * @param never values that no state has, by facts of their own
 */
export function sentenceOf(parts: Parts, cube: Cube, never: ReadonlyMap<number, Mask>): Sentence {
  const kinds = kindsIn(parts);
  const literals = Array.from(cube, ([number, mask]): Literal => {
    const part = parts[number] as Part;
    const possible = fullMask(part) & ~(cube.size === 1 ? 0 : (never.get(number) ?? 0));
    return { part, listing: listingOf(part, mask, possible, kinds, mentionedIn(cube, parts)), every: undefined };
  });
  const folded = foldedOf(literals);
  return { variables: variablesOf(folded), literals: folded };
}

/** The kinds whose things are exchanged: those with places of their own in the state. */
function kindsIn(parts: Parts): Set<Kind> {
  return new Set(parts.flatMap((part) => part?.indices.map(({ kind }) => kind) ?? []));
}

/** Whether a thing is in the path of one of the parts. */
function mentionedIn(cube: Cube, parts: Parts): (kind: Kind, index: number) => boolean {
  const places = [...cube.keys()].flatMap((number) => (parts[number] as Part).indices);
  return (kind, index) => places.some((one) => one.kind === kind && one.index === index);
}

/** Literals that say the same of all things of a kind, or of all but one, are one literal about every such thing. */
function foldedOf(literals: readonly Literal[]): readonly Literal[] {
  for (const first of literals) {
    for (const [place, { kind }] of first.part.indices.entries()) {
      if (first.every !== undefined || first.listing.kind === kind) continue;
      const line = literals.filter((other) => other.every === undefined && isInLine(first, other, place));
      const rest = literals.filter((other) => !line.includes(other));
      const missing = Array.from({ length: kind.count }, (_, index) => index).filter(
        (index) => !line.some(({ part }) => part.indices[place]?.index === index),
      );
      const [exception] = missing;
      const isKnown = variablesOf(rest).some((one) => one.kind === kind && one.index === exception);
      const isMost = missing.length === 1 && line.length > 1 && (isKnown || kind.count >= MIN_COUNT_FOR_OTHERS);
      if ((missing.length === 0 && line.length > 1) || isMost) {
        return foldedOf([...rest, { ...first, every: { place, except: missing } }]);
      }
    }
  }
  return literals;
}

/** Whether two literals differ in one index only. */
function isInLine(one: Literal, other: Literal, place: number): boolean {
  if (one.part.family !== other.part.family || one.listing.key !== other.listing.key) return false;
  return one.part.indices.every(({ index }, at) => at === place || index === other.part.indices[at]?.index);
}

/** The variables in the order in which the literals have them. */
function variablesOf(literals: readonly Literal[]): Variable[] {
  const variables: Variable[] = [];
  const add = (kind: Kind, index: number): void => {
    if (!variables.some((one) => one.kind === kind && one.index === index)) variables.push({ kind, index });
  };
  for (const { part, listing, every } of literals) {
    for (const [place, { kind, index }] of part.indices.entries()) {
      if (place !== every?.place) add(kind, index);
      else for (const exception of every.except) add(kind, exception);
    }
    if (listing.kind !== undefined) for (const index of listing.elements) add(listing.kind, index);
  }
  return variables;
}

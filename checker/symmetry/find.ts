import type { SafetyProperty } from "../language/index.ts";
import type { Reading } from "../reading/index.ts";
import type { Dimension } from "../schema/index.ts";
import { readFunctions, refusalOf, variantPremises, type ReadFunctions, type Refusal } from "./equivariance.ts";
import { factorial, Group, type Block } from "./group.ts";
import { packingOf } from "../schema/packing.ts";
import { imagesOf } from "./images.ts";
import { Renamings, type Renaming } from "./renaming.ts";
import type { Steps } from "./steps.ts";
import type { Assignment } from "./structure.ts";

/** Permutations of one block: a table for each of them is kept. */
const MAX_BLOCK = 6;
/** Elements of a group: images of a state that may have to be compared. */
const MAX_ORDER = 100_000;
/** Bytes of the tables for the images of states. */
const MAX_TABLE_BYTES = 48 * 2 ** 20;
/** Exchanges of one dimension that may turn out to be none. */
const MAX_REFUSALS = 40;

/** An exchange of two indices that is not used, and the reason. */
export interface NotReduced {
  readonly dimension: string;
  readonly one: number;
  readonly other: number;
  readonly kind: Refusal["kind"];
  /** Names the function, and the cell where it is one: `action allocate(cpu=0): its guard`. */
  readonly why: string;
}

/** Verified interchangeable indices of a model. */
export interface Verified {
  readonly blocks: readonly Block[];
  readonly refused: readonly NotReduced[];
  /** Dimensions of which fewer indices are used than are interchangeable, because the group would be too large. */
  readonly cut: readonly string[];
  /** Properties of which a premise may be met in one state of an orbit and not in another. */
  readonly variantPremises: ReadonlySet<string>;
}

const NOTHING: Verified = { blocks: [], refused: [], cut: [], variantPremises: new Set() };

/**
 * Finds the interchangeable indices of each dimension: an exchange of two is used only when it is verified for every
 * action and every property given. Verified exchanges with one index in common generate all permutations of theirs.
 */
export function* verify<S>(
  reading: Reading<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  assignment: Assignment,
): Steps<Verified> {
  if (assignment.dimensions.length === 0) return NOTHING;
  const read = yield* readFunctions(reading, properties);
  const renamings = new Renamings(reading.model, assignment);
  const refused: NotReduced[] = [];
  const blocks: Block[] = [];
  const cut = new Set<string>();
  for (const { name, size } of assignment.dimensions) {
    const found: number[][] = [];
    let refusals = 0;
    for (let other = 0; other < size; other++) {
      let home: number[] | undefined;
      for (const block of found) {
        if (refusals >= MAX_REFUSALS) break;
        const one = block.at(-1) as number;
        const refusal = yield* exchangeRefused(read, renamings, name, size, one, other);
        if (refusal === "nothing") continue;
        if (refusal === undefined) {
          home = block;
          break;
        }
        refusals++;
        refused.push({ dimension: name, one, other, kind: refusal.kind, why: refusal.why });
      }
      if (home === undefined) found.push([other]);
      else home.push(other);
    }
    for (const members of found) {
      if (members.length < 2) continue;
      if (members.length > MAX_BLOCK) cut.add(name);
      blocks.push({ dimension: name, size, members: members.slice(0, MAX_BLOCK) });
    }
  }
  const kept = bounded(blocks, cut, (block) => tableBytes(block, reading, renamings));
  const group = new Group(kept.blocks);
  const generators = group.generators().map((element) => renamings.of(group.mapOfElement(element)) as Renaming);
  return { ...kept, refused, variantPremises: variantPremises(read, renamings.places, generators) };
}

/** Bytes of the tables for the permutations of a block, or somewhat more. */
function tableBytes<S>(block: Block, { model }: Reading<S>, renamings: Renamings<S>): number {
  const group = new Group([block]);
  const packing = packingOf(model.layout);
  const generators = group.generators().map(([number = 0]) => renamings.of(group.mapOf(0, number)) as Renaming);
  const { bytes } = imagesOf(generators, packing, model.layout.cells, renamings.places);
  return group.order * bytes * packing.words;
}

/** Why no two neighbours of a dimension are interchangeable; undefined where some are, empty where nothing is said. */
export function* whyNone<S>(
  read: ReadFunctions<S>,
  assignment: Assignment,
  { name, size }: Dimension,
): Steps<readonly Refusal[] | undefined> {
  const renamings = new Renamings(read.reading.model, assignment);
  const refusals: Refusal[] = [];
  for (let one = 0; one < Math.min(size - 1, MAX_REFUSALS); one++) {
    const refusal = yield* exchangeRefused(read, renamings, name, size, one, one + 1);
    if (refusal === undefined) return undefined;
    if (refusal !== "nothing") refusals.push(refusal);
  }
  return refusals;
}

/** A group of a bounded order: the largest blocks lose their last members. A subgroup of symmetries is one, too. */
function bounded(
  blocks: readonly Block[],
  cut: Set<string>,
  bytesOf: (block: Block) => number,
): Pick<Verified, "blocks" | "cut"> {
  const kept = [...blocks];
  const bytes = (): number => kept.reduce((sum, block) => sum + bytesOf(block), 0);
  const order = (): number => kept.reduce((product, { members }) => product * factorial(members.length), 1);
  while (order() > MAX_ORDER || bytes() > MAX_TABLE_BYTES) {
    const largest = kept.reduce(
      (best, block, at) => (block.members.length > kept[best]!.members.length ? at : best),
      0,
    );
    const { members, dimension, size } = kept[largest]!;
    kept[largest] = { dimension, size, members: members.slice(0, -1) };
    cut.add(dimension);
  }
  return { blocks: kept.filter(({ members }) => members.length > 1), cut: [...cut] };
}

/** Why an exchange is not used; "nothing" where it leaves every state as it is. */
function* exchangeRefused<S>(
  read: ReadFunctions<S>,
  renamings: Renamings<S>,
  dimension: string,
  size: number,
  one: number,
  other: number,
): Steps<Refusal | "nothing" | undefined> {
  const map = Array.from({ length: size }, (_, index) => (index === one ? other : index === other ? one : index));
  const renaming = renamings.of(new Map([[dimension, map]]));
  if ("outside" in renaming) {
    return { kind: "asymmetric", why: `action ${renaming.outside} has no instance for each index`, cells: [] };
  }
  const { cells } = read.reading.model.layout;
  const isMoved = (cell: number): boolean => renaming.to[cell] !== cell || renaming.numbers[cell] !== undefined;
  if (!cells.some(({ width }, cell) => width > 0 && isMoved(cell))) return "nothing";
  return yield* refusalOf(read, renamings.places, renaming);
}

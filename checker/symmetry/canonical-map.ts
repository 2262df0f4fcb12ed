import type { Packing } from "../schema/packing.ts";
import type { Group } from "./group.ts";

/** Places in memory of the code for canonical states, as byte addresses. */
export interface CanonicalMap {
  /** 128-bit vectors of signatures, eight indices in each. */
  readonly vectors: number;
  /** The signatures of a state, 16 bits each; and, 16 bytes for each block, in ascending order. */
  readonly lanes: number;
  readonly sorted: number;
  /** The least image so far, and how often it was met. */
  readonly best: number;
  readonly count: number;
  /** A state that is weighed. */
  readonly weighed: number;
  /** By block: the image with ascending signatures, and the image that is tried. */
  readonly images: readonly number[];
  readonly tried: readonly number[];
  /** Addresses of the lists of permutations to try, one for each block; and the empty list. */
  readonly lists: number;
  readonly empty: number;
  /** Tables for the signatures. */
  readonly signatures: number;
  /** By block: the table of each permutation. */
  readonly tables: readonly (readonly number[])[];
  /** By block: from the comparisons of all pairs of signatures to the table that sorts them; 0 where they are sorted. */
  readonly sorting: readonly number[];
  /** By block: from the neighbours that are equal, as bits, to the list of the permutations of equal ones. */
  readonly patterns: readonly number[];
  /** Orders of stabilisers of a batch. */
  readonly weights: number;
  /** A state in whole words, for single calls. */
  readonly single: number;
  readonly end: number;
}

/**
 * @param base first free address
 * @param batch most states that are weighed at once
 */
export function canonicalMap(
  base: number,
  group: Group,
  packing: Packing,
  batch: number,
  sizes: { readonly lanes: number; readonly signatureEntries: number; readonly tables: readonly number[] },
): CanonicalMap {
  let end = Math.ceil(base / 16) * 16;
  const room = (bytes: number): number => {
    const at = end;
    end = Math.ceil((end + bytes) / 16) * 16;
    return at;
  };
  const state = 8 * packing.words;
  const vectors = Math.ceil(sizes.lanes / 8);
  return {
    vectors,
    lanes: room(16 * vectors),
    sorted: room(16 * group.blocks.length),
    best: room(state),
    count: room(4),
    weighed: room(state),
    images: group.blocks.map(() => room(state)),
    tried: group.blocks.map(() => room(state)),
    lists: room(4 * group.blocks.length),
    empty: room(4),
    signatures: room(16 * vectors * sizes.signatureEntries),
    tables: group.permutations.map((all, block) =>
      all.map((_, number) => (number === 0 ? 0 : room(sizes.tables[block]!))),
    ),
    sorting: group.blocks.map(({ members: { length } }) => room(4 * 2 ** ((length * (length - 1)) / 2))),
    patterns: group.blocks.map(({ members: { length } }) => room(4 * 2 ** (length - 1))),
    weights: room(4 * batch),
    single: room(state),
    get end() {
      return end;
    },
  };
}

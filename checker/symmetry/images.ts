import type { Cell } from "../schema/index.ts";
import type { Field, Packing } from "../schema/packing.ts";
import type { Renaming } from "./renaming.ts";
import { chunksOf, sliceOf, type Chunk } from "./slices.ts";
import type { CellPlace } from "./structure.ts";

/** A chunk with the words of the image that its bits may go to. */
export interface MovedChunk extends Chunk {
  readonly outs: readonly number[];
  /** The chunk counts only where this field is above a number; elsewhere its bits are 0, and stay 0. */
  readonly condition: { readonly field: Field; readonly above: number } | undefined;
}

/**
 * Images of packed states under the permutations of one block, by tables: the image is the bits that no permutation
 * touches, and one entry for each chunk of the others.
 */
export interface Images {
  readonly chunks: readonly MovedChunk[];
  /** By word: the bits that stay. */
  readonly fixed: readonly bigint[];
  /** Bytes of the table of one permutation. */
  readonly bytes: number;
  /** Writes the table of a permutation: for each chunk and content, 64 bits for each of its words. */
  write(renaming: Renaming, to: Uint32Array): void;
}

/** @param renamings of the permutations of a block */
export function imagesOf(
  renamings: readonly Renaming[],
  packing: Packing,
  cells: readonly Cell[],
  places: readonly CellPlace[],
): Images {
  const fieldOf = (cell: number): Field => packing.fields[cell] as Field;
  const isMapped = (cell: number): boolean => renamings.some(({ numbers }) => numbers[cell] !== undefined);
  const affected = [...cells.keys()].filter(
    (cell) => fieldOf(cell).width > 0 && (isMapped(cell) || renamings.some(({ to }) => to[cell] !== cell)),
  );
  const isConditional = (cell: number): boolean => places[cell]!.use !== undefined && isMapped(cell);
  const plain = chunksOf(packing, affected.filter((cell) => !isConditional(cell)), (cell) => !isMapped(cell)); // prettier-ignore
  const conditional = affected.filter(isConditional).flatMap((cell) => chunksOf(packing, [cell], () => false));
  const chunks = [...plain, ...conditional].map((chunk): MovedChunk => {
    const outs = new Set(
      chunk.slices.flatMap(({ cell }) => renamings.map(({ to }) => fieldOf(to[cell] as number).word)),
    );
    const [first] = chunk.slices;
    const use = first !== undefined && isConditional(first.cell) ? places[first.cell]!.use : undefined;
    const condition = use === undefined ? undefined : { field: fieldOf(use.cell), above: use.above };
    return { ...chunk, outs: [...outs].toSorted((one, other) => one - other), condition };
  });
  const fixed = Array.from({ length: packing.words }, () => 2n ** 64n - 1n);
  for (const cell of affected) {
    const { word, shift, width } = fieldOf(cell);
    fixed[word]! &= ~(((1n << BigInt(width)) - 1n) << BigInt(shift));
  }
  return {
    chunks,
    fixed,
    bytes: chunks.reduce((sum, { width, outs }) => sum + 2 ** width * 8 * outs.length, 0),
    write({ to, numbers }, table) {
      let at = 0;
      for (const { width, slices, outs } of chunks) {
        for (let content = 0; content < 2 ** width; content++) {
          for (const slice of slices) {
            const bits = sliceOf(content, slice);
            const map = numbers[slice.cell];
            const target = fieldOf(to[slice.cell] as number);
            const out = at + 2 * outs.indexOf(target.word);
            put(table, out, target.shift + slice.low, map === undefined ? bits : (map[bits] ?? 0));
          }
          at += 2 * outs.length;
        }
      }
    },
  };
}

/** Adds up to 16 bits to a word of 64. */
function put(table: Uint32Array, at: number, shift: number, bits: number): void {
  if (shift >= 32) {
    table[at + 1]! |= bits << (shift - 32);
    return;
  }
  table[at]! |= bits << shift;
  if (shift > 16) table[at + 1]! |= bits >>> (32 - shift);
}

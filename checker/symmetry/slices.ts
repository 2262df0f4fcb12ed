import type { Field, Packing } from "../schema/packing.ts";

/** Bits of a packed state that a table is looked up by. */
const MAX_CHUNK_BITS = 8;

/** Some bits of a cell. */
export interface Slice {
  readonly cell: number;
  /** First bit, within the cell. */
  readonly low: number;
  readonly bits: number;
}

/** Neighbouring bits of one 64-bit word of a packed state, with the slices in them. */
export interface Chunk {
  readonly word: number;
  readonly shift: number;
  readonly width: number;
  readonly slices: readonly (Slice & { readonly at: number })[];
}

/** Divides cells into chunks. A cell that is wider than a chunk is divided if it may be. */
export function chunksOf(packing: Packing, cells: readonly number[], mayDivide: (cell: number) => boolean): Chunk[] {
  const slices = cells.flatMap((cell): Slice[] => {
    const { width } = packing.fields[cell] as Field;
    if (width === 0) return [];
    if (width <= MAX_CHUNK_BITS || !mayDivide(cell)) return [{ cell, low: 0, bits: width }];
    return Array.from({ length: Math.ceil(width / MAX_CHUNK_BITS) }, (_, part) => {
      const low = part * MAX_CHUNK_BITS;
      return { cell, low, bits: Math.min(MAX_CHUNK_BITS, width - low) };
    });
  });
  const placed = slices.map((slice) => {
    const { word, shift } = packing.fields[slice.cell] as Field;
    return { slice, word, from: shift + slice.low, end: shift + slice.low + slice.bits };
  });
  placed.sort((one, other) => one.word - other.word || one.from - other.from);
  const chunks: { word: number; shift: number; width: number; slices: (Slice & { at: number })[] }[] = [];
  for (const { slice, word, from, end } of placed) {
    const last = chunks.at(-1);
    if (last !== undefined && last.word === word && end - last.shift <= MAX_CHUNK_BITS) {
      last.width = end - last.shift;
      last.slices.push({ ...slice, at: from - last.shift });
    } else chunks.push({ word, shift: from, width: end - from, slices: [{ ...slice, at: 0 }] });
  }
  return chunks;
}

/** The bits of a slice in the content of its chunk. */
export function sliceOf(content: number, { at, bits }: Slice & { readonly at: number }): number {
  return (content >>> at) & ((1 << bits) - 1);
}

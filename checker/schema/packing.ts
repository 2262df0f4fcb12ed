import type { Layout } from "./index.ts";

/** Place of a cell in the compiled engine: `width` bits at bit `shift` of 64-bit word `word`. */
export interface Field {
  readonly word: number;
  readonly shift: number;
  readonly width: number;
}

/**
 * Packing of a state for the compiled engine: in 64-bit words; of the last one only the bytes in use are kept.
 */
export interface Packing {
  /** By the cells' positions in the layout. */
  readonly fields: readonly Field[];
  /** 64-bit words. */
  readonly words: number;
  /** Bytes of a state in the visited set: 1 to 8 times the words. */
  readonly bytes: number;
}

/** Packs the cells of a layout in their order, each into the first word that has room. */
export function packingOf(layout: Layout<unknown>): Packing {
  const used = [0];
  const fields = layout.cells.map(({ width }): Field => {
    let word = used.findIndex((bits) => bits + width <= 64);
    if (word < 0) word = used.push(0) - 1;
    const shift = used[word] as number;
    used[word] = shift + width;
    return { word, shift: width === 0 ? 0 : shift, width };
  });
  const last = Math.max(1, Math.ceil((used.at(-1) as number) / 8));
  return { fields, words: used.length, bytes: 8 * (used.length - 1) + last };
}

/** The number of a cell's value in a packed state, given as 32-bit words. */
export function getField(words: Uint32Array, at: number, { word, shift, width }: Field): number {
  if (width === 0) return 0;
  const index = at + word * 2 + (shift >> 5);
  const low = shift & 31;
  let value = (words[index] as number) >>> low;
  if (low + width > 32) value |= (words[index + 1] as number) << (32 - low);
  return width === 32 ? value >>> 0 : value & ((1 << width) - 1);
}

/** Sets a cell's bits. */
export function setField(words: Uint32Array, at: number, { word, shift, width }: Field, value: number): void {
  if (width === 0) return;
  const index = at + word * 2 + (shift >> 5);
  const low = shift & 31;
  const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
  words[index] = ((words[index] as number) & ~(mask << low)) | (value << low);
  if (low + width > 32) {
    const high = 32 - low;
    words[index + 1] = ((words[index + 1] as number) & ~(mask >>> high)) | (value >>> high);
  }
}

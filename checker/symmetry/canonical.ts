import type { Model } from "../language/index.ts";
import { packingOf } from "../schema/packing.ts";
import { pagesTo, wasm, type WebAssemblyMemory, type WebAssemblyModule } from "../wasm/runtime.ts";
import { canonicalCode } from "./canonical-code.ts";
import { canonicalMap } from "./canonical-map.ts";
import type { Group } from "./group.ts";
import { imagesOf } from "./images.ts";
import type { Renaming, Renamings } from "./renaming.ts";
import { signaturesOf } from "./signature.ts";
import { chunksOf, sliceOf } from "./slices.ts";

/** Code that replaces packed states by canonical ones; it can be sent to a worker. */
export interface Canonical {
  readonly module: WebAssemblyModule;
  /** End of its memory. */
  readonly end: number;
  /** Bytes of a state in whole words, and as packed. */
  readonly wide: number;
  readonly bytes: number;
  /** Order of the group. */
  readonly order: number;
  /** Addresses of the orders of stabilisers, and of a single state. */
  readonly weights: number;
  readonly single: number;
}

/**
 * Compiles the canonical states of a model under a group.
 *
 * @param base first free address of the memory that the code shares with others
 * @param batch most states that are weighed at once
 */
export function canonicalOf<S>(
  model: Model<S>,
  group: Group,
  renamings: Renamings<S>,
  base: number,
  batch: number,
): Canonical {
  const packing = packingOf(model.layout);
  const { cells } = model.layout;
  const { places } = renamings;
  const byBlock = group.permutations.map((all, block) =>
    all.map((_, number) => renamings.of(group.mapOf(block, number)) as Renaming),
  );
  const images = byBlock.map((all) => imagesOf(all, packing, cells, places));
  const generators = group.generators().map((element) => {
    const block = element.findIndex((number) => number !== 0);
    const number = element[block]!;
    return { block, permutation: group.permutations[block]![number]!, renaming: byBlock[block]![number]! };
  });
  const signatures = signaturesOf(group, generators, cells, places);
  const signatureChunks = chunksOf(packing, signatures.cells, () => false);
  const map = canonicalMap(base, group, packing, batch, {
    lanes: signatures.lanes,
    signatureEntries: signatureChunks.reduce((sum, { width }) => sum + 2 ** width, 0),
    tables: images.map(({ bytes }) => bytes),
  });
  const module = canonicalCode({ group, packing, images, signatures, signatureChunks, map });
  const lanes = 8 * map.vectors;
  const sums = new Uint16Array(lanes * signatureChunks.reduce((sum, { width }) => sum + 2 ** width, 0));
  let row = 0;
  for (const { width, slices } of signatureChunks) {
    for (let content = 0; content < 2 ** width; content++, row++) {
      for (const slice of slices) signatures.add(slice.cell, sliceOf(content, slice), sums, row * lanes);
    }
  }
  module.data(map.signatures, new Uint8Array(sums.buffer));
  for (const [block, all] of byBlock.entries()) {
    for (const [number, renaming] of all.entries()) {
      if (number === 0) continue;
      const table = new Uint32Array(images[block]!.bytes / 4);
      images[block]!.write(renaming, table);
      module.data(map.tables[block]![number]!, new Uint8Array(table.buffer));
    }
    module.data(map.sorting[block]!, sortingTable(group, block, map.tables[block]!));
  }
  const lists = new Uint32Array(listWords(group));
  const end = Math.ceil(map.end / 16) * 16;
  let next = 0;
  for (const [block, { members }] of group.blocks.entries()) {
    const starts = new Uint32Array(2 ** (members.length - 1));
    for (const pattern of starts.keys()) {
      starts[pattern] = end + 4 * next;
      const tied = tiedPermutations(group, block, pattern).map((number) => map.tables[block]![number]!);
      lists.set([tied.length, ...tied], next);
      next += tied.length + 1;
    }
    module.data(map.patterns[block]!, new Uint8Array(starts.buffer));
  }
  module.data(end, new Uint8Array(lists.buffer));
  return {
    module: new wasm.Module(module.bytes()),
    end: end + lists.byteLength,
    wide: 8 * packing.words,
    bytes: packing.bytes,
    order: group.order,
    weights: map.weights,
    single: map.single,
  };
}

/** By the comparisons of all pairs, one bit for each that is descending: the table of the permutation that sorts. */
function sortingTable(group: Group, block: number, tables: readonly number[]): Uint8Array {
  const { length } = group.blocks[block]!.members;
  const table = new Uint32Array(2 ** ((length * (length - 1)) / 2));
  for (const [number, ranks] of group.permutations[block]!.entries()) {
    let code = 0;
    let pair = 0;
    for (let one = 0; one < length; one++) {
      for (let other = one + 1; other < length; other++)
        if (ranks[one]! > ranks[other]!) code |= 1 << pair++;
        else pair++;
    }
    table[code] = tables[number]!;
  }
  return new Uint8Array(table.buffer);
}

/** The permutations but the identity that permute equal neighbours only: bit i of a pattern joins positions i and i + 1. */
function tiedPermutations(group: Group, block: number, pattern: number): number[] {
  const { length } = group.blocks[block]!.members;
  const run: number[] = [0];
  for (let at = 1; at < length; at++) run[at] = ((pattern >> (at - 1)) & 1) === 1 ? run[at - 1]! : run[at - 1]! + 1;
  return group.permutations[block]!.flatMap((permutation, number) =>
    number > 0 && permutation.every((to, at) => run[to] === run[at]) ? [number] : [],
  );
}

function listWords(group: Group): number {
  return group.blocks.reduce((sum, { members }, block) => {
    const patterns = Array.from({ length: 2 ** (members.length - 1) }, (_, pattern) => pattern);
    return sum + patterns.reduce((all, pattern) => all + 1 + tiedPermutations(group, block, pattern).length, 0);
  }, 0);
}

interface CanonicalExports {
  canonicalise(from: number, end: number): void;
  weigh(from: number, end: number, to: number): void;
}

/** The code at work, in a memory. */
export class Canonicaliser {
  readonly #canonical: Canonical;
  readonly #code: CanonicalExports;
  readonly #words: Uint32Array;

  /** @param memory large enough for the code */
  constructor(canonical: Canonical, memory: WebAssemblyMemory) {
    this.#canonical = canonical;
    this.#code = new wasm.Instance(canonical.module, { env: { memory } }).exports as CanonicalExports;
    this.#words = new Uint32Array(memory.buffer);
  }

  /** A canonicaliser with a memory of its own. */
  static alone(canonical: Canonical): Canonicaliser {
    return new Canonicaliser(canonical, new wasm.Memory({ initial: pagesTo(canonical.end + 16) }));
  }

  /** Replaces states in whole words, from one address to another. */
  replace(from: number, end: number): void {
    this.#code.canonicalise(from, end);
  }

  /** Weighs packed states from one address on: then `weightOf` has the number of states in the orbit of each. */
  weigh(from: number, count: number): void {
    this.#code.weigh(from, from + count * this.#canonical.bytes, this.#canonical.weights);
  }

  /** @param state position among the states that were weighed */
  weightOf(state: number): number {
    return this.#canonical.order / (this.#words[this.#canonical.weights / 4 + state] as number);
  }

  /** Number of states in the orbit of a state in whole words. What was weighed before is lost. */
  weightOfWords(words: Uint32Array): number {
    const { single, wide } = this.#canonical;
    this.#words.set(words.subarray(0, wide / 4), single / 4);
    this.weigh(single, 1);
    return this.weightOf(0);
  }

  /** Replaces one state, given in whole words. */
  replaceWords(words: Uint32Array, at = 0): void {
    const { single, wide } = this.#canonical;
    this.#words.set(words.subarray(at, at + wide / 4), single / 4);
    this.#code.canonicalise(single, single + wide);
    words.set(this.#words.subarray(single / 4, (single + wide) / 4), at);
  }
}

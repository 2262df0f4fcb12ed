import type { Cell } from "../schema/index.ts";
import type { Group } from "./group.ts";
import type { Renaming } from "./renaming.ts";
import type { CellPlace } from "./structure.ts";

/** Values of a cell that a signature distinguishes. */
const MAX_CELL_VALUES = 256;
/** Triples of an index, a cell and a value: beyond it, only cells of few values take part. */
const MAX_TRIPLES = 2_000_000;
const FEW_VALUES = 8;

/**
 * Signatures of the interchangeable indices in a state: numbers that a permutation of indices permutes in the same way.
 * The signature of an index is the sum, over all cells, of a number that belongs to the orbit of the triple of the index,
 * the cell, and the value of the cell.
 */
export interface Signatures {
  /** Number of indices in all blocks. */
  readonly lanes: number;
  /** By block: its first lane. */
  readonly first: readonly number[];
  /** The cells that make a difference. */
  readonly cells: readonly number[];
  /** Adds what a cell with a value contributes, to numbers of 16 bits by lane. */
  add(cell: number, number: number, to: Uint16Array, at: number): void;
}

/** @param generators of the group, each with its renaming */
export function signaturesOf(
  group: Group,
  generators: readonly {
    readonly block: number;
    readonly permutation: readonly number[];
    readonly renaming: Renaming;
  }[],
  cells: readonly Cell[],
  places: readonly CellPlace[],
): Signatures {
  const first: number[] = [];
  let lanes = 0;
  for (const { members } of group.blocks) {
    first.push(lanes);
    lanes += members.length;
  }
  // A cell that is 0 where it is not in use cannot be renamed by its value alone.
  const isMapped = (cell: number): boolean => generators.some(({ renaming }) => renaming.numbers[cell] !== undefined);
  const eligible = cells.map(
    ({ shape: { cardinality } }, cell) =>
      cardinality > 1 && cardinality <= MAX_CELL_VALUES && (places[cell]!.use === undefined || !isMapped(cell)),
  );
  const sizeOf = (cell: number): number => (eligible[cell]! ? cells[cell]!.shape.cardinality : 0);
  const total = cells.reduce((sum, _, cell) => sum + sizeOf(cell), 0);
  if (lanes * total > MAX_TRIPLES) {
    for (const [cell, { shape }] of cells.entries()) if (shape.cardinality > FEW_VALUES) eligible[cell] = false;
  }
  const offsets: number[] = [];
  let end = 0;
  for (const cell of cells.keys()) {
    offsets[cell] = end;
    end += sizeOf(cell) * lanes;
  }
  const orbits = new Orbits(end);
  for (const { block, permutation, renaming } of generators) {
    const laneTo = Array.from({ length: lanes }, (_, lane) => {
      const at = lane - first[block]!;
      return at < 0 || at >= permutation.length ? lane : first[block]! + permutation[at]!;
    });
    for (const cell of cells.keys()) {
      const [to, map] = [renaming.to[cell] as number, renaming.numbers[cell]];
      for (let number = 0; number < sizeOf(cell); number++) {
        const [from, target] = [offsets[cell]! + number * lanes, offsets[to]! + (map?.[number] ?? number) * lanes];
        for (const [lane, other] of laneTo.entries()) orbits.unite(from + lane, target + other);
      }
    }
  }
  const numberOf = (cell: number, number: number, lane: number): number =>
    hash(orbits.find(offsets[cell]! + number * lanes + lane));
  /** Whether some value distinguishes indices of a block. */
  const matters = (cell: number): boolean =>
    group.blocks.some(({ members }, block) =>
      members.some((_, at) =>
        Array.from({ length: sizeOf(cell) }, (_value, number) => number).some(
          (number) => numberOf(cell, number, first[block]! + at) !== numberOf(cell, number, first[block]!),
        ),
      ),
    );
  return {
    lanes,
    first,
    cells: [...cells.keys()].filter((cell) => eligible[cell]! && matters(cell)),
    add(cell, number, to, at) {
      if (number >= sizeOf(cell)) return;
      for (let lane = 0; lane < lanes; lane++) to[at + lane]! += numberOf(cell, number, lane);
    },
  };
}

/** Disjoint sets of numbers. */
class Orbits {
  readonly #parents: Int32Array;

  constructor(size: number) {
    this.#parents = Int32Array.from({ length: size }, (_, one) => one);
  }

  find(one: number): number {
    let root = one;
    while (this.#parents[root] !== root) root = this.#parents[root] as number;
    for (let at = one; at !== root;) {
      const next = this.#parents[at] as number;
      this.#parents[at] = root;
      at = next;
    }
    return root;
  }

  unite(one: number, other: number): void {
    const [a, b] = [this.find(one), this.find(other)];
    if (a !== b) this.#parents[Math.max(a, b)] = Math.min(a, b);
  }
}

function hash(number: number): number {
  let mixed = Math.imul(number + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) & 0xffff;
}

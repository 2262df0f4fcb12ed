import type { Budget } from "../../visited/budget.ts";

/** Bytes of a block: what a thread takes at once from a level. Blocks are used again, not freed. */
export const BLOCK_BYTES = 1 << 14;

/** Room for states. Threads that share blocks identify them by their numbers. */
export interface Block {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** States in a block, from one index to another. */
export interface Piece {
  readonly block: Block;
  readonly from: number;
  readonly end: number;
}

/** Number of states in pieces. */
export function statesOf(pieces: readonly Pick<Piece, "from" | "end">[]): number {
  return pieces.reduce((sum, { from, end }) => sum + end - from, 0);
}

/** Source of blocks for lists of states. */
export interface Blocks {
  /** Whether the budget did not allow for a block. It was given all the same, so that no state is lost. */
  readonly exceeded: boolean;
  take(): Block;
  give(block: Block): void;
}

/** Blocks of one thread. */
export class BlockPool implements Blocks {
  readonly #budget: Budget;
  readonly #free: Block[] = [];
  /** Bytes in use. */
  taken = 0;
  exceeded = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  take(): Block {
    this.taken += BLOCK_BYTES;
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.exceeded ||= !this.#budget.take(BLOCK_BYTES);
    return { number: 0, bytes: new Uint8Array(BLOCK_BYTES) };
  }

  give(block: Block): void {
    this.taken -= block.bytes.length;
    if (block.bytes.length === BLOCK_BYTES) this.#free.push(block);
  }
}

/** Packed states of `stride` bytes, outside any WebAssembly memory: a level of the search that is being found. */
export class StateList {
  readonly #blocks: Blocks;
  readonly #stride: number;
  readonly #perBlock: number;
  #full: Piece[] = [];
  /** The block that is being filled, and how many states it has. */
  #last: Block | undefined;
  #inLast = 0;

  constructor(blocks: Blocks, stride: number) {
    this.#blocks = blocks;
    this.#stride = stride;
    this.#perBlock = Math.floor(BLOCK_BYTES / stride);
  }

  /** Number of states. */
  get length(): number {
    return this.#full.length * this.#perBlock + this.#inLast;
  }

  /** Appends states given by their bytes. */
  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      this.#last ??= this.#blocks.take();
      const count = Math.min((bytes.length - from) / this.#stride, this.#perBlock - this.#inLast);
      this.#last.bytes.set(bytes.subarray(from, from + count * this.#stride), this.#inLast * this.#stride);
      this.#inLast += count;
      from += count * this.#stride;
      if (this.#inLast === this.#perBlock) this.#endBlock();
    }
  }

  #endBlock(): void {
    if (this.#last === undefined) return;
    this.#full.push({ block: this.#last, from: 0, end: this.#inLast });
    this.#last = undefined;
    this.#inLast = 0;
  }

  /** Hands over the states; the list is empty then. */
  hand(): Piece[] {
    this.#endBlock();
    const pieces = this.#full;
    this.#full = [];
    return pieces;
  }
}

/** The first levels of a search by one thread: traces need them, and to find them again takes as long as the search. */
export class Levels {
  readonly #pool: BlockPool;
  readonly #stride: number;
  /** Level 1 stands at index 1. */
  readonly #kept: (readonly Piece[])[] = [[]];
  #isClosed = false;

  constructor(pool: BlockPool, stride: number) {
    this.#pool = pool;
    this.#stride = stride;
  }

  /** Number of levels that are kept. */
  get depth(): number {
    return this.#kept.length - 1;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes of all blocks of the search. */
  get bytes(): number {
    return this.#pool.taken;
  }

  at(level: number): readonly Piece[] {
    return this.#kept[level] ?? [];
  }

  /** Keeps the next level; returns it, without room for more states: there may be many small levels. */
  keep(pieces: readonly Piece[]): readonly Piece[] {
    const last = pieces.at(-1);
    if (this.#isClosed || last === undefined) return pieces;
    const bytes = last.block.bytes.slice(0, last.end * this.#stride);
    this.#pool.give(last.block);
    this.#pool.taken += bytes.length;
    const level = [...pieces.slice(0, -1), { ...last, block: { number: 0, bytes } }];
    this.#kept.push(level);
    return level;
  }

  /** Keeps no more levels, and gives up those behind the given one. */
  close(level: number): void {
    this.#isClosed = true;
    for (const pieces of this.#kept.splice(level + 1)) for (const { block } of pieces) this.#pool.give(block);
  }
}

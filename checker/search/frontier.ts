import type { Budget } from "../visited/budget.ts";

/** Bytes of a block: blocks are used again, not freed. */
const BLOCK_BYTES = 1 << 14;

/** Room for states. Threads that share blocks know them by their numbers. */
export interface Block {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Source of blocks for lists of states. */
export interface Blocks {
  /** Bytes of a block. */
  readonly size: number;
  take(): Block;
  give(block: Block): void;
}

/** Blocks of one thread. */
export class BlockPool implements Blocks {
  readonly size = BLOCK_BYTES;
  readonly #budget: Budget;
  readonly #free: Block[] = [];
  /** Bytes in use. */
  taken = 0;
  /** Whether the budget did not allow for a block. It was given all the same, so that no state is lost. */
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

/** A list of packed states of `stride` bytes, outside any WebAssembly memory: a level of the search. */
export class StateList {
  readonly #pool: Blocks;
  readonly #stride: number;
  readonly #perBlock: number;
  #blocks: Block[] = [];
  #length = 0;

  constructor(pool: Blocks, stride: number) {
    this.#pool = pool;
    this.#stride = stride;
    this.#perBlock = Math.floor(pool.size / stride);
  }

  get length(): number {
    return this.#length;
  }

  /** Appends states given by their bytes. */
  push(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const inBlock = this.#length % this.#perBlock;
      if (inBlock === 0 && this.#length === this.#blocks.length * this.#perBlock) this.#blocks.push(this.#pool.take());
      const count = Math.min((bytes.length - from) / this.#stride, this.#perBlock - inBlock);
      const block = this.#blocks.at(-1) as Block;
      block.bytes.set(bytes.subarray(from, from + count * this.#stride), inBlock * this.#stride);
      this.#length += count;
      from += count * this.#stride;
    }
  }

  /** Copies states `from ..` into `to`, as many as fit in `most` and stand together; returns how many. */
  copy(from: number, most: number, to: Uint8Array, at: number): number {
    const block = this.#blocks[Math.floor(from / this.#perBlock)];
    if (block === undefined) return 0;
    const inBlock = from % this.#perBlock;
    const count = Math.min(most, this.#perBlock - inBlock, this.#length - from);
    to.set(block.bytes.subarray(inBlock * this.#stride, (inBlock + count) * this.#stride), at);
    return count;
  }

  /** Hands over the blocks, with how many states each has; the list is empty then. */
  hand(): { readonly block: Block; readonly states: number }[] {
    const handed = this.#blocks.map((block, index) => ({
      block,
      states: Math.min(this.#perBlock, this.#length - index * this.#perBlock),
    }));
    this.#blocks = [];
    this.#length = 0;
    return handed;
  }

  /** Gives up the room for more states: a search of many small levels may keep them all. */
  close(pool: BlockPool): void {
    const last = this.#blocks.pop();
    if (last === undefined) return;
    const used = last.bytes.slice(0, (this.#length - this.#blocks.length * this.#perBlock) * this.#stride);
    pool.give(last);
    pool.taken += used.length;
    this.#blocks.push({ number: 0, bytes: used });
  }

  /** Gives back the blocks whose states have all been read. */
  release(read: number): void {
    const done = Math.floor(read / this.#perBlock);
    for (let index = done - 1; index >= 0; index--) {
      const block = this.#blocks[index] as Block;
      if (block === GIVEN) return;
      this.#pool.give(block);
      this.#blocks[index] = GIVEN;
    }
  }

  clear(): void {
    for (const block of this.#blocks) if (block !== GIVEN) this.#pool.give(block);
    this.#blocks = [];
    this.#length = 0;
  }
}

const GIVEN: Block = { number: -1, bytes: new Uint8Array(0) };

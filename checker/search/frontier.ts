/** Bytes of a block: blocks are used again, not freed. */
const BLOCK = 1 << 20;

/** Blocks that no list of states needs at the moment. */
export class BlockPool {
  readonly #free: Uint8Array[] = [];
  /** Bytes in use. */
  taken = 0;

  take(): Uint8Array {
    this.taken += BLOCK;
    return this.#free.pop() ?? new Uint8Array(BLOCK);
  }

  give(block: Uint8Array): void {
    this.taken -= block.length;
    if (block.length === BLOCK) this.#free.push(block);
  }

  /** Bytes held, in use or not. */
  get bytes(): number {
    return this.taken + this.#free.length * BLOCK;
  }
}

/** A list of packed states of `stride` bytes, outside any WebAssembly memory: a level of the search. */
export class StateList {
  readonly #pool: BlockPool;
  readonly #stride: number;
  readonly #perBlock: number;
  #blocks: Uint8Array[] = [];
  #length = 0;

  constructor(pool: BlockPool, stride: number) {
    this.#pool = pool;
    this.#stride = stride;
    this.#perBlock = Math.floor(BLOCK / stride);
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
      const block = this.#blocks.at(-1) as Uint8Array;
      block.set(bytes.subarray(from, from + count * this.#stride), inBlock * this.#stride);
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
    to.set(block.subarray(inBlock * this.#stride, (inBlock + count) * this.#stride), at);
    return count;
  }

  /** Gives up the room for more states: a search of many small levels may keep them all. */
  close(): void {
    const last = this.#blocks.pop();
    if (last === undefined) return;
    const used = last.slice(0, (this.#length - this.#blocks.length * this.#perBlock) * this.#stride);
    this.#pool.give(last);
    this.#pool.taken += used.length;
    this.#blocks.push(used);
  }

  /** Gives back the blocks of which all states have been read. */
  release(read: number): void {
    const done = Math.floor(read / this.#perBlock);
    for (let index = 0; index < done; index++) {
      const block = this.#blocks[index];
      if (block === undefined || block.length === 0) continue;
      this.#pool.give(block);
      this.#blocks[index] = GIVEN;
    }
  }

  clear(): void {
    for (const block of this.#blocks) if (block.length > 0) this.#pool.give(block);
    this.#blocks = [];
    this.#length = 0;
  }
}

const GIVEN = new Uint8Array(0);

import { WASM_PAGE_BYTES, wasm, type WebAssemblyMemory } from "../../wasm/runtime.ts";
import type { Budget } from "../../visited/budget.ts";
import { BLOCK_BYTES, type Block, type Blocks } from "../states/frontier.ts";
import { Mutex } from "../../visited/locks.ts";

/** Pages by which a memory grows. */
const GROWTH_PAGES = 64;
/** Largest size of a memory, in pages. */
const MAX_MEMORY_PAGES = 1 << 14;

const GATE = 0;
/** Blocks that have been made so far. */
const MADE_COUNT = 1;
/** Number of free blocks; their numbers start at `FIRST_FREE`. */
const FREE_COUNT = 2;
const EXCEEDED = 3;
const FIRST_FREE = 4;

/** The shared state of a block pool. */
export interface BlockStore {
  readonly memories: readonly WebAssemblyMemory[];
  readonly words: SharedArrayBuffer;
}

/** @param bytes what all blocks may need together */
export function blockStore(bytes: number): BlockStore {
  const perMemory = MAX_MEMORY_PAGES * WASM_PAGE_BYTES;
  // One more than the budget allows, for blocks that are given in spite of it.
  const count = Math.ceil(bytes / perMemory) + 1;
  return {
    memories: Array.from(
      { length: count },
      () => new wasm.Memory({ initial: 1, maximum: MAX_MEMORY_PAGES, shared: true }),
    ),
    words: new SharedArrayBuffer(4 * (FIRST_FREE + (count * perMemory) / BLOCK_BYTES)),
  };
}

/** Blocks that threads share: one fills them, another reads them. They are taken from the budget when they are made. */
export class SharedBlocks implements Blocks {
  readonly #store: BlockStore;
  readonly #budget: Budget;
  readonly #words: Int32Array;
  readonly #gate: Mutex;
  readonly #bytes: Uint8Array[];

  constructor(store: BlockStore, budget: Budget) {
    this.#store = store;
    this.#budget = budget;
    this.#words = new Int32Array(store.words);
    this.#gate = new Mutex(this.#words, GATE);
    this.#bytes = store.memories.map(() => new Uint8Array(0));
  }

  get exceeded(): boolean {
    return Atomics.load(this.#words, EXCEEDED) === 1;
  }

  take(): Block {
    this.#gate.take();
    try {
      const free = Atomics.load(this.#words, FREE_COUNT);
      if (free > 0) {
        Atomics.store(this.#words, FREE_COUNT, free - 1);
        return this.block(Atomics.load(this.#words, FIRST_FREE + free - 1));
      }
      const number = Atomics.add(this.#words, MADE_COUNT, 1);
      if (!this.#budget.take(BLOCK_BYTES)) Atomics.store(this.#words, EXCEEDED, 1);
      const memory = this.#store.memories[Math.floor(number / BLOCKS_PER_MEMORY)] as WebAssemblyMemory;
      const end = ((number % BLOCKS_PER_MEMORY) + 1) * BLOCK_BYTES;
      if (end > memory.buffer.byteLength)
        memory.grow(Math.min(GROWTH_PAGES, MAX_MEMORY_PAGES - memory.buffer.byteLength / WASM_PAGE_BYTES));
      return this.block(number);
    } finally {
      this.#gate.give();
    }
  }

  give({ number }: Block): void {
    this.#gate.take();
    const free = Atomics.load(this.#words, FREE_COUNT);
    Atomics.store(this.#words, FIRST_FREE + free, number);
    Atomics.store(this.#words, FREE_COUNT, free + 1);
    this.#gate.give();
  }

  /** A block that a thread has taken. */
  block(number: number): Block {
    const index = Math.floor(number / BLOCKS_PER_MEMORY);
    const at = (number % BLOCKS_PER_MEMORY) * BLOCK_BYTES;
    let bytes = this.#bytes[index] as Uint8Array;
    if (at + BLOCK_BYTES > bytes.length) {
      // Another thread may have made the memory larger.
      bytes = new Uint8Array((this.#store.memories[index] as WebAssemblyMemory).buffer);
      this.#bytes[index] = bytes;
    }
    return { number, bytes: bytes.subarray(at, at + BLOCK_BYTES) };
  }
}

const BLOCKS_PER_MEMORY = (MAX_MEMORY_PAGES * WASM_PAGE_BYTES) / BLOCK_BYTES;

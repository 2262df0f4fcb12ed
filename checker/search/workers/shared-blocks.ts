import { PAGE, wasm, type WebAssemblyMemory } from "../../wasm/runtime.ts";
import type { Budget } from "../../visited/budget.ts";
import type { Block, Blocks } from "../frontier.ts";
import { Mutex } from "../../visited/locks.ts";

/** Bytes of a block: what a thread takes at once from a level. */
const BLOCK = 1 << 14;
/** Pages that a memory grows by. */
const STEP = 64;
/** The most pages of a memory. */
const MOST = 1 << 14;

const GATE = 0;
/** Blocks that have been made so far. */
const MADE = 1;
/** How many of them are free; their numbers stand from `FIRST` on. */
const FREE = 2;
const EXCEEDED = 3;
const FIRST = 4;

/** What threads need to share blocks. */
export interface BlockStore {
  readonly memories: readonly WebAssemblyMemory[];
  readonly words: SharedArrayBuffer;
}

/** @param bytes what all blocks may need together */
export function blockStore(bytes: number): BlockStore {
  const perMemory = MOST * PAGE;
  // One more than the budget allows, for blocks that are given in spite of it.
  const count = Math.ceil(bytes / perMemory) + 1;
  return {
    memories: Array.from({ length: count }, () => new wasm.Memory({ initial: 1, maximum: MOST, shared: true })),
    words: new SharedArrayBuffer(4 * (FIRST + (count * perMemory) / BLOCK)),
  };
}

/** Blocks that threads share: one fills them, another reads them. They are taken from the budget when they are made. */
export class SharedBlocks implements Blocks {
  readonly size = BLOCK;
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

  /** Whether the budget did not allow for a block. It was given all the same, so that no state is lost. */
  get exceeded(): boolean {
    return Atomics.load(this.#words, EXCEEDED) === 1;
  }

  take(): Block {
    this.#gate.take();
    try {
      const free = Atomics.load(this.#words, FREE);
      if (free > 0) {
        Atomics.store(this.#words, FREE, free - 1);
        return this.block(Atomics.load(this.#words, FIRST + free - 1));
      }
      const number = Atomics.add(this.#words, MADE, 1);
      if (!this.#budget.take(BLOCK)) Atomics.store(this.#words, EXCEEDED, 1);
      const memory = this.#store.memories[Math.floor(number / PER_MEMORY)] as WebAssemblyMemory;
      const end = ((number % PER_MEMORY) + 1) * BLOCK;
      if (end > memory.buffer.byteLength) memory.grow(Math.min(STEP, MOST - memory.buffer.byteLength / PAGE));
      return this.block(number);
    } finally {
      this.#gate.give();
    }
  }

  give({ number }: Block): void {
    this.#gate.take();
    const free = Atomics.load(this.#words, FREE);
    Atomics.store(this.#words, FIRST + free, number);
    Atomics.store(this.#words, FREE, free + 1);
    this.#gate.give();
  }

  /** A block that a thread has taken. */
  block(number: number): Block {
    const index = Math.floor(number / PER_MEMORY);
    const at = (number % PER_MEMORY) * BLOCK;
    let bytes = this.#bytes[index] as Uint8Array;
    if (at + BLOCK > bytes.length) {
      // Another thread may have made the memory larger.
      bytes = new Uint8Array((this.#store.memories[index] as WebAssemblyMemory).buffer);
      this.#bytes[index] = bytes;
    }
    return { number, bytes: bytes.subarray(at, at + BLOCK) };
  }
}

const PER_MEMORY = (MOST * PAGE) / BLOCK;

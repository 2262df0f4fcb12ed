import type { Packing } from "../compiled/packing.ts";
import {
  BIN,
  MOST_BINS,
  TAIL,
  tableMap,
  tableModule,
  WINDOW,
  type TableExports,
  type TableMap,
} from "../compiled/table.ts";
import { MOST_PAGES, PAGE, wasm, type WebAssemblyMemory, type WebAssemblyModule } from "../compiled/webassembly.ts";
import { InternalError } from "../errors.ts";

const FIRST_SLOTS = 1 << 13;
/** The table grows when more than this fraction of its homes is taken, and by this factor. */
const FULLEST = 0.84;
const GROWTH = 1.25;
/** A table of fewer bytes doubles: its size does not matter. */
const SMALL = 1 << 24;
/** Bytes of the part of the table that one bin is for. */
const BIN_BYTES = 1 << 19;

const modules = new WeakMap<Packing, WebAssemblyModule>();

/** What bounds a set: so many states, so many bytes of memory. */
export interface Limits {
  readonly states: number;
  readonly bytes: number;
}

export type Bound = "states" | "memory";

/** The exact set of visited states in a WebAssembly memory of its own: each state in full, at its packed size. */
export class Visited {
  readonly #packing: Packing;
  readonly #map: TableMap;
  readonly #memory: WebAssemblyMemory;
  readonly #code: TableExports;
  #slots = FIRST_SLOTS;
  #bins = 1;
  #size = 0;
  #bytes: Uint8Array;
  #header: Uint32Array;

  constructor(packing: Packing) {
    this.#packing = packing;
    this.#map = tableMap(packing);
    let module = modules.get(packing);
    if (module === undefined) modules.set(packing, (module = new wasm.Module(tableModule(packing))));
    this.#memory = new wasm.Memory({ initial: this.#pages(FIRST_SLOTS), maximum: MOST_PAGES });
    const instance = new wasm.Instance(module, { env: { memory: this.#memory } });
    this.#code = instance.exports as unknown as TableExports;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#header = new Uint32Array(this.#memory.buffer, 0, 16);
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes in use: the table, and the bins in front of it. */
  get bytes(): number {
    const bins = this.#bins === 1 ? 0 : this.#bins * BIN * this.#packing.words * 8;
    return (this.#slots + TAIL) * this.#packing.bytes + bins;
  }

  /** States that the window takes. */
  get window(): number {
    return WINDOW;
  }

  /** The part of the window where states of whole words are put. */
  input(count: number): Uint8Array {
    return this.#bytes.subarray(this.#map.input, this.#map.input + count * this.#packing.words * 8);
  }

  /** The first states of the window, sorted by the worker that they belong to; good until the next call. */
  route(end: number, workers: number): Uint8Array[] {
    this.#code.route(end, workers);
    const wide = this.#packing.words * 8;
    const counts = new Uint32Array(this.#memory.buffer, this.#map.routed, workers);
    return Array.from(counts, (count, worker) => {
      const at = this.#map.routes + worker * WINDOW * wide;
      return this.#bytes.subarray(at, at + count * wide);
    });
  }

  /**
   * Inserts the first states of the window. They wait in bins, each for a part of the table, until one is full: then
   * its states are inserted while that part is in the cache.
   *
   * @param limits what bounds the set
   * @param found called with the bytes of new states
   * @returns the bound that was reached, if one was
   */
  add(end: number, limits: Limits, found: (states: Uint8Array) => void): Bound | undefined {
    if (this.#bins === 1) return this.#insert(this.#map.input, end, limits, found);
    for (let from = 0; from < end;) {
      const bin = this.#code.scatter(from, end, this.#bins);
      from = this.#header[this.#map.done / 4] as number;
      if (bin < 0) return undefined;
      const bound = this.#empty(bin, limits, found);
      if (bound !== undefined) return bound;
    }
    return undefined;
  }

  /** Inserts what waits in bins. */
  flush(limits: Limits, found: (states: Uint8Array) => void): Bound | undefined {
    for (let bin = 0; bin < this.#bins; bin++) {
      const bound = this.#empty(bin, limits, found);
      if (bound !== undefined) return bound;
    }
    this.#bins = Math.min(MOST_BINS, Math.ceil((this.#slots * this.#packing.bytes) / BIN_BYTES));
    return undefined;
  }

  #empty(bin: number, limits: Limits, found: (states: Uint8Array) => void): Bound | undefined {
    const count = this.#map.counts + 4 * bin;
    const [end] = new Uint32Array(this.#memory.buffer, count, 1);
    new Uint32Array(this.#memory.buffer, count, 1)[0] = 0;
    if (end === 0 || end === undefined) return undefined;
    return this.#insert(this.#map.bins + bin * BIN * this.#packing.words * 8, end, limits, found);
  }

  #insert(base: number, end: number, limits: Limits, found: (states: Uint8Array) => void): Bound | undefined {
    const slots = this.#slotsFor(end);
    if (slots !== this.#slots) {
      const pages = this.#pages(slots);
      if (pages > MOST_PAGES || pages * PAGE > limits.bytes) return "memory";
      this.#grow(slots);
    }
    for (let from = 0; from < end;) {
      const room = Math.min(limits.states - this.#size, end);
      const count = this.#code.insert(base, from, end, this.#slots, room);
      if (count > 0) {
        this.#size += count;
        found(this.#bytes.subarray(this.#map.fresh, this.#map.fresh + count * this.#packing.bytes));
      }
      from = this.#header[this.#map.done / 4] as number;
      if (from === end) return undefined;
      if (count === room) return "states";
      // The tail is full.
      this.#grow(Math.ceil(this.#slots * GROWTH));
    }
    return undefined;
  }

  /** Whether each of the first states of the window is in the set: a byte for each. */
  contains(end: number): Uint8Array {
    this.#code.contains(end, this.#slots);
    return this.#bytes.subarray(this.#map.fresh, this.#map.fresh + end);
  }

  /** The bytes of every state, one after another, in no order that means anything. Slow: for tests. */
  *states(): Generator<Uint8Array> {
    const { bytes } = this.#packing;
    if (this.#bytes[this.#map.zero] === 1) yield new Uint8Array(bytes);
    for (let slot = 0; slot < this.#slots + TAIL; slot++) {
      const at = this.#map.slots + slot * bytes;
      const state = this.#bytes.slice(at, at + bytes);
      if (state.some((byte) => byte !== 0)) yield state;
    }
  }

  #slotsFor(count: number): number {
    let slots = this.#slots;
    while (this.#size + count > slots * FULLEST)
      slots = Math.ceil(slots * (slots * this.#packing.bytes < SMALL ? 2 : GROWTH));
    return slots;
  }

  #pages(slots: number): number {
    return Math.ceil((this.#map.slots + (slots + TAIL) * this.#packing.bytes + 64) / PAGE);
  }

  #grow(slots: number): void {
    if (slots === this.#slots) return;
    const missing = this.#pages(slots) - this.#bytes.length / PAGE;
    if (missing > 0) {
      try {
        this.#memory.grow(missing);
      } catch {
        throw new InternalError(`the visited set cannot grow to ${this.#pages(slots) * PAGE} bytes`);
      }
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#header = new Uint32Array(this.#memory.buffer, 0, 16);
    }
    this.#code.grow(this.#slots, slots);
    this.#slots = slots;
  }
}

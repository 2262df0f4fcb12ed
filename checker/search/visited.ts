import type { Packing } from "../compiled/packing.ts";
import { TAIL, tableMap, tableModule, WINDOW, type TableExports, type TableMap } from "../compiled/table.ts";
import { MOST_PAGES, PAGE, wasm, type WebAssemblyMemory, type WebAssemblyModule } from "../compiled/webassembly.ts";
import { InternalError } from "../errors.ts";

const FIRST_SLOTS = 1 << 13;
/** The table grows when more than this fraction of its homes is taken, and by this factor. */
const FULLEST = 0.84;
const GROWTH = 1.25;

const modules = new WeakMap<Packing, WebAssemblyModule>();

/** What came of an insertion. */
export interface Inserted {
  /** How many states of the window were new; their bytes stand in `fresh`. */
  readonly count: number;
  /** How many states of the window were dealt with; fewer than given when the room was used up. */
  readonly done: number;
}

/** The exact set of visited states in a WebAssembly memory of its own: each state in full, at its packed size. */
export class Visited {
  readonly #packing: Packing;
  readonly #map: TableMap;
  readonly #memory: WebAssemblyMemory;
  readonly #code: TableExports;
  #slots = FIRST_SLOTS;
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

  /** Bytes of the memory. */
  get bytes(): number {
    return this.#bytes.length;
  }

  /** States that the window takes. */
  get window(): number {
    return WINDOW;
  }

  /** Bytes of the memory once `count` more states are in, if all of them are new. */
  bytesFor(count: number): number {
    const slots = this.#slotsFor(count);
    return slots === this.#slots ? this.bytes : this.#pages(slots) * PAGE;
  }

  /** The part of the window where states of whole words are put before `insert`. */
  input(count: number): Uint8Array {
    return this.#bytes.subarray(this.#map.input, this.#map.input + count * this.#packing.words * 8);
  }

  /** The bytes of the new states of the last `insert`. */
  fresh(count: number): Uint8Array {
    return this.#bytes.subarray(this.#map.fresh, this.#map.fresh + count * this.#packing.bytes);
  }

  /** Whether the memory can hold so many more states. */
  hasRoomFor(count: number): boolean {
    return this.#pages(this.#slotsFor(count)) <= MOST_PAGES;
  }

  /**
   * Inserts states `from` to `end - 1` of the window.
   *
   * @param room the most new states that are taken
   */
  insert(from: number, end: number, room: number): Inserted {
    this.#grow(this.#slotsFor(end - from));
    let count = 0;
    let at = from;
    for (;;) {
      const added = this.#code.insert(at, end, this.#slots, room - count);
      this.#size += added;
      count += added;
      const done = this.#header[this.#map.done / 4] as number;
      if (done === end || count === room) return { count, done };
      // The tail is full: new states of this call were written over by the next, so it must be the first.
      if (added > 0) return { count, done };
      at = done;
      this.#grow(Math.ceil(this.#slots * GROWTH));
    }
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
    while (this.#size + count > slots * FULLEST) slots = Math.ceil(slots * (slots < 1 << 16 ? 2 : GROWTH));
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

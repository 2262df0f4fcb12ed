import type { ScatterMap } from "./scatter-code.ts";
import type { WebAssemblyMemory } from "../wasm/runtime.ts";

/** The bins where the states of a thread wait, for any thread. */
export class Bins {
  readonly #memory: WebAssemblyMemory;
  readonly #map: ScatterMap;
  #bytes: Uint8Array;
  #header: Uint32Array;

  constructor(memory: WebAssemblyMemory, map: ScatterMap) {
    this.#memory = memory;
    this.#map = map;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#header = new Uint32Array(memory.buffer, 0, map.input / 4);
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** There are 2 to the power of this many bins. */
  get bits(): number {
    return this.#header[this.#map.bits / 4] as number;
  }

  set bits(bits: number) {
    this.#header[this.#map.bits / 4] = bits;
  }

  /** Number of states that the last `scatter` has dealt with. */
  get done(): number {
    return this.#header[this.#map.done / 4] as number;
  }

  /** Makes them larger. Only the thread that owns them does it. */
  grow(pages: number): void {
    this.#memory.grow(pages);
    this.#refresh();
  }

  bytes(from: number, end: number): Uint8Array {
    // Their owner may have made them larger.
    if (end > this.#bytes.length) this.#refresh();
    return this.#bytes.subarray(from, end);
  }

  /** Says how many states a bin holds, and that it holds none from now on. */
  take(bin: number): number {
    const at = this.#map.counts / 4 + bin;
    const count = this.#header[at] as number;
    this.#header[at] = 0;
    return count;
  }

  #refresh(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#header = new Uint32Array(this.#memory.buffer, 0, this.#map.input / 4);
  }
}

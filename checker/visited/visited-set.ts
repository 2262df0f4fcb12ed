import { binStates, Header, HEADER_BYTES, LANES, tableMap, type TableMap } from "./regions.ts";
import { binsEnd, scatterMap, WINDOW_STATES, type ScatterExports, type ScatterMap } from "./scatter-code.ts";
import type { TableExports } from "./table-code.ts";
import { WASM_PAGE_BYTES, pagesTo, wasm, type WebAssemblyMemory } from "../wasm/runtime.ts";
import { Bins } from "./bins.ts";
import { Budget } from "./budget.ts";
import { growRegion, type Growing, type Part } from "./region-growth.ts";
import { Locks } from "./locks.ts";
import type { Bound, SharedSet } from "./shared-set.ts";

/** Bytes of the part of the set that one bin covers: it should stay in a core's own cache while the bin is emptied. */
const BIN_BYTES = 1 << 18;
/** States that a bin should get in a level to be worth having. */
const BIN_STATES = 64;
/** Largest share of the search's memory limit that the bins may take. */
const MAX_BINS_SHARE = 1 / 16;
/** A smaller set stays in the cache. */
const MIN_LOADED_SET_BYTES = 1 << 20;
/** Regions are loaded if they have at most this many bytes for each state to look up in them: four cache lines. */
const MAX_LOADED_BYTES_PER_STATE = 256;

/** A thread's access to the exact set of visited states: each state in full, though its place implies a part of it. */
export class VisitedSet {
  readonly budget: Budget;
  readonly #store: SharedSet;
  readonly #map: TableMap;
  readonly #parts: readonly Part[];
  readonly #locks: Locks | undefined;
  readonly #stage: number;
  readonly #growing: Growing;
  readonly #scatterMap: ScatterMap;
  readonly #scatter: ScatterExports;
  /** Bins of each thread. */
  readonly #allBins: readonly Bins[];
  /** Of this one. */
  readonly #bins: Bins;
  #added = 0;
  #planned = 0;

  /** @param thread which of the threads this one is, from 0 on */
  constructor(store: SharedSet, thread = 0) {
    const { packing, geometry } = store;
    this.#store = store;
    this.#map = tableMap(packing, geometry);
    this.budget = new Budget(store.budget, store.limits);
    this.#locks = geometry.stages > 1 ? new Locks(store.locks, geometry.regionBits) : undefined;
    this.#stage = this.#map.stages + thread * this.#map.stage.bytes;
    const scratch = this.#map.scratch + thread * geometry.room;
    this.#growing = {
      packing,
      geometry,
      map: this.#map,
      budget: this.budget,
      stage: this.#stage,
      scratch,
    };
    this.#parts = store.memories.map((memory) => ({
      code: new wasm.Instance(store.table, { env: { memory } }).exports as TableExports,
      bytes: new Uint8Array(memory.buffer),
      longs: new BigUint64Array(memory.buffer),
      view: new DataView(memory.buffer),
    }));
    this.#scatterMap = scatterMap(packing, geometry);
    this.#allBins = store.bins.map((memory) => new Bins(memory, this.#scatterMap));
    this.#bins = this.#allBins[thread] as Bins;
    this.#bins.bits = geometry.memoryBits;
    const memory = store.bins[thread] as WebAssemblyMemory;
    this.#scatter = new wasm.Instance(store.scatter, { env: { memory } }).exports as ScatterExports;
    this.budget.count(this.#bins.size + store.memories.length * this.#map.stage.bytes);
  }

  /** States that the window takes. */
  get window(): number {
    return WINDOW_STATES;
  }

  /** The part of the window where states of whole words are put. */
  input(count: number): Uint8Array {
    const { input } = this.#scatterMap;
    return this.#bins.bytes(input, input + count * this.#store.packing.words * 8);
  }

  /**
   * Says how many states are about to be added before the next `flush`. It decides how many bins they wait in.
   * Nothing may wait when it is called.
   */
  expect(states: number): void {
    const { regionBits, memoryBits } = this.#store.geometry;
    this.#added = 0;
    this.#planned = states;
    const bySize = Math.log2(Math.max(1, this.budget.regionBytes / BIN_BYTES));
    const byCount = Math.log2(Math.max(1, states / BIN_STATES));
    let bits = Math.min(regionBits, Math.max(memoryBits, Math.floor(Math.min(bySize, byCount))));
    const end = (): number => binsEnd(this.#store.packing, this.#store.geometry, bits);
    while (bits > memoryBits && end() > this.#store.limits.bytes * MAX_BINS_SHARE) bits--;
    const pages = pagesTo(end()) - this.#bins.size / WASM_PAGE_BYTES;
    if (pages > 0) {
      if (!this.budget.take(pages * WASM_PAGE_BYTES)) return;
      this.#bins.grow(pages);
    }
    this.#bins.bits = bits;
  }

  /**
   * Inserts the first states of the window, at the latest when `flush` is called.
   *
   * @param found called with the bytes of new states
   * @returns the bound that was reached, if one was
   */
  add(end: number, found: (states: Uint8Array) => void): Bound | undefined {
    this.#added += end;
    // A level that turns out to be long is worth more bins.
    if (this.#added > 4 * this.#planned + WINDOW_STATES) {
      const added = this.#added;
      const bound = this.flush(found);
      if (bound !== undefined) return bound;
      this.expect(added);
    }
    const shift = this.#store.geometry.regionBits - this.#bins.bits;
    for (let from = 0; from < end;) {
      const bin = this.#scatter.scatter(from, end, shift);
      from = this.#bins.done;
      if (bin < 0) return undefined;
      const bound = this.#empty(this.#bins, bin, found);
      if (bound !== undefined) return bound;
    }
    return undefined;
  }

  /** Adds any number of states in whole words. */
  insert(states: Uint8Array, found: (states: Uint8Array) => void): Bound | undefined {
    const wide = this.#store.packing.words * 8;
    for (let at = 0; at < states.length; at += WINDOW_STATES * wide) {
      const part = states.subarray(at, at + WINDOW_STATES * wide);
      this.input(part.length / wide).set(part);
      const bound = this.add(part.length / wide, found);
      if (bound !== undefined) return bound;
    }
    return undefined;
  }

  /** Inserts what waits. */
  flush(found: (states: Uint8Array) => void): Bound | undefined {
    for (let bin = 0; bin < 2 ** this.#bins.bits; bin++) {
      const bound = this.#empty(this.#bins, bin, found);
      if (bound !== undefined) return bound;
    }
    return undefined;
  }

  /**
   * Inserts what waits in the bins of several threads, when none of them adds any more: each thread that calls this
   * takes a part of the set, and loads it into its cache for the states of all.
   *
   * @param threads number of threads that take part: the first ones
   * @param next gives each number from 0 on to one of them
   */
  flushTogether(threads: number, next: () => number, found: (states: Uint8Array) => void): Bound | undefined {
    const sources = this.#allBins.slice(0, threads);
    const parts = Math.min(...sources.map(({ bits }) => bits));
    for (let part = next(); part < 2 ** parts; part = next()) {
      for (const bins of sources) {
        const each = 2 ** (bins.bits - parts);
        for (let bin = part * each; bin < (part + 1) * each; bin++) {
          const bound = this.#empty(bins, bin, found);
          if (bound !== undefined) return bound;
        }
      }
    }
    return undefined;
  }

  /** Inserts the states of a bin. */
  #empty(bins: Bins, bin: number, found: (states: Uint8Array) => void): Bound | undefined {
    const { packing, geometry } = this.#store;
    const { stage } = this.#map;
    const end = bins.take(bin);
    if (end === 0) return undefined;
    const wide = packing.words * 8;
    const { bits } = bins;
    const part = this.#parts[bin >>> (bits - geometry.memoryBits)] as Part;
    const from = this.#scatterMap.bins + bin * binStates(packing) * wide;
    part.bytes.set(bins.bytes(from, from + end * wide), this.#stage + stage.input);
    this.#locks?.take(bin, bits);
    this.#touch(part, bin, bits, end);
    try {
      return this.#insert(part, end, found);
    } finally {
      this.#locks?.give(bin, bits);
    }
  }

  /**
   * Loads the regions of a bin into the cache, in the order of their bytes: that is faster than what many lookups all
   * over them would take. A set that is small is there already.
   */
  #touch({ code, view }: Part, bin: number, bits: number, states: number): void {
    const { regionBytes } = this.budget;
    // With few states for the bytes, most of what would be loaded would not be used.
    if (regionBytes < MIN_LOADED_SET_BYTES || regionBytes / 2 ** bits > MAX_LOADED_BYTES_PER_STATE * states) return;
    const { regionBits, memoryBits } = this.#store.geometry;
    const each = regionBits - bits;
    const mask = 2 ** (regionBits - memoryBits) - 1;
    for (let region = bin << each; region < (bin + 1) << each; region++) {
      const head = this.#map.headers + (region & mask) * HEADER_BYTES;
      const from = view.getUint32(head + Header.base, true);
      const bytes = view.getUint32(head + Header.buckets, true) * view.getUint32(head + Header.bucketBytes, true);
      code.touch(from, from + bytes);
    }
  }

  #insert(part: Part, end: number, found: (states: Uint8Array) => void): Bound | undefined {
    const { packing } = this.#store;
    const { stage } = this.#map;
    for (let from = 0; from < end;) {
      const room = this.budget.reserve(end - from);
      const count = part.code.insert(this.#stage, from, end, room);
      this.budget.settle(room, count);
      const fresh = this.#stage + stage.fresh;
      if (count > 0) found(part.bytes.subarray(fresh, fresh + count * packing.bytes));
      from = part.view.getUint32(this.#stage + stage.done, true);
      const full = part.view.getUint32(this.#stage + stage.full, true);
      if (full !== 0) {
        if (!growRegion(part, full, this.#growing)) return "memory";
      } else if (from < end) return "states";
    }
    return undefined;
  }

  /** All states in whole words, many at once, in no order that means anything. Good until the set is used again. */
  *states(): Generator<Uint8Array> {
    const { packing, geometry } = this.#store;
    const { headers, stage } = this.#map;
    const each = 2 ** (geometry.regionBits - geometry.memoryBits);
    const to = this.#stage + stage.input;
    const step = binStates(packing) / LANES;
    for (const [memory, { code, bytes, view }] of this.#parts.entries()) {
      for (let region = 0; region < each; region++) {
        const head = headers + region * HEADER_BYTES;
        const buckets = view.getUint32(head + Header.buckets, true);
        for (let from = 0; from < buckets; from += step) {
          const end = code.list(head, memory * each + region, from, Math.min(buckets, from + step), to);
          yield bytes.subarray(to, end >>> 0);
        }
      }
    }
  }
}

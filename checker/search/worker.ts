import { parentPort, workerData } from "node:worker_threads";
import type { Expander } from "../compiled/expander.ts";
import type { Packing } from "../compiled/packing.ts";
import { Expansion } from "./expansion.ts";
import { BlockPool, StateList } from "./frontier.ts";
import { Ring } from "./ring.ts";
import { Visited, type Bound, type Limits } from "./visited.ts";

/** What a worker is given. */
export interface WorkerSetup {
  readonly packing: Packing;
  readonly index: number;
  readonly workers: number;
  /** From each worker to each: `rings[from * workers + to]`. */
  readonly rings: readonly SharedArrayBuffer[];
  /** 32 bits each: workers that have expanded their part of the level; 1 when the search is to stop; see `Shared`. */
  readonly shared: SharedArrayBuffer;
  /** The bits of a live byte that deadlock properties own. */
  readonly allLive: number;
}

/** Places in the shared words; from `counters` on, three for each worker: states, transitions (two halves). */
export const Shared = { expanded: 0, stop: 1, counters: 4 } as const;

/** What a worker is told. */
export type Order =
  | { readonly kind: "code"; readonly expander: Expander; readonly inactive: readonly number[] }
  /** Expand the level; states that come in belong to the next. */
  | { readonly kind: "level"; readonly limits: Limits; readonly inactive: readonly number[] }
  /** Take those of the states that belong to this worker. */
  | { readonly kind: "absorb"; readonly states: Uint8Array; readonly limits: Limits }
  /** Judge what is left unexpanded. */
  | { readonly kind: "judge"; readonly which: "left" | "next" };

/** What a worker answers. States are packed in whole words, one after another. */
export interface Answer {
  readonly size: number;
  readonly transitions: number;
  /** States of the next level. */
  readonly next: number;
  readonly bytes: number;
  readonly bound: Bound | undefined;
  /** States and entries that were noted, and that the compiled code left to others, with the states' live bytes. */
  readonly noted: Batch;
  readonly asked: Batch;
  /** States without asked entries that are stuck, with the live bits that they miss. */
  readonly stuck: Batch;
  /** One state of the level, to be audited. */
  readonly sample: Uint8Array | undefined;
}

export interface Batch {
  readonly states: Uint8Array;
  readonly entries: readonly number[];
  readonly live: readonly number[];
}

/** Milliseconds after which a worker that waits for others looks for states again. */
const PATIENCE = 0.2;

class BatchBuilder implements Batch {
  readonly #parts: Uint8Array[] = [];
  readonly entries: number[] = [];
  readonly live: number[] = [];

  add(state: Uint8Array, entry: number, live: number): void {
    this.#parts.push(state);
    this.entries.push(entry);
    this.live.push(live);
  }

  get states(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  plain(): Batch {
    return { states: this.states, entries: this.entries, live: this.live };
  }
}

class SearchWorker {
  readonly #setup: WorkerSetup;
  readonly #visited: Visited;
  readonly #pool = new BlockPool();
  readonly #inbound: Ring[];
  readonly #outbound: Ring[];
  readonly #shared: Int32Array;
  readonly #wide: number;
  #expansion: Expansion | undefined;
  #next: StateList;
  /** States of a level that was left half expanded. */
  #left: StateList | undefined;
  #leftFrom = 0;
  #transitions = 0;
  #bound: Bound | undefined;

  constructor(setup: WorkerSetup) {
    const { packing, index, workers, rings } = setup;
    this.#setup = setup;
    this.#wide = packing.words * 8;
    this.#visited = new Visited(packing);
    this.#shared = new Int32Array(setup.shared);
    const others = Array.from({ length: workers }, (_, other) => other);
    this.#inbound = others.map((other) => new Ring(rings[other * workers + index] as SharedArrayBuffer, this.#wide));
    this.#outbound = others.map((other) => new Ring(rings[index * workers + other] as SharedArrayBuffer, this.#wide));
    this.#next = new StateList(this.#pool, packing.bytes);
  }

  obey(order: Order): Answer {
    const [noted, asked, stuck] = [new BatchBuilder(), new BatchBuilder(), new BatchBuilder()];
    let sample: Uint8Array | undefined;
    switch (order.kind) {
      case "code":
        this.#expansion = new Expansion(order.expander);
        for (const entry of order.inactive) this.#expansion.deactivate(entry);
        break;
      case "absorb":
        this.#absorb(order.states, order.limits);
        break;
      case "level":
        for (const entry of order.inactive) this.#expansion?.deactivate(entry);
        sample = this.#level(order.limits, noted, asked, stuck);
        break;
      case "judge":
        // One worker may have expanded all of its part of the level where another was stopped.
        if (order.which === "next") this.#judge(this.#next, 0, noted, asked, stuck);
        else if (this.#left !== undefined) this.#judge(this.#left, this.#leftFrom, noted, asked, stuck);
    }
    return {
      size: this.#visited.size,
      transitions: this.#transitions,
      next: this.#next.length,
      bytes: this.#visited.bytes + this.#pool.bytes,
      bound: this.#bound,
      noted: noted.plain(),
      asked: asked.plain(),
      stuck: stuck.plain(),
      sample,
    };
  }

  readonly #found = (states: Uint8Array): void => this.#next.push(states);

  #add(count: number, limits: Limits): void {
    if (this.#bound === undefined) this.#bound = this.#visited.add(count, limits, this.#found);
  }

  #absorb(states: Uint8Array, limits: Limits): void {
    const { index, workers } = this.#setup;
    const step = this.#visited.window * this.#wide;
    for (let at = 0; at < states.length; at += step) {
      const part = states.subarray(at, at + step);
      this.#visited.input(part.length / this.#wide).set(part);
      const own = this.#visited.route(part.length / this.#wide, workers)[index] as Uint8Array;
      this.#visited.input(own.length / this.#wide).set(own);
      this.#add(own.length / this.#wide, limits);
    }
    this.#bound ??= this.#visited.flush(limits, this.#found);
  }

  #level(limits: Limits, noted: BatchBuilder, asked: BatchBuilder, stuck: BatchBuilder): Uint8Array | undefined {
    const expansion = this.#expansion as Expansion;
    const { workers } = this.#setup;
    const current = this.#next;
    this.#next = new StateList(this.#pool, this.#setup.packing.bytes);
    let sample: Uint8Array | undefined;
    let from = 0;
    while (from < current.length && this.#bound === undefined && Atomics.load(this.#shared, Shared.stop) === 0) {
      const count = current.copy(from, expansion.batch, expansion.bytes, expansion.input);
      from += count;
      const end = expansion.expand(count);
      sample ??= this.#state(0);
      this.#collect(count, noted, asked, stuck);
      this.#transitions += (end - expansion.output) / expansion.stride;
      this.#route(expansion.bytes.subarray(expansion.output, end), limits);
      this.#drain(limits);
      current.release(from);
      this.#report();
    }
    if (from < current.length) [this.#left, this.#leftFrom] = [current, from];
    else current.clear();
    Atomics.add(this.#shared, Shared.expanded, 1);
    Atomics.notify(this.#shared, Shared.expanded);
    // States may come in until all workers have expanded their parts; then what is in the rings is the rest.
    for (;;) {
      const expanded = Atomics.load(this.#shared, Shared.expanded);
      if (expanded >= workers) break;
      if (!this.#drain(limits)) Atomics.wait(this.#shared, Shared.expanded, expanded, PATIENCE);
    }
    while (this.#drain(limits));
    this.#bound ??= this.#visited.flush(limits, this.#found);
    this.#report();
    return sample;
  }

  #report(): void {
    const at = Shared.counters + 3 * this.#setup.index;
    Atomics.store(this.#shared, at, this.#visited.size | 0);
    Atomics.store(this.#shared, at + 1, Math.floor(this.#transitions / 2 ** 30));
    Atomics.store(this.#shared, at + 2, this.#transitions % 2 ** 30);
  }

  /** A state of the batch in whole words. */
  #state(number: number): Uint8Array {
    const { bytes } = this.#setup.packing;
    const expansion = this.#expansion as Expansion;
    const at = expansion.input + number * bytes;
    const state = new Uint8Array(this.#wide);
    state.set(expansion.bytes.subarray(at, at + bytes));
    return state;
  }

  #collect(count: number, noted: BatchBuilder, asked: BatchBuilder, stuck: BatchBuilder): void {
    const expansion = this.#expansion as Expansion;
    const { allLive } = this.#setup;
    const live = (state: number): number => expansion.bytes[expansion.live + state] as number;
    const open = new Set<number>();
    const [askedFrom, askedEnd] = expansion.asked;
    for (let at = askedFrom; at < askedEnd; at += 2) {
      const state = expansion.words[at] as number;
      open.add(state);
      asked.add(this.#state(state), expansion.words[at + 1] as number, live(state));
    }
    const [notedFrom, notedEnd] = expansion.noted;
    for (let at = notedFrom; at < notedEnd; at += 2) {
      const state = expansion.words[at] as number;
      noted.add(this.#state(state), expansion.words[at + 1] as number, 0);
    }
    if (allLive === 0) return;
    for (let state = 0; state < count; state++) {
      const missing = allLive & ~live(state);
      if (missing !== 0 && !open.has(state)) stuck.add(this.#state(state), -1, missing);
    }
  }

  /** Keeps the states that belong here and sends the others away. */
  #route(states: Uint8Array, limits: Limits): void {
    const { index, workers } = this.#setup;
    const step = this.#visited.window * this.#wide;
    for (let at = 0; at < states.length; at += step) {
      const part = states.subarray(at, at + step);
      this.#visited.input(part.length / this.#wide).set(part);
      const parts = this.#visited.route(part.length / this.#wide, workers).map((routed, other) =>
        // Receiving states while others wait to be sent may move the memory.
        other === index ? routed : routed.slice(),
      );
      const own = parts[index] as Uint8Array;
      this.#visited.input(own.length / this.#wide).set(own);
      this.#add(own.length / this.#wide, limits);
      for (const [other, routed] of parts.entries()) {
        if (other === index) continue;
        for (let sent = 0; sent < routed.length;) {
          const bytes = (this.#outbound[other] as Ring).write(routed.subarray(sent));
          sent += bytes;
          // The other may be waiting for room on its way here.
          if (bytes === 0) this.#drain(limits);
        }
      }
    }
  }

  /** Takes in what others have sent; returns whether there was anything. */
  #drain(limits: Limits): boolean {
    let any = false;
    for (const [other, ring] of this.#inbound.entries()) {
      if (other === this.#setup.index) continue;
      for (;;) {
        const count = ring.read(this.#visited.input(this.#visited.window));
        if (count === 0) break;
        any = true;
        this.#add(count, limits);
      }
    }
    return any;
  }

  #judge(states: StateList, first: number, noted: BatchBuilder, asked: BatchBuilder, stuck: BatchBuilder): void {
    const expansion = this.#expansion as Expansion;
    for (let from = first; from < states.length;) {
      const count = states.copy(from, expansion.batch, expansion.bytes, expansion.input);
      from += count;
      expansion.expand(count);
      this.#collect(count, noted, asked, stuck);
    }
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const worker = new SearchWorker(workerData as WorkerSetup);
  port.on("message", (order: Order) => port.postMessage(worker.obey(order)));
}

import { parentPort, workerData } from "node:worker_threads";
import { AuditPace } from "../expansion/audit-pace.ts";
import { BatchBuilder } from "./batch.ts";
import { Expansion } from "../expansion/expansion.ts";
import { StateList } from "../states/frontier.ts";
import { InstanceCounts } from "../instance-counts.ts";
import { Shared, type Answer, type Order, type PieceNumbers, type WorkerSetup } from "./messages.ts";
import { SharedBlocks } from "./shared-blocks.ts";
import type { Bound } from "../../visited/shared-set.ts";
import { VisitedSet } from "../../visited/visited-set.ts";

/** Report of a worker to the main thread on one level. */
class LevelReport {
  readonly noted: BatchBuilder;
  readonly asked: BatchBuilder;
  readonly stuck: BatchBuilder;
  readonly samples: Uint8Array[] = [];
  left: PieceNumbers[] = [];

  /** @param size 32-bit words of a state */
  constructor(size: number) {
    [this.noted, this.asked, this.stuck] = [new BatchBuilder(size), new BatchBuilder(size), new BatchBuilder(size)];
  }
}

class SearchWorker {
  readonly #setup: WorkerSetup;
  readonly #visited: VisitedSet;
  readonly #blocks: SharedBlocks;
  readonly #shared: Int32Array;
  readonly #audit: AuditPace | undefined;
  readonly #expansion: Expansion;
  readonly #counts: InstanceCounts;
  #next: StateList;
  #transitions = 0;
  readonly #orbitSums = { states: 0, transitions: 0 };
  #bound: Bound | undefined;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
    this.#expansion = new Expansion(setup.expander, setup.canonical);
    this.#visited = new VisitedSet(setup.visited, setup.index);
    this.#visited.budget.count(this.#expansion.bytes.length);
    this.#blocks = new SharedBlocks(setup.blocks, this.#visited.budget);
    this.#shared = new Int32Array(setup.shared);
    this.#counts = new InstanceCounts(setup.instances, setup.counts);
    this.#audit = setup.audit === undefined ? undefined : new AuditPace(setup.audit);
    this.#next = new StateList(this.#blocks, setup.visited.packing.bytes);
  }

  handle(order: Order): Answer {
    const report = new LevelReport(2 * this.#setup.visited.packing.words);
    if (order.kind === "level") {
      for (const entry of order.inactive) this.#expansion.deactivate(entry);
      this.#level(order, report);
    }
    return {
      transitions: this.#transitions,
      orbitSums: this.#orbitSums,
      next: this.#next.hand().map(({ block, from, end }) => ({ block: block.number, from, end })),
      left: report.left,
      bound: this.#bound,
      noted: report.noted.batch(),
      asked: report.asked.batch(),
      stuck: report.stuck.batch(),
      samples: report.samples,
    };
  }

  readonly #found = (states: Uint8Array): void => this.#next.push(states);

  get #stopped(): boolean {
    return this.#bound !== undefined || Atomics.load(this.#shared, Shared.stop) !== 0;
  }

  #stop(reached: Bound | undefined): void {
    this.#bound ??= reached ?? (this.#blocks.exceeded ? "memory" : undefined);
    // The other workers can stop.
    if (this.#bound !== undefined) Atomics.store(this.#shared, Shared.stop, 1);
  }

  #take(pieces: readonly PieceNumbers[]): PieceNumbers | undefined {
    return pieces[Atomics.add(this.#shared, Shared.cursor, 1)];
  }

  #level({ level, pieces, expected }: Order & { readonly kind: "level" }, report: LevelReport): void {
    this.#visited.expect(expected);
    while (!this.#stopped) {
      const piece = this.#take(pieces);
      if (piece === undefined) break;
      this.#expand(piece, level, report);
    }
    this.#meet();
    const { workers } = this.#setup;
    const next = (): number => Atomics.add(this.#shared, Shared.part, 1);
    if (this.#bound === undefined) this.#stop(this.#visited.flushTogether(workers, next, this.#found));
  }

  /** Waits until all workers are here: none adds states any more. */
  #meet(): void {
    const { workers } = this.#setup;
    if (Atomics.add(this.#shared, Shared.expanded, 1) + 1 === workers) {
      Atomics.notify(this.#shared, Shared.expanded);
      return;
    }
    for (;;) {
      const here = Atomics.load(this.#shared, Shared.expanded);
      if (here === workers) return;
      Atomics.wait(this.#shared, Shared.expanded, here);
    }
  }

  #expand(piece: PieceNumbers, level: number, report: LevelReport): void {
    const expansion = this.#expansion;
    const { bytes: stride } = this.#setup.visited.packing;
    const block = this.#blocks.block(piece.block);
    for (let from = piece.from; from < piece.end;) {
      if (this.#stopped) {
        report.left.push({ ...piece, from });
        return;
      }
      const count = expansion.load({ ...piece, block }, from, stride);
      from += count;
      if (report.samples.length === 0) report.samples.push(this.#sample(0));
      let all = 0;
      expansion.weigh(count);
      for (let first = 0; first < count;) {
        const next = expansion.expand(first, count);
        const [output, end] = expansion.output;
        const transitions = (end - output) / expansion.stride;
        const [asked, askedEnd] = expansion.asked;
        // States left to the main thread are audited as well.
        all += transitions + (askedEnd - asked) / 2;
        this.#collect(first, next, report);
        this.#transitions += transitions;
        if (expansion.hasOrbits) this.#counts.countOrbits(expansion, first, next, level, this.#orbitSums);
        else this.#counts.countOutput(expansion, level);
        expansion.canonicalise();
        if (this.#bound === undefined)
          this.#stop(this.#visited.insert(expansion.bytes.subarray(output, end), this.#found));
        first = next;
      }
      for (const state of this.#audit?.chosen(count, all) ?? []) report.samples.push(this.#sample(state));
      this.#report();
    }
    this.#blocks.give(block);
  }

  #report(): void {
    const at = Shared.counters + 2 * this.#setup.index;
    Atomics.store(this.#shared, at, Math.floor(this.#transitions / 2 ** 30));
    Atomics.store(this.#shared, at + 1, this.#transitions % 2 ** 30);
  }

  /** A state of the batch in whole words. */
  #sample(number: number): Uint8Array {
    const state = new Uint8Array(this.#setup.visited.packing.words * 8);
    state.set(this.#bytes(number));
    return state;
  }

  /** The bytes of a state of the batch. */
  #bytes(number: number): Uint8Array {
    const { bytes } = this.#setup.visited.packing;
    const expansion = this.#expansion;
    const at = expansion.input + number * bytes;
    return expansion.bytes.subarray(at, at + bytes);
  }

  #collect(from: number, end: number, { noted, asked, stuck }: LevelReport): void {
    const expansion = this.#expansion;
    const { allLive } = this.#setup;
    const live = (state: number): number => expansion.bytes[expansion.live + state] as number;
    const report = (to: BatchBuilder, [first, last]: readonly [number, number]): Map<number, number> => {
      const places = new Map<number, number>();
      for (let at = first; at < last; at += 2) {
        const state = expansion.words[at] as number;
        let place = places.get(state);
        if (place === undefined) places.set(state, (place = to.add(this.#bytes(state), live(state))));
        to.note(place, expansion.words[at + 1] as number);
      }
      return places;
    };
    const open = report(asked, expansion.asked);
    report(noted, expansion.noted);
    if (allLive === 0) return;
    for (let state = from; state < end; state++) {
      const missing = allLive & ~live(state);
      if (missing !== 0 && !open.has(state)) stuck.add(this.#bytes(state), missing);
    }
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const worker = new SearchWorker(workerData as WorkerSetup);
  port.on("message", (order: Order) => port.postMessage(worker.handle(order)));
}

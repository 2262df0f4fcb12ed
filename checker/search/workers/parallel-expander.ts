import type { Program } from "../../compiled/program.ts";
import type { ProgramEntry } from "../../compiled/entry.ts";
import { readyToWatch } from "../../language/index.ts";
import { turn } from "../../platform.ts";
import type { Bound } from "../../visited/shared-set.ts";
import type { GrowingSet } from "../../visited/growing-set.ts";
import type { BatchExpander } from "../expansion/batch-expander.ts";
import type { Findings } from "../findings.ts";
import { statesOf, type Piece } from "../states/frontier.ts";
import type { InstanceCounts } from "../instance-counts.ts";
import { eachState, Words, type Batch } from "./batch.ts";
import { SharingByTime, type Sharing } from "./load-balancing.ts";
import type { Answer, PieceNumbers } from "./messages.ts";
import { blockStore, SharedBlocks, type BlockStore } from "./shared-blocks.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Words of successors found by this thread that are inserted together. */
const INSERTED_WORDS = 1 << 14;

/** Options of the threads that help a search. */
export interface WorkerOptions {
  /** Number of threads. */
  readonly workers: number;
  /** Bytes that all blocks may need together. */
  readonly bytes: number;
  /** One of every `audit` transitions is audited. */
  readonly audit: number | undefined;
  /** Another than by time is given only in tests. */
  readonly sharing?: Sharing | undefined;
}

/** Parts of the search that workers help. */
export interface HelpedSearch<S> {
  readonly program: Program<S>;
  readonly findings: Findings<S>;
  readonly batchExpander: BatchExpander<S>;
  readonly visited: GrowingSet;
}

/** Result of the workers for a level. */
export interface ExpandedLevel {
  readonly answers: readonly Answer[];
  /** Bounds that were reached. */
  readonly bounds: readonly Bound[];
  /** States of the next level. */
  readonly next: readonly Piece[];
  /** States of this level that were not expanded, because the workers were stopped. */
  readonly left: readonly Piece[];
}

/**
 * Expands whole levels by several threads: a level is a list of pieces, of which each free thread takes the next one. The
 * threads start when the first level is worth it; small levels are left to the main thread.
 */
export class ParallelExpander<S> {
  readonly blocks: SharedBlocks;
  readonly sharing: Sharing;
  readonly #options: WorkerOptions;
  readonly #search: HelpedSearch<S>;
  readonly #blockStore: BlockStore;
  readonly #allLive: number;
  #pool: WorkerPool | undefined;
  /** Until all workers have begun. */
  #starting: Promise<unknown> | undefined;
  /** The last answer of each worker. */
  #answers: readonly Answer[] = [];

  constructor(search: HelpedSearch<S>, options: WorkerOptions) {
    this.#search = search;
    this.#options = options;
    this.sharing = options.sharing ?? new SharingByTime();
    this.#allLive = (1 << search.program.deadlocks.length) - 1;
    this.#blockStore = blockStore(options.bytes);
    this.blocks = new SharedBlocks(this.#blockStore, search.visited.budget);
  }

  /** Transitions, as far as the workers have come. */
  get transitions(): number {
    return this.#pool?.transitions ?? 0;
  }

  /** The steps that each worker has taken, to be read between levels. */
  get counts(): readonly InstanceCounts[] {
    return this.#pool?.counts ?? [];
  }

  /** By worker: see `BatchExpander.orbitSums`. */
  get orbitSums(): readonly { readonly states: number; readonly transitions: number }[] {
    return this.#answers.map(({ orbitSums }) => orbitSums);
  }

  /**
   * Whether the workers are to expand a level of this many states. They are not while they start and the level is not
   * worth waiting for them, and when there is too little memory left for them.
   */
  async takes(states: number): Promise<boolean> {
    if (!this.sharing.isWorthIt(states)) return false;
    if (this.#pool === undefined && !this.#start()) return false;
    if (this.#starting !== undefined) {
      if (!this.sharing.isWorthWaiting(states)) {
        // They report to this thread when they have begun.
        await turn();
        if (this.#starting !== undefined) return false;
      }
      await this.#starting;
    }
    return true;
  }

  /** Starts the workers; returns whether there was memory for them. */
  #start(): boolean {
    const { program, batchExpander, visited } = this.#search;
    const shared = visited.share();
    if (shared === undefined) return false;
    const { expander, canonical } = batchExpander;
    const instances = program.model.instances.length;
    const setup = { expander, canonical, visited: shared, blocks: this.#blockStore, allLive: this.#allLive, instances };
    this.#pool = new WorkerPool(this.#options.workers, { ...setup, audit: this.#options.audit });
    this.#starting = this.#pool.all({ kind: "begin" });
    const started = (): void => (this.#starting = undefined);
    this.#starting.then(started, () => {});
    return true;
  }

  /** Expands the states of a level, which the workers take. `record` must follow. */
  async expand(pieces: readonly Piece[], level: number): Promise<ExpandedLevel> {
    const pool = this.#pool as WorkerPool;
    const numbers = pieces.map(({ block, from, end }) => ({ block: block.number, from, end }));
    const answers = await pool.all({
      kind: "level",
      level,
      pieces: numbers,
      inactive: this.#search.batchExpander.inactive,
      expected: Math.ceil((4 * statesOf(pieces)) / this.#options.workers),
    });
    this.#answers = answers;
    const bounds = answers.flatMap(({ bound }) => (bound === undefined ? [] : [bound]));
    return {
      answers,
      bounds,
      next: this.#piecesOf(answers.flatMap(({ next }) => next)),
      left: [...this.#piecesOf(answers.flatMap(({ left }) => left)), ...pieces.slice(pool.taken)],
    };
  }

  #piecesOf(numbers: readonly PieceNumbers[]): Piece[] {
    return numbers.map(({ block, from, end }) => ({ block: this.blocks.block(block), from, end }));
  }

  /**
   * Records what the workers have noted of a level, and resolves what they have left to the model's own functions.
   *
   * @param insert called with successors in whole words
   * @returns the number of their transitions
   */
  record(answers: readonly Answer[], level: number, states: number, insert: (states: Uint8Array) => void): number {
    const { program, findings, batchExpander } = this.#search;
    const size = 2 * program.packing.words;
    for (const { noted, stuck, samples } of answers) {
      eachState(noted, (state, entries) => {
        for (const entry of entries) findings.hit(this.#entry(entry), level, noted.states, state * size, size);
      });
      eachState(stuck, (state) => {
        findings.stuck(stuck.live[state] as number, level, stuck.states, state * size, size);
      });
      const words = samples.map((state) => new Uint32Array(state.slice().buffer));
      batchExpander.audit(words, states / answers.length);
    }
    return readyToWatch(() => answers.reduce((sum, { asked }) => sum + this.#resolve(asked, level, insert), 0));
  }

  /** Resolves what the compiled code has left of some states; returns the number of transitions. */
  #resolve(asked: Batch, level: number, insert: (states: Uint8Array) => void): number {
    const { program, findings, batchExpander } = this.#search;
    const size = 2 * program.packing.words;
    const words = new Uint32Array(size);
    const successors = new Words();
    let transitions = 0;
    const take = (after: Uint32Array): void => {
      transitions++;
      successors.append(after);
    };
    const insertAll = (): void => {
      const { buffer, byteLength } = successors.all;
      insert(new Uint8Array(buffer, 0, byteLength));
      successors.clear();
    };
    eachState(asked, (state, entries) => {
      words.set(asked.states.subarray(state * size, (state + 1) * size));
      const here = { words, at: 0, weight: batchExpander.expansion.weightOfWords(words) };
      let live = asked.live[state] as number;
      for (const entry of entries) live = batchExpander.resolve(this.#entry(entry), here, live, level, take);
      findings.stuck(this.#allLive & ~live, level, words, 0, size);
      if (successors.length >= INSERTED_WORDS) insertAll();
    });
    insertAll();
    return transitions;
  }

  #entry(number: number): ProgramEntry<S> {
    return this.#search.program.entries[number] as ProgramEntry<S>;
  }

  /** Makes the workers stop after their current batches. */
  stop(): void {
    this.#pool?.stop();
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    await this.#pool?.end();
  }
}

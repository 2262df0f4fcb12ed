import type { ProgramEntry } from "../../compiled/entry.ts";
import { Program } from "../../compiled/program.ts";
import { readyToWatch, type Model, type SafetyProperty } from "../../language/index.ts";
import { turn } from "../../platform.ts";
import { eachState, Words, type Batch } from "./batch.ts";
import type { Exploration, Progress, EngineOptions, StopReason } from "../exploration.ts";
import { StateList } from "../frontier.ts";
import { GrowingSet } from "../../visited/growing-set.ts";
import { defaultMemory } from "../memory.ts";
import { statesOf, type Answer, type Piece } from "./messages.ts";
import { inLayout } from "../reached.ts";
import { Fallback } from "../fallback.ts";
import { Backtrace } from "../backtrace.ts";
import { blockStore, SharedBlocks, type BlockStore } from "./shared-blocks.ts";
import { SharingByTime, type Sharing } from "./load-balancing.ts";
import { ByOrbits } from "../by-orbits.ts";
import { BatchExpander } from "../batch-expander.ts";
import { Suspects } from "../findings.ts";
import { Pace } from "../pace.ts";
import { Phases } from "../../phases.ts";
import { WorkerPool } from "./worker-pool.ts";
import type { Bound } from "../../visited/shared-set.ts";

/** Words of successors found by this thread that are inserted together. */
const INSERTED_WORDS = 1 << 14;
/** Milliseconds between reports of the workers' progress. */
const REPORT_EVERY_MS = 250;

/**
 * The compiled search by several threads, level by level: distinct states, transitions, depth, verdicts and traces
 * are those of one worker. A level is a list of pieces; each free thread takes the next one.
 *
 * @param sharing another than by time is given only in tests
 */
export async function exploreInParallel<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: EngineOptions,
  workers: number,
  sharing: Sharing = new SharingByTime(),
): Promise<Exploration> {
  const measured = { ...options, phases: options.phases ?? new Phases() };
  const byOrbits = await ByOrbits.of(model, properties, measured);
  return new ParallelSearch(model, properties, measured, workers, sharing, byOrbits).run();
}

class ParallelSearch<S> {
  readonly #options: EngineOptions;
  readonly #phases: Phases;
  readonly #workers: number;
  readonly #sharing: Sharing;
  readonly #byOrbits: ByOrbits<S>;
  readonly #program: Program<S>;
  readonly #fallback: Fallback<S>;
  readonly #batchExpander: BatchExpander<S>;
  readonly #blockStore: BlockStore;
  /** The main thread's own access, for initial states and for what the compiled code left to others. */
  readonly #visited: GrowingSet;
  readonly #found: StateList;
  readonly #blocks: SharedBlocks;
  readonly #suspects: Suspects<S>;
  /** Started when the first level is worth it. */
  #team: WorkerPool | undefined;
  /** Until all workers have begun. */
  #starting: Promise<unknown> | undefined;
  readonly #allLive: number;
  readonly #maxMemory: number;
  readonly #pace: Pace;
  readonly #transitions: number[];
  /** By worker: see `BatchExpander.orbitSums`. */
  readonly #orbitSums: { readonly states: number; readonly transitions: number }[] = [];
  /** The level to be expanded next. */
  #pieces: Piece[] = [];
  /** Transitions that the compiled code did not take itself. */
  #extra = 0;
  #audits = 0;
  #stopped: StopReason | undefined;

  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    options: EngineOptions,
    workers: number,
    sharing: Sharing,
    byOrbits: ByOrbits<S>,
  ) {
    this.#options = options;
    this.#workers = workers;
    this.#sharing = sharing;
    this.#pace = new Pace(options);
    const phases = (this.#phases = options.phases ?? new Phases());
    this.#byOrbits = byOrbits;
    const { reading } = byOrbits;
    this.#program = phases.during("read", () => new Program(model, properties, reading, { premises: true }));
    this.#fallback = new Fallback(this.#program);
    const { packing, deadlocks } = this.#program;
    this.#allLive = (1 << deadlocks.length) - 1;
    this.#suspects = new Suspects(properties, deadlocks);
    this.#batchExpander = phases.during(
      "generate",
      () => new BatchExpander(this.#fallback, this.#suspects, options.audit, this.#byOrbits.canonicalFrom),
    );
    this.#maxMemory = options.maxMemory ?? defaultMemory();
    const limits = { states: options.maxStates ?? Infinity, bytes: this.#maxMemory };
    this.#visited = new GrowingSet(packing, limits, { threads: workers + 1 });
    this.#blockStore = blockStore(limits.bytes);
    this.#visited.budget.count(this.#batchExpander.expansion.bytes.length);
    this.#blocks = new SharedBlocks(this.#blockStore, this.#visited.budget);
    this.#found = new StateList(this.#blocks, packing.bytes);
    this.#transitions = Array<number>(workers).fill(0);
  }

  async run(): Promise<Exploration> {
    try {
      return await this.#search();
    } finally {
      await this.#team?.end();
    }
  }

  async #search(): Promise<Exploration> {
    if (this.#options.signal?.aborted === true) this.#stopped = { kind: "aborted" };
    for (const words of this.#fallback.initial()) {
      this.#batchExpander.expansion.canonicaliseWords(words);
      this.#insert(new Uint8Array(words.buffer));
      // One by one, so that a bound keeps those that come first.
      this.#flush();
    }
    this.#pieces = this.#hand();
    let level = 0;
    while (this.#stopped === undefined && this.#pieces.length > 0) {
      level++;
      const states = statesOf(this.#pieces);
      const team = this.#sharing.isWorthIt(states) ? await this.#prepared(states) : undefined;
      if (team === undefined) await this.#expandAlone(level);
      else await this.#expandTogether(team, level, states);
      this.#batchExpander.dismiss(this.#suspects.at(level));
      this.#stopped ??= this.#suspects.enough(this.#options, this.#pieces.length === 0);
    }
    if (this.#stopped !== undefined) this.#judgeAlone(this.#pieces, level + 1);
    const { budget } = this.#visited;
    const { counts } = this.#batchExpander;
    for (const others of this.#team?.counts ?? []) counts.add(others);
    this.#byOrbits.spread(counts);
    const exploration = {
      stopped: this.#stopped,
      distinct: budget.states,
      transitions: this.#transitions.reduce((sum, count) => sum + count, this.#extra),
      depth: this.#pieces.length > 0 ? level + 1 : level,
      counts,
      bytes: budget.bytes,
      unmet: this.#byOrbits.unmet(this.#suspects.unmet(this.#program.entries)),
      called: this.#program.called(),
      readingSeconds: this.#program.seconds,
    };
    const found = this.#phases.during("paths", () =>
      this.#suspects.findings(
        () => new Backtrace(this.#fallback, this.#batchExpander, exploration.bytes),
        this.#byOrbits.runsOf(this.#fallback, this.#batchExpander.expansion),
      ),
    );
    const sums = { ...this.#batchExpander.orbitSums };
    for (const { states, transitions } of this.#orbitSums) {
      sums.states += states;
      sums.transitions += transitions;
    }
    const orbits = this.#byOrbits.result(
      { states: exploration.distinct, transitions: exploration.transitions },
      sums,
      { fallback: this.#fallback, expansion: this.#batchExpander.expansion },
      this.#stopped === undefined,
    );
    const states = (): Iterable<Uint32Array> => inLayout(this.#program, this.#visited.states());
    return {
      ...exploration,
      // The memories outlive the workers, which are through with them.
      ...(this.#stopped === undefined ? { reached: { distinct: exploration.distinct, states } } : {}),
      ...found,
      ...(orbits === undefined ? {} : { orbits }),
      seconds: (performance.now() - this.#byOrbits.started) / 1000,
    };
  }

  #stop(bound: Bound | undefined): void {
    if (bound === undefined) return;
    const limit = bound === "states" ? (this.#options.maxStates as number) : this.#maxMemory;
    this.#stopped ??= { kind: bound, limit };
  }

  readonly #keep = (fresh: Uint8Array): void => this.#found.push(fresh);

  /** Puts states into the visited set, and the new ones on the next level. */
  readonly #insert = (states: Uint8Array): void => {
    if (this.#stopped === undefined) this.#stop(this.#visited.insert(states, this.#keep));
  };

  #flush(): void {
    if (this.#stopped === undefined) this.#stop(this.#visited.flush(this.#keep));
  }

  /** States of the next level found by the main thread. */
  #hand(): Piece[] {
    return this.#found.hand().map(({ block, states }) => ({ block: block.number, from: 0, end: states }));
  }

  #progress(depth: number, frontier: number): Progress {
    const { states, bytes } = this.#visited.budget;
    const transitions = (this.#team?.transitions ?? 0) + this.#extra;
    const seconds = (performance.now() - this.#byOrbits.started) / 1000;
    return { states, transitions, depth, frontier, bytes, maxMemory: this.#maxMemory, seconds };
  }

  /** Puts states of a piece where the batchExpander looks for them; returns how many. */
  #load({ block, end }: Piece, from: number): number {
    const { expansion } = this.#batchExpander;
    const { bytes: stride } = this.#program.packing;
    const count = Math.min(expansion.batch, end - from);
    const { bytes } = this.#blocks.block(block);
    expansion.bytes.set(bytes.subarray(from * stride, (from + count) * stride), expansion.input);
    return count;
  }

  /** A small level: handing it to the workers would take longer. */
  async #expandAlone(level: number): Promise<void> {
    const started = performance.now();
    const pieces = this.#pieces;
    this.#visited.expect(4 * statesOf(pieces));
    const left: Piece[] = [];
    for (const piece of pieces) {
      let { from } = piece;
      while (from < piece.end && this.#stopped === undefined) {
        const count = this.#load(piece, from);
        from += count;
        this.#extra += this.#batchExpander.step(count, level, this.#insert);
      }
      if (from < piece.end) left.push({ ...piece, from });
      else this.#blocks.give(this.#blocks.block(piece.block));
    }
    this.#flush();
    this.#sharing.alone(statesOf(pieces), performance.now() - started);
    this.#pieces = this.#hand();
    this.#judgeAlone(left, level);
    if (this.#pace.isDue() && (await this.#pace.pause(this.#progress(level, statesOf(this.#pieces))))) {
      this.#stopped ??= { kind: "aborted" };
    }
  }

  /** Judges states that were found and not expanded. */
  #judgeAlone(pieces: readonly Piece[], level: number): void {
    for (const piece of pieces) {
      for (let { from } = piece; from < piece.end;) {
        const count = this.#load(piece, from);
        from += count;
        this.#batchExpander.judge(count, level);
      }
    }
  }

  /**
   * The workers, once they have begun.
   *
   * @returns undefined while they start and the level is not worth waiting for them, and when there is too little
   * memory left for them
   */
  async #prepared(states: number): Promise<WorkerPool | undefined> {
    if (this.#team === undefined) {
      const visited = this.#visited.share();
      if (visited === undefined) return undefined;
      const { expander, canonical } = this.#batchExpander;
      const instances = this.#program.model.instances.length;
      const setup = { expander, canonical, visited, blocks: this.#blockStore, allLive: this.#allLive, instances };
      this.#team = new WorkerPool(this.#workers, { ...setup, audit: this.#options.audit });
      this.#starting = this.#team.all({ kind: "begin" });
      const started = (): void => (this.#starting = undefined);
      this.#starting.then(started, () => {});
    }
    if (this.#starting !== undefined) {
      if (!this.#sharing.isWorthWaiting(states)) {
        // They report to this thread when they have begun.
        await turn();
        if (this.#starting !== undefined) return undefined;
      }
      await this.#starting;
    }
    return this.#team;
  }

  async #expandTogether(team: WorkerPool, level: number, frontier: number): Promise<void> {
    const pieces = this.#pieces;
    const { onProgress, signal } = this.#options;
    const watch = setInterval(() => {
      if (signal?.aborted === true) team.stop();
      onProgress?.(this.#progress(level, frontier));
    }, REPORT_EVERY_MS);
    let answers: readonly Answer[];
    try {
      const expected = Math.ceil((4 * frontier) / this.#workers);
      answers = await team.all({ kind: "level", level, pieces, inactive: this.#batchExpander.inactive, expected });
    } finally {
      clearInterval(watch);
    }
    for (const [worker, { transitions, orbitSums }] of answers.entries()) {
      this.#transitions[worker] = transitions;
      this.#orbitSums[worker] = orbitSums;
    }
    for (const { bound } of answers) this.#stop(bound);
    if (signal?.aborted === true) this.#stopped ??= { kind: "aborted" };
    const size = 2 * this.#program.packing.words;
    for (const { noted, stuck, samples } of answers) {
      eachState(noted, (state, entries) => {
        for (const entry of entries) this.#suspects.hit(this.#entry(entry), level, noted.states, state * size, size);
      });
      eachState(stuck, (state) => {
        this.#suspects.stuck(stuck.live[state] as number, level, stuck.states, state * size, size);
      });
      this.#audit(samples);
    }
    readyToWatch(() => answers.forEach(({ asked }) => this.#answer(asked, level)));
    this.#flush();
    this.#pieces = [...answers.flatMap(({ next }) => next), ...this.#hand()];
    const untaken = this.#stopped === undefined ? [] : pieces.slice(team.taken);
    this.#judgeAlone([...answers.flatMap(({ left }) => left), ...untaken], level);
  }

  /** Resolves what the compiled code left to others. */
  #answer(asked: Batch, level: number): void {
    const size = 2 * this.#program.packing.words;
    const words = new Uint32Array(size);
    const successors = new Words();
    const insert = (): void => {
      const { buffer, byteLength } = successors.all;
      this.#insert(new Uint8Array(buffer, 0, byteLength));
      successors.clear();
    };
    eachState(asked, (state, entries) => {
      words.set(asked.states.subarray(state * size, (state + 1) * size));
      let live = asked.live[state] as number;
      for (const number of entries) {
        const entry = this.#entry(number);
        // Excuses come after all steps of the state.
        if (entry.kind === "excuse" && (live & entry.live) !== 0) continue;
        const result = this.#fallback.resolve(entry, words, 0);
        if (result.kind === "none") continue;
        if (entry.kind === "action" || entry.kind === "excuse") live |= entry.live;
        if (result.kind === "update") {
          this.#extra++;
          const { expansion, counts, orbitSums } = this.#batchExpander;
          const weight = expansion.weightOfWords(words);
          orbitSums.transitions += weight;
          if (entry.kind === "action") counts.count(entry.instance.index, level, weight);
          const after = result.words.slice();
          expansion.canonicaliseWords(after);
          successors.append(after);
        }
        if (result.kind === "fault") this.#suspects.fault(entry, level, words, 0, size);
        else if (entry.kind === "action") {
          const judged = this.#fallback.judgedSteps(entry, this.#batchExpander.isSought, words, 0);
          this.#suspects.steps(judged, entry.instance, level, words, 0, size);
        } else this.#suspects.hit(entry, level, words, 0, size);
      }
      this.#suspects.stuck(this.#allLive & ~live, level, words, 0, size);
      if (successors.length >= INSERTED_WORDS) insert();
    });
    insert();
  }

  #entry(number: number): ProgramEntry<S> {
    return this.#program.entries[number] as ProgramEntry<S>;
  }

  /**
   * The first sample is compared with the reference semantics at the first levels and then at ever fewer. The others are
   * those that the caller wants to be audited.
   */
  #audit(samples: readonly Uint8Array[]): void {
    const [first, ...chosen] = samples.map((state) => new Uint32Array(state.slice().buffer));
    if (first === undefined) return;
    this.#audits++;
    if (this.#audits <= 16 || (this.#audits & (this.#audits - 1)) === 0) chosen.unshift(first);
    this.#batchExpander.audit(chosen);
  }
}

import { Program, whyNotCompiled } from "../compiled/program.ts";
import { ModelError } from "../errors.ts";
import type { Model, SafetyProperty } from "../language/index.ts";
import { defaultMemory, type Exploration, type EngineOptions, type Progress, type StopReason } from "./exploration.ts";
import { BlockPool, Levels, StateList, statesOf, type Blocks, type Piece } from "./states/frontier.ts";
import { GrowingSet } from "../visited/growing-set.ts";
import { Pace } from "../pace.ts";
import { Phases } from "../phases.ts";
import type { Sharing } from "./workers/load-balancing.ts";
import { ParallelExpander } from "./workers/parallel-expander.ts";
import { Fallback } from "./expansion/fallback.ts";
import { Backtrace } from "./backtrace.ts";
import { ByOrbits } from "./orbits/by-orbits.ts";
import { BatchExpander } from "./expansion/batch-expander.ts";
import { Findings } from "./findings.ts";
import type { Bound } from "../visited/shared-set.ts";

/** Levels of a search this short are kept for its traces; longer searches are repeated for a trace. */
const KEPT_BYTES = 1 << 24;

/**
 * Breadth-first search by compiled code on packed states. It gives the numbers, verdicts and traces of the reference
 * search, whatever the number of workers.
 *
 * @param properties the safety properties to decide, by id
 * @param sharing which levels the workers expand: another than by time is given only in tests
 */
export async function exploreCompiled<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: EngineOptions,
  sharing?: Sharing,
): Promise<Exploration> {
  const why = whyNotCompiled(properties);
  if (why !== undefined) throw new ModelError(`model ${model.name}: the compiled engine cannot check it: ${why}`);
  return new CompiledSearch(model, properties, options, sharing).run();
}

/** One search; `exploreCompiled` runs it. */
export class CompiledSearch<S> {
  readonly #options: EngineOptions;
  readonly #phases: Phases;
  /** The search begins with reading. */
  readonly #started = performance.now();
  readonly #pace: Pace<Progress>;
  readonly #byOrbits: ByOrbits<S>;
  readonly #program: Program<S>;
  readonly #fallback: Fallback<S>;
  readonly #batchExpander: BatchExpander<S>;
  readonly #visited: GrowingSet;
  /** Present if there is more than one worker. */
  readonly #parallel: ParallelExpander<S> | undefined;
  readonly #blocks: Blocks;
  /** Present if there is one worker. */
  readonly #levels: Levels | undefined;
  readonly #findings: Findings<S>;
  readonly #maxMemory: number;
  /** The level to be expanded next. */
  #frontier: readonly Piece[] = [];
  /** States of the level after it, found by this thread. */
  readonly #found: StateList;
  /** Those of this thread. */
  #transitions = 0;
  #stopped: StopReason | undefined;

  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    options: EngineOptions,
    sharing?: Sharing,
  ) {
    this.#options = options;
    this.#pace = new Pace(options);
    const phases = (this.#phases = options.phases ?? new Phases());
    this.#byOrbits = new ByOrbits(model, properties, { ...options, phases });
    const { reading } = this.#byOrbits;
    const program = phases.during("read", () => new Program(model, properties, reading, { premises: true }));
    this.#program = program;
    this.#fallback = new Fallback(program);
    const findings = new Findings(properties, program.deadlocks);
    this.#findings = findings;
    const batchExpander = phases.during(
      "generate",
      () => new BatchExpander(this.#fallback, findings, options.audit, this.#byOrbits.canonicalFrom),
    );
    this.#batchExpander = batchExpander;
    const { workers = 1, audit, maxMemory = defaultMemory(), maxStates = Infinity } = options;
    this.#maxMemory = maxMemory;
    const limits = { states: maxStates, bytes: maxMemory };
    const visited = new GrowingSet(program.packing, limits, workers > 1 ? { threads: workers + 1 } : {});
    this.#visited = visited;
    visited.budget.count(batchExpander.expansion.bytes.length);
    if (workers > 1) {
      const helped = { program, findings, batchExpander, visited };
      this.#parallel = new ParallelExpander(helped, { workers, audit, bytes: maxMemory, sharing });
      this.#blocks = this.#parallel.blocks;
    } else {
      const pool = new BlockPool(visited.budget);
      this.#blocks = pool;
      this.#levels = new Levels(pool, program.packing.bytes);
    }
    this.#found = new StateList(this.#blocks, program.packing.bytes);
  }

  async run(): Promise<Exploration> {
    try {
      return await this.#search();
    } finally {
      await this.#parallel?.end();
    }
  }

  async #search(): Promise<Exploration> {
    if (this.#options.signal?.aborted === true) this.#stopped = { kind: "aborted" };
    const initial = this.#fallback.initial();
    const { maxStates = Infinity } = this.#options;
    for (const words of initial) {
      this.#batchExpander.expansion.canonicaliseWords(words);
      this.#insert(new Uint8Array(words.buffer));
      // One by one, so that a bound keeps those that come first.
      if (initial.length > maxStates) this.#flush();
    }
    this.#flush();
    this.#frontier = this.#found.hand();
    let level = 0;
    while (this.#stopped === undefined && this.#frontier.length > 0) {
      level++;
      const left =
        (await this.#parallel?.takes(statesOf(this.#frontier))) === true
          ? await this.#expandTogether(this.#parallel as ParallelExpander<S>, level)
          : await this.#expandAlone(level);
      // States that a stopped search has found and not expanded are judged all the same.
      this.#judge(left, level);
      // Findings so far are traced back through the first levels.
      if ((this.#levels?.bytes ?? 0) > KEPT_BYTES) this.#levels?.close(this.#findings.deepest);
      // A property with findings at a level is decided.
      this.#batchExpander.dismiss(this.#findings.at(level));
      this.#stopped ??= this.#findings.enough(this.#options, this.#frontier.length === 0);
    }
    if (this.#stopped !== undefined) this.#judge(this.#frontier, level + 1);
    this.#levels?.keep(this.#frontier);
    return this.#exploration(this.#frontier.length > 0 ? level + 1 : level);
  }

  /** Expands the frontier; returns the states that were left because the search was stopped. */
  async #expandAlone(level: number): Promise<readonly Piece[]> {
    const started = performance.now();
    const { expansion } = this.#batchExpander;
    const { bytes: size } = this.#program.packing;
    const levels = this.#levels?.isClosed === false ? this.#levels : undefined;
    const pieces = levels?.keep(this.#frontier) ?? this.#frontier;
    const states = statesOf(pieces);
    this.#visited.expect(4 * states);
    const left: Piece[] = [];
    let open = states;
    for (const piece of pieces) {
      let { from } = piece;
      while (from < piece.end && this.#stopped === undefined) {
        const count = expansion.load(piece, from, size);
        this.#transitions += this.#batchExpander.step(count, level, this.#insert);
        from += count;
        open -= count;
        if (!this.#pace.isDue()) continue;
        const aborted = await this.#pace.pause(() => this.#progress(level, open + this.#found.length));
        if (aborted) this.#stopped ??= { kind: "aborted" };
      }
      if (from < piece.end) left.push({ ...piece, from });
      else if (levels === undefined) this.#blocks.give(piece.block);
    }
    this.#flush();
    this.#frontier = this.#found.hand();
    this.#parallel?.sharing.alone(states, performance.now() - started);
    return left;
  }

  /** The same by the workers. */
  async #expandTogether(parallel: ParallelExpander<S>, level: number): Promise<readonly Piece[]> {
    const pieces = this.#frontier;
    const states = statesOf(pieces);
    const { answers, bounds, next, left } = await this.#pace.during(
      parallel.expand(pieces, level),
      () => this.#progress(level, states),
      () => parallel.stop(),
    );
    for (const bound of bounds) this.#stop(bound);
    if (this.#options.signal?.aborted === true) this.#stopped ??= { kind: "aborted" };
    this.#transitions += parallel.record(answers, level, states, this.#insert);
    this.#flush();
    this.#frontier = [...next, ...this.#found.hand()];
    return left;
  }

  /** Judges states without expanding them. */
  #judge(pieces: readonly Piece[], level: number): void {
    const { expansion } = this.#batchExpander;
    for (const piece of pieces) {
      for (let { from } = piece; from < piece.end;) {
        const count = expansion.load(piece, from, this.#program.packing.bytes);
        from += count;
        this.#batchExpander.judge(count, level);
      }
    }
  }

  /** Puts states, given in whole words, into the visited set, and the new ones on the next level. */
  readonly #insert = (states: Uint8Array): void => {
    if (this.#stopped === undefined) this.#stop(this.#visited.insert(states, this.#keep));
  };

  /** Puts what still waits into the visited set. */
  #flush(): void {
    if (this.#stopped === undefined) this.#stop(this.#visited.flush(this.#keep));
  }

  readonly #keep = (states: Uint8Array): void => this.#found.push(states);

  #stop(reached: Bound | undefined): void {
    const bound = reached ?? (this.#blocks.exceeded ? "memory" : undefined);
    if (bound === undefined) return;
    const limit = bound === "states" ? (this.#options.maxStates as number) : this.#maxMemory;
    this.#stopped ??= { kind: bound, limit };
  }

  #progress(depth: number, frontier: number): Progress {
    const { states, bytes } = this.#visited.budget;
    const transitions = this.#transitions + (this.#parallel?.transitions ?? 0);
    const seconds = (performance.now() - this.#started) / 1000;
    return { states, transitions, depth, frontier, bytes, maxMemory: this.#maxMemory, seconds };
  }

  #exploration(depth: number): Exploration {
    const [program, fallback, findings] = [this.#program, this.#fallback, this.#findings];
    const { expansion, counts, orbitSums } = this.#batchExpander;
    const { transitions, bytes, states: distinct } = this.#progress(depth, 0);
    for (const others of this.#parallel?.counts ?? []) counts.add(others);
    this.#byOrbits.spread(counts);
    const sums = [orbitSums, ...(this.#parallel?.orbitSums ?? [])].reduce((sum, other) => ({
      states: sum.states + other.states,
      transitions: sum.transitions + other.transitions,
    }));
    const unmet = this.#byOrbits.unmet(findings.unmet(program.entries));
    const found = this.#phases.during("paths", () =>
      findings.located(
        () => new Backtrace(fallback, this.#batchExpander, bytes, this.#levels),
        this.#byOrbits.runsOf(fallback, expansion),
      ),
    );
    const isWhole = this.#stopped === undefined;
    const orbits = this.#byOrbits.result({ states: distinct, transitions }, sums, { fallback, expansion }, isWhole);
    return {
      stopped: this.#stopped,
      distinct,
      transitions,
      depth,
      counts,
      bytes,
      unmet,
      called: program.called(),
      readingSeconds: program.seconds,
      // The memories outlive the workers, which are through with them.
      ...(isWhole ? { reached: { distinct, states: () => this.states() } } : {}),
      ...found,
      ...(orbits === undefined ? {} : { orbits }),
      seconds: (performance.now() - this.#started) / 1000,
    };
  }

  /** The packed states of the visited set by the model's layout, in no order that means anything. */
  *states(): Generator<Uint32Array> {
    const size = 2 * this.#program.packing.words;
    for (const bytes of this.#visited.states()) {
      const words = new Uint32Array(bytes.slice().buffer);
      for (let at = 0; at < words.length; at += size) yield this.#program.toLayout(words, at).slice();
    }
  }
}

import { AT_FIRST, LATER, Program, type ProgramEntry } from "../compiled/program.ts";
import type { Model, SafetyProperty } from "../language/index.ts";
import { Audit } from "./audit.ts";
import { Expansion } from "./expansion.ts";
import type { Exploration, SearchOptions, StopReason } from "./exploration.ts";
import { StateList } from "./frontier.ts";
import { defaultMemory } from "./memory.ts";
import { FEW_STATES, type Answer, type Batch, type Piece } from "./orders.ts";
import { Resolver } from "./resolver.ts";
import { Retrace } from "./retrace.ts";
import { blockStore, SharedBlocks } from "./shared-blocks.ts";
import { Suspects } from "./suspects.ts";
import { Team } from "./team.ts";
import { visitedStore, type Bound } from "./visited-store.ts";
import { Visited } from "./visited.ts";

/** Milliseconds between looks at how far the workers are. */
const REPORT = 250;

/**
 * The compiled search by several threads, level by level: distinct states, transitions, depth, verdicts and traces
 * are those of one worker. A level is a list of pieces; whoever is free takes the next.
 */
export async function exploreInParallel<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: SearchOptions,
  workers: number,
): Promise<Exploration> {
  const search = new ParallelSearch(model, properties, options, workers);
  return search.run();
}

class ParallelSearch<S> {
  readonly #options: SearchOptions;
  readonly #workers: number;
  readonly #program: Program<S>;
  readonly #resolver: Resolver<S>;
  readonly #team: Team;
  /** The main thread's own access, for initial states and for what the compiled code left to others. */
  readonly #visited: Visited;
  readonly #found: StateList;
  readonly #blocks: SharedBlocks;
  readonly #suspects: Suspects<S>;
  readonly #dismissed = new Set<string>();
  readonly #allLive: number;
  readonly #wide: number;
  readonly #maxMemory: number;
  readonly #started = performance.now();
  readonly #transitions: number[];
  /** The level to be expanded next. */
  #pieces: Piece[] = [];
  /** Transitions that the compiled code did not take itself. */
  #extra = 0;
  #lessons = 0;
  #audits = 0;
  #expansion: Expansion | undefined;
  #stopped: StopReason | undefined;

  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    options: SearchOptions,
    workers: number,
  ) {
    this.#options = options;
    this.#workers = workers;
    this.#program = new Program(model, properties);
    this.#program.learn(AT_FIRST);
    this.#program.learn(LATER[this.#lessons++] ?? AT_FIRST);
    this.#resolver = new Resolver(model, properties, this.#program);
    const { packing, deadlocks } = this.#program;
    this.#wide = packing.words * 8;
    this.#allLive = (1 << deadlocks.length) - 1;
    this.#suspects = new Suspects(properties, deadlocks);
    this.#maxMemory = options.maxMemory ?? defaultMemory();
    const limits = { states: options.maxStates ?? Infinity, bytes: this.#maxMemory };
    const visited = visitedStore(packing, limits, { threads: workers + 1 });
    const blocks = blockStore(limits.bytes);
    this.#visited = new Visited(visited, workers);
    this.#blocks = new SharedBlocks(blocks, this.#visited.budget);
    this.#found = new StateList(this.#blocks, packing.bytes);
    this.#transitions = Array<number>(workers).fill(0);
    this.#team = new Team(workers, {
      visited,
      blocks,
      allLive: this.#allLive,
      audit: options.audit,
    });
  }

  async run(): Promise<Exploration> {
    try {
      return await this.#search();
    } finally {
      await this.#team.end();
    }
  }

  async #search(): Promise<Exploration> {
    if (this.#options.signal?.aborted === true) this.#stopped = { kind: "aborted" };
    await this.#sendCode();
    if (this.#stopped === undefined) this.#insert(this.#resolver.initial());
    let level = 0;
    while (this.#stopped === undefined && this.#pieces.length > 0) {
      level = await this.#expand(level + 1);
      for (const id of this.#suspects.at(level)) this.#dismissed.add(id);
      if (this.#options.untilViolation === true && this.#suspects.violated && this.#pieces.length > 0) {
        this.#stopped ??= { kind: "violation" };
      }
      await this.#learnMore();
    }
    if (this.#stopped !== undefined) await this.#judge(this.#pieces, level + 1);
    const { budget } = this.#visited;
    const exploration = {
      stopped: this.#stopped,
      distinct: budget.states,
      transitions: this.#transitions.reduce((sum, count) => sum + count, this.#extra),
      depth: this.#pieces.length > 0 ? level + 1 : level,
      bytes: budget.bytes,
      direct: this.#program.direct(),
    };
    const findings = this.#suspects.findings(() => new Retrace(this.#resolver, exploration.bytes));
    return { ...exploration, findings, seconds: (performance.now() - this.#started) / 1000 };
  }

  #stop(bound: Bound | undefined): void {
    if (bound === undefined) return;
    const limit = bound === "states" ? (this.#options.maxStates as number) : this.#maxMemory;
    this.#stopped ??= { kind: bound, limit };
  }

  #inactive(): number[] {
    return [...this.#program.entries.entries()].flatMap(([number, entry]) =>
      (entry.kind === "state" || entry.kind === "step") && this.#dismissed.has(entry.id) ? [number] : [],
    );
  }

  async #sendCode(): Promise<void> {
    const expander = this.#program.expander(false);
    await this.#team.all({ kind: "code", expander, inactive: this.#inactive() });
    this.#expansion = this.#options.audit === undefined ? undefined : new Expansion(expander);
  }

  /** Puts states into the visited set, and the new ones on the next level. */
  #insert(states: readonly Uint32Array[]): void {
    const keep = (fresh: Uint8Array): void => this.#found.push(fresh);
    for (const words of states) {
      if (this.#stopped === undefined) this.#stop(this.#visited.insert(new Uint8Array(words.buffer), keep));
    }
    if (this.#stopped === undefined) this.#stop(this.#visited.flush(keep));
    for (const { block, states: end } of this.#found.hand()) this.#pieces.push({ block: block.number, from: 0, end });
  }

  /** Expands a level, or, while they are small, some; returns the last of them. */
  async #expand(first: number): Promise<number> {
    const pieces = this.#pieces;
    const frontier = pieces.reduce((sum, { from, end }) => sum + end - from, 0);
    const alone = frontier < FEW_STATES;
    const { onProgress, signal } = this.#options;
    const watch = setInterval(() => {
      if (signal?.aborted === true) this.#team.stop();
      const { states, bytes } = this.#visited.budget;
      const seconds = (performance.now() - this.#started) / 1000;
      const transitions = this.#team.transitions + this.#extra;
      onProgress?.({ states, transitions, depth: first, frontier, bytes, seconds });
    }, REPORT);
    let answers: readonly Answer[];
    try {
      const inactive = this.#inactive();
      const expected = Math.ceil((4 * frontier) / this.#workers);
      const order = { kind: "level", pieces, inactive, expected, alone } as const;
      answers = await this.#team.all(order, alone ? 1 : this.#workers);
    } finally {
      clearInterval(watch);
    }
    const level = first + (answers[0] as Answer).levels - 1;
    this.#pieces = answers.flatMap(({ next }) => next);
    for (const [worker, { transitions }] of answers.entries()) this.#transitions[worker] = transitions;
    for (const { bound } of answers) this.#stop(bound);
    if (signal?.aborted === true) this.#stopped ??= { kind: "aborted" };
    for (const { noted, stuck, samples } of answers) {
      this.#each(noted, (words, entry) => this.#suspects.hit(entry, level, words, 0, words.length));
      this.#each(stuck, (words, _, missing) => this.#suspects.stuck(missing, level, words, 0, words.length));
      this.#audit(samples);
    }
    const successors = answers.flatMap(({ asked }) => this.#answer(asked, level));
    this.#extra += successors.length;
    this.#insert(successors);
    if (this.#stopped !== undefined) {
      const untaken = alone ? [] : pieces.slice(this.#team.taken);
      await this.#judge([...answers.flatMap(({ left }) => left), ...untaken], level);
    }
    return level;
  }

  /** Resolves what the compiled code left to others; returns the successors. */
  #answer(asked: Batch, level: number): Uint32Array[] {
    const successors: Uint32Array[] = [];
    const lives = new Map<string, { readonly words: Uint32Array; live: number }>();
    this.#each(asked, (words, entry, live) => {
      const key = words.join();
      const known = lives.get(key) ?? { words, live };
      lives.set(key, known);
      const result = this.#resolver.resolve(entry, words, 0);
      if (result.kind === "none") return;
      known.live |= entry.live;
      if (result.kind === "update") successors.push(result.words.slice());
      else this.#suspects.hit(entry, level, words, 0, words.length);
    });
    for (const { words, live } of lives.values()) {
      this.#suspects.stuck(this.#allLive & ~live, level, words, 0, words.length);
    }
    return successors;
  }

  /** Judges states that were found and not expanded. */
  async #judge(pieces: readonly Piece[], level: number): Promise<void> {
    if (pieces.length === 0) return;
    for (const { noted, asked } of await this.#team.all({ kind: "judge", pieces })) {
      this.#each(noted, (words, entry) => {
        if (entry.kind === "state") this.#suspects.hit(entry, level, words, 0, words.length);
      });
      this.#each(asked, (words, entry) => {
        if (entry.kind !== "state" || this.#resolver.resolve(entry, words, 0).kind !== "hit") return;
        this.#suspects.hit(entry, level, words, 0, words.length);
      });
    }
  }

  #each(
    { states, entries, live }: Batch,
    visit: (words: Uint32Array, entry: ProgramEntry<S>, live: number) => void,
  ): void {
    const words = new Uint32Array(states.slice().buffer);
    const size = this.#wide / 4;
    for (const [index, number] of entries.entries()) {
      const entry = this.#program.entries[number] as ProgramEntry<S>;
      visit(words.slice(index * size, (index + 1) * size), entry, live[index] as number);
    }
  }

  /**
   * The first sample is compared with what its author wrote, at the first levels and then at ever fewer. The others are
   * those that the caller wants to be audited.
   */
  #audit(samples: readonly Uint8Array[]): void {
    const [first, ...chosen] = samples.map((state) => new Uint32Array(state.slice().buffer));
    if (first === undefined) return;
    this.#audits++;
    if (this.#audits <= 16 || (this.#audits & (this.#audits - 1)) === 0) this.#resolver.audit(first, 0);
    if (this.#expansion === undefined) return;
    const audit = new Audit(this.#resolver);
    for (const state of chosen) audit.state(this.#expansion, state);
  }

  async #learnMore(): Promise<void> {
    const lesson = LATER[this.#lessons];
    if (this.#resolver.effort < (lesson?.after ?? Infinity)) return;
    this.#lessons++;
    if (lesson !== undefined) this.#program.learn(lesson);
    await this.#sendCode();
  }
}

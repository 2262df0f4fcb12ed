import { freemem } from "node:os";
import { AT_FIRST, LATER, Program, type ProgramEntry } from "../compiled/program.ts";
import type { Model, SafetyProperty } from "../language/index.ts";
import type { Exploration, Finding, SearchOptions, StopReason } from "./exploration.ts";
import { Resolver } from "./resolver.ts";
import { Retrace, type Suspect } from "./retrace.ts";
import { Team } from "./team.ts";
import type { Answer, Batch, Order } from "./worker.ts";

/** Milliseconds between looks at how far the workers are. */
const REPORT = 250;

/**
 * The compiled search by several threads, level by level: distinct states, transitions, depth, verdicts and traces
 * are those of one worker. A bound may be met a little earlier.
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
  readonly #properties: ReadonlyMap<string, SafetyProperty<S>>;
  readonly #options: SearchOptions;
  readonly #workers: number;
  readonly #program: Program<S>;
  readonly #resolver: Resolver<S>;
  readonly #team: Team;
  readonly #suspects = new Map<string, Suspect>();
  readonly #dismissed = new Set<string>();
  readonly #allLive: number;
  readonly #wide: number;
  readonly #maxMemory: number;
  readonly #started = performance.now();
  #answers: readonly Answer[] = [];
  /** Transitions that the compiled code did not take itself. */
  #extra = 0;
  #lessons = 0;
  #audits = 0;
  #stopped: StopReason | undefined;

  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    options: SearchOptions,
    workers: number,
  ) {
    this.#properties = properties;
    this.#options = options;
    this.#workers = workers;
    this.#program = new Program(model, properties);
    this.#program.learn(AT_FIRST);
    this.#program.learn(LATER[this.#lessons++] ?? AT_FIRST);
    this.#resolver = new Resolver(model, properties, this.#program);
    this.#wide = this.#program.packing.words * 8;
    this.#allLive = (1 << this.#program.deadlocks.length) - 1;
    this.#maxMemory = options.maxMemory ?? Math.floor(freemem() * 0.75);
    this.#team = new Team(this.#program.packing, workers, this.#allLive);
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
    const initial = this.#resolver.initial().map((words) => new Uint8Array(words.buffer));
    if (this.#stopped === undefined) await this.#absorb(concatenated(initial));
    let level = 0;
    while (this.#stopped === undefined && this.#waiting > 0) {
      level++;
      await this.#expand(level);
      if (this.#stopped !== undefined) await this.#judge("left", level);
      for (const [id, suspect] of this.#suspects) if (suspect.level === level) this.#dismissed.add(id);
      if (this.#options.untilViolation === true && this.#violated() && this.#waiting > 0) {
        this.#stopped ??= { kind: "violation" };
      }
      await this.#learnMore();
    }
    if (this.#stopped !== undefined) await this.#judge("next", level + 1);
    const exploration = {
      stopped: this.#stopped,
      distinct: this.#sum(({ size }) => size),
      transitions: this.#sum(({ transitions }) => transitions) + this.#extra,
      depth: this.#waiting > 0 ? level + 1 : level,
      bytes: this.#sum(({ bytes }) => bytes),
    };
    const findings = new Map<string, Finding>();
    const retrace = this.#suspects.size > 0 ? new Retrace(this.#resolver, []) : undefined;
    for (const [id, suspect] of this.#suspects) {
      findings.set(id, { level: suspect.level, path: (retrace as Retrace<S>).path(suspect) });
    }
    return { ...exploration, findings, seconds: (performance.now() - this.#started) / 1000 };
  }

  get #waiting(): number {
    return this.#sum(({ next }) => next);
  }

  #sum(of: (answer: Answer) => number): number {
    return this.#answers.reduce((sum, answer) => sum + of(answer), 0);
  }

  async #order(order: (worker: number) => Order): Promise<void> {
    this.#answers = await this.#team.all(order);
    const bound = this.#answers.map((answer) => answer.bound).find((reached) => reached !== undefined);
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
    const inactive = this.#inactive();
    await this.#order(() => ({ kind: "code", expander, inactive }));
  }

  /** What is left of a bound is shared out evenly. */
  #limits(): (worker: number) => { readonly states: number; readonly bytes: number } {
    const { maxStates = Infinity } = this.#options;
    const share = Math.floor((maxStates - this.#sum(({ size }) => size)) / this.#workers);
    const sizes = this.#answers.map(({ size }) => size);
    return (worker) => ({ states: (sizes[worker] ?? 0) + share, bytes: this.#maxMemory / this.#workers });
  }

  async #absorb(states: Uint8Array): Promise<void> {
    const limits = this.#limits();
    await this.#order((worker) => ({ kind: "absorb", states, limits: limits(worker) }));
  }

  async #expand(level: number): Promise<void> {
    const limits = this.#limits();
    const inactive = this.#inactive();
    const { onProgress, signal } = this.#options;
    const frontier = this.#waiting;
    const watch = setInterval(() => {
      if (signal?.aborted === true) this.#team.stop();
      const { states, transitions } = this.#team.counted;
      const seconds = (performance.now() - this.#started) / 1000;
      onProgress?.({ states, transitions, depth: level, frontier, bytes: this.#sum(({ bytes }) => bytes), seconds });
    }, REPORT);
    try {
      await this.#order((worker) => ({ kind: "level", limits: limits(worker), inactive }));
    } finally {
      clearInterval(watch);
    }
    if (signal?.aborted === true) this.#stopped ??= { kind: "aborted" };
    const answers = this.#answers;
    for (const { noted, stuck, sample } of answers) {
      this.#note(noted, level);
      this.#noteStuck(stuck, level);
      if (sample !== undefined) this.#audit(sample);
    }
    const successors = answers.flatMap(({ asked }) => this.#answer(asked, level));
    this.#extra += successors.length;
    if (successors.length > 0) await this.#absorb(concatenated(successors));
  }

  /** Resolves what the compiled code left to others; returns the successors. */
  #answer(asked: Batch, level: number): Uint8Array[] {
    const successors: Uint8Array[] = [];
    const lives = new Map<string, { readonly words: Uint32Array; live: number }>();
    this.#each(asked, (words, number, live) => {
      const entry = this.#program.entries[number] as ProgramEntry<S>;
      const key = words.join();
      const known = lives.get(key) ?? { words, live };
      lives.set(key, known);
      const result = this.#resolver.resolve(entry, words, 0);
      if (result.kind === "none") return;
      known.live |= entry.live;
      if (result.kind === "update") successors.push(new Uint8Array(result.words.slice().buffer));
      else this.#noteHit(entry, words, level);
    });
    for (const { words, live } of lives.values()) this.#noteMissing(words, this.#allLive & ~live, level);
    return successors;
  }

  /** Judges states that were found and not expanded. */
  async #judge(which: "left" | "next", level: number): Promise<void> {
    const answers = await this.#team.all(() => ({ kind: "judge", which }));
    for (const { noted, asked } of answers) {
      this.#each(noted, (words, number) => {
        const entry = this.#program.entries[number] as ProgramEntry<S>;
        if (entry.kind === "state") this.#noteHit(entry, words, level);
      });
      this.#each(asked, (words, number) => {
        const entry = this.#program.entries[number] as ProgramEntry<S>;
        if (entry.kind !== "state") return;
        if (this.#resolver.resolve(entry, words, 0).kind === "hit") this.#noteHit(entry, words, level);
      });
    }
  }

  #note(noted: Batch, level: number): void {
    this.#each(noted, (words, number) => {
      this.#noteHit(this.#program.entries[number] as ProgramEntry<S>, words, level);
    });
  }

  #noteStuck(stuck: Batch, level: number): void {
    this.#each(stuck, (words, _, missing) => this.#noteMissing(words, missing, level));
  }

  #noteMissing(words: Uint32Array, missing: number, level: number): void {
    for (const [bit, id] of this.#program.deadlocks.entries()) {
      if ((missing & (1 << bit)) !== 0) this.#suspect(id, level, words);
    }
  }

  #noteHit(entry: ProgramEntry<S>, words: Uint32Array, level: number): void {
    if (entry.kind === "state") this.#suspect(entry.id, level, words);
    if (entry.kind === "step") this.#suspect(entry.id, level, words, entry.instance.index);
  }

  #suspect(id: string, level: number, words: Uint32Array, instance?: number): void {
    let suspect = this.#suspects.get(id);
    if (suspect === undefined) this.#suspects.set(id, (suspect = { level, states: [], instances: [] }));
    if (suspect.level < level) return;
    suspect.states.push(...words);
    if (instance !== undefined) suspect.instances.push(instance);
  }

  #each({ states, entries, live }: Batch, visit: (words: Uint32Array, entry: number, live: number) => void): void {
    const words = new Uint32Array(states.slice().buffer);
    const size = this.#wide / 4;
    for (const [index, entry] of entries.entries()) {
      visit(words.slice(index * size, (index + 1) * size), entry, live[index] as number);
    }
  }

  /** A state of the first levels, and then of ever fewer, is compared with what its author wrote. */
  #audit(sample: Uint8Array): void {
    this.#audits++;
    if (this.#audits > 16 && (this.#audits & (this.#audits - 1)) !== 0) return;
    this.#resolver.audit(new Uint32Array(sample.slice().buffer), 0);
  }

  async #learnMore(): Promise<void> {
    const lesson = LATER[this.#lessons];
    if (this.#resolver.effort < (lesson?.after ?? Infinity)) return;
    this.#lessons++;
    if (lesson !== undefined) this.#program.learn(lesson);
    const answers = this.#answers;
    await this.#sendCode();
    this.#answers = answers;
  }

  #violated(): boolean {
    return [...this.#suspects.keys()].some((id) => this.#properties.get(id)?.kind !== "sometimes");
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

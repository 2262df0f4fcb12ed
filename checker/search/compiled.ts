import { AT_FIRST, LATER, Program, whyNotCompiled, type ProgramEntry } from "../compiled/program.ts";
import { ModelError } from "../errors.ts";
import type { Model, SafetyProperty } from "../language/index.ts";
import { Audit } from "./audit.ts";
import { AuditPace } from "./audit-pace.ts";
import { Expansion } from "./expansion.ts";
import type { Exploration, SearchOptions, StopReason } from "./exploration.ts";
import { BlockPool, StateList } from "./frontier.ts";
import { GrowingVisited } from "./growing.ts";
import { defaultMemory } from "./memory.ts";
import { Pace } from "./pace.ts";
import { exploreInParallel } from "./parallel.ts";
import { Resolver } from "./resolver.ts";
import { Retrace } from "./retrace.ts";
import { Suspects } from "./suspects.ts";
import type { Bound } from "./visited-store.ts";

/** States of which the first so many, and then ever fewer, are compared with what their author wrote. */
const FIRST_AUDITED = 24;
/** Levels of a search this short are kept for its traces; longer searches are repeated when a trace is wanted. */
const KEPT_BYTES = 1 << 24;

/**
 * Breadth-first search by compiled code on packed states. It gives the numbers, verdicts and traces of the reference
 * search.
 *
 * @param properties the safety properties to decide, by id
 */
export async function exploreCompiled<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: SearchOptions,
): Promise<Exploration> {
  const why = whyNotCompiled(properties);
  if (why !== undefined) throw new ModelError(`model ${model.name}: the compiled engine cannot check it: ${why}`);
  const { workers = 1 } = options;
  return workers > 1
    ? exploreInParallel(model, properties, options, workers)
    : new CompiledSearch(model, properties, options).run();
}

/** One search; `exploreCompiled` runs it. */
export class CompiledSearch<S> {
  readonly #options: SearchOptions;
  readonly #program: Program<S>;
  readonly #resolver: Resolver<S>;
  readonly #visited: GrowingVisited;
  readonly #pool: BlockPool;
  readonly #suspects: Suspects<S>;
  readonly #maxMemory: number;
  readonly #levels: StateList[] = [];
  /** Bytes of a state in whole words. */
  readonly #wide: number;
  /** States of the current batch in whole words, as far as they were asked for. */
  readonly #batch: Uint32Array;
  readonly #batchBytes: Uint8Array;
  readonly #opened: Int32Array;
  #batchNumber = 0;
  readonly #auditing: Audit<S>;
  readonly #pace: AuditPace | undefined;
  readonly #allLive: number;
  #expansion: Expansion;
  readonly #dismissed = new Set<string>();
  #lessons = 0;
  #nextLesson = LATER[0]?.after ?? Infinity;
  #next: StateList;
  #transitions = 0;
  #expanded = 0;
  #nextAudit = 0;
  #stopped: StopReason | undefined;

  constructor(model: Model<S>, properties: ReadonlyMap<string, SafetyProperty<S>>, options: SearchOptions) {
    this.#options = options;
    this.#program = new Program(model, properties);
    this.#program.learn(AT_FIRST);
    this.#resolver = new Resolver(model, properties, this.#program);
    this.#expansion = new Expansion(this.#program.expander(false));
    this.#suspects = new Suspects(properties, this.#program.deadlocks);
    this.#maxMemory = options.maxMemory ?? defaultMemory();
    const limits = { states: options.maxStates ?? Infinity, bytes: this.#maxMemory };
    this.#visited = new GrowingVisited(this.#program.packing, limits);
    this.#visited.budget.take(this.#expansion.bytes.length);
    this.#pool = new BlockPool(this.#visited.budget);
    this.#wide = 8 * this.#program.packing.words;
    this.#batchBytes = new Uint8Array(this.#wide * this.#expansion.batch);
    this.#batch = new Uint32Array(this.#batchBytes.buffer);
    this.#opened = new Int32Array(this.#expansion.batch);
    this.#allLive = (1 << this.#program.deadlocks.length) - 1;
    this.#next = this.#list();
    this.#auditing = new Audit(this.#resolver);
    this.#pace = options.audit === undefined ? undefined : new AuditPace(options.audit);
  }

  async run(): Promise<Exploration> {
    const started = performance.now();
    const pace = new Pace(this.#options);
    if (this.#options.signal?.aborted === true) this.#stopped = { kind: "aborted" };
    for (const words of this.#resolver.initial()) {
      this.#insert(new Uint8Array(words.buffer));
      // One by one, so that a bound keeps those that come first.
      this.#flush();
    }
    let level = 0;
    let kept = true;
    while (this.#stopped === undefined && this.#next.length > 0) {
      level++;
      const current = this.#next;
      this.#next = this.#list();
      this.#visited.expect(4 * current.length);
      if (kept) {
        current.close(this.#pool);
        this.#levels[level] = current;
      }
      let from = 0;
      while (from < current.length && this.#stopped === undefined) {
        from += this.#expand(current, from, level);
        if (!kept) current.release(from);
        if (!pace.isDue()) continue;
        const aborted = await pace.breathe({
          states: this.#visited.budget.states,
          transitions: this.#transitions,
          depth: level,
          frontier: current.length - from + this.#next.length,
          bytes: this.#visited.budget.bytes,
          seconds: (performance.now() - started) / 1000,
        });
        if (aborted) this.#stopped ??= { kind: "aborted" };
      }
      this.#flush();
      // What a stopped search has found and not expanded is judged all the same.
      if (this.#stopped !== undefined) this.#judgeOnly(current, from, level);
      if (!kept) current.clear();
      else if (this.#pool.taken > KEPT_BYTES) {
        kept = false;
        for (const list of this.#levels) list?.clear();
        this.#levels.length = 0;
      }
      // What was found at a level is not looked for any more.
      for (const id of this.#suspects.at(level)) this.#dismiss(id);
      if (this.#options.untilViolation === true && this.#suspects.violated && this.#next.length > 0) {
        this.#stopped ??= { kind: "violation" };
      }
    }
    if (this.#stopped !== undefined) this.#judgeOnly(this.#next, 0, level + 1);
    if (kept) this.#levels[level + 1] = this.#next;
    const exploration = {
      stopped: this.#stopped,
      distinct: this.#visited.budget.states,
      transitions: this.#transitions,
      depth: this.#next.length > 0 ? level + 1 : level,
      bytes: this.#visited.budget.bytes,
      direct: this.#program.direct(),
    };
    const findings = this.#suspects.findings(() => new Retrace(this.#resolver, exploration.bytes, this.#levels));
    return { ...exploration, findings, seconds: (performance.now() - started) / 1000 };
  }

  #list(): StateList {
    return new StateList(this.#pool, this.#program.packing.bytes);
  }

  /** Expands states of a level from the given one on; returns how many. */
  #expand(states: StateList, from: number, level: number): number {
    const expansion = this.#expansion;
    const { entries } = this.#program;
    const count = states.copy(from, expansion.batch, expansion.bytes, expansion.input);
    const end = expansion.expand(count);
    this.#batchNumber++;
    const extra: number[] = [];
    const [asked, askedEnd] = expansion.asked;
    for (let at = asked; at < askedEnd; at += 2) {
      const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
      const entry = entries[number] as ProgramEntry<S>;
      const result = this.#resolver.resolve(entry, this.#batch, this.#open(state));
      if (result.kind === "none") continue;
      const live = expansion.live + state;
      expansion.bytes[live] = (expansion.bytes[live] as number) | entry.live;
      if (result.kind === "update") extra.push(...result.words);
      else this.#suspects.hit(entry, level, this.#batch, this.#open(state), this.#wide / 4);
    }
    const [noted, notedEnd] = expansion.noted;
    for (let at = noted; at < notedEnd; at += 2) {
      const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
      this.#suspects.hit(entries[number] as ProgramEntry<S>, level, this.#batch, this.#open(state), this.#wide / 4);
    }
    if (this.#allLive !== 0) this.#judgeDeadlocks(count, level);
    this.#audit();
    this.#expanded += count;
    this.#transitions += (end - expansion.output) / expansion.stride + (extra.length * 4) / this.#wide;
    this.#insert(expansion.bytes.subarray(expansion.output, end));
    if (extra.length > 0) this.#insert(new Uint8Array(Uint32Array.from(extra).buffer));
    const chosen = this.#pace?.chosen(count, (end - expansion.output) / expansion.stride) ?? [];
    // They are all read before the input is used for one of them.
    const audited = chosen.map((state) => this.#batch.slice(this.#open(state), this.#open(state) + this.#wide / 4));
    for (const state of audited) this.#auditing.state(expansion, state);
    if (this.#resolver.effort > this.#nextLesson) this.#learnMore();
    return count;
  }

  /** Learns more, now that it pays, and puts what has been learned since into the compiled code. */
  #learnMore(): void {
    const budget = LATER[this.#lessons++];
    this.#nextLesson = LATER[this.#lessons]?.after ?? this.#resolver.effort * 2;
    if (budget !== undefined) this.#program.learn(budget);
    else if (this.#resolver.learned === 0) return;
    this.#resolver.learned = 0;
    this.#expansion = new Expansion(this.#program.expander(false));
    for (const id of this.#dismissed) this.#dismiss(id);
  }

  /** Looks for a property no longer. */
  #dismiss(id: string): void {
    this.#dismissed.add(id);
    for (const [number, entry] of this.#program.entries.entries()) {
      if ((entry.kind === "state" || entry.kind === "step") && entry.id === id) this.#expansion.deactivate(number);
    }
  }

  /** Puts a state of the current batch into whole words, once; returns where in `#batch` it is. */
  #open(state: number): number {
    const size = this.#wide / 4;
    if (this.#opened[state] === this.#batchNumber) return state * size;
    this.#opened[state] = this.#batchNumber;
    const { bytes } = this.#program.packing;
    const at = this.#expansion.input + state * bytes;
    this.#batchBytes.fill(0, state * this.#wide, (state + 1) * this.#wide);
    this.#batchBytes.set(this.#expansion.bytes.subarray(at, at + bytes), state * this.#wide);
    return state * size;
  }

  #judgeDeadlocks(count: number, level: number): void {
    const { bytes, live } = this.#expansion;
    for (let state = 0; state < count; state++) {
      const missing = this.#allLive & ~(bytes[live + state] as number);
      if (missing !== 0) this.#suspects.stuck(missing, level, this.#batch, this.#open(state), this.#wide / 4);
    }
  }

  /** Judges states without going on from them. */
  #judgeOnly(states: StateList, first: number, level: number): void {
    const expansion = this.#expansion;
    const { entries } = this.#program;
    for (let from = first; from < states.length;) {
      const count = states.copy(from, expansion.batch, expansion.bytes, expansion.input);
      from += count;
      expansion.expand(count);
      this.#batchNumber++;
      const [asked, askedEnd] = expansion.asked;
      for (let at = asked; at < askedEnd; at += 2) {
        const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
        const entry = entries[number] as ProgramEntry<S>;
        if (entry.kind !== "state") continue;
        const place = this.#open(state);
        if (this.#resolver.resolve(entry, this.#batch, place).kind !== "hit") continue;
        this.#suspects.hit(entry, level, this.#batch, place, this.#wide / 4);
      }
      const [noted, notedEnd] = expansion.noted;
      for (let at = noted; at < notedEnd; at += 2) {
        const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
        const entry = entries[number] as ProgramEntry<S>;
        if (entry.kind === "state") this.#suspects.hit(entry, level, this.#batch, this.#open(state), this.#wide / 4);
      }
    }
  }

  #audit(): void {
    if (this.#expanded < this.#nextAudit) return;
    this.#nextAudit = this.#expanded < FIRST_AUDITED ? this.#expanded + 1 : this.#expanded * 2;
    this.#resolver.audit(this.#batch, this.#open(0));
  }

  /** Puts states, given in whole words, into the visited set, and the new ones on the next level. */
  #insert(states: Uint8Array): void {
    if (this.#stopped === undefined) this.#stop(this.#visited.insert(states, this.#found));
  }

  /** Puts what still waits into the visited set. */
  #flush(): void {
    if (this.#stopped === undefined) this.#stop(this.#visited.flush(this.#found));
  }

  readonly #found = (states: Uint8Array): void => this.#next.push(states);

  #stop(reached: Bound | undefined): void {
    const bound = reached ?? (this.#pool.exceeded ? "memory" : undefined);
    if (bound === undefined) return;
    const limit = bound === "states" ? (this.#options.maxStates as number) : this.#maxMemory;
    this.#stopped = { kind: bound, limit };
  }

  /** The packed states of the visited set by the model's layout, in no order that means anything. For tests. */
  *states(): Generator<Uint32Array> {
    for (const bytes of this.#visited.states()) {
      this.#batchBytes.fill(0, 0, this.#wide);
      this.#batchBytes.set(bytes);
      yield this.#program.toLayout(this.#batch, 0).slice();
    }
  }
}

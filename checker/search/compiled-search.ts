import { Program, whyNotCompiled } from "../compiled/program.ts";
import { ModelError } from "../errors.ts";
import type { Model, SafetyProperty } from "../language/index.ts";
import type { Exploration, EngineOptions, StopReason } from "./exploration.ts";
import { BlockPool, StateList } from "./frontier.ts";
import { GrowingSet } from "../visited/growing-set.ts";
import { defaultMemory } from "./memory.ts";
import { Pace } from "./pace.ts";
import { Phases } from "../phases.ts";
import { exploreInParallel } from "./workers/parallel-search.ts";
import { inLayout } from "./reached.ts";
import { Fallback } from "./fallback.ts";
import { Backtrace } from "./backtrace.ts";
import { ByOrbits } from "./by-orbits.ts";
import { BatchExpander } from "./batch-expander.ts";
import { Suspects } from "./findings.ts";
import type { Bound } from "../visited/shared-set.ts";

/** Levels of a search this short are kept for its traces; longer searches are repeated for a trace. */
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
  options: EngineOptions,
): Promise<Exploration> {
  const why = whyNotCompiled(properties);
  if (why !== undefined) throw new ModelError(`model ${model.name}: the compiled engine cannot check it: ${why}`);
  const { workers = 1 } = options;
  const measured = { ...options, phases: options.phases ?? new Phases() };
  return workers > 1
    ? exploreInParallel(model, properties, options, workers)
    : new CompiledSearch(model, properties, measured, await ByOrbits.of(model, properties, measured)).run();
}

/** One search; `exploreCompiled` runs it. */
export class CompiledSearch<S> {
  readonly #options: EngineOptions;
  readonly #phases: Phases;
  readonly #byOrbits: ByOrbits<S>;
  readonly #program: Program<S>;
  readonly #fallback: Fallback<S>;
  readonly #batchExpander: BatchExpander<S>;
  readonly #visited: GrowingSet;
  readonly #pool: BlockPool;
  readonly #suspects: Suspects<S>;
  readonly #maxMemory: number;
  readonly #levels: StateList[] = [];
  #next: StateList;
  #transitions = 0;
  #stopped: StopReason | undefined;

  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    options: EngineOptions,
    byOrbits: ByOrbits<S> = ByOrbits.none(model, options),
  ) {
    this.#options = options;
    const phases = (this.#phases = options.phases ?? new Phases());
    this.#byOrbits = byOrbits;
    const { reading } = byOrbits;
    this.#program = phases.during("read", () => new Program(model, properties, reading, { premises: true }));
    this.#fallback = new Fallback(this.#program);
    this.#suspects = new Suspects(properties, this.#program.deadlocks);
    this.#batchExpander = phases.during(
      "generate",
      () => new BatchExpander(this.#fallback, this.#suspects, options.audit, this.#byOrbits.canonicalFrom),
    );
    this.#maxMemory = options.maxMemory ?? defaultMemory();
    const limits = { states: options.maxStates ?? Infinity, bytes: this.#maxMemory };
    this.#visited = new GrowingSet(this.#program.packing, limits);
    this.#visited.budget.count(this.#batchExpander.expansion.bytes.length);
    this.#pool = new BlockPool(this.#visited.budget);
    this.#next = this.#list();
  }

  async run(): Promise<Exploration> {
    const pace = new Pace(this.#options);
    if (this.#options.signal?.aborted === true) this.#stopped = { kind: "aborted" };
    for (const words of this.#fallback.initial()) {
      this.#batchExpander.expansion.canonicaliseWords(words);
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
        const aborted = await pace.pause({
          states: this.#visited.budget.states,
          transitions: this.#transitions,
          depth: level,
          frontier: current.length - from + this.#next.length,
          bytes: this.#visited.budget.bytes,
          maxMemory: this.#maxMemory,
          seconds: (performance.now() - this.#byOrbits.started) / 1000,
        });
        if (aborted) this.#stopped ??= { kind: "aborted" };
      }
      this.#flush();
      // States that a stopped search has found and not expanded are judged all the same.
      if (this.#stopped !== undefined) this.#judgeOnly(current, from, level);
      if (!kept) current.clear();
      else if (this.#pool.taken > KEPT_BYTES) {
        kept = false;
        // Findings so far are retraced through the first levels.
        for (const list of this.#levels.splice(this.#suspects.deepest + 1)) list?.clear();
      }
      // A property with findings at a level is not looked for any more.
      this.#batchExpander.dismiss(this.#suspects.at(level));
      this.#stopped ??= this.#suspects.enough(this.#options, this.#next.length === 0);
    }
    if (this.#stopped !== undefined) this.#judgeOnly(this.#next, 0, level + 1);
    if (kept) this.#levels[level + 1] = this.#next;
    const exploration = {
      stopped: this.#stopped,
      distinct: this.#visited.budget.states,
      transitions: this.#transitions,
      depth: this.#next.length > 0 ? level + 1 : level,
      counts: this.#byOrbits.spread(this.#batchExpander.counts),
      bytes: this.#visited.budget.bytes,
      unmet: this.#byOrbits.unmet(this.#suspects.unmet(this.#program.entries)),
      called: this.#program.called(),
      readingSeconds: this.#program.seconds,
    };
    const found = this.#phases.during("paths", () =>
      this.#suspects.findings(
        () => new Backtrace(this.#fallback, this.#batchExpander, exploration.bytes, this.#levels),
        this.#byOrbits.runsOf(this.#fallback, this.#batchExpander.expansion),
      ),
    );
    const orbits = this.#byOrbits.result(
      { states: exploration.distinct, transitions: this.#transitions },
      this.#batchExpander.orbitSums,
      { fallback: this.#fallback, expansion: this.#batchExpander.expansion },
      this.#stopped === undefined,
    );
    return {
      ...exploration,
      ...(this.#stopped === undefined
        ? { reached: { distinct: exploration.distinct, states: () => this.states() } }
        : {}),
      ...found,
      ...(orbits === undefined ? {} : { orbits }),
      seconds: (performance.now() - this.#byOrbits.started) / 1000,
    };
  }

  #list(): StateList {
    return new StateList(this.#pool, this.#program.packing.bytes);
  }

  /** Expands states of a level from the given one on; returns how many. */
  #expand(states: StateList, from: number, level: number): number {
    const { expansion } = this.#batchExpander;
    const count = states.copy(from, expansion.batch, expansion.bytes, expansion.input);
    this.#transitions += this.#batchExpander.step(count, level, this.#insert);
    return count;
  }

  /** Judges states without expanding them. */
  #judgeOnly(states: StateList, first: number, level: number): void {
    const { expansion } = this.#batchExpander;
    for (let from = first; from < states.length;) {
      const count = states.copy(from, expansion.batch, expansion.bytes, expansion.input);
      from += count;
      this.#batchExpander.judge(count, level);
    }
  }

  /** Puts states, given in whole words, into the visited set, and the new ones on the next level. */
  readonly #insert = (states: Uint8Array): void => {
    if (this.#stopped === undefined) this.#stop(this.#visited.insert(states, this.#found));
  };

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

  /** The packed states of the visited set by the model's layout, in no order that means anything. */
  states(): Generator<Uint32Array> {
    return inLayout(this.#program, this.#visited.states());
  }
}

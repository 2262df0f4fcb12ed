import type { Expander } from "../../compiled/expander.ts";
import { BATCH } from "../../compiled/memory.ts";
import type { Canonical } from "../../symmetry/index.ts";
import type { ProgramEntry } from "../../compiled/entry.ts";
import { readyToWatch } from "../../language/index.ts";
import { Audit } from "./audit.ts";
import { AuditPace } from "./audit-pace.ts";
import { Expansion } from "./expansion.ts";
import { InstanceCounts } from "../instance-counts.ts";
import type { Fallback } from "./fallback.ts";
import type { Findings } from "../findings.ts";

/** A state that the compiled code has left entries of. */
export interface AskedState {
  /** In whole words, and where in them it begins. */
  readonly words: Uint32Array;
  readonly at: number;
  /** Number of states that it stands for. */
  readonly weight: number;
}

/** Expands batches of states in the main thread: by compiled code, and what that leaves to others by the fallback. */
export class BatchExpander<S> {
  readonly expander: Expander;
  readonly canonical: Canonical | undefined;
  /** Buffer for the states of a batch. */
  readonly expansion: Expansion;
  /** The steps that this thread has taken. */
  readonly counts: InstanceCounts;
  /** The states that this thread has expanded or judged, and their transitions, each as many as its orbit has. */
  readonly orbitSums = { states: 0, transitions: 0 };
  readonly #fallback: Fallback<S>;
  readonly #findings: Findings<S>;
  readonly #audit: Audit<S>;
  readonly #pace: AuditPace | undefined;
  readonly #allLive: number;
  /** Bytes of a state in whole words, and 32-bit words of it. */
  readonly #wide: number;
  readonly #size: number;
  /** States of the current batch in whole words, as far as they were asked for. */
  readonly #batch: Uint32Array;
  readonly #batchBytes: Uint8Array;
  readonly #opened: Int32Array;
  readonly #dismissed = new Set<string>();
  #batchNumber = 0;

  /**
   * @param audit one of every `audit` transitions is repeated using the reference semantics
   * @param canonicalFrom makes code for canonical states, behind the memory of the expander, in a search of one state for
   *   each orbit
   */
  constructor(
    fallback: Fallback<S>,
    findings: Findings<S>,
    audit: number | undefined,
    canonicalFrom?: (base: number, batch: number) => Canonical,
  ) {
    const { program } = fallback;
    this.#fallback = fallback;
    this.#findings = findings;
    this.#audit = new Audit(fallback);
    this.counts = new InstanceCounts(program.model.instances.length);
    this.#pace = audit === undefined ? undefined : new AuditPace(audit);
    this.#allLive = (1 << program.deadlocks.length) - 1;
    this.expander = program.expander();
    this.canonical = canonicalFrom?.(this.expander.bytes, BATCH);
    this.expansion = new Expansion(this.expander, this.canonical);
    this.#wide = 8 * program.packing.words;
    this.#size = 2 * program.packing.words;
    this.#batchBytes = new Uint8Array(this.#wide * this.expansion.batch);
    this.#batch = new Uint32Array(this.#batchBytes.buffer);
    this.#opened = new Int32Array(this.expansion.batch);
  }

  /** Entries of properties and premises that are decided. */
  get inactive(): number[] {
    return [...this.#fallback.program.entries.entries()].flatMap(([number, entry]) =>
      (entry.kind === "state" || entry.kind === "step" || entry.kind === "premise") && this.#dismissed.has(entry.id)
        ? [number]
        : [],
    );
  }

  /** Stops the search for findings of properties that are decided. */
  dismiss(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#dismissed.add(id);
    for (const entry of this.inactive) this.expansion.deactivate(entry);
  }

  /** Whether a property is still undecided. */
  readonly isSought = (id: string): boolean => !this.#dismissed.has(id);

  /**
   * Expands the first states of the input, which are of a level.
   *
   * @param insert called with successors in whole words
   * @returns the number of transitions
   */
  step(count: number, level: number, insert: (states: Uint8Array) => void): number {
    const { expansion } = this;
    let transitions = 0;
    this.#batchNumber++;
    expansion.weigh(count);
    for (let from = 0; from < count;) {
      const next = expansion.expand(from, count);
      const [asked, askedEnd] = expansion.asked;
      const extra = asked < askedEnd ? readyToWatch(() => this.#resolve(level)) : [];
      this.#note(level);
      if (this.#allLive !== 0) this.#judgeDeadlocks(from, next, level);
      const [output, end] = expansion.output;
      if (expansion.hasOrbits) this.counts.countOrbits(expansion, from, next, level, this.orbitSums);
      else this.counts.countOutput(expansion, level);
      transitions += (end - output) / expansion.stride + extra.length / this.#size;
      expansion.canonicalise();
      insert(expansion.bytes.subarray(output, end));
      if (extra.length > 0) insert(new Uint8Array(Uint32Array.from(extra).buffer));
      from = next;
    }
    const chosen = this.#pace?.chosen(count, transitions) ?? [];
    if (this.#audit.isDue(count)) chosen.push(0);
    // They are all read before the input is used for one of them.
    this.#compare(chosen.map((state) => this.#batch.slice(this.#open(state), this.#open(state) + this.#size)));
    return transitions;
  }

  /** Resolves what the compiled code has left of the batch; returns the words of the successors. */
  #resolve(level: number): number[] {
    const { expansion } = this;
    const successors: number[] = [];
    const take = (after: Uint32Array): void => void successors.push(...after);
    for (const [state, entry] of this.#pairs(expansion.asked)) {
      const live = expansion.live + state;
      const asked = { words: this.#batch, at: this.#open(state), weight: expansion.weightOf(state) };
      expansion.bytes[live] = this.resolve(entry, asked, expansion.bytes[live] as number, level, take);
    }
    return successors;
  }

  /**
   * Resolves an entry of a state that the compiled code has left to the model's own functions. Excuses come after all
   * steps of the state.
   *
   * @param live the state's live byte
   * @param insert called with the successor in whole words, if there is one
   * @returns the live byte with the bits that the entry adds
   */
  resolve(
    entry: ProgramEntry<S>,
    { words, at, weight }: AskedState,
    live: number,
    level: number,
    insert: (words: Uint32Array) => void,
  ): number {
    if (entry.kind === "excuse" && (live & entry.live) !== 0) return live;
    const result = this.#fallback.resolve(entry, words, at);
    if (result.kind === "none") return live;
    if (result.kind === "update") {
      // Other properties of the step are asked of the state itself.
      const after = result.words.slice();
      this.expansion.canonicaliseWords(after);
      insert(after);
      this.orbitSums.transitions += weight;
      if (entry.kind === "action") this.counts.count(entry.instance.index, level, weight);
    }
    if (result.kind === "fault") this.#findings.fault(entry, level, words, at, this.#size);
    else if (entry.kind === "action") {
      const judged = this.#fallback.judgedSteps(entry, this.isSought, words, at);
      this.#findings.steps(judged, entry.instance, level, words, at, this.#size);
    } else this.#findings.hit(entry, level, words, at, this.#size);
    return entry.kind === "action" || entry.kind === "excuse" ? live | entry.live : live;
  }

  #note(level: number): void {
    for (const [state, entry] of this.#pairs(this.expansion.noted)) this.#hit(entry, level, state);
  }

  *#pairs(range: readonly [number, number]): Generator<readonly [state: number, entry: ProgramEntry<S>]> {
    const { entries } = this.#fallback.program;
    for (const [state, entry] of this.expansion.pairs(range)) yield [state, entries[entry] as ProgramEntry<S>];
  }

  /** Judges the first states of the input without expanding them. */
  judge(count: number, level: number): void {
    this.#batchNumber++;
    if (this.expansion.hasOrbits) {
      this.expansion.weigh(count);
      for (let state = 0; state < count; state++) this.orbitSums.states += this.expansion.weightOf(state);
    }
    for (let from = 0; from < count;) {
      from = this.expansion.expand(from, count);
      for (const [state, entry] of this.#pairs(this.expansion.asked)) {
        if (entry.kind !== "state") continue;
        const { kind } = this.#fallback.resolve(entry, this.#batch, this.#open(state));
        if (kind === "hit") this.#hit(entry, level, state);
        else if (kind === "fault") this.#fault(entry, level, state);
      }
      for (const [state, entry] of this.#pairs(this.expansion.noted)) {
        if (entry.kind === "state") this.#hit(entry, level, state);
      }
    }
  }

  /**
   * Compares what the compiled code makes of states of a worker with the reference semantics.
   *
   * @param samples in whole words: the first is compared now and then, the others always
   * @param expanded number of states that the worker has expanded since its last samples
   */
  audit([first, ...chosen]: readonly Uint32Array[], expanded: number): void {
    if (first !== undefined && this.#audit.isDue(expanded)) chosen.push(first);
    this.#compare(chosen);
  }

  #compare(states: readonly Uint32Array[]): void {
    if (states.length === 0) return;
    readyToWatch(() => states.forEach((state) => this.#audit.state(this.expansion, state, this.isSought)));
  }

  /** Puts a state of the current batch into whole words, once; returns where in `#batch` it is. */
  #open(state: number): number {
    if (this.#opened[state] === this.#batchNumber) return state * this.#size;
    this.#opened[state] = this.#batchNumber;
    const { bytes } = this.#fallback.program.packing;
    const at = this.expansion.input + state * bytes;
    this.#batchBytes.fill(0, state * this.#wide, (state + 1) * this.#wide);
    this.#batchBytes.set(this.expansion.bytes.subarray(at, at + bytes), state * this.#wide);
    return state * this.#size;
  }

  #hit(entry: ProgramEntry<S>, level: number, state: number): void {
    this.#findings.hit(entry, level, this.#batch, this.#open(state), this.#size);
  }

  #fault(entry: ProgramEntry<S>, level: number, state: number): void {
    this.#findings.fault(entry, level, this.#batch, this.#open(state), this.#size);
  }

  #judgeDeadlocks(from: number, end: number, level: number): void {
    const { bytes, live } = this.expansion;
    for (let state = from; state < end; state++) {
      const missing = this.#allLive & ~(bytes[live + state] as number);
      if (missing !== 0) this.#findings.stuck(missing, level, this.#batch, this.#open(state), this.#size);
    }
  }
}

import type { Expander } from "../compiled/expander.ts";
import { LATER, type ProgramEntry } from "../compiled/program.ts";
import { readyToWatch } from "../language/index.ts";
import { Audit } from "./audit.ts";
import { AuditPace } from "./audit-pace.ts";
import { Expansion } from "./expansion.ts";
import type { Resolver } from "./resolver.ts";
import type { Suspects } from "./suspects.ts";

/** States of which the first so many, and then ever fewer, are compared with what their author wrote. */
const FIRST_AUDITED = 24;

/** Expands batches of states in the main thread: by compiled code, and what that leaves to others by the resolver. */
export class Stepper<S> {
  readonly #resolver: Resolver<S>;
  readonly #suspects: Suspects<S>;
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
  #lessons = 0;
  #nextLesson = LATER[0]?.after ?? Infinity;
  #expanded = 0;
  #nextAudit = 0;
  #expander: Expander;
  #expansion: Expansion;

  /** @param audit one of so many transitions is taken again by the reference semantics */
  constructor(resolver: Resolver<S>, suspects: Suspects<S>, audit: number | undefined) {
    const { program } = resolver;
    this.#resolver = resolver;
    this.#suspects = suspects;
    this.#audit = new Audit(resolver);
    this.#pace = audit === undefined ? undefined : new AuditPace(audit);
    this.#allLive = (1 << program.deadlocks.length) - 1;
    this.#expander = program.expander(false);
    this.#expansion = new Expansion(this.#expander);
    this.#wide = 8 * program.packing.words;
    this.#size = 2 * program.packing.words;
    this.#batchBytes = new Uint8Array(this.#wide * this.#expansion.batch);
    this.#batch = new Uint32Array(this.#batchBytes.buffer);
    this.#opened = new Int32Array(this.#expansion.batch);
  }

  /** The compiled code; another object when more has been learned. */
  get expander(): Expander {
    return this.#expander;
  }

  /** Where the states of a batch are put. */
  get expansion(): Expansion {
    return this.#expansion;
  }

  /** Entries that are not looked for any more. */
  get inactive(): number[] {
    return [...this.#resolver.program.entries.entries()].flatMap(([number, entry]) =>
      (entry.kind === "state" || entry.kind === "step") && this.#dismissed.has(entry.id) ? [number] : [],
    );
  }

  /** Looks for properties no longer. */
  dismiss(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#dismissed.add(id);
    for (const entry of this.inactive) this.#expansion.deactivate(entry);
  }

  /**
   * Expands the first states of the input, which are of a level.
   *
   * @param insert called with the successors in whole words
   * @returns the number of transitions
   */
  step(count: number, level: number, insert: (states: Uint8Array) => void): number {
    const expansion = this.#expansion;
    const { entries } = this.#resolver.program;
    const end = expansion.expand(count);
    this.#batchNumber++;
    const [asked, askedEnd] = expansion.asked;
    const extra = asked < askedEnd ? readyToWatch(() => this.#answer(level)) : [];
    const [noted, notedEnd] = expansion.noted;
    for (let at = noted; at < notedEnd; at += 2) {
      const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
      this.#hit(entries[number] as ProgramEntry<S>, level, state);
    }
    if (this.#allLive !== 0) this.#judgeDeadlocks(count, level);
    this.#compare(count);
    const transitions = (end - expansion.output) / expansion.stride + extra.length / this.#size;
    insert(expansion.bytes.subarray(expansion.output, end));
    if (extra.length > 0) insert(new Uint8Array(Uint32Array.from(extra).buffer));
    const chosen = this.#pace?.chosen(count, transitions) ?? [];
    // They are all read before the input is used for one of them.
    const audited = chosen.map((state) => this.#batch.slice(this.#open(state), this.#open(state) + this.#size));
    for (const state of audited) this.#audit.state(expansion, state);
    this.learn();
    return transitions;
  }

  /** Answers what the compiled code has asked; returns the words of the successors. */
  #answer(level: number): number[] {
    const expansion = this.#expansion;
    const { entries } = this.#resolver.program;
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
      else this.#hit(entry, level, state);
    }
    return extra;
  }

  /** Judges the first states of the input without going on from them. */
  judge(count: number, level: number): void {
    const expansion = this.#expansion;
    const { entries } = this.#resolver.program;
    expansion.expand(count);
    this.#batchNumber++;
    const [asked, askedEnd] = expansion.asked;
    for (let at = asked; at < askedEnd; at += 2) {
      const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
      const entry = entries[number] as ProgramEntry<S>;
      if (entry.kind !== "state") continue;
      if (this.#resolver.resolve(entry, this.#batch, this.#open(state)).kind === "hit") this.#hit(entry, level, state);
    }
    const [noted, notedEnd] = expansion.noted;
    for (let at = noted; at < notedEnd; at += 2) {
      const [state, number] = [expansion.words[at] as number, expansion.words[at + 1] as number];
      const entry = entries[number] as ProgramEntry<S>;
      if (entry.kind === "state") this.#hit(entry, level, state);
    }
  }

  /**
   * Learns more if that pays by now, and puts what has been learned since into the compiled code.
   *
   * @param atLeast lessons that are taken in any case
   */
  learn(atLeast = 0): void {
    const resolver = this.#resolver;
    if (this.#lessons >= atLeast && resolver.effort <= this.#nextLesson) return;
    const budget = LATER[this.#lessons++];
    this.#nextLesson = LATER[this.#lessons]?.after ?? resolver.effort * 2;
    if (budget !== undefined) resolver.program.learn(budget);
    else if (resolver.learned === 0) return;
    resolver.learned = 0;
    this.#expander = resolver.program.expander(false);
    this.#expansion = new Expansion(this.#expander);
    for (const entry of this.inactive) this.#expansion.deactivate(entry);
  }

  /** Audits states that another thread has chosen. */
  audit(states: readonly Uint32Array[]): void {
    for (const state of states) this.#audit.state(this.#expansion, state);
  }

  /** Puts a state of the current batch into whole words, once; returns where in `#batch` it is. */
  #open(state: number): number {
    if (this.#opened[state] === this.#batchNumber) return state * this.#size;
    this.#opened[state] = this.#batchNumber;
    const { bytes } = this.#resolver.program.packing;
    const at = this.#expansion.input + state * bytes;
    this.#batchBytes.fill(0, state * this.#wide, (state + 1) * this.#wide);
    this.#batchBytes.set(this.#expansion.bytes.subarray(at, at + bytes), state * this.#wide);
    return state * this.#size;
  }

  #hit(entry: ProgramEntry<S>, level: number, state: number): void {
    this.#suspects.hit(entry, level, this.#batch, this.#open(state), this.#size);
  }

  #judgeDeadlocks(count: number, level: number): void {
    const { bytes, live } = this.#expansion;
    for (let state = 0; state < count; state++) {
      const missing = this.#allLive & ~(bytes[live + state] as number);
      if (missing !== 0) this.#suspects.stuck(missing, level, this.#batch, this.#open(state), this.#size);
    }
  }

  /** Compares what was learned with what its author wrote, in some states. */
  #compare(count: number): void {
    if (this.#expanded >= this.#nextAudit) {
      this.#nextAudit = this.#expanded < FIRST_AUDITED ? this.#expanded + 1 : this.#expanded * 2;
      this.#resolver.audit(this.#batch, this.#open(0));
    }
    this.#expanded += count;
  }
}

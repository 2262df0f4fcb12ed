import type { ActionEntry, StateEntry } from "../../compiled/entry.ts";
import { InternalError } from "../../errors.ts";
import { Fault } from "../../semantics/fault.ts";
import type { State } from "../../semantics/semantics.ts";
import { evaluator, type Scalar } from "../../terms/index.ts";
import type { Expansion } from "./expansion.ts";
import type { Fallback } from "./fallback.ts";

/** The first states are all compared with the reference semantics, later ones ever less often. */
const FULLY_COMPARED_STATES = 12;

/** Result of the compiled code for one state. */
interface Found {
  /** The successors, as text, with how often there is each. */
  readonly successors: Map<string, number>;
  /** Entries that were left to the model's own functions, and entries of properties that were noted. */
  readonly asked: ReadonlySet<number>;
  readonly noted: ReadonlySet<number>;
}

/** Compares what the compiled code makes of states with the reference semantics. */
export class Audit<S> {
  readonly #fallback: Fallback<S>;
  readonly #layoutWords: Uint32Array;
  readonly #after: Uint32Array;
  /** The entries of step properties, by instance and property. */
  readonly #steps: ReadonlyMap<string, number>;
  #seen = 0;
  #next = 0;

  constructor(fallback: Fallback<S>) {
    const { program } = fallback;
    this.#fallback = fallback;
    this.#layoutWords = new Uint32Array(program.model.layout.words);
    this.#after = new Uint32Array(2 * program.packing.words);
    this.#steps = new Map(
      [...program.entries.entries()].flatMap(([number, entry]) =>
        entry.kind === "step" ? [[`${entry.instance.index} ${entry.id}`, number]] : [],
      ),
    );
  }

  /** Whether one of some more states should be compared. */
  isDue(states: number): boolean {
    const isDue = this.#seen >= this.#next;
    if (isDue) this.#next = this.#seen < FULLY_COMPARED_STATES ? this.#seen + 1 : this.#seen * 2;
    this.#seen += states;
    return isDue;
  }

  /**
   * Compares all steps of a state, given in whole words, and the verdicts of the sought properties on it and on
   * them. The contents of the expansion are lost.
   *
   * @throws InternalError at a difference
   */
  state(expansion: Expansion, words: Uint32Array, isSought: (id: string) => boolean): void {
    const { program } = this.#fallback;
    const found = this.#found(expansion, words);
    const state = this.#fallback.stateOf(words, 0);
    for (const [number, entry] of program.entries.entries()) {
      if (entry.kind === "action") this.#compareAction(entry, words, state, found, isSought);
      else if (entry.kind === "state" && isSought(entry.id)) this.#compareState(number, entry, state, found);
    }
    if (found.successors.size === 0) return;
    for (const entry of program.entries)
      if (entry.kind === "action") this.#explain(entry, words, this.#step(entry, state));
    throw new InternalError("the compiled code takes a step that the model does not have");
  }

  #found(expansion: Expansion, words: Uint32Array): Found {
    const { bytes, words: size } = this.#fallback.program.packing;
    expansion.bytes.set(new Uint8Array(words.buffer, words.byteOffset, bytes), expansion.input);
    expansion.expand(0, 1);
    const successors = new Map<string, number>();
    const [from, to] = expansion.output;
    for (let at = from; at < to; at += expansion.stride) {
      const key = expansion.words.subarray(at / 4, at / 4 + 2 * size).join();
      successors.set(key, (successors.get(key) ?? 0) + 1);
    }
    const entriesOf = (range: readonly [number, number]): Set<number> =>
      new Set([...expansion.pairs(range)].map(([, entry]) => entry));
    return { successors, asked: entriesOf(expansion.asked), noted: entriesOf(expansion.noted) };
  }

  /**
   * The state after a step by the reference semantics, in whole words; undefined where the instance is not enabled, or
   * fails.
   */
  #step({ instance }: ActionEntry<S>, state: State<S>): Uint32Array | undefined {
    const { program, semantics } = this.#fallback;
    try {
      if (!semantics.enabled(instance, state)) return undefined;
      semantics.apply(instance, state, this.#layoutWords, 0);
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
    program.fromLayout(this.#layoutWords, this.#after, 0);
    return this.#after;
  }

  #compareAction(
    entry: ActionEntry<S>,
    words: Uint32Array,
    state: State<S>,
    { successors, asked, noted }: Found,
    isSought: (id: string) => boolean,
  ): void {
    const { instance } = entry;
    const expected = this.#step(entry, state);
    const key = expected?.join();
    if (asked.has(instance.index)) {
      const said = this.#fallback.resolve(entry, words, 0);
      if ((said.kind === "update" ? said.words.join() : undefined) !== key)
        throw this.#difference(entry, words, expected);
      return;
    }
    if (key === undefined) return;
    const left = successors.get(key) ?? 0;
    if (left === 0) throw this.#difference(entry, words, expected);
    if (left === 1) successors.delete(key);
    else successors.set(key, left - 1);
    const { program, semantics } = this.#fallback;
    if (program.stepProperties.size === 0) return;
    const after = semantics.unpack(this.#layoutWords, 0);
    for (const [id, property] of program.stepProperties) {
      // Where an instance has no entry of a property, all its steps satisfy it.
      const number = this.#steps.get(`${instance.index} ${id}`) ?? -1;
      if (!isSought(id) || asked.has(number)) continue;
      const { holds } = semantics.judge(id, () => property.holds(state, instance, after));
      if (holds !== noted.has(number)) continue;
      throw new InternalError(`the reader and the model differ in whether property ${id} holds of ${instance.text}`);
    }
  }

  #compareState(number: number, { id, property }: StateEntry<S>, state: State<S>, { asked, noted }: Found): void {
    if (asked.has(number)) return;
    const { holds } = this.#fallback.semantics.judge(id, () => property.holds(state));
    if ((holds === (property.kind === "sometimes")) === noted.has(number)) return;
    throw new InternalError(`the reader and the model differ in whether property ${id} holds`);
  }

  /** An error that describes the difference of an instance. */
  #difference(entry: ActionEntry<S>, words: Uint32Array, after: Uint32Array | undefined): InternalError {
    this.#explain(entry, words, after);
    return new InternalError(`the compiled code and the model differ in what ${entry.instance.text} makes of a state`);
  }

  /** @throws InternalError where the terms of an instance differ from the reference semantics */
  #explain({ instance, read }: ActionEntry<S>, words: Uint32Array, expected: Uint32Array | undefined): void {
    const { program } = this.#fallback;
    const { cells } = program.model.layout;
    const numbers = program.cellNumbers(words, 0);
    const values = cells.map(({ shape }, cell): Scalar => shape.valueAt(numbers[cell] as number));
    const valueOf = evaluator(values);
    if (read.fault !== false && valueOf(read.fault) === true) return;
    if (valueOf(read.guard) !== (expected !== undefined)) {
      throw new InternalError(`the reader and the model differ in whether ${instance.text} is enabled`);
    }
    if (expected === undefined) return;
    const after = program.cellNumbers(expected, 0);
    for (const [cell, { path, shape }] of cells.entries()) {
      const value = read.next.has(cell) ? valueOf(read.next.get(cell)) : values[cell];
      if (shape.indexOf(value) === after[cell]) continue;
      throw new InternalError(`the reader and the model differ in what ${instance.text} makes of ${path}`);
    }
  }
}

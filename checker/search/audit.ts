import type { ActionEntry } from "../compiled/program.ts";
import { InternalError } from "../errors.ts";
import type { State } from "../reference/semantics.ts";
import { evaluator, type Scalar } from "../terms/index.ts";
import type { Expansion } from "./expansion.ts";
import type { Resolver } from "./resolver.ts";

/** States of which the first are all compared with the reference semantics, and then ever fewer. */
const FIRST_COMPARED = 12;

/** A step of a state by the reference semantics. */
interface Step<S> {
  readonly entry: ActionEntry<S>;
  readonly state: State<S>;
  readonly words: Uint32Array;
}

/** Compares what the compiled code makes of states with the reference semantics. */
export class Audit<S> {
  readonly #resolver: Resolver<S>;
  readonly #layoutWords: Uint32Array;
  #seen = 0;
  #next = 0;

  constructor(resolver: Resolver<S>) {
    this.#resolver = resolver;
    this.#layoutWords = new Uint32Array(resolver.program.model.layout.words);
  }

  /** Whether one of some more states should be compared. */
  isDue(states: number): boolean {
    const isDue = this.#seen >= this.#next;
    if (isDue) this.#next = this.#seen < FIRST_COMPARED ? this.#seen + 1 : this.#seen * 2;
    this.#seen += states;
    return isDue;
  }

  /**
   * Compares all steps of a state, given in whole words, and what the properties that are looked for say of it and of
   * them. What stands in the expansion is lost.
   *
   * @throws InternalError at a difference
   */
  state(expansion: Expansion, words: Uint32Array, isSought: (id: string) => boolean): void {
    const { program, semantics } = this.#resolver;
    const { bytes, words: size } = program.packing;
    expansion.bytes.set(new Uint8Array(words.buffer, words.byteOffset, bytes), expansion.input);
    expansion.expand(0, 1);
    const asked = new Set(pairs(expansion.words, expansion.asked));
    const noted = new Set(pairs(expansion.words, expansion.noted));
    const found = new Map<string, number>();
    const [from, to] = expansion.output;
    for (let at = from; at < to; at += expansion.stride) {
      const key = expansion.words.subarray(at / 4, at / 4 + 2 * size).join();
      found.set(key, (found.get(key) ?? 0) + 1);
    }
    const state = this.#resolver.stateOf(words, 0);
    const steps = this.#steps(state);
    const byEntry = new Map(steps.map((step) => [step.entry, step]));
    for (const [number, entry] of program.entries.entries()) {
      if (entry.kind === "action") {
        const step = byEntry.get(entry);
        if (asked.has(number)) {
          const said = this.#resolver.resolve(entry, words, 0);
          const answer = said.kind === "update" ? said.words.join() : undefined;
          if (answer !== step?.words.join()) throw this.#difference(entry, words, step);
        } else if (step !== undefined) {
          const key = step.words.join();
          const left = found.get(key) ?? 0;
          if (left === 0) throw this.#difference(entry, words, step);
          if (left === 1) found.delete(key);
          else found.set(key, left - 1);
        }
      } else if (entry.kind === "state" && !asked.has(number) && isSought(entry.id)) {
        const { holds } = semantics.judge(entry.id, () => entry.property.holds(state));
        if ((holds === (entry.property.kind === "sometimes")) !== noted.has(number)) {
          throw new InternalError(`the reader and the model differ in whether property ${entry.id} holds`);
        }
      }
    }
    if (found.size > 0) {
      for (const [, entry] of program.entries.entries()) {
        if (entry.kind === "action" && !byEntry.has(entry)) this.#explain(entry, words, undefined);
      }
      throw new InternalError("the compiled code takes a step that the model does not have");
    }
    this.#compareSteps(state, steps, asked, noted, isSought);
  }

  #steps(state: State<S>): Step<S>[] {
    const { program, semantics } = this.#resolver;
    return program.entries.flatMap((entry) => {
      if (entry.kind !== "action" || !semantics.enabled(entry.instance, state)) return [];
      semantics.apply(entry.instance, state, this.#layoutWords, 0);
      const after = new Uint32Array(2 * program.packing.words);
      program.fromLayout(this.#layoutWords, after, 0);
      return [{ entry, state: semantics.unpack(this.#layoutWords, 0), words: after }];
    });
  }

  /** Compares the step properties: where an instance has no entry of one, all its steps satisfy it. */
  #compareSteps(
    state: State<S>,
    steps: readonly Step<S>[],
    asked: ReadonlySet<number>,
    noted: ReadonlySet<number>,
    isSought: (id: string) => boolean,
  ): void {
    const { program, semantics } = this.#resolver;
    const numbers = new Map<string, number>();
    for (const [number, entry] of program.entries.entries()) {
      if (entry.kind === "step") numbers.set(`${entry.instance.index} ${entry.id}`, number);
    }
    for (const { entry, state: after } of steps) {
      if (asked.has(entry.instance.index)) continue;
      for (const [id, property] of program.stepProperties) {
        if (!isSought(id)) continue;
        const number = numbers.get(`${entry.instance.index} ${id}`);
        if (number !== undefined && asked.has(number)) continue;
        const { holds } = semantics.judge(id, () => property.holds(state, entry.instance, after));
        if (holds === (number !== undefined && noted.has(number))) {
          throw new InternalError(
            `the reader and the model differ in whether property ${id} holds of ${entry.instance.text}`,
          );
        }
      }
    }
  }

  /** An error that says what of an instance differs. */
  #difference(entry: ActionEntry<S>, words: Uint32Array, step: Step<S> | undefined): InternalError {
    this.#explain(entry, words, step);
    return new InternalError(`the compiled code and the model differ in what ${entry.instance.text} makes of a state`);
  }

  /** @throws InternalError where the terms of an instance differ from the reference semantics */
  #explain({ instance, read }: ActionEntry<S>, words: Uint32Array, step: Step<S> | undefined): void {
    const { model } = this.#resolver.program;
    const numbersOf = (state: Uint32Array): readonly number[] => this.#resolver.program.cellNumbers(state, 0);
    const before = numbersOf(words);
    const cells = model.layout.cells.map(({ shape }, cell): Scalar => shape.valueAt(before[cell] as number));
    const valueOf = evaluator(cells);
    if (read.fault !== false && valueOf(read.fault) === true) return;
    if (valueOf(read.guard) !== (step !== undefined)) {
      throw new InternalError(`the reader and the model differ in whether ${instance.text} is enabled`);
    }
    if (step === undefined) return;
    const after = numbersOf(step.words);
    for (const [cell, { path, shape }] of model.layout.cells.entries()) {
      const value = read.next.has(cell) ? valueOf(read.next.get(cell)) : cells[cell];
      if (shape.indexOf(value) === after[cell]) continue;
      throw new InternalError(`the reader and the model differ in what ${instance.text} makes of ${path}`);
    }
  }
}

/** The entries of some pairs. */
function* pairs(words: Uint32Array, [from, to]: readonly [number, number]): Generator<number> {
  for (let at = from; at < to; at += 2) yield words[at + 1] as number;
}

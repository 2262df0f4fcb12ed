import { InternalError } from "../errors.ts";
import type { ProgramEntry } from "../compiled/program.ts";
import type { Expansion } from "./expansion.ts";
import type { Resolver } from "./resolver.ts";

/** Takes one of every so many transitions again by the reference semantics, and compares. */
export class Audit<S> {
  readonly #resolver: Resolver<S>;
  readonly #every: number;
  #due = 0;

  constructor(resolver: Resolver<S>, every: number) {
    this.#resolver = resolver;
    this.#every = every;
  }

  /**
   * Audits some states of a batch.
   *
   * @param states the batch in whole words
   * @param transitions how many the batch has
   * @throws InternalError at the first difference
   */
  batch(expansion: Expansion, states: (state: number) => Uint32Array, count: number, transitions: number): void {
    this.#due += transitions / this.#every;
    const share = Math.max(1, transitions / count);
    const step = Math.max(1, Math.floor(count / Math.max(1, Math.ceil(this.#due / share))));
    // The states are read before the input is used for one of them.
    const chosen: Uint32Array[] = [];
    for (let state = 0; state < count; state += step) chosen.push(states(state));
    for (const words of chosen) {
      if (this.#due < 1) return;
      this.#due -= Math.max(1, this.#one(expansion, words));
    }
  }

  /** Compares the successors of one state; returns how many there are. */
  #one(expansion: Expansion, words: Uint32Array): number {
    const { program, semantics } = this.#resolver;
    const { bytes, words: size } = program.packing;
    expansion.bytes.set(new Uint8Array(words.buffer, words.byteOffset, bytes), expansion.input);
    const end = expansion.expand(1);
    const asked = new Set<number>();
    const [from, to] = expansion.asked;
    for (let at = from; at < to; at += 2) asked.add(expansion.words[at + 1] as number);
    const state = this.#resolver.stateOf(words, 0);
    let count = 0;
    let at = expansion.output;
    for (const [number, entry] of program.entries.entries()) {
      if (entry.kind !== "action" || asked.has(number)) continue;
      if (!semantics.enabled(entry.instance, state)) continue;
      count++;
      const expected = this.#resolver.byReference(entry, words, 0);
      const found = expansion.words.subarray(at / 4, at / 4 + 2 * size);
      at += expansion.stride;
      if (at > end || expected.kind !== "update" || expected.words.some((word, index) => word !== found[index])) {
        throw this.#difference(entry);
      }
    }
    if (at !== end)
      throw new InternalError("the compiled engine took a step that the reference semantics does not know");
    return count + asked.size;
  }

  #difference(entry: ProgramEntry<S> & { readonly kind: "action" }): InternalError {
    return new InternalError(
      `the compiled engine and the reference semantics differ in what ${entry.instance.text} makes of a state`,
    );
  }
}

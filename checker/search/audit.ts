import { InternalError } from "../errors.ts";
import type { ProgramEntry } from "../compiled/program.ts";
import type { Expansion } from "./expansion.ts";
import type { Resolver } from "./resolver.ts";

/** Takes transitions again by the reference semantics, and compares. */
export class Audit<S> {
  readonly #resolver: Resolver<S>;

  constructor(resolver: Resolver<S>) {
    this.#resolver = resolver;
  }

  /**
   * Compares the successors of a state, given in whole words. What stands in the expansion is lost.
   *
   * @throws InternalError at a difference
   */
  state(expansion: Expansion, words: Uint32Array): void {
    const { program, semantics } = this.#resolver;
    const { bytes, words: size } = program.packing;
    expansion.bytes.set(new Uint8Array(words.buffer, words.byteOffset, bytes), expansion.input);
    const end = expansion.expand(1);
    const asked = new Set<number>();
    const [from, to] = expansion.asked;
    for (let at = from; at < to; at += 2) asked.add(expansion.words[at + 1] as number);
    const state = this.#resolver.stateOf(words, 0);
    let at = expansion.output;
    for (const [number, entry] of program.entries.entries()) {
      if (entry.kind !== "action" || asked.has(number)) continue;
      if (!semantics.enabled(entry.instance, state)) continue;
      const expected = this.#resolver.byReference(entry, words, 0);
      const found = expansion.words.subarray(at / 4, at / 4 + 2 * size);
      at += expansion.stride;
      if (at > end || expected.kind !== "update" || expected.words.some((word, index) => word !== found[index])) {
        throw this.#difference(entry);
      }
    }
    if (at !== end)
      throw new InternalError("the compiled engine took a step that the reference semantics does not know");
  }

  #difference(entry: ProgramEntry<S> & { readonly kind: "action" }): InternalError {
    return new InternalError(
      `the compiled engine and the reference semantics differ in what ${entry.instance.text} makes of a state`,
    );
  }
}

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
    const { program } = this.#resolver;
    const { bytes, words: size } = program.packing;
    expansion.bytes.set(new Uint8Array(words.buffer, words.byteOffset, bytes), expansion.input);
    const end = expansion.expand(1);
    const asked = new Set<number>();
    const [from, to] = expansion.asked;
    for (let at = from; at < to; at += 2) asked.add(expansion.words[at + 1] as number);
    let at = expansion.output;
    for (const [number, entry] of program.entries.entries()) {
      if (entry.kind !== "action") continue;
      const expected = this.#resolver.successor(entry.instance, words, 0);
      if (asked.has(number)) {
        const said = this.#resolver.resolve(entry, words, 0);
        if (!areSame(said.kind === "update" ? said.words : undefined, expected)) throw this.#difference(entry);
      } else if (expected !== undefined) {
        const found = expansion.words.subarray(at / 4, at / 4 + 2 * size);
        at += expansion.stride;
        if (at > end || !areSame(found, expected)) throw this.#difference(entry);
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

function areSame(one: Uint32Array | undefined, other: Uint32Array | undefined): boolean {
  return one === other || (one !== undefined && other?.every((word, index) => word === one[index]) === true);
}

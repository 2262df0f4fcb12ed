import type { Program } from "../compiled/program.ts";

/** States of the visited set, packed by the model's layout: fresh words for each. */
export function* inLayout<S>(program: Program<S>, states: Iterable<Uint8Array>): Generator<Uint32Array> {
  const words = new Uint32Array(2 * program.packing.words);
  const bytes = new Uint8Array(words.buffer);
  for (const state of states) {
    bytes.set(state);
    yield program.toLayout(words, 0).slice();
  }
}

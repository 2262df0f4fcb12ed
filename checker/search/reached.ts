import type { Program } from "../compiled/program.ts";

/** States in whole words, many at once, by the model's layout one by one. */
export function* inLayout<S>(program: Program<S>, states: Iterable<Uint8Array>): Generator<Uint32Array> {
  const size = 2 * program.packing.words;
  for (const bytes of states) {
    const words = new Uint32Array(bytes.slice().buffer);
    for (let at = 0; at < words.length; at += size) yield program.toLayout(words, at).slice();
  }
}

import type { Reached } from "../search/exploration.ts";
import { compareStates } from "./front-coding.ts";

/** Bytes of states that are sorted at once. */
const SORTED_BYTES = 1 << 26;

/**
 * The states in order, without a second copy of them: as many as there is room for are sorted at a time. Where there
 * are more, the set is gone through once for each part of it.
 *
 * @param room states that are sorted at once, at least 2
 * @returns each state in words that are good until the next one
 */
export function* inOrder(
  reached: Reached,
  words: number,
  room = Math.max(2, Math.floor(SORTED_BYTES / (4 * words))),
): Generator<Uint32Array> {
  const most = Math.min(room, Math.max(2, reached.distinct));
  const buffer = new Uint32Array(most * words);
  yield* between(undefined, undefined);

  /** The states from `least` on and below `end`. */
  function* between(least: Uint32Array | undefined, end: Uint32Array | undefined): Generator<Uint32Array> {
    let count = 0;
    let seen = 0;
    let parts = 1;
    for (const state of reached.states()) {
      seen++;
      if (least !== undefined && compareStates(state, 0, least, 0, words) < 0) continue;
      if (end !== undefined && compareStates(state, 0, end, 0, words) >= 0) continue;
      if (count === most) {
        // The set is unordered, so the states seen so far give an estimate of the total.
        const expected = (count * reached.distinct) / seen;
        parts = Math.min(count, Math.max(2, Math.ceil((1.2 * expected) / most)));
        break;
      }
      buffer.set(state, count++ * words);
    }
    const order = sorted(buffer, count, words);
    const stateAt = (place: number): Uint32Array => {
      const at = (order[place] as number) * words;
      return buffer.subarray(at, at + words);
    };
    if (parts === 1) {
      for (let place = 0; place < count; place++) yield stateAt(place);
      return;
    }
    const bounds = Array.from({ length: parts - 1 }, (_, part) =>
      stateAt(Math.floor(((part + 1) * count) / parts)).slice(),
    );
    for (let part = 0; part < parts; part++) yield* between(bounds[part - 1] ?? least, bounds[part] ?? end);
  }
}

/** The numbers of states in their order. */
function sorted(states: Uint32Array, count: number, words: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index).sort((a, b) =>
    compareStates(states, a * words, states, b * words, words),
  );
}

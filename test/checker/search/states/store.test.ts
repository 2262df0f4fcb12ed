/** The visited set, which every verdict rests on. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { StateStore } from "../../../../checker/search/states/store.ts";

test("numbers states in the order of insertion, finds them and gives them back", () => {
  const words = fc.integer({ min: 1, max: 3 });
  fc.assert(
    fc.property(
      words.chain((width) =>
        fc.tuple(
          fc.constant(width),
          fc.array(fc.array(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), { minLength: width, maxLength: width })),
        ),
      ),
      ([width, states]) => {
        const store = new StateStore(width);
        const known = new Map<string, number>();
        for (const state of states) {
          const words = Uint32Array.from(state);
          const key = words.join();
          expect(store.find(words)).toBe(known.get(key) ?? -1);
          const number = known.get(key) ?? known.size;
          expect(store.insert(words)).toBe(number);
          known.set(key, number);
          expect(store.size).toBe(known.size);
          expect(store.read(number, (read, at) => read.slice(at, at + width).join())).toBe(key);
        }
      },
    ),
  );
});

// Seconds for one fact about a number: with IRQPROOF_LONG.
test.runIf(process.env["IRQPROOF_LONG"])(
  "holds more than 2^24 states, where a Set or a Map of JavaScript ends",
  { timeout: 120_000 },
  () => {
    const count = 2 ** 24 + 2 ** 16 + 1;
    const store = new StateStore(1);
    const state = new Uint32Array(1);
    // Multiplying by an odd number is a bijection of the 32-bit numbers: all states differ, in no helpful order.
    const stateOf = (number: number): number => Math.imul(number, 0x9e3779b1);
    let misplaced = 0;
    for (let number = 0; number < count; number++) {
      state[0] = stateOf(number);
      if (store.insert(state) !== number) misplaced++;
    }
    expect(misplaced).toBe(0);
    expect(store.size).toBe(count);
    for (const number of [0, 1, 65_535, 65_536, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, count - 1]) {
      state[0] = stateOf(number);
      expect(store.find(state)).toBe(number);
      expect(store.insert(state)).toBe(number);
      expect(store.read(number, (words, at) => words[at])).toBe(state[0]);
    }
    state[0] = stateOf(count);
    expect(store.find(state)).toBe(-1);
  },
);

test("says beforehand what an insertion may need, and compares every word", () => {
  const store = new StateStore(2);
  let broken = 0;
  for (let number = 0; number < 200_000; number++) {
    const promised = store.bytesToInsert;
    // Many states share a slot and the first word, and differ all the same.
    store.insert(Uint32Array.of(number % 2, number));
    if (store.bytes > promised) broken++;
  }
  expect(broken).toBe(0);
  expect(store.size).toBe(200_000);
});

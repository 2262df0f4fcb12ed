/** States unpacked by generated code, against the plain layout: the same values. */
import { array, layoutOf, range, record, repeat, sequence } from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { unpackerOf } from "../../../checker/schema/generated.ts";
import { randomType } from "./arbitrary-types.ts";

const typeWithValue = randomType.chain(({ type, value }) => fc.tuple(fc.constant(type), value));

function isFrozen(value: unknown): boolean {
  return Object.isFrozen(value) && (typeof value !== "object" || Object.values(value ?? {}).every(isFrozen));
}

test("random values of random types", () => {
  fc.assert(
    fc.property(typeWithValue, fc.nat(2), ([type, value], at) => {
      const layout = layoutOf(type);
      const words = new Uint32Array(layout.words + at);
      layout.encode(value, words, at);
      const expected = layout.decode(words, at);
      expect(unpackerOf(layout)(words, at)).toEqual(expected);
      const frozen = unpackerOf(layout, { frozen: true })(words, at);
      expect(frozen).toEqual(expected);
      expect(isFrozen(frozen)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("what is unpacked is fresh each time, and a type too wide for generated code is unpacked all the same", () => {
  const type = record({ rows: array(40, array(40, range(0, 2))), queue: sequence(1, record({ n: range(0, 1) })) });
  const narrow = record({ rows: array(2, array(2, range(0, 2))), queue: sequence(1, record({ n: range(0, 1) })) });
  for (const [one, size] of [
    [type, 40],
    [narrow, 2],
  ] as const) {
    const value = { rows: Array.from({ length: size }, (_, row) => repeat(size, row % 3)), queue: [{ n: 1 }] };
    const layout = layoutOf(one);
    const unpack = unpackerOf(layout);
    const words = new Uint32Array(layout.words);
    layout.encode(value, words, 0);
    const copy = unpack(words, 0);
    copy.queue[0]!.n = 0;
    copy.rows[1]![1] = 2;
    expect(unpack(words, 0)).toEqual(value);
  }
});

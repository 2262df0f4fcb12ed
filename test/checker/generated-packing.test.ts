/** The packing as generated code, against the plain one: the same words, the same values, and the same refusals. */
import { array, layoutOf, range, record, repeat, sequence } from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packingOf } from "../../checker/schema/generated.ts";
import { randomType } from "./arbitrary-types.ts";

const typeWithValue = randomType.chain(({ type, value }) => fc.tuple(fc.constant(type), value));

/** A value with one part replaced, dropped or added. */
function changed(value: unknown, path: readonly number[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (typeof value !== "object" || value === null || first === undefined) return by;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  const names = Object.keys(copy);
  const name = names[first % (names.length + 1)] ?? "more";
  const part = (copy as Record<string, unknown>)[name];
  (copy as Record<string, unknown>)[Array.isArray(copy) && name === "more" ? copy.length : name] = changed(
    part,
    rest,
    by,
  );
  return copy;
}

const parts = fc.constantFrom<unknown>(
  undefined,
  null,
  true,
  false,
  0,
  1,
  -1,
  0.5,
  -0,
  300,
  2 ** 32,
  "a",
  "x",
  [],
  {},
  [0],
);

test("random values of random types, and values that are none", () => {
  let refused = 0;
  fc.assert(
    fc.property(
      typeWithValue,
      fc.array(fc.nat(4), { maxLength: 3 }),
      parts,
      fc.nat(2),
      ([type, value], path, by, at) => {
        const layout = layoutOf(type);
        const packing = packingOf(layout);
        for (const one of [value, changed(value, path, by)]) {
          const [plain, generated] = [new Uint32Array(layout.words + at), new Uint32Array(layout.words + at)];
          let isRight = true;
          try {
            layout.encode(one, plain, at);
          } catch {
            isRight = false;
            refused++;
          }
          expect(packing.encode(one, generated, at)).toBe(isRight);
          if (!isRight) continue;
          expect(generated).toEqual(plain);
          expect(packing.decode(plain, at)).toEqual(layout.decode(plain, at));
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(100);
});

test("what is decoded is fresh each time, and a type too wide for generated code is packed all the same", () => {
  const type = record({ rows: array(40, array(40, range(0, 2))), queue: sequence(1, record({ n: range(0, 1) })) });
  const value = { rows: Array.from({ length: 40 }, (_, row) => repeat(40, row % 3)), queue: [{ n: 1 }] };
  const layout = layoutOf(type);
  const packing = packingOf(layout);
  const words = new Uint32Array(layout.words);
  expect(packing.encode(value, words, 0)).toBe(true);
  expect(packing.encode({ ...value, queue: [{ n: 2 }] }, new Uint32Array(layout.words), 0)).toBe(false);
  const copy = packing.decode(words, 0);
  copy.queue[0]!.n = 0;
  expect(packing.decode(words, 0)).toEqual(value);
});

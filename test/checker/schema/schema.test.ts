/** Finite types: what they refuse, and how their values are packed. */
import {
  array,
  boolean,
  cardinalityOf,
  indices,
  layoutOf,
  model,
  ModelError,
  oneOf,
  optional,
  range,
  record,
  repeat,
  sequence,
  valuesOf,
  type FiniteType,
} from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomType, typeWithTwoValues } from "./arbitrary-types.ts";

/** Passes a value that the types forbid. */
const wrong = (value: unknown): never => value as never;

describe("a type that cannot be is refused where it is made", () => {
  test.each<readonly [string, () => unknown, string]>([
    ["no alternative", () => oneOf(), "oneOf() is empty: give at least one value"],
    ["an alternative given twice", () => oneOf("a", "b", "a"), 'oneOf(...): "a" is given twice'],
    [
      "an alternative that is no scalar",
      () => oneOf(wrong({})),
      "oneOf(...): {} is not a string, number, boolean or null",
    ],
    ["an alternative that is no number", () => oneOf(Number.NaN), "oneOf(...): NaN is not a string"],
    ["an empty range", () => range(3, 2), "range(3, 2) is empty: the first bound must be at most the second"],
    ["half a number", () => range(0, 1.5), "range(0, 1.5): both bounds must be integers"],
    ["no number", () => range(0, wrong("3")), 'range(0, "3"): both bounds must be integers'],
    ["no end", () => range(0, Number.POSITIVE_INFINITY), "range(0, Infinity): both bounds must be integers"],
    ["too large a range", () => range(0, 2 ** 32), "range(0, 4294967296) has 4294967297 values: at most 2^32"],
    ["too large with null", () => optional(range(0, 2 ** 32 - 1)), "has 4294967297 values: at most 2^32"],
    ["a negative length", () => array(-1, boolean), "array(-1, ...): the length must be an integer from 0 to 65536"],
    ["half a repetition", () => repeat(1.5, 0), "repeat(1.5, ...): the length must be an integer from 0 to 65536"],
    ["a huge length", () => sequence(1e9, boolean), "sequence(1000000000, ...): the length must be an integer"],
    ["an element that is no type", () => array(2, wrong(undefined)), "array(2, ...): undefined is not a finite type"],
    ["a field that is no type", () => record({ a: wrong(3) }), 'record: field "a" is 3, not a finite type'],
    ["a TypeScript habit", () => record({ a: wrong(Boolean) }), 'record: field "a" is a function, not a finite type'],
    ["no fields", () => record(wrong(undefined)), "record(undefined): give it an object"],
    ["a field that is an index", () => record({ "0": boolean }), 'record: "0" cannot be the name of a field'],
    ["optional twice", () => optional(optional(boolean)), "the type already has null"],
    ["optional of a record, twice", () => optional(optional(record({}))), "the type already has null"],
    ["optional of null", () => optional(oneOf(null, 1)), "the type already has null"],
    ["indices without a name", () => indices(wrong(2), wrong(undefined)), "the name comes first, such as indices("],
    ["no indices", () => indices("cpu", 0), 'indices("cpu", 0): the count must be an integer from 1 to 65536'],
    ["a type among values", () => oneOf("none", range(0, 1)), "only those made by indices are possible"],
    ["two dimensions", () => oneOf(indices("cpu", 2), indices("irq", 2)), "cpu and irq are both indices"],
    ["an index given twice", () => oneOf(0, indices("cpu", 2)), "oneOf(...): 0 is given twice"],
    ["a range as a length", () => array(range(0, 1), boolean), "array: its length is the type integer 0..1"],
    ["arguments in the other order", () => array(wrong(boolean), wrong(2)), "the length comes first, then the type"],
    ["a range as a count", () => repeat(range(0, 1), 0), "repeat: its length is the type integer 0..1"],
    ["optional of nothing", () => optional(wrong(null)), "optional: null is not a finite type"],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(ModelError);
    expect(make).toThrow(message);
  });
});

describe("a value outside its type is refused, with the path of what is wrong", () => {
  const state = record({
    light: oneOf("red", "green"),
    cpu: array(2, record({ on: boolean, irr: array(3, range(0, 3)), task: optional(record({ id: range(1, 9) })) })),
    queue: sequence(2, record({ vector: range(0, 40) })),
    name: oneOf("a", "b", "c", "d", "e", "f", "g", "h", "i"),
  });
  const good = () => ({
    light: "red",
    cpu: [
      { on: true, irr: [0, 1, 2], task: null },
      { on: false, irr: [3, 3, 3], task: { id: 9 } },
    ],
    queue: [{ vector: 40 }],
    name: "i",
  });
  type Loose = { [name: string]: unknown } & { cpu: { [name: string]: unknown }[] };
  const layout = layoutOf(state);
  const encode = (value: unknown) => layout.encode(value, new Uint32Array(layout.words), 0);

  test("a good one is not", () => {
    expect(() => encode(good())).not.toThrow();
  });

  test.each<readonly [string, (value: Loose) => unknown, string]>([
    [
      "an unknown alternative",
      (value) => (value["light"] = "amber"),
      'light is "amber": it must be one of "red", "green"',
    ],
    ["a truthy number", (value) => (value.cpu[1]!["on"] = 1), "cpu[1].on is 1: it must be one of false, true"],
    [
      "a number too high",
      (value) => (value.cpu[0]!["irr"] = [0, 4, 0]),
      "cpu[0].irr[1] is 4: it must be one of 0, 1, 2, 3",
    ],
    [
      "a fraction",
      (value) => (value.cpu[0]!["irr"] = [0, 0.5, 0]),
      "cpu[0].irr[1] is 0.5: it must be one of 0, 1, 2, 3",
    ],
    [
      "not a number",
      (value) => (value["queue"] = [{ vector: Number.NaN }]),
      "queue[0].vector is NaN: it must be from 0 to 40",
    ],
    ["digits", (value) => (value["queue"] = [{ vector: "7" }]), 'queue[0].vector is "7": it must be from 0 to 40'],
    ["a missing field", (value) => delete value.cpu[1]!["on"], "cpu[1].on is missing"],
    ["a missing record", (value) => delete value["queue"], "queue is missing"],
    [
      "an unknown field",
      (value) => (value.cpu[0]!["off"] = true),
      "cpu[0].off is not a field of the type: the fields are on, irr, task",
    ],
    [
      "an unknown field of the state",
      (value) => (value["extra"] = 1),
      "extra is not a field of the type: the fields are light, cpu, queue, name",
    ],
    ["undefined for null", (value) => (value.cpu[0]!["task"] = undefined), "cpu[0].task is missing"],
    ["a part of an optional", (value) => (value.cpu[0]!["task"] = {}), "cpu[0].task.id is missing"],
    [
      "a scalar for an optional record",
      (value) => (value.cpu[0]!["task"] = 3),
      "cpu[0].task is 3: it must be a record",
    ],
    ["an array too short", (value) => (value.cpu[0]!["irr"] = [1]), "cpu[0].irr has 1 elements, not 3"],
    ["an array too long", (value) => value.cpu.push({}), "cpu has 3 elements, not 2"],
    ["an array with a hole", (value) => (value.cpu[0]!["irr"] = Array(3)), "cpu[0].irr[0] is undefined: it must be"],
    [
      "an object for an array",
      (value) => (value.cpu[0]!["irr"] = { 0: 1 }),
      'cpu[0].irr is {"0":1}: it must be an array of 3',
    ],
    ["an array for a record", (value) => (value.cpu[0] = wrong([])), "cpu[0] is []: it must be a record"],
    ["a queue too long", (value) => (value["queue"] = [{}, {}, {}]), "queue has 3 elements: its capacity is 2"],
    ["no queue", (value) => (value["queue"] = null), "queue is null: it must be a sequence of at most 2"],
    [
      "one of many alternatives",
      (value) => (value["name"] = "z"),
      'name is "z": it must be one of "a", "b", "c", "d", "e", "f", "g", "h", "i"',
    ],
  ])("%s", (_, spoil, message) => {
    const value = good() as unknown as Loose;
    spoil(value);
    expect(() => encode(value)).toThrow(ModelError);
    expect(() => encode(value)).toThrow(message);
  });

  test.each([[null], [undefined], [3], [[]], ["text"]])("%j for the whole state", (value) => {
    expect(() => encode(value)).toThrow(/^the state is .*: it must be a record$/);
  });
});

describe("packing", () => {
  const encoded = (type: FiniteType<unknown>, value: unknown, at = 0): Uint32Array => {
    const layout = layoutOf(type);
    const words = new Uint32Array(at + layout.words + 1).fill(0xdeadbeef);
    layout.encode(value, words, at);
    return words;
  };

  test("what is packed comes back, wherever it is packed, and nothing else is touched", () => {
    fc.assert(
      fc.property(
        randomType.chain(({ type, value }) => fc.tuple(fc.constant(type), value)),
        fc.nat(3),
        ([type, value], at) => {
          const layout = layoutOf(type);
          const words = encoded(type, value, at);
          expect(layout.decode(words, at)).toEqual(value);
          expect([...words.slice(0, at), words.at(-1)]).toEqual(Array(at + 1).fill(0xdeadbeef));
          for (const cell of layout.cells) {
            expect(cell.word).toBeLessThan(layout.words);
            expect(cell.shift + cell.width).toBeLessThanOrEqual(32);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("two values are equal exactly when their words are", () => {
    fc.assert(
      fc.property(typeWithTwoValues, ([type, [one, other]]) => {
        const equal = JSON.stringify(one) === JSON.stringify(other);
        expect(encoded(type, one).join() === encoded(type, other).join()).toBe(equal);
      }),
      { numRuns: 1000 },
    );
  });

  test("the order in which fields are written does not matter", () => {
    const type = record({ a: range(0, 3), b: range(0, 3) });
    expect(encoded(type, { b: 1, a: 2 })).toEqual(encoded(type, { a: 2, b: 1 }));
  });

  test("minus zero is zero", () => {
    const type = record({ a: range(-1, 1), b: oneOf(0, 1) });
    expect(encoded(type, { a: -0, b: -0 })).toEqual(encoded(type, { a: 0, b: 0 }));
  });

  test("bits are counted, a single value takes none, and no cell crosses a word", () => {
    expect(layoutOf(record({ on: oneOf(true), of: boolean })).bits).toBe(1);
    expect(layoutOf(record({ a: array(11, range(0, 6)) }))).toMatchObject({ bits: 33, words: 2 });
    expect(layoutOf(record({ a: range(0, 2 ** 32 - 1), b: optional(boolean) }))).toMatchObject({ bits: 34, words: 2 });
    expect(layoutOf(record({})).words).toBe(1);
  });

  test("a cell has the path by which a modeller knows it", () => {
    const type = record({
      cpu: array(2, record({ irr: sequence(1, boolean), task: optional(record({ id: boolean })) })),
    });
    expect(
      layoutOf(type)
        .cells.map(({ path }) => path)
        .slice(4),
    ).toEqual(["cpu[1].irr.length", "cpu[1].irr[0]", "cpu[1].task.present", "cpu[1].task.id"]);
  });
});

describe("enumerating a type", () => {
  test("gives every value once, as many as the cardinality says", () => {
    fc.assert(
      fc.property(
        randomType.filter(({ type }) => cardinalityOf(type) <= 2_000),
        ({ type }) => {
          const layout = layoutOf(type);
          const words = new Uint32Array(layout.words);
          const seen = new Set<string>();
          let count = 0;
          for (const value of valuesOf(type)) {
            layout.encode(value, words, 0);
            seen.add(words.join());
            count++;
          }
          expect(count).toBe(cardinalityOf(type));
          expect(seen.size).toBe(count);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("composite values are fresh each time", () => {
    const [first, second] = [...valuesOf(record({ a: array(1, boolean), b: boolean }))];
    first!.a[0] = true;
    expect(second!.a[0]).toBe(false);
  });

  test("sizes past what a number can hold are infinite", () => {
    expect(cardinalityOf(array(65_536, boolean))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("indices", () => {
  const cpu = indices("cpu", 3);

  test("are the numbers of a range, and pack as these do", () => {
    expect([...valuesOf(cpu)]).toEqual([0, 1, 2]);
    const [declared, plain] = [
      layoutOf(record({ at: oneOf("none", cpu), next: optional(cpu), seen: array(cpu, boolean) })),
      layoutOf(record({ at: oneOf("none", 0, 1, 2), next: optional(range(0, 2)), seen: array(3, boolean) })),
    ];
    expect(declared.words).toBe(plain.words);
    const value = { at: 2, next: 1, seen: repeat(cpu, true) };
    const [one, other] = [new Uint32Array(declared.words), new Uint32Array(plain.words)];
    declared.encode(value, one, 0);
    plain.encode(value, other, 0);
    expect(one).toEqual(other);
    expect(declared.decode(one, 0)).toEqual(value);
  });

  test("a cell's values know which of them are indices", () => {
    const { cells } = layoutOf(record({ at: oneOf("none", "any", cpu), next: optional(cpu), plain: range(0, 2) }));
    const dimension = { name: "cpu", size: 3 };
    expect(cells.map(({ shape }) => shape.indices)).toEqual([
      { dimension, first: 2 },
      { dimension, first: 1 },
      undefined,
    ]);
  });

  test("two sizes of one dimension in a model are refused", () => {
    const make = (): unknown =>
      model({
        name: "sizes",
        state: record({ at: cpu }),
        initial: { at: 0 },
        actions: { go: { over: { cpu: indices("cpu", 2) }, then: () => {} } },
      });
    expect(make).toThrow('model sizes: indices("cpu", 3) and indices("cpu", 2) differ: use one of them');
  });

  test("a model lists its dimensions", () => {
    const { dimensions } = model({
      name: "dimensions",
      state: record({ at: cpu }),
      initial: { at: 0 },
      actions: { go: { over: { irq: indices("irq", 2) }, then: () => {} } },
    });
    expect(dimensions).toEqual([
      { name: "cpu", size: 3 },
      { name: "irq", size: 2 },
    ]);
  });
});

/** Compiled code against the values of the terms that it is made of. */
import { array, boolean, oneOf, optional, range, record, type ValueOf } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layoutOf, type FiniteType, type Layout } from "../../../checker/schema/index.ts";
import { NotRead, Terms, type Bool, type Scalar, type Value } from "../../../checker/terms/index.ts";
import { bool, cellsIn, integer, layout, scalar, state, type Expression } from "../terms/arbitrary-terms.ts";
import { randomOf } from "../reading/compare.ts";
import { CompiledTerms, HOLDS, type Action, type Given } from "./compiled-terms.ts";
import { thorough } from "../../thorough.ts";

const RUNS = Number(process.env["RUNS"] ?? (thorough ? 150 : 60));

/** Condition that a value is none of a cell's. */
function outside(terms: Terms, { shape }: Layout<unknown>["cells"][number], value: Value): Bool {
  if (terms.domainOf(value) !== undefined) return terms.test(value, (one) => shape.indexOf(one) < 0);
  const first = shape.valueAt(0);
  const last = shape.valueAt(shape.cardinality - 1);
  if (typeof first === "number" && typeof last === "number" && last - first === shape.cardinality - 1) {
    return terms.or(terms.less(value, first), terms.less(last, value));
  }
  // The few values that the cell has, one by one.
  return terms.not(
    terms.or(...Array.from({ length: shape.cardinality }, (_, index) => terms.equal(value, shape.valueAt(index)))),
  );
}

interface Write {
  readonly cell: number;
  readonly value: Expression<Value>;
}

const LARGE = 8;
const write: fc.Arbitrary<Write> = fc.nat(layout.cells.length - 1).chain((cell) =>
  (cell === LARGE ? integer : cell < 2 ? (bool as fc.Arbitrary<Expression<Value>>) : scalar).map((value) => ({
    cell,
    value,
  })),
);

const predicate = fc.record({ holds: bool, fault: fc.option(bool, { freq: 3 }) });

const given = fc.record({
  actions: fc.array(
    fc.record({
      guard: fc.array(bool, { maxLength: 3 }),
      writes: fc.array(write, { maxLength: 4 }),
      fault: fc.option(bool, { freq: 3 }),
      step: fc.option(predicate),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  states: fc.array(predicate, { maxLength: 4 }),
  excuse: predicate,
});

const initial = Object.fromEntries(layout.cells.map(({ path, shape }) => [path, shape.valueAt(0)]));

test.each([
  ["one by one", undefined],
  ["in lanes", 0],
])("random actions and properties do what their terms say, %s", (_, minLaneConditions) => {
  fc.assert(
    fc.property(given, fc.array(state, { minLength: 1, maxLength: 90 }), (one, states) => {
      const terms = new Terms();
      const cells = cellsIn(terms);
      // What the terms refuse stays out.
      const build = <Result>(expression: Expression<Result>, otherwise: Result): Result => {
        try {
          return expression.build(terms, cells);
        } catch (error) {
          if (error instanceof NotRead) return otherwise;
          throw error;
        }
      };
      const judged = ({ holds, fault }: { holds: Expression<Bool>; fault: Expression<Bool> | null }): typeof HOLDS => ({
        holds: build(holds, true),
        fault: fault === null ? false : build(fault, false),
        unread: undefined,
      });
      const actions = one.actions.map(({ guard, writes, fault, step }): Action => {
        const enabled = terms.and(...guard.map((part) => build(part, true)));
        const next = new Map(writes.map(({ cell, value }) => [cell, build(value, cells[cell])]));
        const leaves = terms.or(...[...next].map(([cell, value]) => outside(terms, layout.cells[cell]!, value)));
        const throws = fault === null ? false : build(fault, false);
        return {
          guard: enabled,
          next,
          fault: terms.or(terms.and(enabled, leaves), throws),
          step: step === null ? HOLDS : judged(step),
        };
      });
      const read: Given = { actions, states: one.states.map(judged), excuse: judged(one.excuse) };
      const type = layout.type as FiniteType<unknown>;
      const compiled = new CompiledTerms(type, initial, terms, cells, read, minLaneConditions);
      expect(compiled.differences(states)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

/** Cells up to 32 bits wide, of which none crosses a word, and small ones between them. */
const wideType = record({
  a: range(0, 2 ** 32 - 1),
  tiny: boolean,
  b: range(-(2 ** 31), 2 ** 31 - 1),
  c: range(5, 2 ** 31),
  some: optional(range(-3, 3)),
  d: range(-(2 ** 52), -(2 ** 52) + 2 ** 20),
  odd: oneOf(0, 7, -9, 200),
  e: range(0, 2 ** 32 - 1),
  f: range(0, 300),
});
const wideLayout = layoutOf(wideType);
const wideCells = wideLayout.cells.length;
const numeric = [0, 2, 3, 5, 6, 7, 8];

type Build<Result> = (terms: Terms, cells: readonly Value[]) => Result;

const { number, condition } = fc.letrec<{ number: Build<Value>; condition: Build<Bool> }>((tie) => ({
  number: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(...numeric).map(
      (cell): Build<Value> =>
        (_, cells) =>
          cells[cell],
    ),
    fc.constantFrom(0, 1, -1, 7, 300, 2 ** 31, 2 ** 32 - 1, -(2 ** 31)).map(
      (value): Build<Value> =>
        () =>
          value,
    ),
    fc.tuple(fc.constantFrom("+", "-", "*"), tie("number"), tie("number")).map(
      ([operator, a, b]): Build<Value> =>
        (terms, cells) =>
          terms.arithmetic(operator as "+", a(terms, cells), b(terms, cells)),
    ),
    fc.tuple(fc.constantFrom(0, 8), fc.integer({ min: 1, max: 1000 })).map(
      ([cell, divisor]): Build<Value> =>
        (terms, cells) =>
          terms.arithmetic("%", cells[cell], divisor),
    ),
    fc.tuple(tie("condition"), tie("number"), tie("number")).map(
      ([test, a, b]): Build<Value> =>
        (terms, cells) =>
          terms.ite(test(terms, cells), a(terms, cells), b(terms, cells)),
    ),
  ),
  condition: fc.oneof(
    { depthSize: "small" },
    fc.constant<Build<Bool>>((_, cells) => cells[1] as Bool),
    fc.tuple(tie("number"), tie("number")).map(
      ([a, b]): Build<Bool> =>
        (terms, cells) =>
          terms.less(a(terms, cells), b(terms, cells)),
    ),
    fc.tuple(tie("number"), tie("number")).map(
      ([a, b]): Build<Bool> =>
        (terms, cells) =>
          terms.equal(a(terms, cells), b(terms, cells)),
    ),
    fc.tuple(tie("condition"), tie("condition")).map(
      ([a, b]): Build<Bool> =>
        (terms, cells) =>
          terms.or(a(terms, cells), terms.not(b(terms, cells))),
    ),
  ),
}));

const wideState: fc.Arbitrary<readonly Scalar[]> = fc.tuple(
  ...wideLayout.cells.map(({ shape }) => {
    const last = shape.cardinality - 1;
    return fc
      .oneof(fc.constantFrom(0, last), fc.nat(Math.min(last, 3)), fc.integer({ min: 0, max: last }))
      .map((index): Scalar => shape.valueAt(index));
  }),
);

test("numbers of large ranges are computed, compared and stored exactly", () => {
  let compiled = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(condition, fc.constantFrom(...numeric), number), { minLength: 1, maxLength: 5 }),
      fc.array(wideState, { minLength: 1, maxLength: 30 }),
      (given, states) => {
        const terms = new Terms();
        const cells = wideLayout.cells.map(({ shape }, index) => terms.cell(index, shape));
        const actions: Action[] = [];
        try {
          for (const [test, cell, value] of given) {
            const [guard, next] = [test(terms, cells), value(terms, cells)];
            const fault = terms.and(guard, outside(terms, wideLayout.cells[cell]!, next));
            actions.push({ guard, next: new Map([[cell, next]]), fault, step: HOLDS });
          }
        } catch (error) {
          if (!(error instanceof NotRead)) throw error;
          fc.pre(false);
        }
        const initial = Object.fromEntries(wideLayout.cells.map(({ path, shape }) => [path, shape.valueAt(0)]));
        const read: Given = { actions, states: [], excuse: HOLDS };
        const all = new CompiledTerms(wideType, initial as ValueOf<typeof wideType>, terms, cells, read);
        expect(all.differences(states)).toEqual([]);
        compiled++;
      },
    ),
    { numRuns: RUNS },
  );
  expect(compiled).toBe(RUNS);
  expect(wideCells).toBe(9);
});

describe("functions of two scalars", () => {
  const type = record({ x: range(0, 6), y: range(1, 7), z: range(-300, 300), flag: boolean });
  const places = layoutOf(type).cells;
  const states = Array.from({ length: 7 * 7 }, (_, index): readonly Scalar[] => [
    index % 7,
    1 + Math.floor(index / 7),
    index * 12 - 300,
    index % 2 === 0,
  ]);

  test.each(["+", "-", "*", "%", "**", "&", "|", "^", "<<", ">>", ">>>"] as const)("x %s y", (operator) => {
    const terms = new Terms();
    const cells = places.map(({ shape }, index) => terms.cell(index, shape));
    const result = terms.arithmetic(operator, cells[0], cells[1]);
    const fits = terms.not(outside(terms, places[2]!, result));
    const action: Action = { guard: fits, next: new Map([[2, result]]), fault: false, step: HOLDS };
    const holds = terms.domainOf(result) === undefined ? true : terms.test(result, (one) => Number(one) % 3 !== 1);
    const read: Given = { actions: [action], states: [{ ...HOLDS, holds }], excuse: HOLDS };
    const initial = { x: 0, y: 1, z: 0, flag: false };
    expect(new CompiledTerms(type, initial, terms, cells, read).differences(states)).toEqual([]);
  });
});

describe("many decisions", () => {
  const type = record({ pc: array(3, range(0, 9)), number: range(0, 5_000), flag: boolean });
  const places = layoutOf(type).cells;
  const initial = { pc: [0, 0, 0], number: 0, flag: false };
  const states = Array.from({ length: 300 }, (_, index): readonly Scalar[] => [
    index % 10,
    (index * 7) % 10,
    (index * 3) % 4,
    (index * 37) % 5_001,
    index % 3 === 0,
  ]);
  const differences = (decide: (terms: Terms, cells: readonly Value[]) => Action[]): unknown[] => {
    const terms = new Terms();
    const cells = places.map(({ shape }, index) => terms.cell(index, shape));
    const read: Given = { actions: decide(terms, cells), states: [], excuse: HOLDS };
    return new CompiledTerms(type, initial, terms, cells, read).differences(states);
  };
  const always = { fault: false, step: HOLDS } as const;

  test("jump through tables", () => {
    const found = differences((terms, cells) =>
      Array.from({ length: 90 }, (_, index): Action => {
        const cell = Math.floor(index / 30);
        const guard = terms.and(
          terms.equal(cells[cell], index % 10),
          index % 3 === 0 ? (cells[4] as Bool) : terms.less(cells[(cell + 1) % 3], index % 7),
        );
        return { guard, next: new Map([[cell, (index + 1) % 10]]), ...always };
      }),
    );
    expect(found).toEqual([]);
  });

  test("jump through a table with overlapping sets of values beside it", () => {
    const found = differences((terms, cells) =>
      Array.from({ length: 40 }, (_, index): Action => ({
        guard: terms.test(cells[0], (value) => ((value as number) + index) % (2 + (index % 4)) === 0),
        next: new Map([[3, index]]),
        ...always,
      })),
    );
    expect(found).toEqual([]);
  });

  test("share one function among a few hundred only, with different tests", () => {
    const found = differences((terms, cells) =>
      Array.from({ length: 1_500 }, (_, index): Action => ({
        guard: terms.equal(cells[3], (index * 37) % 5_001),
        next: new Map([[3, index]]),
        ...always,
      })),
    );
    expect(found).toEqual([]);
  });

  test("leave the output room for all successors of a state, however many", () => {
    const found = differences((terms, cells) =>
      Array.from({ length: 3_000 }, (_, index): Action => ({
        guard: terms.equal(cells[2], 1),
        next: new Map([[3, index]]),
        // The model's own functions are asked in some states.
        fault: index % 1_000 === 0 ? terms.equal(cells[0], 3) : false,
        step: index % 2 === 0 ? HOLDS : { ...HOLDS, holds: terms.equal(cells[4], true) },
      })),
    );
    expect(found).toEqual([]);
  });
});

describe("a function whose terms are nested", () => {
  const type = record({ a: array(4, range(0, 100)), wide: range(0, 1_000_000) });
  const places = layoutOf(type).cells;
  const states = Array.from({ length: 20 }, (_, index): readonly Scalar[] => [0, index, 2, 3, index * 800]);
  const nested = (depth: number): CompiledTerms<ValueOf<typeof type>> => {
    const terms = new Terms();
    const cells = places.map(({ shape }, index) => terms.cell(index, shape));
    let value = cells[4];
    let guard: Bool = terms.equal(cells[0], 0);
    for (let level = 0; level < depth; level++) {
      const test = level % 2 === 0 ? terms.less(cells[4], 40 * level) : terms.equal(cells[level % 4], level % 101);
      value = terms.ite(test, level, value);
      guard = level % 2 === 0 ? terms.or(guard, test) : terms.and(guard, test);
    }
    const read: Given = {
      actions: [
        { guard, next: new Map([[3, 1]]), fault: false, step: HOLDS },
        { guard: true, next: new Map([[4, value]]), fault: false, step: HOLDS },
        { guard: true, next: new Map([[3, 2]]), fault: false, step: HOLDS },
      ],
      states: [],
      excuse: HOLDS,
    };
    return new CompiledTerms(type, { a: [0, 0, 0, 0], wide: 0 }, terms, cells, read);
  };

  test("deeply is compiled", () => {
    const compiled = nested(400);
    expect(compiled.program.called()).toEqual([]);
    expect(compiled.differences(states)).toEqual([]);
  });

  test("too deeply is called, and no other is", () => {
    expect(nested(20_000).program.called()).toEqual([
      { name: "a0", why: "its terms are nested 20001 levels deep: at most 500 are possible", where: undefined },
      { name: "a1", why: "its terms are nested 20001 levels deep: at most 500 are possible", where: undefined },
    ]);
  });
});

test.each([
  ["in lanes", undefined],
  ["by several functions", Infinity],
])("a successor of very many conditions is computed %s", (_, minLaneConditions) => {
  const type = record({ bits: array(40, boolean), n: array(6, range(0, 12)), wide: range(0, 10_000) });
  const places = layoutOf(type).cells;
  const terms = new Terms();
  const cells = places.map(({ shape }, index) => terms.cell(index, shape));
  const random = randomOf(7);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const numbers = cells.slice(40, 46);
  const conditions: Bool[] = cells.slice(0, 40) as Bool[];
  const scalars: Value[] = [...numbers];
  for (let count = 0; count < 1_500; count++) {
    // Mostly of late ones, so that they become deep.
    const [a, b, c] = [1, 2, 3].map(() => pick(random() < 0.6 ? conditions.slice(-60) : conditions)) as [
      Bool,
      Bool,
      Bool,
    ];
    const made = [
      () => terms.and(a, terms.not(b)),
      () => terms.or(a, b, terms.not(c)),
      () => terms.choose(a, b, terms.not(c)),
      () => terms.equal(pick(scalars), pick(numbers)),
      () => terms.less(pick(scalars), pick(numbers)),
    ][Math.floor(random() * 5)]!();
    if (typeof made !== "boolean") conditions.push(made);
    if (count % 10 === 0) scalars.push(terms.ite(a, pick(scalars), pick(numbers)));
  }
  const next = new Map<number, Value>();
  for (let cell = 0; cell < 40; cell++) next.set(cell, pick(conditions.slice(-100)));
  for (let cell = 40; cell < 46; cell++) next.set(cell, pick(scalars.slice(-20)));
  // Only the two properties need it, and each more than once.
  const common = terms.or(terms.and(conditions[60] as Bool, conditions[61] as Bool), conditions[62] as Bool);
  const judged = (one: Bool): typeof HOLDS => ({ ...HOLDS, holds: terms.choose(common, one, terms.not(one)) });
  const [step, other] = [judged(conditions.at(-1) as Bool), judged(conditions.at(-2) as Bool)];
  const action: Action = { guard: conditions.at(-1) as Bool, next, fault: false, step, other };
  const read: Given = { actions: [action, { ...action, guard: true }], states: [], excuse: HOLDS };
  const initial = { bits: Array<boolean>(40).fill(false), n: [0, 0, 0, 0, 0, 0], wide: 0 };
  const compiled = new CompiledTerms(type, initial, terms, cells, read, minLaneConditions);
  const states = Array.from({ length: 300 }, () =>
    places.map(({ shape }): Scalar => shape.valueAt(Math.floor(random() * shape.cardinality))),
  );
  expect(compiled.differences(states)).toEqual([]);
  // Planes computed for the first property are stale for the other.
  compiled.deactivate("step");
  expect(compiled.differences(states.toReversed())).toEqual([]);
});

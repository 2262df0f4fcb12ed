/** Cells with many values: nothing may be made for each of them, and both engines say the same. */
import {
  array,
  boolean,
  check,
  model,
  optional,
  range,
  record,
  sequence,
  type Model,
  type Report,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { Program } from "../../../checker/compiled/program.ts";

function comparable<S>({ engine: _engine, seconds: _seconds, ...report }: Report<S>): unknown {
  return report;
}

const sizes = [2 ** 10, 4_095, 4_096, 4_097, 2 ** 16, 2 ** 20 - 1, 2 ** 22];

/** Counts down from the top, copies, moves and compares; about a thousand states. */
function wide(size: number): Model<unknown> {
  const value = range(0, size - 1);
  return model({
    name: "wide",
    state: record({
      a: value,
      b: value,
      maybe: optional(record({ of: value })),
      queue: sequence(2, record({ value, marked: boolean })),
      rows: array(2, record({ value, marked: boolean })),
    }),
    initial: {
      a: size - 1,
      b: 0,
      maybe: null,
      queue: [],
      rows: [
        { value: 7, marked: false },
        { value: size - 2, marked: true },
      ],
    },
    actions: {
      down: { when: ({ a }) => a > size - 6, then: (draft) => void draft.a-- },
      up: { when: ({ b }) => b < 4, then: (draft) => void draft.b++ },
      copy: { when: ({ queue }) => queue.length === 2, then: (draft) => void (draft.b = draft.a) },
      push: { when: ({ queue }) => queue.length < 2, then: (draft) => void draft.queue.push(draft.rows[0]!) },
      shift: { when: ({ queue }) => queue.length > 1, then: (draft) => void draft.queue.shift() },
      put: { when: ({ maybe }) => maybe === null, then: (draft) => void (draft.maybe = { of: draft.b }) },
      // oxlint-disable-next-line unicorn/no-array-reverse -- the operation in place is what is tried
      swap: { then: (draft) => void draft.rows.reverse() },
      take: { when: ({ queue }) => queue.length > 0, then: (draft) => void (draft.rows[0] = draft.queue[0]!) },
      mark: {
        over: { row: range(0, 1) },
        when: ({ rows }, { row }) => rows[row]!.value === 7,
        then: (draft, { row }) => void (draft.rows[row]!.marked = true),
      },
    },
    properties: ({ always, sometimes, step }) => ({
      high: always("a stays high", ({ a }) => a >= size - 6),
      apart: always("a and b differ, or b was copied", ({ a, b, queue }) => a !== b || queue.length > 0),
      equal: sometimes("they are equal", ({ a, b }) => a === b),
      falls: step("a never rises", (before, _, after) => after.a <= before.a),
    }),
  }) as Model<unknown>;
}

describe.each(sizes)("a cell of %i values", (size) => {
  test("is searched by both engines alike", async () => {
    const made = wide(size);
    const reference = await check(made, { engine: "reference", maxStates: 600 });
    const compiled = await check(made, { engine: "compiled", maxStates: 600 });
    // Where a search stops in the middle of a level is up to the engine.
    expect(compiled.states.distinct).toBe(reference.states.distinct);
    expect(compiled.verdict).toBe(reference.verdict);
  });

  test("is read as a whole, and moved with its record", () => {
    const program = new Program(wide(size), new Map());
    expect(program.called()).toEqual([]);
  });
});

test("a table of many values is right to the last state", async () => {
  const cube = model({
    name: "cube",
    state: record({ x: range(0, 6_999), y: range(0, 2 ** 17 - 1) }),
    initial: { x: 1, y: 1 },
    actions: {
      step: { then: (draft) => void (draft.x = (draft.x * 3 + 1) % 7_000) },
      square: { then: (draft) => void (draft.y = (draft.y * draft.y + draft.x) % 97) },
    },
    properties: ({ always }) => ({ odd: always("y is never 96", ({ y }) => y !== 96) }),
  });
  const [compiled, reference] = await Promise.all([
    check(cube, { engine: "compiled", maxStates: 3_000 }),
    check(cube, { engine: "reference", maxStates: 3_000 }),
  ]);
  expect(compiled.properties[0]!.verdict).toBe(reference.properties[0]!.verdict);
  expect(compiled.states.distinct).toBe(reference.states.distinct);
});

test("a small space of wide cells has the same report", async () => {
  const made = model({
    name: "pairs",
    state: record({ left: range(0, 2 ** 18), right: range(0, 2 ** 18) }),
    initial: { left: 2 ** 18, right: 0 },
    actions: {
      move: {
        when: ({ left }) => left > 2 ** 18 - 40,
        then: (draft) => {
          draft.left -= 1;
          draft.right += 1;
        },
      },
      swap: { then: (draft) => void ([draft.left, draft.right] = [draft.right, draft.left]) },
    },
    properties: ({ always, noDeadlock }) => ({
      sum: always("nothing is lost", ({ left, right }) => left + right === 2 ** 18),
      far: always("they stay apart", ({ left, right }) => Math.abs(left - right) > 2 ** 18 - 70),
      alive: noDeadlock("something can happen"),
    }),
  });
  const [compiled, reference] = await Promise.all([
    check(made, { engine: "compiled" }),
    check(made, { engine: "reference" }),
  ]);
  expect(comparable(compiled)).toEqual(comparable(reference));
});

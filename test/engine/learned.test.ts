/** What has been learned of a function, against the function, in every state of the type: reachable or not. */
import {
  array,
  cardinalityOf,
  inspect,
  model,
  oneOf,
  range,
  record,
  sequence,
  valuesOf,
  type Model,
  type SafetyProperty,
} from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IN_EARNEST, Program } from "../../checker/compiled/program.ts";
import { isSafety } from "../../checker/language/index.ts";
import { randomModel } from "../checker/arbitrary-models.ts";

/** Functions, with a state in which what was learned of them is wrong. */
function wrong<S>(made: Model<S>, among: Iterable<unknown> = valuesOf(made.layout.type)): string[] {
  const properties = new Map([...made.properties].filter(([, property]) => isSafety(property)));
  const program = new Program(made, properties as Map<string, SafetyProperty<S>>);
  program.learn(IN_EARNEST);
  const words = new Uint32Array(2 * program.packing.words);
  const packed = new Uint32Array(made.layout.words);
  const found = new Map<string, string>();
  for (const state of among) {
    made.layout.encode(state, packed, 0);
    program.fromLayout(packed, words, 0);
    for (const entry of program.entries) {
      if (!program.agrees(entry, words, 0)) found.set(entry.learned.where, JSON.stringify(state));
    }
  }
  return [...found].map(([where, state]) => `${where} in ${state}`);
}

test("of random models", () => {
  let compared = 0;
  fc.assert(
    fc.property(randomModel, (made) => {
      fc.pre(cardinalityOf(made.layout.type) < 300);
      expect(wrong(made)).toEqual([]);
      compared++;
    }),
    { numRuns: 40 },
  );
  expect(compared).toBe(40);
});

test.each([17, 130])("of operands that alone look at the state after a step (%i)", (rare) => {
  const made = model({
    name: "falling",
    state: record({ cell: array(2, range(0, 255)) }),
    initial: { cell: [0, 0] },
    actions: { set: { then: ({ cell }) => void (cell[0] = cell[1] === rare ? 0 : 255) } },
    properties: ({ step }) => ({
      // The last operand comes first: what it sees after the step is not what the other one does.
      steady: step("no cell falls", (before, _, after) => before.cell.every((value, i) => value <= after.cell[i]!)),
    }),
  });
  expect(
    wrong(
      made,
      Array.from({ length: 256 }, (_, value) => ({ cell: [value, rare] })),
    ),
  ).toEqual([]);
});

describe("of what finds an element", () => {
  const letter = oneOf("a", "b", "c", null);
  const made = model({
    name: "letters",
    state: record({ row: array(3, letter), queue: sequence(2, letter), pairs: array(2, record({ on: oneOf(0, 1) })) }),
    initial: { row: ["a", "a", "a"], queue: [], pairs: [{ on: 0 }, { on: 0 }] },
    actions: {
      next: {
        when: ({ row, queue }) => row.indexOf("b") < queue.indexOf("b") || !row.includes("c"),
        then: (draft) => {
          if (draft.row.includes("b")) draft.row[draft.row.indexOf("b")] = "c";
          else if (!draft.queue.includes("a")) draft.queue.length = 0;
        },
      },
    },
    properties: ({ always }) => ({
      both: always("not both", ({ row }) => !row.includes("a") || !row.includes("b") || row.indexOf("c") === 1),
      order: always("b before c", ({ row, queue }) => row.indexOf("b") <= queue.indexOf("c")),
      from: always("from there on", ({ row }) => row.includes("a", 1) === row.indexOf("a", 1) > 0),
      never: always("none of them", ({ row }) => !row.includes(NaN as never) && row.indexOf(undefined as never) === -1),
      absent: always("null is a value", ({ row, queue }) => row.includes(null) || queue.indexOf(null) > 0),
      parts: always("parts are found as themselves", ({ pairs }) => pairs.indexOf(pairs[1]!) === 1),
    }),
  });

  test("in every state", () => {
    expect(wrong(made)).toEqual([]);
  });

  test("with a path for each element, not for each of its values", () => {
    const wide = model({
      name: "wide",
      state: record({ row: array(4, range(0, 9)) }),
      initial: { row: [0, 0, 0, 0] },
      actions: { stay: { then: () => {} } },
      properties: ({ always }) => ({ few: always("7 before 3", ({ row }) => row.indexOf(7) <= row.indexOf(3)) }),
    });
    expect(inspect(wide).functions.map(({ path }) => path)).toEqual(["compiled", "compiled"]);
  });
});

/** What has been learned of a function, against the function, in every state of the type: reachable or not. */
import {
  array,
  cardinalityOf,
  model,
  range,
  record,
  valuesOf,
  type Model,
  type SafetyProperty,
} from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
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

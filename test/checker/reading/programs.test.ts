/** Random programs, as they are read and as they are run. */
import { ModelError } from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Choices } from "./choices.ts";
import { compiled, differences, modelOf, type Texts } from "./differences.ts";
import { program, type ProgramKind } from "./programs.ts";
import { randomState } from "./states.ts";

const RUNS = process.env["IRQPROOF_LONG"] === undefined ? 700 : 7_000;
const STATES = 14;

/** A source text; a shrunk one is a shorter program. */
const text = (kind: ProgramKind): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: 8, maxLength: 110 })
    .map((numbers) => program(new Choices(numbers), kind))
    .filter((source) => {
      try {
        compiled(source);
        return true;
      } catch {
        return false;
      }
    });

const texts: fc.Arbitrary<Texts> = fc.record({
  guards: fc.option(text("guard"), { nil: undefined }).map((guard) => [guard]),
  recipes: text("recipe").map((recipe) => [recipe]),
  predicates: text("predicate").map((predicate) => [predicate]),
  steps: fc.array(text("step"), { maxLength: 1 }),
});

const states = fc
  .array(fc.uint8Array({ minLength: 30, maxLength: 30 }), { minLength: STATES, maxLength: STATES })
  .map((all) => all.map((numbers) => randomState(new Choices(numbers))));

test("are the same, most of them are read whole, and hardly any question is left to them", () => {
  let [functions, unread, left, answered, refused] = [0, 0, 0, 0, 0];
  fc.assert(
    fc.property(texts, states, (sources, values) => {
      let result: ReturnType<typeof differences>;
      try {
        result = differences(modelOf(sources), values);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        refused++;
        return;
      }
      functions += result.functions;
      for (const count of result.unread.values()) unread += count;
      left += result.left;
      answered += result.answered;
      expect(result.found).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  expect(refused / RUNS).toBeLessThan(0.02);
  expect(unread / functions).toBeLessThan(0.05);
  expect(left / answered).toBeLessThan(0.01);
  expect(answered).toBeGreaterThan(RUNS * STATES);
});

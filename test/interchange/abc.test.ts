import { model, range, record, type Model } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abc } from "../../checker/interchange/tools/abc.ts";
import { z3 } from "../../checker/interchange/tools/smt.ts";
import type { ComparedTool } from "../../checker/interchange/tools/crosscheck.ts";
import { familyOf, loadCatalogue } from "../../cli/catalogue.ts";
import { randomModel } from "../checker/arbitrary-models.ts";
import { comparedWith, differences, isThere, LONG } from "./peers.ts";

/** Quick to learn, and violated. */
const BRIEF = ["no-interrupt-lost"];

const thereAre = { abc: await isThere(abc), z3: await isThere(z3) };

/** What differs; and what was proved must be proved by an invariant that a solver, if there is one, has confirmed. */
function flaws(theirs: ComparedTool): string[] {
  const { invariant } = theirs;
  const unchecked = thereAre.z3 && invariant !== undefined && invariant.checked !== true;
  return [...differences(theirs), ...(unchecked ? [`invariant: ${invariant.because}`] : [])];
}

describe.skipIf(!thereAre.abc)("abc", () => {
  test("decides random models as we do", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, async (model) => {
        expect(flaws((await comparedWith(abc, model as Model<unknown>)).theirs)).toEqual([]);
      }),
      // A prover may take seconds or hours over a model: in brief the same models each time.
      LONG ? { numRuns: 300 } : { numRuns: 3, seed: 2, endOnFailure: true },
    );
  });

  // ABC has other words for it, and its bounded search does not survive such a circuit.
  test("finds what is wrong with an initial state", async () => {
    const stuck = model({
      name: "stuck",
      state: record({ count: range(0, 3) }),
      initial: { count: 0 },
      actions: { up: { when: ({ count }) => count === 3, then: (draft) => void (draft.count = 2) } },
      properties: ({ always, sometimes, noDeadlock }) => ({
        started: always("the count is above zero", ({ count }) => count > 0),
        high: sometimes("the count is two", ({ count }) => count === 2),
        low: always("the count is below two", ({ count }) => count < 2),
        live: noDeadlock("it goes on"),
      }),
    });
    const { theirs } = await comparedWith(abc, stuck as unknown as Model<unknown>);
    expect(differences(theirs)).toEqual([]);
    const found = theirs.properties.map(({ id, theirs: said, trace }) => [id, said, trace?.steps.length]);
    expect(found).toEqual([
      ["started", "violated", 1],
      ["high", "violated", undefined],
      ["low", "holds", undefined],
      ["live", "violated", 1],
    ]);
  });

  const entries = LONG ? /./ : /^x86-direct$/;
  test("decides entries of the catalogue as we do", async () => {
    for (const entry of (await loadCatalogue()).filter(({ id }) => entries.test(id))) {
      const model = (await familyOf(entry)).instantiate();
      const properties = LONG ? [...model.properties.keys()] : BRIEF.filter((id) => model.properties.has(id));
      const { theirs } = await comparedWith(abc, model, { properties });
      expect(flaws(theirs)).toEqual([]);
      expect(theirs.properties.length).toBeGreaterThan(0);
    }
  });
});

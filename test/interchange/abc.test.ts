import type { Model } from "irqproof/checker";
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

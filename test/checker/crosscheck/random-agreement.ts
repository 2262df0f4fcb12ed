import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ModelError, type Model } from "irqproof/checker";
import type { Tool } from "../../../checker/crosscheck/tool.ts";
import { randomModel } from "../arbitrary-models.ts";
import { isOfUse, randomParts, systemOfParts } from "../system/arbitrary-systems.ts";
import { comparedWith, differences, isThere, LONG } from "./peers.ts";

/** Tests random models: sequences, optionals, several initial states, copies; one property of each kind. */
export async function randomModelsAgreeWith(tool: Tool, few: number): Promise<void> {
  describe.skipIf(!(await isThere(tool)))(`${tool.name} and random models`, () => {
    test("counts, verdicts and counterexamples agree", async () => {
      await fc.assert(
        fc.asyncProperty(randomModel, async (model) => {
          const { ours, theirs } = await comparedWith(tool, model as Model<unknown>);
          expect(differences(theirs)).toEqual([]);
          expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
        }),
        { numRuns: LONG ? 300 : few, endOnFailure: !LONG, maxSkipsPerRun: 10_000 },
      );
    });

    test("random terms of every kind agree", async () => {
      await fc.assert(
        fc.asyncProperty(randomParts, async (parts) => {
          const { model, reading } = systemOfParts(parts);
          fc.pre(isOfUse(model));
          const { ours, theirs } = await comparedWith(tool, model, {}, undefined, reading).catch((error: unknown) => {
            // Shifts make integers that are too large for some.
            if (error instanceof ModelError) fc.pre(false);
            throw error;
          });
          expect(differences(theirs)).toEqual([]);
          expect({ states: theirs.states, transitions: theirs.transitions }).toEqual(ours);
        }),
        { numRuns: LONG ? 300 : few, endOnFailure: !LONG, maxSkipsPerRun: 10_000 },
      );
    });
  });
}

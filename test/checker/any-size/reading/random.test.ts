/** Random families: what is read of them for any size is the model at the sizes that are tried. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ModelError } from "irqproof/checker";
import { evidenceAt, readFamily, smallest, type AnySizeReading } from "../../../../checker/any-size/reading/index.ts";
import { Choices } from "../../reading/choices.ts";
import { type Any, DIMENSIONS, nodesFamily } from "./nodes.ts";
import { randomFunctions } from "./random-functions.ts";

const RUNS = process.env["IRQPROOF_LONG"] === undefined ? 60 : 600;

test("random families are read as they are, or refused", () => {
  let read = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 90 }), (numbers) => {
      const { text, functions } = randomFunctions(new Choices(numbers));
      let reading: AnySizeReading<Any>;
      try {
        reading = readFamily(
          nodesFamily(() => functions),
          {},
          DIMENSIONS,
        );
      } catch (error) {
        if (!(error instanceof ModelError)) throw new Error(text, { cause: error });
        refused++;
        // A loop may read what its other turns change; nothing else in these functions is out of reach.
        if (!/its loop over the nodes changes/.test(error.message)) throw new Error(text, { cause: error });
        return;
      }
      read++;
      try {
        for (const build of smallest(reading)) evidenceAt(reading, build);
      } catch (error) {
        throw new Error(text, { cause: error });
      }
    }),
    { numRuns: RUNS },
  );
  expect(read).toBeGreaterThan(refused);
});

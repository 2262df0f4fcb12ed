/** The timed functions do what they are timed for. */
import { expect, test } from "vitest";
import { timedFunctions } from "../../bench/functions.ts";

test("each timed function can be called again and again", async () => {
  const functions = await timedFunctions();
  expect(functions.map(({ name }) => name.split(":")[0])).toEqual(
    expect.arrayContaining(["layout", "reading", "reference", "compiled", "table"]),
  );
  expect(functions.every(({ items }) => items > 0)).toBe(true);
  // A call that throws fails the test.
  for (const { call } of functions) for (let again = 0; again < 3; again++) call();
});

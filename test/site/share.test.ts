/** Links of the playground. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fragmentOf, sharedOf } from "../../site/playground/page/share.ts";

test("a link stands for the text, the parameters and the run that it was made of", async () => {
  const name = fc.string({ unit: "binary", minLength: 1 });
  const shared = fc.record(
    {
      file: fc.string({ unit: "binary" }),
      text: fc.string({ unit: "binary", maxLength: 2000 }),
      parameters: fc.dictionary(name, fc.string({ unit: "binary" }), { noNullPrototype: true }),
      run: fc.string(),
    },
    { requiredKeys: ["file", "parameters"] },
  );
  await fc.assert(
    fc.asyncProperty(shared, async (given) => {
      const fragment = await fragmentOf(given);
      expect(fragment).toMatch(/^#[\w%.=&*+-]*$/);
      expect(await sharedOf(fragment)).toEqual(given);
    }),
    { numRuns: 30 },
  );
});

test("no fragment makes the page fail", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (file, text) => {
      await sharedOf(`#file=${file}&text=${text}`);
      await sharedOf(file);
    }),
  );
  expect(await sharedOf("#x86-direct/0-1/1")).toBe(undefined);
  expect(await sharedOf("#file=a.ts&text=AAAA")).toBe(undefined);
});

test("a text that unpacks to more than a model can be is refused", async () => {
  const fragment = await fragmentOf({ file: "a.ts", text: "x".repeat(1_000_001), parameters: {} });
  expect(fragment.length).toBeLessThan(3000);
  expect(await sharedOf(fragment)).toBe(undefined);
});

/** The pages are written in the words of kernel engineers and papers: things do not tell, and no person stands for a thing. */
import { expect, test } from "vitest";
import { pages, proseOf } from "./pages.ts";

/** Better: unassigned or unused; reports or describes; at most N; eventually; continues; compared with; anyone who. */
const foreign =
  /\b(?:nobody|somebody|anybody|whoever|told|tells?|telling|so\s+many|some\s+time|(?:goes|went)\s+on|held\s+against)\b/gi;

test.each(pages)("%s", (page) => {
  expect(
    proseOf(page)
      .replaceAll(/`[^`]*`/g, "")
      .match(foreign) ?? [],
  ).toEqual([]);
});

test("a foreign phrase would be found, across lines too", () => {
  expect("A vector that is nobody's is held\nagainst the model.".match(foreign)).toEqual(["nobody", "held\nagainst"]);
});

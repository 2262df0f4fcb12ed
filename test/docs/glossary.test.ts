/** The glossary has each term once, in order, with a meaning and a place, or a reference to another term. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const text = readFileSync(new URL("../../docs/glossary.md", import.meta.url), "utf8");
const rows = [...text.matchAll(/^\| (.*) \| (.*) \| ?(.*) ?\|$/gm)]
  .slice(1)
  .map(([, term = "", meaning = "", place = ""]) => ({
    term: term.replaceAll("`", "").toLowerCase(),
    meaning,
    place: place.trim(),
  }));
const terms = rows.map(({ term }) => term);

test("each term is there once, in alphabetical order", () => {
  expect(terms).toEqual([...new Set(terms)].toSorted());
  expect(terms.length).toBeGreaterThan(100);
});

test("a term is defined somewhere, or refers to one that is", () => {
  const undefinedTerms = rows.filter(({ meaning, place }) => {
    const [, other] = /^see (.*)$/.exec(meaning) ?? [];
    return other === undefined ? place === "" : !rows.some(({ term, place: where }) => term === other && where !== "");
  });
  expect(undefinedTerms).toEqual([]);
});

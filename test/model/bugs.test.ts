/** The bugs corpus: every row is there, and both sides of each are as history has it. */
import { entryOf, propertyIds } from "irqproof/model";
import { checkable } from "irqproof/properties";
import { describe, expect, test } from "vitest";
import { bugs, type BugSide, type ExpressedBug } from "../../model/bugs/index.ts";
import { check } from "./checking.ts";

const expressed = bugs.filter((bug): bug is ExpressedBug => bug.before !== undefined);

/** The side in one word for a test's name. */
const named = ({ entry, parameters = {}, property }: BugSide): string =>
  [entry, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`), property].join(" ");

const verdictOf = async ({ entry, parameters, property }: BugSide): Promise<string | undefined> => {
  const model = checkable(entryOf(entry)!).instantiate(parameters);
  // Small models, most of them: to read them takes longer than to walk through them.
  const report = await check(model, { properties: [property], untilViolation: true, engine: "direct" });
  return report.properties[0]?.verdict;
};

test("the corpus has each row once, in order", () => {
  const rows = bugs.map(({ id }) => Number(id.slice(1)));
  expect(rows.slice(0, 38)).toEqual(Array.from({ length: 38 }, (_, index) => index + 1));
  expect(rows).toEqual([...new Set(rows)].toSorted((one, other) => one - other));
});

test("a suspicion, or what was reproduced, has no repair", () => {
  const open = bugs.filter(({ state }) => state !== undefined);
  expect(open.filter(({ fix }) => fix !== undefined)).toEqual([]);
  expect(open.filter(({ state }) => state === "reproduced").map(({ id }) => id)).toEqual(["B39"]);
  expect(open.length).toBeGreaterThan(3);
});

describe.each(bugs.map((bug) => [bug.id, bug] as const))("%s", (_, bug) => {
  test("says where it comes from and what went wrong", () => {
    for (const text of [bug.title, bug.cause, ...bug.source]) expect(text).toMatch(/^\S.*[^\s.]$/);
    expect(bug.source.length).toBeGreaterThan(0);
    expect(bug.fix ?? "0123456789ab").toMatch(/\b[0-9a-f]{12}\b/);
    expect(bug.inexpressible ?? bug.before?.entry).toMatch(/^\S.*[^\s.]$/);
  });
});

describe("before the repair a property is violated, after it it holds", () => {
  test.each(expressed.map(({ id, before, after }) => [id, named(before), named(after), before, after] as const))(
    "%s: %s; %s",
    async (_, __, ___, before, after) => {
      for (const { entry, property } of [before, after]) {
        expect(entryOf(entry)?.id).toBe(entry);
        expect(propertyIds).toContain(property);
      }
      expect({ before: await verdictOf(before), after: await verdictOf(after) }).toEqual({
        before: "violated",
        after: "holds",
      });
    },
  );
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalogue } from "irqproof/catalogue";
import { properties } from "irqproof/properties";
import { PAGE, withTables } from "./tables.ts";

const page = readFileSync(PAGE, "utf8");

test("the strategy tables are those of the catalogue; `npm run docs:tables` writes them", () => {
  expect(page).toBe(withTables(page));
  for (const { id } of catalogue) expect(page).toContain(`\n| \`${id}\` | `);
});

test("the table of properties has each property once, with its statement", () => {
  const start = page.indexOf("\n## Properties\n");
  const table = page.slice(start, page.indexOf("\n## ", start + 1));
  const ids = [...table.matchAll(/^\| `([a-z-]+)` \| /gm)].map(([, id]) => id);
  expect(ids.toSorted()).toEqual(properties.map(({ id }) => id).toSorted());
});

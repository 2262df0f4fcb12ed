/** The pages are written in the words of kernel engineers and papers: things do not tell, and no person stands for a thing. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Better: unassigned or unused; reports or describes; at most N; eventually; continues; compared with; anyone who. */
const foreign =
  /\b(?:nobody|somebody|anybody|whoever|told|tells?|telling|so\s+many|some\s+time|(?:goes|went)\s+on|held\s+against)\b/gi;

/** The text of a page without its blocks and spans of code. */
function proseOf(page: string): string {
  return readFileSync(join(root, page), "utf8")
    .replaceAll(/^ *```[^]*?^ *```$/gm, "")
    .replaceAll(/`[^`]*`/g, "");
}

test.each(pages)("%s", (page) => {
  expect(proseOf(page).match(foreign) ?? []).toEqual([]);
});

test("a foreign phrase would be found, across lines too", () => {
  expect("A vector that is nobody's is held\nagainst the model.".match(foreign)).toEqual(["nobody", "held\nagainst"]);
});

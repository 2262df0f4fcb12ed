/** Comments of the source avoid words that have a plainer one: things do not tell or owe, and "at most 9" is not "so many". */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders = [
  "checker",
  "model",
  "properties",
  "catalogue",
  "recordings",
  "explorer",
  "cli",
  "bench",
  "site/build",
  "site/playground",
];

const avoided = new RegExp(
  "(?<![\\w'])(?:nobody|nobody's|somebody|somebody's|anybody|everybody|whoever|whom|tells?|telling|told|owe[sd]?|minds?|" +
    "so many|some time|go on|goes on|going on|went on|held against|what came of)(?![\\w'])",
  "gi",
);

/** The avoided words in a text's comments, of which most have lines of their own. A phrase may go across lines. */
function avoidedIn(source: string): string[] {
  const comments = source.split("\n").map((line) => {
    const whole = /^\s*(?:\/\/|\/?\*+)(.*)$/.exec(line);
    return whole?.[1] ?? `\n${/\/\*\*.*?\*\//.exec(line)?.[0] ?? ""}\n`;
  });
  return comments.join(" ").replaceAll(/ +/g, " ").match(avoided) ?? [];
}

test("the words are found in comments, and only there", () => {
  const source = ["/** A CPU is told; so", " * many others are not. */", 'const told = "told";', "// It owes."].join(
    "\n",
  );
  expect(avoidedIn(source)).toEqual(["told", "so many", "owes"]);
  expect(avoidedIn('/** A teller, retold. */\nconst text = "/* nobody */";')).toEqual([]);
});

test.each(folders)("comments in %s use plain words", (folder) => {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  expect(files.length).toBeGreaterThan(5);
  const found = files.flatMap((file) =>
    avoidedIn(readFileSync(join(root, folder, file), "utf8")).map((word) => `${folder}/${file}: ${word}`),
  );
  expect(found).toEqual([]);
});

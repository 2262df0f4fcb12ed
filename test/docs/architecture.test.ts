/** The table "Who imports whom" of docs/architecture.md against the imports of the source; all of them run downwards. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs", "architecture.md"), "utf8");
const table = page.slice(page.indexOf("| folder | holds | imports |"), page.indexOf("`checker` knows nothing"));

interface Row {
  readonly folder: string;
  /** As the last column names them: without `checker/`. */
  readonly imports: readonly string[];
}

/** The rows of folders, from the lowest floor up; the files of `checker` itself are not among them. */
const rows = [...table.matchAll(/^\| `([\w/-]+)` \|.*\| ([^|]+) \|$/gm)].map(([, folder, imports]): Row => ({
  folder: folder!,
  imports: imports!.trim() === "nothing" ? [] : imports!.trim().split(", "),
}));

/** The most specific row of a file. */
function rowOf(file: string): string | undefined {
  const [folder] = rows
    .map((row) => row.folder)
    .filter((name) => file.startsWith(`${name}/`))
    .sort((one, other) => other.length - one.length);
  return folder;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => /\.tsx?$/.test(file));
}

/** The row that the table names so; "checker" stands for its files and all of its folders. */
function shortName(target: string): string {
  const [top] = target.split("/");
  return top === "checker" ? (rowOf(target) ?? "checker").replace(/^checker\//, "") : (rowOf(target) ?? target);
}

/** Imports of the files of a row, by the names of the last column. */
function importsOf({ folder }: Row): string[] {
  const inChecker = folder.startsWith("checker/");
  const found = new Set<string>();
  for (const file of filesIn(folder)) {
    if (rowOf(file) !== folder) continue;
    for (const [, specifier] of readFileSync(join(root, file), "utf8").matchAll(
      /(?:from|import\()\s*"(\.{1,2}\/[^"]+)"/g,
    )) {
      const target = relative(root, normalize(join(root, dirname(file), specifier!)));
      const name = inChecker ? shortName(target) : target.startsWith("checker/") ? "checker" : shortName(target);
      // Files of `checker` itself, such as errors.ts, are imported by any folder.
      if (rowOf(target) !== folder && !(inChecker && name === "checker")) found.add(name);
    }
  }
  return [...found].sort();
}

test("the table has a row for each folder of the source", () => {
  const checker = readdirSync(join(root, "checker"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = rows.map(({ folder }) => folder);
  for (const { name } of checker) expect(folders).toContain(`checker/${name}`);
  for (const name of ["model", "properties", "catalogue", "recordings", "explorer", "cli", "bench", "site/build"]) {
    expect(folders).toContain(name);
  }
});

test.each(rows)("$folder imports what its row names, and nothing else", (row) => {
  expect(importsOf(row)).toEqual(row.imports.toSorted());
});

test("each row imports from rows above it only", () => {
  for (const [index, { folder, imports }] of rows.entries()) {
    const above = new Set(["checker", ...rows.slice(0, index).map((row) => row.folder.replace(/^checker\//, ""))]);
    expect({ folder, below: imports.filter((name) => !above.has(name)) }).toEqual({ folder, below: [] });
  }
});

/** Links between the pages lead to files and headings that exist, and so do the paths that the pages mention. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { pages, proseOf, root } from "./pages.ts";

/** The anchors of the headings of a page, by GitHub's rule. */
function anchorsOf(page: string): Set<string> {
  return new Set(
    [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test("every link leads to a file, and to a heading in it", () => {
  const broken: string[] = [];
  let count = 0;
  for (const page of pages) {
    for (const [, link = ""] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      count++;
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : normalize(join(dirname(page), file));
      const exists = existsSync(join(root, target)) && (anchor === undefined || anchorsOf(target).has(anchor));
      if (!exists) broken.push(`${page}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

/** The pages that the links of a page lead to. */
function linkedFrom(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\((?!https?:)([^)\s#]+\.md)/g)].map(([, file = ""]) =>
    normalize(join(dirname(page), file)),
  );
}

test("links lead from README.md to every page of docs/", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) for (const next of linkedFrom(page)) reached.add(next);
  expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
});

test("every path of this repository that a page mentions exists", () => {
  const entries = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = new Set(entries.map(({ name }) => name));
  folders.delete("dist");
  folders.delete("node_modules");
  // Results that a reader would make are named like those that are kept.
  const madeByReader = /^bench\/results\/(latest|2026-01-31)/;
  const missing: string[] = [];
  let count = 0;
  for (const page of pages) {
    for (const [, span = ""] of proseOf(page).matchAll(/`([^`\s]+\/[^`\s]*)`/g)) {
      // A path in a recipe has a place for a name in capitals.
      if (!folders.has(span.split("/")[0]!) || /[A-Z]{2}|\*/.test(span) || madeByReader.test(span)) continue;
      count++;
      if (!existsSync(join(root, span))) missing.push(`${page}: ${span}`);
    }
  }
  expect(missing).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

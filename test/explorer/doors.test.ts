/** explorer/ uses the public doors of what is below it, and the page nothing that a browser does not have. */
import { readdirSync, readFileSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const files = readdirSync(join(root, "explorer"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => join("explorer", file));

/** Imports of a file: paths from the root, or names of packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:^|\s)(?:from|import)\s*\(?"([^"\n]+)"/g)].map(([, name = ""]) =>
    name.startsWith(".") ? normalize(join(relative(root, join(root, file, "..")), name)) : name,
  );
}

test("every import out of explorer/ is a door, or a module of Node", () => {
  expect(files.length).toBeGreaterThan(30);
  const outside = files.flatMap((file) => importsOf(file).filter((name) => !name.startsWith("explorer/")));
  const allowed = /^(?:node:.*|preact(?:\/hooks)?|(?:checker|model|properties)\/index\.ts)$/;
  expect(outside.filter((name) => !allowed.test(name))).toEqual([]);
  expect(outside).toContain("checker/index.ts");
});

test("the page imports its own parts, plain data and preact", () => {
  const page = files.filter((file) => file.startsWith("explorer/page/"));
  const allowed = /^(?:explorer\/page\/.*|explorer\/(?:wire|path|main-run)\.ts|preact(?:\/hooks)?)$/;
  expect(page.flatMap(importsOf).filter((name) => !allowed.test(name))).toEqual([]);
  const shared = ["explorer/wire.ts", "explorer/path.ts", "explorer/main-run.ts"];
  expect(shared.flatMap(importsOf).filter((name) => !shared.includes(name))).toEqual([]);
});

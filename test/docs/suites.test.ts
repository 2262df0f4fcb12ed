/** The lists of files in vitest.config.ts: a file that is moved must not leave its suite unnoticed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import config from "../../vitest.config.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Project {
  readonly test: { readonly name: string; readonly include: readonly string[]; readonly exclude?: readonly string[] };
}
const projects = (config.test?.projects ?? []) as unknown as readonly Project[];
const filesOf = (name: string): readonly string[] => projects.find(({ test }) => test.name === name)!.test.include;

/** Those that ask whether all or a part of their tests is wanted. */
const partly = readdirSync(`${root}test`, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `test/${file}`)
  .filter((file) => /^import \{.*\} from "(\.\.\/)+thorough\.ts";$/m.test(readFileSync(`${root}${file}`, "utf8")));

test("every listed file exists", () => {
  const listed = ["mocks", "thorough", "site"].flatMap(filesOf).filter((file) => !file.includes("*"));
  expect(listed.length).toBeGreaterThan(40);
  expect(listed.filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
});

test("a file that the default suite runs in part is run whole by the thorough suite", () => {
  expect(partly.length).toBeGreaterThan(10);
  const excluded = projects.find(({ test }) => test.name === "tests")!.test.exclude ?? [];
  expect(partly.filter((file) => !filesOf("thorough").includes(file))).toEqual([]);
  expect(partly.filter((file) => excluded.includes(file))).toEqual([]);
});

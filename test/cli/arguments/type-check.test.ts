/** `check FILE.ts --types`, with the compiler of this project in the place of the user's. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { afterAll, describe, expect, test } from "vitest";
import { errorsOf } from "../../../cli/arguments/type-check.ts";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const compiler = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));

/** A folder with a compiler, or what stands in its place. */
function project(name: string, manifest?: object): string {
  const root = join(folder.path, name);
  const installed = join(root, "node_modules", "typescript");
  mkdirSync(dirname(installed), { recursive: true });
  if (manifest === undefined) symlinkSync(compiler, installed);
  else {
    mkdirSync(installed);
    writeFileSync(join(installed, "package.json"), JSON.stringify(manifest));
  }
  return root;
}

/** The file as messages name it. */
function written(root: string, name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

const TYPO = LAMPS.replace("state.on[0] === true", "state.no[0] === true");
const placeOfTypo = (file: string): string => {
  const before = TYPO.slice(0, TYPO.indexOf("state.no") + "state.".length).split("\n");
  return `${file}:${before.length}:${before.at(-1)!.length + 1}`;
};

describe("check --types", () => {
  const root = project("typed");

  test("checks a file that has no type error, and leaves nothing behind", async () => {
    const file = written(root, "lamps.ts", LAMPS);
    const { status, err } = await irqproof(["check", file, "--types", "--quiet"]);
    expect({ status, err }).toEqual({ status: 1, err: "" });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("irqproof-types-"))).toEqual([]);
    expect(readdirSync(root).sort()).toEqual(["lamps.ts", "node_modules"]);
  });

  test("reports type errors with file, line and column, and no verdict", async () => {
    const file = written(root, "typo.ts", TYPO);
    const { status, out, err } = await irqproof(["check", file, "--types"]);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    const [first, second, ...others] = err.split("\n");
    expect(first).toMatch(/: Property 'no' does not exist on type '\{.*\}'\. \(TS2339\)$/);
    expect(first!.startsWith(`${placeOfTypo(file)}: `)).toBe(true);
    expect(second).toBe(`irqproof: check: ${file} has 1 type error`);
    expect(others).toEqual([""]);
  });

  test("obeys the project's own configuration", async () => {
    const strict = project("strict");
    writeFileSync(
      join(strict, "tsconfig.json"),
      `{
        // A comment, and options that do not go with a check of one file.
        "compilerOptions": {
          "module": "nodenext", "strict": true, "noUnusedLocals": true, "composite": true, "outDir": "out"
        },
        "include": ["elsewhere"]
      }`,
    );
    const file = written(strict, "lamps.ts", `${LAMPS}\nconst unused = 1;\n`);
    const { status, err } = await irqproof(["check", file, "--types"]);
    expect(err).toContain("'unused' is declared but its value is never read. (TS6133)\n");
    expect(status).toBe(2);
    expect(existsSync(join(strict, "out"))).toBe(false);
  });

  test("goes with the configuration that the documentation proposes", async () => {
    const page = readFileSync(new URL("../../../docs/running.md", import.meta.url), "utf8");
    const [, configuration = ""] = /```json\n([^`]+)```/.exec(page) ?? [];
    expect(JSON.parse(configuration)).toHaveProperty("compilerOptions.strict", true);
    const proposed = project("proposed");
    writeFileSync(join(proposed, "tsconfig.json"), configuration);
    const file = written(proposed, "lamps.ts", LAMPS);
    expect(await irqproof(["check", file, "--types", "--quiet"])).toEqual({ status: 1, out: "", err: "" });
  });

  const install = "npm install --save-dev typescript, in the folder of your project";
  test.each([
    ["none", {}, (file: string) => `check: --types needs TypeScript installed beside ${file}: ${install}`],
    [
      "old",
      { version: "5.5.4", bin: { tsc: "bin/tsc" } },
      (file: string) => `check: --types needs TypeScript 5.6 or newer, and ${file} has 5.5.4: ${install}`,
    ],
  ])("names what is missing: %s", async (name, manifest, sentence) => {
    const file = written(project(name, manifest), "lamps.ts", LAMPS);
    expect(await irqproof(["check", file, "--types"])).toEqual({
      status: 2,
      out: "",
      err: `irqproof: ${sentence(file)}\n`,
    });
  });

  test.each([
    [
      ["check", "x86-direct", "--types"],
      "check: --types is for FILE.ts, not for x86-direct, an entry of the catalogue",
    ],
    [["check", "--all", "--watch"], "check: --watch is for FILE.ts, not for the catalogue"],
    [["simulate", "x86-direct", "--watch"], "simulate: --watch is for FILE.ts, not for x86-direct, an entry"],
    [["inspect", "x86-direct", "--watch"], "inspect: --watch is for FILE.ts, not for x86-direct, an entry"],
    [["check", "./no.ts", "--types"], "no such file: ./no.ts"],
  ])("%j is refused", async (args, sentence) => {
    const { status, err } = await irqproof(args);
    expect(err).toContain(`irqproof: ${sentence}`);
    expect(status).toBe(2);
  });
});

test("what the compiler prints is a line for each error", () => {
  expect(
    errorsOf(
      [
        "my file(1).ts(3,14): error TS2322: Type 'string' is not assignable to type 'number'.",
        "  Type 'a' is not.",
        "    Really.",
        "error TS5023: Unknown compiler option 'x'.",
        "",
        "Found 2 errors.",
      ].join("\r\n"),
    ),
  ).toEqual([
    "my file(1).ts:3:14: Type 'string' is not assignable to type 'number'. Type 'a' is not. Really. (TS2322)",
    "Unknown compiler option 'x'. (TS5023)",
  ]);
});

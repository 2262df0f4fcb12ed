/**
 * Every TypeScript example of the documentation is a program that type-checks and runs: those of public docstrings,
 * of README.md and of docs/. A `console.assert` that does not hold fails its test.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { thorough } from "../thorough.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Example {
  /** Its place, such as `checker/check.ts:27`. */
  readonly place: string;
  readonly code: string;
}

/** The files of a directory and those below it, as paths from the root; none when there is no such directory. */
function filesIn(directory: string, ending: string): string[] {
  if (!existsSync(join(root, directory))) return [];
  return readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(directory, file))
    .toSorted();
}

const sources = ["checker", "model", "properties", "catalogue"].flatMap((directory) => filesIn(directory, ".ts"));
const pages = [...(existsSync(join(root, "README.md")) ? ["README.md"] : []), ...filesIn("docs", ".md")];

/** The code between "```ts" and "```", without what stands before every line of a docstring. */
function examplesOf(file: string): Example[] {
  const margin = file.endsWith(".md") ? /^/ : /^\s*\* ?/;
  const found: Example[] = [];
  let begun: { line: number; code: string[] } | undefined;
  for (const [index, whole] of readFileSync(join(root, file), "utf8").split("\n").entries()) {
    const line = whole.replace(margin, "");
    if (begun === undefined) {
      if (line.trim() === "```ts") begun = { line: index + 1, code: [] };
    } else if (line.trim() === "```") {
      found.push({ place: `${file}:${begun.line}`, code: begun.code.join("\n") });
      begun = undefined;
    } else {
      begun.code.push(line);
    }
  }
  if (begun !== undefined) throw new Error(`${file}:${begun.line}: the example has no end`);
  return found;
}

const examples = [...sources, ...pages].flatMap(examplesOf);

/** The examples use the modules that the tests do: a loader of its own would compile all of them again. */
const jiti = createJiti(import.meta.url, {
  virtualModules: {
    "irqproof/checker": await import("irqproof/checker"),
    "irqproof/model": await import("irqproof/model"),
    "irqproof/properties": await import("irqproof/properties"),
    "irqproof/catalogue": await import("irqproof/catalogue"),
    "irqproof/export": await import("irqproof/export"),
  },
});

describe("runs", () => {
  beforeEach(() => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    vi.spyOn(console, "assert").mockImplementation((condition?: boolean, ...message: unknown[]) => {
      if (!condition) throw new Error(`an assertion of the example does not hold ${message.join(" ")}`);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each(examples)("$place", async ({ place, code }) => {
    await jiti.evalModule(code, { filename: join(root, `${place.replaceAll(/[^\w]/g, "-")}.ts`), async: true });
    // A docstring's example shows what comes out, so it has something to assert.
    expect(place.includes(".md:") || vi.mocked(console.assert).mock.calls.length > 0).toBe(true);
  });
});

test("an example whose assertion does not hold would be found", async () => {
  vi.spyOn(console, "assert").mockImplementation((condition) => {
    if (!condition) throw new Error("found");
  });
  const code = 'import { range } from "irqproof/checker";\nconsole.assert(range(0, 1).text === "nothing");';
  await expect(async () => jiti.evalModule(code, { filename: join(root, "wrong.ts"), async: true })).rejects.toThrow(
    "found",
  );
  vi.restoreAllMocks();
});

test.runIf(thorough)("all of them type-check", () => {
  const directory = mkdtempSync(join(tmpdir(), "irqproof-docs-"));
  try {
    for (const { place, code } of examples) {
      writeFileSync(join(directory, `${place.replaceAll(/[^\w]/g, "-")}.ts`), `${code}\nexport {};\n`);
    }
    const compilerOptions = { rootDir: "/", typeRoots: [join(root, "node_modules/@types")] };
    writeFileSync(
      join(directory, "tsconfig.json"),
      JSON.stringify({ extends: join(root, "tsconfig.json"), compilerOptions, include: ["*.ts"] }),
    );
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    let complaints = "";
    try {
      execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.json"], { cwd: directory, encoding: "utf8" });
    } catch (error) {
      complaints = String((error as { stdout?: unknown }).stdout ?? error);
    }
    // Mistakes in the library itself are the type check's business.
    expect(complaints.split("\n").filter((line) => /^[\w-]+\.ts\(/.test(line))).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("the examples are found", () => {
  const files = new Set(examples.map(({ place }) => place.replace(/:\d+$/, "")));
  for (const file of ["checker/check.ts", "checker/language/model.ts", "checker/language/family.ts"]) {
    expect([...files]).toContain(file);
  }
});

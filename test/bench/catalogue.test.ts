/** The table over the catalogue: its sizes, its marks, and a run of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "irqproof/checker";
import { catalogue } from "irqproof/catalogue";
import { checkable } from "irqproof/catalogue";
import { afterAll, expect, test } from "vitest";
import { benchCatalogue } from "../../bench/catalogue.ts";
import { sizeOf, WANTED_SIZE } from "../../bench/catalogue-size.ts";
import { catalogueMarkdown, isSlow, type CatalogueResult, type EntryRow } from "../../bench/catalogue-table.ts";
import { sourceProgram } from "../../bench/program.ts";
import { safetyOf } from "../../bench/subject.ts";
import { temporaryFolder } from "../cli/run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const entry = (id: string) => catalogue.find((one) => one.id === id)!;

test("each entry is measured at the wanted size, or at the largest one below that makes a model", () => {
  const smaller = catalogue.flatMap((one) => {
    const size = sizeOf(one);
    expect(() => checkable(one).instantiate(size)).not.toThrow();
    return Object.values(size).join() === Object.values(WANTED_SIZE).join() ? [] : [[one.id, size]];
  });
  // Its harts are in groups of two.
  expect(smaller).toEqual([["imsic-merged-two-words", { cpus: 2, vectors: 3, devices: 2, moves: 2 }]]);
});

test("a parameter that an entry lacks is left out, and a bounded one is lowered", () => {
  const whole = entry("x86-two-step");
  const { cpus, moves } = whole.parameters;
  const atMostOne = { ...moves!, read: (given: unknown) => (given === 1 ? 1 : undefined) };
  expect(sizeOf({ ...whole, parameters: { cpus: cpus!, moves: atMostOne } })).toEqual({ cpus: 3, moves: 1 });
});

const found = (distinct: number, search: number, stopped = false): NonNullable<EntryRow["found"]> => ({
  states: { distinct, transitions: 4 * distinct, depth: 10 },
  violated: [],
  stopped,
  bitsPerState: 100,
  direct: 2,
  search,
  seconds: search,
  bytes: 120e6,
});
const size = WANTED_SIZE;

test("slow entries are those with a large state space and a low rate", () => {
  expect(isSlow({ id: "a", size, found: found(100_000, 10) })).toBe(false);
  expect(isSlow({ id: "a", size, found: found(100_001, 0.25) })).toBe(false);
  expect(isSlow({ id: "a", size, found: found(100_001, 0.26) })).toBe(true);
  expect(isSlow({ id: "a", size, failure: "no memory" })).toBe(false);
});

test("the table marks entries that are slow, stopped or failed, and times reading apart where it can", () => {
  const rows: EntryRow[] = [
    { id: "fast", size, found: { ...found(2_000_000, 2.5), reading: 0.5, compiling: 0.25 } },
    { id: "slow", size, found: found(3_000_000, 10, true) },
    { id: "broken", size, failure: "it ended with status 70: no memory" },
  ];
  const text = catalogueMarkdown({ schema: 1, date: "2026-01-31", machine: "a machine", maxStates: 3_000_000, rows });
  expect(text).toContain("| fast | 3,3,2,2 | 2,000,000 | 8,000,000 | 800 | 2.50 | 0.50 | 0.25 | 120 | 2 |  |");
  expect(text).toContain(
    "| slow | 3,3,2,2 | 3,000,000 and more | 12,000,000 and more | 300 | 10.00 |  |  | 120 | 2 | slow |",
  );
  expect(text).toContain("| broken | 3,3,2,2 |  |  |  |  |  |  |  |  | failed |");
  expect(text).toContain("3 entries, 1 slow, 1 failed.");
  expect(text).toContain("- broken: it ended with status 70: no memory");
});

test("each chosen entry is searched up to the bound, with all safety properties", async () => {
  const out = join(folder.path, "catalogue");
  const said: string[] = [];
  let markdown = "";
  const status = await benchCatalogue(["--ids", "gicv2m", "--max-states", "300", "--out", `${out}.md`], {
    print: (text) => (markdown += text),
    say: (line) => said.push(line),
    program: sourceProgram(),
  });
  expect([status, said]).toEqual([
    0,
    [expect.stringMatching(/^gicv2m: \d+ states, search [\d.]+ s, \d+ thousand\/s$/)],
  ]);
  expect(readFileSync(`${out}.md`, "utf8")).toBe(markdown);
  const written = JSON.parse(readFileSync(`${out}.json`, "utf8")) as CatalogueResult;
  const [row] = written.rows;
  const properties = await safetyOf("gicv2m", size);
  const model = checkable(entry("gicv2m")).instantiate(size);
  const { states } = await check(model, { engine: "compiled", maxStates: 300, properties });
  expect(row).toMatchObject({ id: "gicv2m", size, found: { states, stopped: true } });
  expect(row?.found?.search).toBeGreaterThan(0);
});

test.for([
  [["--max-states", "0"], "--max-states is 0: it must be a positive integer"],
  [["--ids", "x86-three-step"], "--ids has x86-three-step: no entry has such an id"],
  [["--ids", "gicv2m,"], "--ids has an empty word: no entry has such an id"],
  [["--fast"], "Unknown option '--fast'; --help lists the options"],
] as const)("options that make no sense are one sentence: %s", async ([given, message]) => {
  const said: string[] = [];
  const surroundings = { print: () => {}, say: (line: string) => said.push(line), program: sourceProgram() };
  expect(await benchCatalogue(given, surroundings)).toBe(2);
  expect(said).toEqual([`bench:catalogue: ${message}`]);
});

test("--help prints the options", async () => {
  let text = "";
  expect(await benchCatalogue(["--help"], { print: (more) => (text += more), say: () => {} })).toBe(0);
  for (const option of ["--ids", "--max-states", "--out"]) expect(text).toContain(option);
});

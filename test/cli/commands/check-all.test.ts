/** `check --all` for machines, on a small catalogue: what the real one is worth is tested elsewhere. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { loadCatalogue } from "../../../cli/arguments/catalogue.ts";
import { compareAll } from "../../../cli/commands/check-all.ts";
import { terminalOn } from "../../../cli/output/terminal.ts";
import { elementsOf, parseKtap, sarifMistakes } from "../output/format-readers.ts";
import { irqproof } from "../run.ts";

vi.mock(import("../../../cli/arguments/catalogue.ts"), async (original) => {
  const real = await original();
  const ids = new Set(["x86-direct", "x86-same-cpu", "x86-same-vector"]);
  return { ...real, loadCatalogue: async () => (await real.loadCatalogue()).filter(({ id }) => ids.has(id)) };
});

const BOUND = ["--engine", "reference", "--max-states", "40"];
const output = async (...more: readonly string[]): Promise<string> => (await irqproof(["check", "--all", ...more])).out;

test("--json: an array of reports with what was expected", async () => {
  const reports = JSON.parse(await output("--json", ...BOUND)) as Record<string, unknown>[];
  expect(reports.map(({ model }) => model)).toEqual(["x86-direct", "x86-same-vector", "x86-same-cpu"]);
  expect(reports[1]).toMatchObject({
    schema: 1,
    verdict: "inconclusive",
    expected: { "no-interrupt-lost": "holds" },
    asExpected: false,
    hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
  });
});

describe("formats for machines", () => {
  test("KTAP: an expected violation is a success, an entry a test", async () => {
    const { results, diagnostics } = parseKtap(await output("--format", "ktap"));
    expect(results.map(({ name }) => name)).toEqual(["x86-direct", "x86-same-vector", "x86-same-cpu"]);
    expect(results[0]!.subtests).toContainEqual(
      expect.objectContaining({ ok: true, name: "no-interrupt-lost", directive: "XFAIL violated, as expected" }),
    );
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(diagnostics.some((line) => /^x86-direct: Sometimes lost; .* [0-9a-f]{12}$/.test(line))).toBe(true);
  });

  test("JUnit: a suite for each entry, and what is inconclusive is skipped", async () => {
    const elements = elementsOf(await output("--format", "junit", ...BOUND));
    const suites = elements.filter(({ name }) => name === "testsuite");
    expect(suites.map(({ attributes }) => attributes["name"])).toEqual([
      "x86-direct",
      "x86-same-vector",
      "x86-same-cpu",
    ]);
    expect(elements[0]!.attributes["failures"]).toBe("0");
    expect(Number(elements[0]!.attributes["skipped"])).toBeGreaterThan(0);
  });

  test("SARIF: expected violations are notes", async () => {
    const log = JSON.parse(await output("--format", "sarif", "--trace", "none")) as {
      runs: [{ results: { level: string; ruleId: string; codeFlows?: unknown }[] }];
    };
    expect(sarifMistakes(log)).toEqual([]);
    const { results } = log.runs[0];
    expect(results).toContainEqual(expect.objectContaining({ ruleId: "no-interrupt-lost", level: "note" }));
    expect(results.some(({ codeFlows }) => codeFlows !== undefined)).toBe(false);
  });
});

describe("the entries that a call names", () => {
  const rows = (out: string): string[] => [...out.matchAll(/^(x86-[a-z-]+) +/gm)].map((match) => match[1]!);

  test.each([
    [["x86-same-*"], ["x86-same-vector", "x86-same-cpu"]],
    [
      ["*-cpu", "x86-direct"],
      ["x86-direct", "x86-same-cpu"],
    ],
    [["x86-direct,x86-same-cpu"], ["x86-direct", "x86-same-cpu"]],
    [["x86-direct", "x86-d*"], ["x86-direct"]],
  ])("%j", async (words, ids) => {
    const out = await output(...words, ...BOUND);
    expect(rows(out)).toEqual(ids);
    expect(out.trimEnd().split("\n").at(-1)).toMatch(new RegExp(`^${ids.length} entr(y|ies), `));
  });

  test.each([
    [["x86-dirct"], "check: no catalogue entry matches x86-dirct; did you mean x86-direct?"],
    [["arm-*"], "check: no catalogue entry matches arm-*; irqproof list prints them"],
    [["x86-direct.*"], "check: --all checks entries of the catalogue, but x86-direct.* is a file; leave one out"],
  ])("%j is a mistake", async (words, sentence) => {
    const { status, err } = await irqproof(["check", "--all", ...words]);
    expect([status, err]).toEqual([2, `irqproof: ${sentence}\n`]);
  });

  test("two without --all", async () => {
    const { status, err } = await irqproof(["check", "x86-direct", "x86-same-cpu"]);
    expect(status).toBe(2);
    expect(err).toContain(
      "check: unexpected argument x86-same-cpu; check --all x86-direct x86-same-cpu checks several",
    );
  });

  test("a parameter must be one of theirs alone", async () => {
    const { status } = await irqproof(["check", "--all", "x86-same-cpu", "--cpus", "2", ...BOUND]);
    expect(status).toBe(3);
  });
});

test("when the time is up the entry is named and no other is begun", async () => {
  // Expired from the start: a fast machine may finish all three entries within the shortest real limit.
  const expired = AbortSignal.abort(new DOMException("expired", "TimeoutError"));
  const timer = vi.spyOn(AbortSignal, "timeout").mockReturnValue(expired);
  const { status, out } = await irqproof(["check", "--all", "--max-time", "1ms", "--engine", "reference"]);
  timer.mockRestore();
  expect(status).toBe(3);
  expect(out).toMatch(/\n {4}stopped early: the time limit was reached; \d+ properties undecided\n/);
  expect(out).toContain("3 entries, 0 as expected, 2 not checked");
});

test("no model is kept when its row is printed", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const entries = await loadCatalogue();
  const models: WeakRef<object>[] = [];
  const silent = terminalOn({ stdout: { write: () => {} }, stderr: { write: () => {} }, env: {} });
  await compareAll(
    entries,
    [],
    {},
    silent,
    () => {},
    ({ model }) => models.push(new WeakRef(model)),
  );
  expect(models).toHaveLength(3);
  const kept = (): number => models.filter((model) => model.deref() !== undefined).length;
  // A reference that was asked for keeps its model until the turn of the event loop ends, and so may a frame of the turn.
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  expect(kept()).toBe(0);
});

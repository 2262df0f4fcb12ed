/** `check --all` for machines, on a small catalogue: what the real one is worth is tested elsewhere. */
import { describe, expect, test, vi } from "vitest";
import { elementsOf, parseKtap, sarifMistakes } from "./format-readers.ts";
import { irqproof } from "./run.ts";

vi.mock(import("../../cli/catalogue.ts"), async (original) => {
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

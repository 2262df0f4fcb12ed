/** A mistake of a model in every form of a report: what was found besides stays, and the exit status is 2. */
import { afterAll, expect, test } from "vitest";
import { elementsOf, parseKtap, sarifMistakes } from "./format-readers.ts";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const file = folder.write(
  "bad.ts",
  `import { model, range, record } from "irqproof/checker";

interface Draft {
  count: number;
}

export default model({
  name: "bad",
  state: record({ count: range(0, 3) }),
  initial: { count: 0 },
  actions: {
    up: {
      actor: "user",
      then: (draft: Draft) => {
        draft.count += 1;
      },
    },
  },
  properties: ({ always }) => ({
    low: always("low", ({ count }) => count < 2),
    odd: always("odd \\u001b[31m", ({ count }) => {
      if (count === 2) throw new Error("\\u001b[31mred");
      return true;
    }),
    open: always("open", ({ count }) => count < 9),
  }),
});
`,
);

test("the text names the mistakes, their places and their runs, and keeps the verdicts", async () => {
  const { status, out } = await irqproof(["check", file]);
  expect(status).toBe(2);
  expect(out).toMatch(/^ {2}VIOLATED {6}low /m);
  expect(out).toMatch(/^ {2}ERROR {9}odd /m);
  expect(out).toMatch(/^ {2}inconclusive {2}open /m);
  expect(out).toContain("up: model error after 3 steps\n\n    user\n 1  up\n");
  expect(out).toContain("bad.ts:15:9\n    draft.count += 1\n");
  expect(out).toMatch(/bad\.ts:22:\d+\n/);
  expect(out).not.toContain("\u001b");
  expect(out.trimEnd().split("\n").at(-1)).toMatch(/^bad: MODEL ERROR, low VIOLATED; 4\+ states; [0-9a-f]{12}$/);
});

test("JUnit counts errors, a case for each", async () => {
  const { status, out } = await irqproof(["check", file, "--format", "junit"]);
  expect(status).toBe(2);
  const elements = elementsOf(out);
  const errors = elements.filter(({ name }) => name === "error");
  expect(errors.map(({ attributes }) => attributes["type"])).toEqual(["predicate", "recipe"]);
  expect(errors[1]?.attributes["message"]).toContain("bad.ts:15:9: draft.count += 1");
  const suites = elements.find(({ name }) => name === "testsuites");
  expect(suites?.attributes).toMatchObject({ tests: "4", failures: "1", errors: "2", skipped: "1" });
});

test("KTAP has a test that is not ok for each", async () => {
  const { status, out } = await irqproof(["check", file, "--format", "ktap"]);
  expect(status).toBe(2);
  expect(parseKtap(out).results.map(({ ok, name }) => [ok, name])).toEqual([
    [false, "low"],
    [false, "odd"],
    [true, "open"],
    [false, "up"],
  ]);
});

test("SARIF has a result at the place in the file, with the run as its flow", async () => {
  const { status, out } = await irqproof(["check", file, "--format", "sarif"]);
  expect(status).toBe(2);
  const log = JSON.parse(out);
  expect(sarifMistakes(log)).toEqual([]);
  const results = log.runs[0].results.filter(({ ruleId }: { ruleId: string }) => ruleId === "model-error");
  expect(results).toHaveLength(2);
  expect(results[0].locations[0].physicalLocation).toMatchObject({ region: { startLine: 15, startColumn: 9 } });
  expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toMatch(/^file:.*bad\.ts$/);
  expect(results[0].codeFlows[0].threadFlows[0].locations).toHaveLength(4);
});

test("JSON and ITF carry the run", async () => {
  const { out } = await irqproof(["check", file, "--json"]);
  const { verdict, mistakes } = JSON.parse(out);
  expect([verdict, mistakes.length, mistakes[0].trace.length]).toEqual(["error", 2, 4]);
  const itf = await irqproof(["check", file, "--trace", "itf"]);
  expect(itf.out).toContain('"description": "model error: up"');
});

test("a command that has no place for it says it in one sentence", async () => {
  const { status, err } = await irqproof(["export", file, "--to", "itf"]);
  expect(status).toBe(2);
  expect(err).toMatch(/leaves the state's type: count is 4: .* \(.*bad\.ts:15:9: draft\.count \+= 1\)\n$/);
});

import { check, fingerprint, model, range, record, type Model } from "irqproof/checker";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Checked } from "../../../cli/output/formats/checked.ts";
import { junit } from "../../../cli/output/formats/junit.ts";
import { ktap } from "../../../cli/output/formats/ktap.ts";
import { sarif } from "../../../cli/output/formats/sarif.ts";
import { elementsOf, parseKtap, sarifMistakes, type Element } from "./format-readers.ts";
import { irqproof, LAMPS, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
const lamps = folder.write("lamps.ts", LAMPS);
afterAll(() => folder.remove());

/** Counts to three; says of it what holds, what does not, and what is awkward to write down. */
const counter = model({
  name: "counter",
  state: record({ count: range(0, 3) }),
  initial: { count: 0 },
  actions: {
    up: {
      actor: "user",
      label: '<count> & "more" \u0007 # of it',
      when: ({ count }) => count < 3,
      then: (draft) => void draft.count++,
    },
  },
  properties: ({ always }) => ({
    low: always('the count is below <two> & "stays" there # always', ({ count }) => count < 2),
    small: always("the count is at most three", ({ count }) => count <= 3),
  }),
}) as unknown as Model<unknown>;

/** As expected; one verdict otherwise than expected; stopped early, and nothing found out. */
const many: Checked[] = [];
beforeAll(async () => {
  const checked = async (options: object, expected?: Checked["expected"]): Promise<Checked> => {
    const report = await check(counter, options);
    return { model: counter, report, title: "a counter", hash: fingerprint(counter), summary: "counter: so", expected };
  };
  many.push(
    await checked({}, { low: "violated", small: "holds" }),
    await checked({}, { low: "violated", small: "violated" }),
    await checked({ maxStates: 1 }, { low: "violated", small: "holds" }),
    await checked({}, { small: "holds" }),
    await checked({}),
  );
});

describe("KTAP", () => {
  test("a model is a test of its properties, with the counterexample as diagnostics", async () => {
    const { status, out } = await irqproof(["check", lamps, "--format", "ktap"]);
    expect(status).toBe(1);
    const { results, diagnostics } = parseKtap(out);
    expect(results.map(({ ok, name, directive }) => ({ ok, name, directive }))).toEqual([
      { ok: false, name: "dark", directive: undefined },
      { ok: true, name: "listed", directive: undefined },
      { ok: true, name: "bright", directive: undefined },
    ]);
    expect(diagnostics).toContain(" 1  toggle(lamp=0)");
    expect(diagnostics.some((line) => /^lamps: dark VIOLATED; 4 states; [0-9a-f]{12}$/.test(line))).toBe(true);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("what is inconclusive is skipped", async () => {
    const { status, out } = await irqproof(["check", lamps, "--format", "ktap", "--max-states", "2"]);
    expect(status).toBe(3);
    const dark = parseKtap(out).results.find(({ name }) => name === "dark");
    expect(dark).toMatchObject({ ok: true, directive: "SKIP the bound of 2 states was reached" });
  });

  test("several models are tests with subtests, judged by what was expected of them", () => {
    const { results } = parseKtap(ktap(many, false, "chart").join("\n"));
    expect(results.map(({ ok, directive }) => `${ok} ${directive ?? ""}`.trim())).toEqual([
      "true",
      "false",
      "true SKIP the bound of 1 states was reached",
      "true",
      "false",
    ]);
    expect(results[0]!.subtests).toMatchObject([
      { ok: true, name: "low", directive: "XFAIL violated, as expected" },
      { ok: true, name: "small", directive: undefined },
    ]);
    expect(results[1]!.subtests).toMatchObject([{ ok: true }, { ok: false, name: "small" }]);
    expect(results[3]!.subtests[0]).toMatchObject({
      ok: true,
      directive: "SKIP VIOLATED; no expected verdict is stated",
    });
  });

  test("without traces when none are wanted", () => {
    expect(ktap(many, false, "chart").join("\n")).toContain("user");
    expect(ktap(many, false, "none").join("\n")).not.toContain("user");
  });
});

describe("JUnit", () => {
  const attribute = (elements: readonly Element[], name: string): (string | undefined)[] =>
    elements.map(({ attributes }) => attributes[name]);

  test("a model is a suite, and the text of a failure is the chart as it stands", async () => {
    const { status, out } = await irqproof(["check", lamps, "--format", "junit"]);
    expect(status).toBe(1);
    const elements = elementsOf(out);
    const named = (name: string): Element[] => elements.filter((element) => element.name === name);
    expect(named("testsuite")[0]?.attributes).toMatchObject({ name: "lamps", tests: "3", failures: "1", skipped: "0" });
    expect(attribute(named("testcase"), "name")).toEqual(["dark", "listed", "bright"]);
    expect(attribute(named("property"), "name")).toEqual(expect.arrayContaining(["count", "hash", "states"]));
    const [failure] = named("failure");
    expect(failure?.attributes["message"]).toBe("violated (loss): some lamp is off");
    expect(failure?.text).toContain("\n 1  toggle(lamp=0)\n      on[0]: false -> true\n 2  toggle(lamp=1)\n");
  });

  test("several models, what was expected of them, and characters that XML does not have", () => {
    const text = junit(many, "chart").join("\n");
    const elements = elementsOf(text);
    expect(elements[0]).toMatchObject({ name: "testsuites", attributes: { tests: "10", failures: "2", skipped: "3" } });
    const failures = elements.filter(({ name }) => name === "failure");
    expect(attribute(failures, "message")).toEqual([
      "holds, expected VIOLATED (loss)",
      'violated (loss): the count is below <two> & "stays" there # always',
    ]);
    expect(failures[1]?.text).toContain('<count> & "more" \\u{7} # of it');
  });
});

describe("SARIF", () => {
  interface Result {
    readonly ruleId: string;
    readonly level: string;
    readonly kind: string;
    readonly message: { readonly text: string };
    readonly locations: readonly object[];
    readonly codeFlows?: readonly [{ readonly threadFlows: readonly [{ readonly locations: readonly object[] }] }];
  }
  const resultsOf = (log: unknown): Result[] => (log as { runs: [{ results: Result[] }] }).runs[0].results;

  test("has what the schema requires and nothing that it does not know", async () => {
    for (const more of [[], ["--trace", "none"], ["--max-states", "2"], ["--property", "listed"]]) {
      const { out } = await irqproof(["check", lamps, "--format", "sarif", ...more]);
      expect(sarifMistakes(JSON.parse(out))).toEqual([]);
    }
    expect(sarifMistakes(JSON.parse(JSON.stringify(sarif(many, true, 1))))).toEqual([]);
  });

  test("the reader of these tests finds mistakes", async () => {
    const log = JSON.parse((await irqproof(["check", lamps, "--format", "sarif"])).out) as { runs: [{ tool: object }] };
    expect(sarifMistakes({ ...log, version: "2.0.0" })).toEqual(['log.version is "2.0.0"']);
    expect(sarifMistakes({ ...log, runs: [{ ...log.runs[0], tool: {} }] })).toEqual(["log.runs[0].tool lacks driver"]);
    expect(sarifMistakes({ ...log, more: 1 })).toEqual(["log has more"]);
  });

  test("a violation is a result whose code flow is the counterexample", async () => {
    const { status, out } = await irqproof(["check", lamps, "--format", "sarif"]);
    expect(status).toBe(1);
    const [result, ...others] = resultsOf(JSON.parse(out));
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      ruleId: "dark",
      ruleIndex: 0,
      kind: "fail",
      level: "error",
      message: { text: "lamps: dark: violated (loss): some lamp is off; counterexample, 2 steps." },
      locations: [
        { physicalLocation: { artifactLocation: { uri: expect.stringMatching(/^file:.*lamps\.ts$/) as string } } },
      ],
    });
    const steps = result!.codeFlows![0].threadFlows[0].locations;
    expect(steps).toMatchObject([
      { executionOrder: 1, location: { message: { text: "the initial state" } } },
      { executionOrder: 2, location: { message: { text: "toggle(lamp=0)" } }, state: { "on[0]": { text: "true" } } },
      { executionOrder: 3, state: { "on[1]": { text: "true" } } },
    ]);
  });

  test("what is expected is a note, what is inconclusive is open", () => {
    const results = resultsOf(sarif(many, true, 1));
    expect(results.map(({ ruleId, kind, level }) => `${ruleId} ${kind} ${level}`)).toEqual([
      "low fail note",
      "low fail note",
      "small fail error",
      "low open none",
      "small open none",
      "low fail note",
      "low fail error",
    ]);
    expect(results[2]!.message.text).toBe("counter: small: holds, expected VIOLATED (loss).");
    expect(results[0]!.codeFlows![0].threadFlows[0].locations[1]).toMatchObject({
      location: { logicalLocations: [{ name: "user" }] },
    });
  });
});

describe("what belongs to a verdict on runs", () => {
  const clock = folder.write(
    "clock.ts",
    `import { model, range, record } from "irqproof/checker";
     export default model({
       name: "clock", state: record({ hour: range(0, 3) }), initial: { hour: 0 },
       actions: {
         tick: { fairness: "weak", when: ({ hour }) => hour < 2, then: (draft) => { draft.hour += 1; } },
         back: { when: ({ hour }) => hour === 2, then: (draft) => { draft.hour = 1; } },
       },
       properties: ({ eventually }) => ({
         late: eventually("it is two", ({ hour }) => hour === 2),
         later: eventually("it is three", ({ hour }) => hour === 3),
       }),
     });`,
  );
  const under = "under weak fairness of tick";

  test("KTAP says it before the result", async () => {
    const { diagnostics, results } = parseKtap((await irqproof(["check", clock, "--format", "ktap"])).out);
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
    expect(diagnostics).toEqual(expect.arrayContaining([`late: ${under}`, `later: ${under}`]));
  });

  test("JUnit has it as the output of the case", async () => {
    const elements = elementsOf((await irqproof(["check", clock, "--format", "junit"])).out);
    const output = elements.filter(({ name }) => name === "system-out").map(({ text }) => text);
    expect(output.slice(0, 2)).toEqual([under, under]);
  });

  test("SARIF has it in the message, and where the loop begins in the flow", async () => {
    const log = JSON.parse((await irqproof(["check", clock, "--format", "sarif"])).out) as {
      runs: [{ results: [{ message: { text: string }; codeFlows: [{ threadFlows: [{ properties: object }] }] }] }];
    };
    expect(sarifMistakes(log)).toEqual([]);
    const [{ message, codeFlows }] = log.runs[0].results;
    expect(message.text).toContain(
      `clock: later: violated (loss): it is three, ${under}; counterexample, 2 steps and then`,
    );
    expect(codeFlows[0].threadFlows[0].properties).toEqual({ loopFrom: 2 });
  });
});

test("--format json is --json, with hash and line", async () => {
  const [one, other] = [
    await irqproof(["check", lamps, "--format", "json"]),
    await irqproof(["check", lamps, "--json"]),
  ].map(({ out }) => ({ ...(JSON.parse(out) as { hash: string; summary: string }), seconds: 0, engine: {} }));
  expect(one).toEqual(other);
  expect(one).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{12}$/) as string, version: "0.1.0" });
  expect(one!.summary).toBe(`lamps: dark VIOLATED; 4 states; ${one!.hash}`);
});

/** Severity of a violation: in the table, in the exit status, in the formats for machines. */
import { afterAll, describe, expect, test } from "vitest";
import { properties } from "../../../properties/index.ts";
import { elementsOf, parseKtap } from "./format-readers.ts";
import { irqproof, temporaryFolder } from "../run.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** A counter of which three promises are broken, a mild one first. */
const counter = folder.write(
  "counter.ts",
  `import { model, range, record } from "irqproof/checker";
   export default model({
     name: "counter", state: record({ count: range(0, 3) }), initial: { count: 0 },
     actions: { up: { when: (s) => s.count < 3, then: (draft) => { draft.count += 1; } } },
     properties: ({ always, noDeadlock, step }) => ({
       tidy: always("it stays below one", (s) => s.count < 1, { severity: "bookkeeping" }),
       slow: step("it never reaches three", (_, __, after) => after.count < 3, { severity: "rule" }),
       low: always("it stays below two", (s) => s.count < 2, { severity: "danger" }),
       live: noDeadlock("no deadlock", { unless: () => true, severity: "liveness" }),
     }),
   });`,
);

const status = async (...more: readonly string[]): Promise<number> =>
  (await irqproof(["check", counter, ...more])).status;

test("the table is ordered by it, and names it", async () => {
  const { out } = await irqproof(["check", counter]);
  expect(out).toContain(`
  danger:
  VIOLATED  low   it stays below two
  rule:
  VIOLATED  slow  it never reaches three
  liveness:
  holds     live  no deadlock
  bookkeeping:
  VIOLATED  tidy  it stays below one
`);
  // The worst violation is shown, not the shortest, and not the first.
  expect(out).toContain("\nlow: counterexample, 2 steps\n");
});

describe("--fail-on", () => {
  test("counts that severity and what is worse", async () => {
    expect(await status()).toBe(1);
    for (const [severity, expected] of [
      ["bookkeeping", 1],
      ["liveness", 1],
      ["rule", 1],
      ["danger", 1],
      ["loss", 0],
    ] as const) {
      expect(await status("--fail-on", severity)).toBe(expected);
    }
    expect(await status("--fail-on", "rule", "--property", "tidy")).toBe(0);
    expect(await status("--fail-on", "danger", "--property", "slow")).toBe(0);
  });

  test("what was not decided stays inconclusive", async () => {
    expect(await status("--fail-on", "loss", "--max-states", "2")).toBe(3);
  });

  test("a broken rule of a scheme that loses nothing", async () => {
    const words = ["check", "x86-data-first-check", "--trace", "none"];
    expect((await irqproof(words)).status).toBe(1);
    expect((await irqproof([...words, "--fail-on", "danger"])).status).toBe(0);
  });

  test("is a severity, or a mistake", async () => {
    const { status, err } = await irqproof(["check", counter, "--fail-on", "los"]);
    expect(status).toBe(2);
    expect(err).toBe(
      "irqproof: check: --fail-on is los: it must be loss | danger | rule | liveness | bookkeeping; did you mean loss?\n",
    );
  });

  test("sweep and simulate have it too", async () => {
    for (const words of [
      ["simulate", counter, "--seed", "1", "--steps", "100", "--property", "live", "--property", "low"],
      ["sweep", "x86-data-first-check", "--property", "one-word-per-write", "--moves", "1"],
    ]) {
      expect((await irqproof([...words, "--fail-on", "bookkeeping"])).status).toBe(1);
      expect((await irqproof([...words, "--fail-on", "loss"])).status).toBe(words[0] === "sweep" ? 0 : 3);
    }
  });
});

describe("the formats for machines", () => {
  test("JSON has it for each property, in the model's order", async () => {
    const { out } = await irqproof(["check", counter, "--json"]);
    const report = JSON.parse(out) as { properties: { id: string; severity: string }[] };
    expect(report.properties.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
      "tidy bookkeeping",
      "slow rule",
      "low danger",
      "live liveness",
    ]);
  });

  test("KTAP says it of a failure", async () => {
    const { diagnostics } = parseKtap((await irqproof(["check", counter, "--format", "ktap"])).out);
    expect(diagnostics).toContain("violated (danger): it stays below two");
  });

  test("JUnit has it among the suite's properties, and in the message of a failure", async () => {
    const elements = elementsOf((await irqproof(["check", counter, "--format", "junit"])).out);
    const facts = elements.filter(({ name }) => name === "property").map(({ attributes }) => attributes);
    expect(facts).toContainEqual({ name: "severity.tidy", value: "bookkeeping" });
    expect(elements.find(({ name }) => name === "failure")?.attributes["message"]).toBe(
      "violated (bookkeeping): it stays below one",
    );
  });

  test("SARIF has errors and warnings, and the exit status", async () => {
    const { out } = await irqproof(["check", counter, "--format", "sarif", "--fail-on", "loss"]);
    const log = JSON.parse(out) as {
      runs: [{ invocations: [{ exitCode: number }]; results: { ruleId: string; level: string }[] }];
    };
    const [{ invocations, results }] = log.runs;
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
      "tidy warning",
      "slow warning",
      "low error",
    ]);
    expect(invocations[0].exitCode).toBe(0);
  });
});

test("in the catalogue the main property is a loss, and nothing about infinite runs is", () => {
  const severityOf = (id: string) => properties.find((property) => property.id === id)?.severity;
  expect(severityOf("no-interrupt-lost")).toBe("loss");
  for (const id of ["eventually-served", "affinity-applied", "cleanup-done", "no-livelock"]) {
    expect(severityOf(id)).toBe("liveness");
  }
});

test("a severity that does not exist is a mistake in the model", async () => {
  const file = folder.write(
    "wrong.ts",
    `import { model, range, record } from "irqproof/checker";
     export default model({ name: "wrong", state: record({ n: range(0, 1) }), initial: { n: 0 },
       actions: { stay: { then: () => {} } },
       properties: ({ always }) => ({ low: always("n is low", (s) => s.n < 1, { severity: "dangr" }) }) });`,
  );
  const { status, err } = await irqproof(["check", file]);
  expect(status).toBe(2);
  expect(err).toContain('always: its options\' severity is "dangr": it must be "loss", "danger"');
  expect(err).toContain('did you mean "danger"?');
});

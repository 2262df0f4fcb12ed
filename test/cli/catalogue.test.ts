import { expect, test } from "vitest";
import { exitStatus } from "irqproof/checker";
import { catalogue } from "irqproof/catalogue";
import { properties } from "irqproof/properties";
import { statusOf, tally, type Comparison } from "../../cli/commands/check-all.ts";
import { irqproof } from "./run.ts";

/** Few states of each entry: this is about the command line; what the catalogue is worth is tested elsewhere. */
const BOUND = ["--engine", "reference", "--max-states", "40"];

test("list: an aligned table of the whole catalogue", async () => {
  const { status, out, err } = await irqproof(["list"]);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const lines = out.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^id +expected also title$/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  // One line for each entry, below its architecture.
  const table = lines.slice(
    1,
    lines.findLastIndex((line) => line === ""),
  );
  const ids = table.flatMap((line) =>
    /^\S+ {2,}/.test(line) || line.includes("VIOLATED") ? [line.split(" ")[0]] : [],
  );
  expect(ids).toEqual(catalogue.map(({ id }) => id));
  expect(table.filter((line) => !line.includes(" ") && line !== "")).toEqual(["x86", "RISC-V", "LoongArch", "Arm"]);
  const rowOf = (id: string): string | undefined => lines.find((line) => line.startsWith(`${id} `));
  expect(rowOf("x86-direct")).toMatch(/ +VIOLATED S +direct update/);
  expect(rowOf("x86-two-step")).toMatch(/ +holds {9}two-step/);
  expect(rowOf("x86-ipi-sync")).toMatch(/ +holds +DL +two-step/);
  expect(rowOf("x86-arrival-missed")).toMatch(/ +holds +L +first/);
  expect(rowOf("avec")).toMatch(/ +VIOLATED S\? +AVEC/);
  expect(rowOf("msi-masked-no-pending-bit")).toMatch(/ VIOLATED {6}masked,/);
  // The legend.
  expect(lines.slice(lines.lastIndexOf("")).join(" ")).toMatch(/D no-deadlock, L a liveness property.* \? a suspicion/);
});

test("list --json: everything that is known of an entry", async () => {
  const { out } = await irqproof(["list", "--json"]);
  const entries = JSON.parse(out) as Record<string, unknown>[];
  expect(entries.map(({ id }) => id)).toEqual(catalogue.map(({ id }) => id));
  expect(entries.find(({ id }) => id === "x86-direct")).toMatchObject({
    architecture: "x86",
    title: expect.any(String) as string,
    why: expect.any(String) as string,
    source: expect.any(Array) as string[],
    expected: { "no-interrupt-lost": "violated" },
    parameters: { cpus: { default: 2, allowed: expect.any(String) as string, means: expect.any(String) as string } },
  });
});

test("properties: each with its meaning, as a table and as JSON", async () => {
  const { status, out } = await irqproof(["properties"]);
  expect(status).toBe(0);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  const json = JSON.parse((await irqproof(["properties", "--json"])).out) as Record<string, unknown>[];
  expect(json.map(({ id }) => id)).toEqual(properties.map(({ id }) => id));
  for (const { id, title, severity, learns } of properties) {
    expect(out).toContain(`  ${id} `);
    expect(json).toContainEqual({ id, title, severity, learns });
  }
  const headings = out.split("\n").flatMap((line) => /^([a-z]+): /.exec(line)?.[1] ?? []);
  expect(headings).toEqual(["loss", "danger", "rule", "liveness", "bookkeeping"]);
});

test("check ID: the parameters are options, and the chart has a column for each CPU and the device", async () => {
  const { status, out } = await irqproof(["check", "x86-direct", "--property", "no-stray", "--cpus", "3"]);
  expect(status).toBe(1);
  expect(out).toContain("  cpus=3 vectors=2 devices=1 ");
  expect(out).toMatch(/\n {4}CPU0 +CPU1 +CPU2 +Device\n/);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  [["x86-dirct"], "the catalogue has no entry x86-dirct; did you mean x86-direct?"],
  [["x86-direct", "--cpu", "3"], "check: unknown option --cpu; did you mean --cpus?"],
  [["x86-direct", "--cpus", "99"], 'x86-direct: parameter cpus is "99": it must be'],
  [["x86-direct", "--devices", "3", "--vectors", "1"], "x86-direct: 3 devices do not fit"],
  [["--all", "--nowhere", "3"], "check: unknown option --nowhere; the parameters of x86-direct are --cpus, "],
])("check %j: one sentence, exit status 2", async (args, sentence) => {
  const { status, out, err } = await irqproof(["check", ...args]);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toMatch(/^irqproof: [^\n]+\n$/);
  expect(err).toContain(sentence);
});

test("check --all: a row for each entry, what differs below it, and the tally", async () => {
  const { status, out } = await irqproof(["check", "--all", ...BOUND]);
  const lines = out.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^id +verdict +expected +states transitions +time$/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  for (const { id } of catalogue) expect(lines.some((line) => line.startsWith(`${id} `))).toBe(true);
  expect(out).toMatch(
    /\nx86-two-step +inconclusive holds +40 +\d+ +\d+\.\d\d s\n {4}stopped early: the bound of 40 states was reached; \d+ properties undecided\n/,
  );
  expect(lines.at(-1)).toMatch(new RegExp(`^${catalogue.length} entries, \\d+ as expected$`));
  // A violation that a bound keeps from being found is not a difference, but nothing is proved either.
  expect(status).toBe(exitStatus("inconclusive"));
});

test("the status of --all: 0 as expected, 1 with a difference, 3 when one is still open", () => {
  const comparison = (...differences: Comparison["differences"]): Comparison => ({ differences, stopped: undefined });
  const wrong = comparison({ id: "p", severity: "rule", expected: "holds", verdict: "violated" });
  const open = comparison({ id: "p", severity: "bookkeeping", expected: "holds", verdict: "inconclusive" });
  expect(statusOf([comparison()])).toBe(0);
  expect(statusOf([comparison(), wrong, open])).toBe(1);
  expect(statusOf([comparison(), open])).toBe(3);
  expect(statusOf([comparison(), wrong], "rule")).toBe(1);
  expect(statusOf([comparison(), wrong], "danger")).toBe(0);
  expect(statusOf([comparison(), wrong, open], "danger")).toBe(3);
  expect(tally([comparison(), wrong], 3)).toBe("3 entries, 1 as expected, 1 not checked");
});

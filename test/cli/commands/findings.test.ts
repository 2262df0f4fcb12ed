/** The reports in findings/ are what the model says now, and a mail can take them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bugs } from "../../../catalogue/bugs.ts";
import { findings } from "../../../catalogue/findings/index.ts";
import { irqproof } from "../run.ts";

const folder = fileURLToPath(new URL("../../../findings", import.meta.url));
const written = (name: string): string => readFileSync(join(folder, `${name}.txt`), "utf8");

test("there is a report for each finding, and no other", () => {
  expect(readdirSync(folder).toSorted()).toEqual(findings.map(({ name }) => `${name}.txt`).toSorted());
});

test("each bug that is not repaired has a finding, and no other", () => {
  const open = bugs.filter(({ state }) => state !== undefined).map(({ id }) => id);
  expect(findings.map(({ bug }) => bug).toSorted()).toEqual(open.toSorted());
  expect(findings[0]!.bug).toBe("B39");
});

describe.each(findings.map(({ name, bug }) => [name, bug] as const))("%s", (name, bug) => {
  test("is what irqproof report writes", async () => {
    const { status, out, err } = await irqproof(["report", bug]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toBe(written(name));
  });

  test("is printable ASCII of at most 72 columns, with a subject on one line", () => {
    const lines = written(name).split("\n");
    expect(lines.filter((line) => line.length > 72)).toEqual([]);
    expect(lines.filter((line) => !/^[\t -~]*$/.test(line))).toEqual([]);
    expect(lines[0]).toMatch(/^Subject: [a-z0-9/_-]+: \S/);
    expect(lines.indexOf("")).toBe(1);
  });

  test("names a function of the kernel beside each step that a CPU takes", () => {
    const [, run = ""] = /shortest run of the model\n=+\n\n[^]*?\n\n([^]*?)\n\n/.exec(written(name)) ?? [];
    const steps = run.split("\n").filter((line) => /^ *\d+ {2}CPU/.test(line));
    expect(steps.length).toBeGreaterThan(4);
    expect(steps.filter((line) => !/ \S+\(.*\)$/.test(line))).toEqual([]);
  });

  test("says what was not checked, and which commands were not run", () => {
    const text = written(name);
    expect(text.replaceAll("\n", " ")).toMatch(/Not checked: .*real hardware/);
    expect(text).toContain("What would refute it");
    const { commands } = findings.find((one) => one.name === name)!.machine;
    const isAllRun = commands.every(({ ran }) => ran !== undefined);
    expect(text.includes("Commands without 'ran' were not run for this report.")).toBe(!isAllRun);
  });
});

test("the reproduced one has model and recording side by side, and the repair that holds", () => {
  const text = written("x86-offline-direct");
  expect(text).toMatch(/^the model {20,}the recording$/m);
  expect(text.replaceAll(/\s+/g, " ")).toContain("20 of 20 messages that went astray");
  expect(text).toMatch(/^service +lost +lost$/m);
  expect(text.replaceAll(/\s+/g, " ")).toMatch(
    /check x86-offline --property no-interrupt-lost holds, in [\d,]+ states/,
  );
});

test("bugs, list and check --all keep what is not repaired apart from history", async () => {
  const { out } = await irqproof(["bugs"]);
  const places = ["Reproduced on", "B39: ", "Suspected in", "B3: ", "B40: ", "Repaired, or", "B1: "].map((part) =>
    `\n${out}`.indexOf(`\n${part}`),
  );
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places[0]).toBeGreaterThanOrEqual(0);
  expect(out).toMatch(/^ {4}the model {10,}the recording$/m);
  expect(out.trimEnd().split("\n").at(-1)).toMatch(/^\d+ bugs, 1 reproduced, \d+ suspected, \d+ not in the model$/);

  const list = (await irqproof(["list"])).out;
  expect(list).toMatch(/^x86-offline-direct .* S!  /m);
  expect(list).toMatch(/^imsic-offline-stranded .* S\?  /m);

  const all = await irqproof(["check", "--all", "x86-offline-direct", "avec", "x86-direct", "--engine", "direct"]);
  expect(all.out).toContain("Reproduced on an unchanged kernel, not repaired: x86-offline-direct.\n");
  expect(all.out).toContain("Suspicions about code in use: avec.\n");
  const one = await irqproof(["check", "x86-offline-direct", "--property", "no-interrupt-lost", "--engine", "direct"]);
  expect(one.out.replaceAll("\n", " ")).toContain("reproduced on an unchanged kernel");
});

describe("report", () => {
  test("of a bug that was repaired", async () => {
    const { status, out } = await irqproof(["report", "b12"]);
    expect(status).toBe(0);
    expect(out.startsWith(`Subject: ${bugs.find(({ id }) => id === "B12")!.title}\n`)).toBe(true);
    // Nothing is lost here: a request is.
    expect(out).toMatch(/^dispatch +violated +\S+$/m);
    expect(out).toContain("Repaired by a33a5d2d16cb (v4.18).");
    expect(out.split("\n").filter((line) => line.length > 72)).toEqual([]);
  });

  test("of an entry: the bug that is not repaired comes before those that are", async () => {
    const { out } = await irqproof(["report", "x86-offline-direct"]);
    expect(out).toBe(written("x86-offline-direct"));
  });

  test("of a suspicion without a row", async () => {
    const { status, out } = await irqproof(["report", "imsic-merged-crossing"]);
    expect(status).toBe(0);
    expect(out).toContain("A suspicion: derived from the code");
    expect(out).toContain("No repair is modelled.");
  });

  test.each([
    [["x86-ofline"], "report: unknown bug or entry x86-ofline"],
    [["x86-same-cpu"], "report: nothing to report: x86-same-cpu loses no interrupt"],
    [["B26"], "report: B26 is not in the model: "],
    [[], "report: an entry (irqproof list) or a bug (irqproof bugs) is missing"],
  ])("%j is a mistake", async (words, sentence) => {
    const { status, err } = await irqproof(["report", ...words]);
    expect(status).toBe(2);
    expect(err.startsWith(`irqproof: ${sentence}`)).toBe(true);
  });
});

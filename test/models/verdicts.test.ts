/** The promises of the examples hold; where a switch makes them wrong, the shortest counterexample is the known one. */
import { readdirSync } from "node:fs";
import { check, withProperties, type Family, type Property, type Report } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import crossing from "../../examples/crossing.ts";
import hanoi from "../../examples/hanoi.ts";
import increment from "../../examples/increment.ts";
import migration from "../../examples/migration.ts";
import peterson from "../../examples/peterson.ts";
import tokenRing from "../../examples/token-ring.ts";
import waterJugs from "../../examples/water-jugs.ts";

function found<S>(report: Report<S>, id: string): { verdict: string; actions: string[]; because: string | undefined } {
  const property = report.properties.find((candidate) => candidate.id === id);
  return {
    verdict: property?.verdict ?? "missing",
    actions: (property?.trace?.steps ?? []).slice(1).map(({ label }) => label),
    because: property?.trace?.because,
  };
}

describe("as it stands, every example keeps its promises", () => {
  const wrong = new Set(["increment"]);
  const names = readdirSync(new URL("../../examples/", import.meta.url)).flatMap((file) =>
    file.endsWith(".ts") ? [file.replace(/\.ts$/, "")] : [],
  );
  // These have many states and are checked at their full size in published-counts.test.ts.
  const smaller: Readonly<Record<string, Record<string, number>>> = {
    "coffee-can": { beans: 20 },
    "token-ring": { machines: 4, values: 4 },
    "readers-writers": { actors: 2 },
    "mcs-lock": { processes: 2 },
  };
  test.each(names.filter((name) => !wrong.has(name)))("%s", async (name) => {
    const file = (await import(`../../examples/${name}.ts`)) as { readonly default: Family<unknown> };
    expect(file.default.name).toBe(name);
    const report = await check(file.default.instantiate(smaller[name]));
    expect(report.properties.length).toBeGreaterThan(0);
    expect(report.properties.filter(({ verdict }) => verdict !== "holds").map(({ id }) => id)).toEqual([]);
    expect(report.verdict).toBe("holds");
  });
});

test("the crossing without an interlock: both roads get green, by the cars first and then the lights", async () => {
  const report = await check(crossing.instantiate({ allRed: false }));
  expect(found(report, "one-green")).toEqual({
    verdict: "violated",
    actions: [
      "a car arrives from north-south",
      "a car arrives from east-west",
      "north-south turns green",
      "east-west turns green",
    ],
    because: "a car from either road may drive",
  });
});

test("the racy increment: two threads read before either writes", async () => {
  const report = await check(increment.instantiate());
  const { verdict, actions, because } = found(report, "nothing-lost");
  expect(verdict).toBe("violated");
  expect(actions).toEqual(["read(thread=0)", "read(thread=1)", "write(thread=1)", "write(thread=0)"]);
  expect(because).toBe("2 threads are done and the counter is 1");
  expect(found(report, "runs-to-the-end").verdict).toBe("holds");
});

test("an impolite Peterson lets both in, and the reason names the part that fails", async () => {
  const report = await check(peterson.instantiate({ polite: false }));
  expect(found(report, "mutual-exclusion").because).toBe("not: at most one is inside");
});

test("the direct write loses an interrupt at the third transition", async () => {
  const report = await check(migration.instantiate({ scheme: "direct" }));
  expect(found(report, "no-interrupt-lost")).toEqual({
    verdict: "violated",
    actions: ["allocate(device=0, cpu=1, vector=1)", "writeAddress(device=0)", "raise(device=0)"],
    because: "device 0: it waits, and no vector of its own is pending",
  });
  // A handled stray leaves a device that waits for ever and a kernel with nothing to do.
  expect(found(report, "never-stuck").verdict).toBe("violated");
});

test("more devices than vectors is refused", () => {
  expect(() => migration.instantiate({ cpus: 1, vectors: 1, devices: 2 })).toThrow(
    "migration: 2 devices need as many vectors, and there are only 1",
  );
});

test("the puzzles are solved by the shortest way", async () => {
  const jugs = await check(waterJugs.instantiate());
  expect(found(jugs, "measured").actions).toHaveLength(6);
  const tower = await check(hanoi.instantiate({ disks: 5 }));
  expect(found(tower, "solvable").actions).toHaveLength(2 ** 5 - 1);
  const impossible = await check(waterJugs.instantiate({ small: 2, big: 4, goal: 3 }));
  expect(found(impossible, "measured")).toEqual({ verdict: "violated", actions: [], because: undefined });
});

test("a token ring never loses its token; with too few values it need not mend itself, and goes round in a loop", async () => {
  const report = await check(tokenRing.instantiate({ machines: 5, values: 2 }));
  expect(report.properties.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    "a-token holds",
    "no-new-token holds",
    "never-stuck holds",
    "one-token violated",
  ]);
  const trace = report.properties.at(-1)?.trace;
  expect(trace?.loopFrom).toBe(0);
  expect(trace?.steps.at(-1)?.state).toEqual(trace?.steps[0]?.state);
});

/** Verdicts of the properties of runs when nothing is fair, or when all that the model assumes is weak fairness. */
async function withoutFairness(name: string, strength: "none" | "weak"): Promise<string[]> {
  const file = (await import(`../../examples/${name}.ts`)) as { readonly default: Family<unknown> };
  const subject = file.default.instantiate();
  const properties = [...subject.properties].flatMap(([id, property]): [string, Property<unknown>][] =>
    property.kind !== "leadsTo" && property.kind !== "eventually"
      ? []
      : [[id, { ...property, fairness: subject.fairness.map((assumption) => ({ ...assumption, strength })) }]],
  );
  const report = await check(withProperties(subject, Object.fromEntries(properties)));
  return report.properties.map(({ verdict }) => verdict);
}

test.each<readonly [string, string, string]>([
  ["dining-philosophers", "violated", "holds"],
  ["prisoners", "violated", "holds"],
  ["termination-detection", "violated", "holds"],
  // What can be lost need not arrive, and who can be served need not be, unless the fairness is strong.
  ["alternating-bit", "violated", "violated"],
  ["allocator", "violated", "violated"],
])("%s: without fairness nothing need happen, with weak fairness only some of it", async (name, none, weak) => {
  expect(new Set(await withoutFairness(name, "none"))).toEqual(new Set([none]));
  expect(new Set(await withoutFairness(name, "weak"))).toEqual(new Set([weak]));
});

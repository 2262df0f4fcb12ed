import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { array, boolean, check, model, range, record, simulate, type Model } from "../../../checker/index.ts";
import { randomModel } from "../arbitrary-models.ts";

const counter = (top: number): Model<{ n: number; other: boolean }> =>
  model({
    name: "counter",
    state: record({ n: range(0, top), other: boolean }),
    initial: { n: 0, other: false },
    actions: {
      up: { when: (s) => s.n < top, then: (d) => void (d.n += 1) },
      toggle: { when: (s) => s.n < top, then: (d) => void (d.other = !d.other) },
    },
    properties: ({ always, sometimes, step, noDeadlock, eventually }) => ({
      low: always("n stays below 5", (s) => s.n < 5),
      seven: sometimes("n reaches 7", (s) => s.n === 7),
      never: sometimes("n is the top and other", (s) => s.n === 0 && s.other && top < 0),
      steady: step("n does not pass 6", (before, _, after) => !(before.n === 6 && after.n === 7)),
      live: noDeadlock("something can happen"),
      ends: eventually("the top is reached", (s) => s.n === top),
    }),
  });

describe("simulate", () => {
  test("finds violations and witnesses, and shortens their runs to the shortest here", async () => {
    const { verdict, properties } = await simulate(counter(10), { seed: 3, steps: 20_000 });
    const by = new Map(properties.map((property) => [property.id, property]));
    expect(verdict).toBe("violated");
    expect(by.get("low")).toMatchObject({ verdict: "violated" });
    // Each run needs its steps up, and none of the steps that toggle.
    expect(by.get("low")?.trace?.steps.length).toBe(6);
    expect(by.get("seven")).toMatchObject({ verdict: "holds" });
    expect(by.get("seven")?.trace?.steps.length).toBe(8);
    expect(by.get("steady")?.trace?.steps.length).toBe(8);
    expect(by.get("live")?.trace?.steps.length).toBe(11);
    expect(by.get("never")).toMatchObject({ verdict: "inconclusive" });
    expect(by.get("ends")?.remark).toMatch(/infinite runs/);
  });

  test("never says that something holds, except of a witness", async () => {
    const { verdict, properties } = await simulate(counter(4), { properties: ["low"], seed: 1, steps: 2_000 });
    expect([verdict, properties[0]?.verdict]).toEqual(["inconclusive", "inconclusive"]);
  });

  test("takes the same walks with the same seed, and others with another", async () => {
    const run = async (seed: number): Promise<readonly unknown[]> => {
      const { walks, steps, depth, distinct } = await simulate(grid, { seed, steps: 3_000 });
      return [walks, steps, depth, distinct];
    };
    const grid = model({
      name: "grid",
      state: record({ at: array(4, range(0, 9)) }),
      initial: { at: [0, 0, 0, 0] },
      actions: { go: { over: { i: range(0, 3) }, then: (d, { i }) => void (d.at[i] = (d.at[i]! + 1) % 10) } },
      properties: ({ always }) => ({ p: always("not all nine", (s) => s.at.some((x) => x !== 9)) }),
    });
    expect(await run(5)).toEqual(await run(5));
    expect(await run(5)).not.toEqual(await run(6));
  });

  test("agrees with the search: what it finds is there", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, fc.nat(1000), async (random, seed) => {
        const found = await simulate(random, { seed, steps: 300, depth: 40 });
        const report = await check(random, { engine: "reference" });
        const verdicts = new Map(report.properties.map(({ id, verdict, trace }) => [id, { verdict, trace }]));
        expect(found.distinct).toBeLessThanOrEqual(report.states.distinct);
        for (const { id, verdict, trace } of found.properties) {
          if (verdict === "inconclusive") continue;
          expect(verdicts.get(id)?.verdict).toBe(verdict);
          expect(trace?.steps.length).toBeGreaterThanOrEqual(verdicts.get(id)?.trace?.steps.length ?? 0);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("refuses options that are none", async () => {
    await expect(simulate(counter(3), { steps: 0 })).rejects.toThrow(/steps is 0: it must be a positive integer/);
    await expect(simulate(counter(3), { seed: -1 })).rejects.toThrow(/seed is -1/);
    await expect(simulate(counter(3), { properties: ["high"] })).rejects.toThrow(/no property "high"/);
  });

  test("refuses functions that depend on more than the state", async () => {
    const drawn = model({
      name: "drawn",
      state: record({ n: range(0, 3) }),
      initial: { n: 0 },
      actions: { draw: { then: (d) => void (d.n = Math.floor(Math.random() * 4)) } },
      properties: ({ always }) => ({ p: always("p", () => true) }),
    });
    await expect(simulate(drawn, { steps: 10 })).rejects.toThrow(/its recipe depends on Math\.random/);
  });

  test("ends where nothing can happen at all", async () => {
    const { walks, steps, stuck } = await simulate(counter(0), { properties: ["low"], steps: 100 });
    expect([walks, steps, stuck]).toEqual([1, 0, 1]);
  });
});

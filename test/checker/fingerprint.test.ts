import {
  ExploredSpaces,
  array,
  boolean,
  check,
  fingerprint,
  model,
  oneOf,
  range,
  record,
  weakFairness,
  withProperties,
} from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomModel } from "./arbitrary-models.ts";

interface Counter {
  readonly name?: string;
  readonly most?: number;
  readonly start?: number;
  readonly by?: (count: number) => number;
  readonly limit?: number;
  readonly below?: number;
}

const counter = ({ name = "counter", most = 200, start = 0, by = () => 1, limit = most, below = 100 }: Counter = {}) =>
  model({
    name,
    state: record({ count: range(0, most) }),
    initial: { count: start },
    actions: {
      up: { when: ({ count }) => count < limit, then: (draft) => void (draft.count += by(draft.count)) },
    },
    properties: ({ always }) => ({ low: always("the count is low", ({ count }) => count < below) }),
  });

describe("the hash of a model", () => {
  test("is twelve hexadecimal digits, the same again, and the same on every machine", () => {
    expect(fingerprint(counter())).toBe(fingerprint(counter()));
    // If this changes, so do the hashes that people have quoted: say so in the release notes.
    expect(fingerprint(counter())).toBe("94894b168141");
  });

  test.each<[string, Counter]>([
    ["the name", { name: "other" }],
    ["the type", { most: 201, limit: 200 }],
    ["the initial state", { start: 1 }],
    ["a guard, far from the start", { limit: 199 }],
    ["a recipe, far from the start", { by: (count) => (count === 180 ? 2 : 1) }],
    ["a predicate", { below: 101 }],
  ])("differs with %s", (_, change) => {
    expect(fingerprint(counter(change))).not.toBe(fingerprint(counter()));
  });

  test("differs with the parameters, but not with their order", () => {
    const hash = (parameters: Readonly<Record<string, number>>): string => fingerprint({ ...counter(), parameters });
    expect(hash({ cpus: 2, vectors: 3 })).toBe(hash({ vectors: 3, cpus: 2 }));
    expect(hash({ cpus: 2, vectors: 3 })).not.toBe(hash({ cpus: 3, vectors: 2 }));
  });

  test("differs with a property's title and its kind", () => {
    const base = counter();
    const low = base.properties.get("low")!;
    expect(fingerprint(withProperties(base, { low: { ...low, title: "other" } }))).not.toBe(fingerprint(base));
    expect(fingerprint(withProperties(base, {}))).not.toBe(fingerprint(base));
  });

  test("differs with what liveness may assume", () => {
    const base = counter();
    expect(fingerprint({ ...base, fairness: [{ ...weakFairness("up"), strength: "weak", actions: ["up"] }] })).not.toBe(
      fingerprint(base),
    );
  });

  test("depends on rare steps deep in a large state space", () => {
    // The bug needs eight lamps lit in a row, which breadth-first order comes to late.
    const lamps = (buggy: boolean) =>
      model({
        name: "lamps",
        state: record({ on: array(24, boolean), at: oneOf("work", "done") }),
        initial: { on: Array<boolean>(24).fill(false), at: "work" },
        actions: {
          light: {
            over: { lamp: range(0, 23) },
            when: ({ on }, { lamp }) => !on[lamp],
            then: (draft, { lamp }) => void (draft.on[lamp] = true),
          },
          finish: {
            when: ({ on, at }) => at === "work" && on.slice(0, 8).every((lit) => lit),
            then: (draft) => void (draft.at = buggy ? "work" : "done"),
          },
        },
      });
    expect(fingerprint(lamps(true))).not.toBe(fingerprint(lamps(false)));
  });

  test("a model whose steps are a mistake has one all the same", () => {
    const wrong = counter({ by: (count) => (count === 3 ? 1000 : 1) });
    expect(fingerprint(wrong)).toMatch(/^[0-9a-f]{12}$/);
    expect(fingerprint(wrong)).not.toBe(fingerprint(counter()));
  });
});

test("random models: what a check has explored does not matter", async () => {
  await fc.assert(
    fc.asyncProperty(randomModel, fc.constantFrom("reference", "direct"), async (random, engine) => {
      const before = fingerprint(random);
      const explored = new ExploredSpaces();
      await check(random, { engine, maxStates: 50, explored });
      expect(fingerprint(random, explored)).toBe(before);
    }),
    { numRuns: 30 },
  );
});

test("steps that a check has taken are not taken again", async () => {
  let calls = 0;
  const counted = model({
    name: "counted",
    state: record({ count: range(0, 20) }),
    initial: { count: 0 },
    actions: {
      up: { when: ({ count }) => ++calls > 0 && count < 20, then: (draft) => void draft.count++ },
      reset: { when: ({ count }) => ++calls > 0 && count === 20, then: (draft) => void (draft.count = 0) },
    },
  });
  const explored = new ExploredSpaces();
  await check(counted, { purity: "assumed", explored });
  const before = calls;
  const hash = fingerprint(counted, explored);
  expect(calls).toBe(before);
  expect(fingerprint(counted)).toBe(hash);
  expect(calls).toBeGreaterThan(before);
});

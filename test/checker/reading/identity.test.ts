/** Identity has one meaning: a state has its objects to itself, with every engine and for the reader. */
import { array, boolean, check, model, optional, range, record, sequence, type Model } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { compareReading } from "./compare.ts";

const sliceIdentity = model({
  name: "slice-identity",
  state: record({ n: range(0, 10), seen: boolean, q: array(2, record({ x: range(0, 1) })) }),
  initial: { n: 0, seen: false, q: [{ x: 0 }, { x: 1 }] },
  actions: {
    up: { when: (s) => s.n < 10, then: (d) => void (d.n += 1) },
    see: { when: (s) => s.q.slice(0, 1).includes(s.q[0]!), then: (d) => void (d.seen = true) },
  },
  properties: ({ always }) => ({
    unseen: always("never seen", (s) => !s.seen),
    other: always("another object", (s) => s.q.slice()[0] !== s.q[0]),
  }),
});

const stepIdentity = model({
  name: "step-identity",
  state: record({ n: range(0, 10), box: record({ x: range(0, 1) }) }),
  initial: { n: 0, box: { x: 0 } },
  actions: { up: { when: (s) => s.n < 10, then: (d) => void (d.n += 1) } },
  properties: ({ step }) => ({
    same: step("the box is left alone", (before, _, after) => before.box === after.box),
    other: step("the box is another", (before, _, after) => before.box !== after.box),
  }),
});

const afterIsBefore = model({
  name: "after-is-before",
  state: record({ n: range(0, 3), box: record({ x: range(0, 1) }) }),
  initial: { n: 0, box: { x: 0 } },
  actions: { up: { then: (d) => void (d.n = Math.min(3, d.n + 1)) } },
  properties: ({ step }) => ({
    changes: step("every step makes another state", (before, _, after) => before !== after),
    "other-box": step("every step makes another box", (before, _, after) => before.box !== after.box),
  }),
});

const places = model({
  name: "places",
  state: record({
    a: record({ x: range(0, 1) }),
    b: record({ x: range(0, 1) }),
    m: optional(record({ x: range(0, 1) })),
    q: sequence(2, record({ x: range(0, 1) })),
  }),
  initial: { a: { x: 0 }, b: { x: 0 }, m: null, q: [] },
  actions: {
    share: { then: (d) => void (d.a = d.b) },
    keep: { then: (d) => void (d.m = d.a) },
    push: { when: (s) => s.q.length < 2, then: (d) => void d.q.push(d.a) },
  },
  properties: ({ always, step }) => ({
    apart: always(
      "places have objects of their own",
      (s) => s.a !== s.b && s.m !== s.a && !s.q.includes(s.a) && (s.q.length < 2 || s.q[0] !== s.q[1]),
    ),
    "apart-after": step("a step leaves them so", (_, __, s) => s.a !== s.b && s.m !== s.a && !s.q.includes(s.a)),
    itself: always("an object is itself", (s) => s.a === [s.a, s.b].find((one) => one === s.a)),
  }),
});

class Tally {
  n = 0;
  note(x: number): boolean {
    this.n += x;
    return true;
  }
}

const everyTally = model({
  name: "every-tally",
  state: record({ q: array(2, range(0, 20)) }),
  initial: { q: [0, 0] },
  actions: {
    up: {
      over: { i: range(0, 1) },
      when: (s, { i }) => s.q[i]! < 12,
      then: (d, { i }) => void (d.q[i]! += 1),
    },
  },
  properties: ({ always }) => ({
    sum: always("the sum is not 17", (s) => {
      const tally = new Tally();
      s.q.every((x) => tally.note(x));
      return tally.n !== 17;
    }),
  }),
});

const cases: readonly (readonly [Model<never>, Record<string, string>])[] = [
  [sliceIdentity, { unseen: "violated", other: "violated" }],
  [stepIdentity, { same: "violated", other: "holds" }],
  [afterIsBefore, { changes: "holds", "other-box": "holds" }],
  [places, { apart: "holds", "apart-after": "holds", itself: "holds" }],
  [everyTally, { sum: "violated" }],
] as never;

describe.each(cases)("$name", (made, verdicts) => {
  test.each(["reference", "direct"] as const)("has the same verdicts by the %s engine", async (engine) => {
    const { properties } = await check(made, { engine });
    expect(Object.fromEntries(properties.map(({ id, verdict }) => [id, verdict]))).toEqual(verdicts);
  });

  test("is read as it is run", () => {
    expect(compareReading(made, 60).differences).toEqual([]);
  });
});

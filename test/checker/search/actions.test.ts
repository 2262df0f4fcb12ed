/** Reports on actions that never happen, and the end of a search for named properties. */
import {
  check,
  exitStatus,
  model,
  neverEnabled,
  range,
  record,
  reportToJson,
  type CheckOptions,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { engines } from "../engines.ts";

/** Two CPUs, and an action that is given three of them. */
const counter = model({
  name: "counter",
  state: record({ count: range(0, 9), spare: range(0, 1) }),
  initial: { count: 0, spare: 0 },
  actions: {
    up: {
      over: { by: range(1, 3) },
      when: ({ count }, { by }) => count + by <= 9 && by < 3,
      then: (draft, { by }) => void (draft.count += by),
    },
    fail: { when: ({ count }) => count > 9, then: (draft) => void (draft.spare = 1) },
    mixed: {
      over: { one: range(0, 1), other: range(0, 1) },
      when: ({ count }, { one, other }) => count === 4 && one !== other,
      then: (draft) => void (draft.count = 0),
    },
  },
  properties: ({ always, sometimes, eventually }) => ({
    low: always("the count is below three", ({ count }) => count < 3),
    five: sometimes("the count is five", ({ count }) => count === 5),
    kept: always("nothing is spared", ({ spare }) => spare === 0),
    top: eventually("the count is nine", ({ count }) => count === 9),
  }),
});

async function checked(options: CheckOptions = {}) {
  const [first, ...others] = await Promise.all(engines.map((engine) => check(counter, { ...options, engine })));
  const comparable = ({ engine: _engine, seconds: _seconds, ...report }: NonNullable<typeof first>): unknown => report;
  for (const other of others) expect(comparable(other)).toEqual(comparable(first!));
  return first!;
}

describe("steps by action", () => {
  test("are the transitions, and say when each was possible first", async () => {
    const { actions, states } = await checked();
    expect(actions.map(({ action, taken, level }) => [action, taken, level])).toEqual([
      ["up", 17, 1],
      ["fail", 0, undefined],
      ["mixed", 2, 3],
    ]);
    expect(actions[0]?.instances.map(({ text, taken, level }) => [text, taken, level])).toEqual([
      ["up(by=1)", 9, 1],
      ["up(by=2)", 8, 1],
      ["up(by=3)", 0, undefined],
    ]);
    expect(actions.reduce((sum, { taken }) => sum + taken, 0)).toBe(states.transitions);
  });

  test("name actions and values that never are possible, but no mere combination of values", async () => {
    expect(neverEnabled(await checked())).toEqual(["up(by=3)", "fail"]);
  });

  const early: readonly CheckOptions[] = [{ maxStates: 5 }, { properties: ["low"] }];

  test.each(early)("say nothing of it after %j", async (options) => {
    for (const engine of engines) {
      const report = await check(counter, { ...options, engine });
      expect(report.stopped).toBeDefined();
      expect(neverEnabled(report)).toEqual([]);
    }
  });

  test("are in the JSON report", async () => {
    const { actions } = JSON.parse(JSON.stringify(reportToJson(await checked()))) as { actions: unknown[] };
    expect(actions[1]).toEqual({
      action: "fail",
      taken: 0,
      level: null,
      instances: [{ parameters: {}, taken: 0, level: null }],
    });
  });
});

describe("a search for named properties", () => {
  test("stops when they are decided, and says so", async () => {
    const report = await checked({ properties: ["low", "five"] });
    expect(report.stopped).toEqual({ kind: "decided" });
    expect(report.properties.map(({ verdict }) => verdict)).toEqual(["violated", "holds"]);
    expect([report.verdict, exitStatus(report.verdict)]).toEqual(["violated", 1]);
    expect((reportToJson(report) as { stopped: string }).stopped).toBe("decided");
  });

  test.each<readonly [string, CheckOptions]>([
    ["all are named", { properties: ["low", "five", "kept"] }],
    ["a property of runs is among them", { properties: ["low", "top"] }],
    ["the whole state space is asked for", { properties: ["low"], whole: true }],
    ["none is named", {}],
    ["the list is empty", { properties: [] }],
    ["the states are wanted for a certificate", { properties: ["low"], onReached: async () => {} }],
  ])("continues to the end where %s and a property is undecided", async (_, options) => {
    const report = await checked(options);
    expect([report.stopped, report.states.distinct]).toEqual([undefined, 10]);
  });
});

/** A function of a model that fails in a reachable state is a finding: with its run, its place, and what was decided. */
import {
  check,
  exitStatus,
  model,
  range,
  record,
  reportToJson,
  simulate,
  type CheckOptions,
  type Model,
} from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSafety, type SafetyProperty } from "../../checker/language/index.ts";
import { exploreCompiled } from "../../checker/search/compiled-search.ts";
import { randomModel, type RandomState } from "./arbitrary-models.ts";
import { engines } from "./engines.ts";

interface Count {
  count: number;
}

function bump(draft: Count, by: number): void {
  draft.count += by;
}

/** Passes a value that the types forbid. */
// oxlint-disable-next-line typescript/no-explicit-any -- its parts are of any type
const wrong = (value: unknown): any => value;

const counter = model({
  name: "counter",
  state: record({ count: range(0, 3) }),
  initial: { count: 0 },
  actions: {
    up: {
      over: { by: range(1, 2) },
      actor: "user",
      label: (_, { by }) => `up by ${by}`,
      then: (draft, { by }) => {
        if (draft.count < 9) bump(draft, by);
      },
    },
    reset: { when: ({ count }) => count > 1, then: (draft) => void (draft.count = 0) },
  },
  properties: ({ always, sometimes, step, eventually, noDeadlock }) => ({
    low: always("the count is below two", ({ count }) => count < 2),
    odd: always("the count is not odd", ({ count }) => (count === 1 ? wrong(undefined).odd : true)),
    three: sometimes("the count is three", ({ count }) => count === 3),
    kept: always("the count is at most three", ({ count }) => count <= 3),
    steady: step("the count does not fall to zero", (_, { action }, { count }) =>
      action === "reset" ? wrong("perhaps") : count > 0,
    ),
    ends: eventually("the count is three", ({ count }) => count === 3),
    live: noDeadlock("something can happen"),
  }),
});

async function everyEngine<S>(subject: Model<S>, options: CheckOptions = {}, by = engines) {
  const [first, ...others] = await Promise.all(by.map((engine) => check(subject, { ...options, engine })));
  const { engine: _engine, seconds: _seconds, ...expected } = first!;
  for (const { engine: _, seconds: __, ...report } of others) expect(report).toEqual(expected);
  return first!;
}

describe("an actor or a label that fails", () => {
  const named = (label: unknown, actor: unknown = "user"): Model<Count> =>
    model({
      name: "named",
      state: record({ count: range(0, 3) }),
      initial: { count: 0 },
      actions: {
        up: {
          over: { by: range(1, 1) },
          when: ({ count }) => count < 3,
          label: wrong(label),
          actor: wrong(actor),
          then: (draft, { by }) => bump(draft, by),
        },
      },
      properties: ({ always, sometimes }) => ({
        low: always("the count is below three", ({ count }) => count < 3),
        one: sometimes("the count is one", ({ count }) => count === 1),
      }),
    });

  test("is a finding with a run and a place, beside the verdicts", async () => {
    const report = await everyEngine(named(({ count }: Count) => (count === 2 ? wrong(null).name : "up")));
    expect([report.verdict, report.stopped]).toEqual(["error", undefined]);
    expect(report.properties.map(({ verdict }) => verdict)).toEqual(["violated", "holds"]);
    // The step that has no label is named by its action.
    expect(report.properties[0]!.trace!.steps.map(({ label }) => label)).toEqual(["", "up", "up", "up(by=1)"]);
    const [mistake, ...others] = report.mistakes ?? [];
    expect(others).toEqual([]);
    expect(mistake).toMatchObject({ part: "label", property: undefined, step: { text: "up(by=1)" } });
    expect(mistake!.message).toContain("model named: action up(by=1): its label threw: Cannot read properties of null");
    expect(mistake!.place).toMatchObject({ file: expect.stringContaining("mistakes.test.ts") as string });
    expect(mistake!.trace.steps.map(({ state }) => state.count)).toEqual([0, 1, 2]);
    expect(reportToJson(report)).toMatchObject({ mistakes: [{ part: "label", action: "up" }] });
    expect(exitStatus(report.verdict)).toBe(2);
  });

  test("returns something else than a string: both parts, each once", async () => {
    const { mistakes = [], properties } = await everyEngine(
      named(
        () => undefined,
        () => 3,
      ),
    );
    expect(mistakes.map(({ part, message, trace }) => [part, message, trace.steps.length])).toEqual([
      ["actor", "model named: action up(by=1): its actor is 3, not a string", 1],
      ["label", "model named: action up(by=1): its label is undefined, not a string", 1],
    ]);
    expect(properties[0]!.trace!.steps.map(({ actor }) => actor)).toEqual(["", "", "", ""]);
  });

  test("is no finding where no run shows it, and an error of a simulation that does", async () => {
    const shown = named(() => wrong(null).name);
    expect((await check(shown, { properties: [] })).verdict).toBe("holds");
    await expect(simulate(shown, { seed: 1, steps: 100 })).rejects.toThrow("its label threw");
  });
});

describe("a guard, recipe or predicate that fails", () => {
  test("ends the search with its level, keeps what was decided, and comes with a shortest run", async () => {
    const report = await everyEngine(counter);
    expect(report.properties.map(({ id, verdict }) => [id, verdict])).toEqual([
      ["low", "violated"],
      ["odd", "error"],
      ["three", "holds"],
      ["kept", "inconclusive"],
      ["steady", "error"],
      ["ends", "inconclusive"],
      ["live", "inconclusive"],
    ]);
    expect([report.verdict, exitStatus(report.verdict), report.stopped]).toEqual(["error", 2, { kind: "error" }]);
    const found = report.mistakes!.map(({ part, property, step, trace }) => [
      property ?? step?.text,
      part,
      trace.steps.map(({ label }) => label),
    ]);
    expect(found).toEqual([
      ["up(by=2)", "recipe", ["", "up by 2"]],
      ["odd", "predicate", ["", "up by 1"]],
      ["steady", "predicate", ["", "up by 2", "reset"]],
    ]);
  });

  test("is found where its author wrote it", async () => {
    const [recipe, predicate, returned] = (await everyEngine(counter)).mistakes!;
    expect(recipe?.message).toBe(
      "model counter: action up(by=2) leaves the state's type: count is 4: it must be one of 0, 1, 2, 3",
    );
    expect(recipe?.place).toMatchObject({ line: 25, column: 3, expression: "draft.count += by" });
    expect(recipe?.place?.file.endsWith("mistakes.test.ts")).toBe(true);
    expect(predicate?.message).toContain("property odd threw: Cannot read properties of undefined (reading 'odd')");
    expect(predicate?.place).toMatchObject({ line: 49, expression: expect.stringContaining(".odd") });
    // What returned has no place.
    expect([returned?.message, returned?.place]).toEqual([
      'model counter: property steady returned "perhaps", not a judgement such as true or false',
      undefined,
    ]);
  });

  test("of a predicate leaves the other properties as they are", async () => {
    const down = model({
      name: "down",
      state: record({ count: range(0, 9) }),
      initial: { count: 9 },
      actions: { down: { when: ({ count }) => count > 0, then: (draft) => void draft.count-- } },
      properties: ({ always, leadsTo, noDeadlock }) => ({
        big: always("never", ({ count }) => (count === 5 ? wrong(undefined).big : count > 7)),
        small: always("never", ({ count }) => (count === 5 ? wrong(undefined).small : true)),
        zero: noDeadlock("", { unless: ({ count }) => (count === 0 ? wrong(undefined).zero : false) }),
        leads: leadsTo(
          "",
          ({ count }) => count === 8,
          ({ count }) => (count === 2 ? wrong(null).goal : false),
        ),
        other: leadsTo(
          "",
          ({ count }) => count === 8,
          ({ count }) => count === 0,
        ),
        fine: always("", ({ count }) => count < 10),
      }),
    });
    const report = await everyEngine(down);
    expect(report.stopped).toBeUndefined();
    expect(report.states.distinct).toBe(10);
    expect(report.properties.map(({ verdict }) => verdict)).toEqual([
      "violated",
      "error",
      "error",
      "error",
      "violated",
      "holds",
    ]);
    expect(report.mistakes!.map(({ property, trace }) => [property, trace.steps.length - 1])).toEqual([
      ["small", 4],
      ["zero", 9],
      ["leads", 7],
    ]);
  });

  test("is no proof: a certificate leaves its property out", async () => {
    let proved: readonly string[] = [];
    const subject = model({
      name: "two",
      state: record({ count: range(0, 3) }),
      initial: { count: 0 },
      actions: { up: { when: (state) => state.count < 3, then: (draft) => void draft.count++ } },
      properties: ({ always }) => ({
        bad: always("", (state) => (state.count === 2 ? wrong(undefined).bad : true)),
        good: always("", (state) => state.count < 4),
      }),
    });
    await check(subject, { onReached: async (reached) => void (proved = reached.proved) });
    expect(proved).toEqual(["good"]);
  });

  test("is in the JSON report, with place and run", async () => {
    const json = JSON.parse(JSON.stringify(reportToJson(await check(counter)))) as {
      verdict: string;
      mistakes: Record<string, unknown>[];
    };
    expect(json.verdict).toBe("error");
    expect(json.mistakes[0]).toMatchObject({
      part: "recipe",
      action: "up",
      parameters: { by: 2 },
      actor: "user",
      label: "up by 2",
      place: { line: 25, column: 3, expression: "draft.count += by" },
      trace: [{ action: null }, { action: "up", state: { count: 2 } }],
    });
  });
});

/** The model, some functions of which throw in states that a number chooses. */
function failing(made: Model<RandomState>, chosen: number): Model<RandomState> {
  const isBad = (
    { cell, mode, queue }: { cell: readonly number[]; mode: string; queue: readonly number[] },
    by: number,
  ) => (cell[0]! + 2 * cell[1]! + (mode === "busy" ? 4 : 0) + queue.length * 3 + by) % 11 === chosen % 11;
  const refuse = (what: string): never => {
    throw new Error(what);
  };
  return model({
    name: "failing",
    state: made.layout.type,
    initial: made.initial as unknown as RandomState[],
    actions: Object.fromEntries(
      made.instances.map((instance, index) => [
        `act${index}`,
        {
          actor: instance.actor(made.initial[0]!),
          when: (state: Parameters<typeof instance.guard>[0]) =>
            isBad(state, index) && chosen % 3 === 0 ? refuse("guard") : instance.when!(state, instance.parameters),
          then: (draft: RandomState) => {
            instance.then(draft, instance.parameters);
            if (isBad(draft, 2 * index) && chosen % 3 === 1) draft.cell[0] = 99;
          },
        },
      ]),
    ),
    properties: ({ always, step, noDeadlock }) => ({
      state: always("", (state) => (isBad(state, 5) ? refuse("state") : state.cell[0]! < 2)),
      step: step("", (before, _, after) => (isBad(after, 7) ? refuse("step") : before.mode === after.mode)),
      live: noDeadlock("", { unless: (state) => isBad(state, 1) && refuse("live") }),
      fine: always("", ({ cell }) => cell[1]! < 2),
    }),
  });
}

test("every engine and number of workers reports the same of functions that fail", async () => {
  let mistakes = 0;
  let decided = 0;
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(randomModel, fc.nat(32), async (made, chosen) => {
      const subject = failing(made, chosen);
      // To read and compile takes most of the time.
      const report = await everyEngine(subject, {}, turn++ % 3 === 0 ? engines : ["reference", "direct"]);
      mistakes += report.mistakes?.length ?? 0;
      decided += report.properties.filter(({ verdict }) => verdict === "violated").length;
      // To start workers takes long.
      if (turn % 8 > 1) return;
      const safety = new Map(
        [...subject.properties].filter((entry): entry is [string, SafetyProperty<RandomState>] => isSafety(entry[1])),
      );
      const sharing = { alone: () => {}, isWorthIt: () => true, isWorthWaiting: () => true };
      const one = await exploreCompiled(subject, safety, {});
      const two = await exploreCompiled(subject, safety, { workers: 2 }, sharing);
      expect([two.findings, two.faults, two.distinct, two.counts]).toEqual([
        one.findings,
        one.faults,
        one.distinct,
        one.counts,
      ]);
    }),
    { numRuns: process.env["IRQPROOF_LONG"] === undefined ? 24 : 100 },
  );
  expect(mistakes).toBeGreaterThan(8);
  expect(decided).toBeGreaterThan(3);
});

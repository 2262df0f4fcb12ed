/** The breadth-first search, by every engine, against the naive one: on random small models and on the examples. */
import { check, neverEnabled, type CheckOptions, type Family, type Model, type Report } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomModel, randomWalk } from "./arbitrary-models.ts";
import { engines } from "./engines.ts";
import { thorough } from "../thorough.ts";
import { naiveCheck, TooManyPaths, type NaiveResult } from "./naive.ts";

function summary<S>(model: Model<S>, report: Report<S>): NaiveResult {
  const properties = report.properties.map(({ id, verdict, trace }) => {
    if (verdict === "inconclusive" || verdict === "error") throw new Error(`${id} is not decided: ${verdict}`);
    if (trace === undefined) return [id, { verdict }] as const;
    const first = JSON.stringify(trace.steps[0]!.state);
    const initial = model.initial.findIndex((state) => JSON.stringify(state) === first);
    const steps = trace.steps.slice(1);
    const path = steps.map(({ action, parameters }) =>
      model.instances.findIndex(
        (instance) => instance.action === action && JSON.stringify(instance.parameters) === JSON.stringify(parameters),
      ),
    );
    const switches = steps.filter(({ actor }, index) => {
      const before = steps[index - 1]?.actor ?? "";
      return before !== "" && actor !== "" && before !== actor;
    }).length;
    return [id, { verdict, path: [initial, ...path], switches }] as const;
  });
  const steps = report.actions.flatMap(({ instances }) =>
    instances.map(({ taken, level = 0 }) => [taken, level] as const),
  );
  return { isWhole: report.stopped === undefined, ...report.states, steps, properties: Object.fromEntries(properties) };
}

/** The thorough suite takes twice as many random models. The floors are five deviations below the mean, or 0. */
const SHARE = thorough ? 1 : 0.5;

const byEach: readonly CheckOptions[] = engines.map((engine) => ({ engine }));

/** Holds searches against the naive one, unless that finds too many shortest paths to compare. */
async function agree<S>(model: Model<S>, by = byEach): Promise<NaiveResult | undefined> {
  let expected: NaiveResult;
  try {
    expected = naiveCheck(model);
  } catch (error) {
    if (error instanceof TooManyPaths) return undefined;
    throw error;
  }
  for (const options of by) expect(summary(model, await check(model, options))).toEqual(expected);
  return expected;
}

/** Every engine on each twentieth model; on the others, direct and reference in turns: to read a model takes longer. */
function byTurns(): () => readonly CheckOptions[] {
  let turn = 0;
  return () => (turn++ % 20 === 0 ? byEach : [{ engine: turn % 2 === 0 ? "direct" : "reference", purity: "assumed" }]);
}

test("on random models: states, transitions, depth, steps by instance, verdicts, and the very traces", async () => {
  const seen = { holds: 0, violated: 0, switched: 0, skipped: 0 };
  const by = byTurns();
  await fc.assert(
    fc.asyncProperty(randomModel, async (model) => {
      const agreed = await agree(model, by());
      if (agreed === undefined) seen.skipped++;
      for (const { verdict, switches } of Object.values(agreed?.properties ?? {})) {
        seen[verdict]++;
        if ((switches ?? 0) > 0) seen.switched++;
      }
    }),
    { numRuns: 400 * SHARE },
  );
  // The models are varied enough for the agreement to mean something.
  expect(seen.holds).toBeGreaterThan(100 * SHARE);
  expect(seen.violated).toBeGreaterThan(100 * SHARE);
  expect(seen.switched).toBeGreaterThan(thorough ? 12 : 3);
  expect(seen.skipped).toBeLessThan(100 * SHARE);
});

test("on random walks: of many shortest traces the same one, with the fewest switches of actor", async () => {
  let switched = 0;
  let compared = 0;
  const by = byTurns();
  await fc.assert(
    fc.asyncProperty(randomWalk, async (model) => {
      const agreed = await agree(model, by());
      if (agreed === undefined) return;
      compared++;
      if (Object.values(agreed.properties).some(({ switches }) => (switches ?? 0) > 1)) switched++;
    }),
    { numRuns: 250 * SHARE },
  );
  expect(compared).toBeGreaterThan(150 * SHARE);
  expect(switched).toBeGreaterThan(thorough ? 8 : 0);
});

test("a search for named properties ends with the level at which all of them are decided, by every engine", async () => {
  const seen = { stopped: 0, ended: 0 };
  const by = byTurns();
  await fc.assert(
    fc.asyncProperty(
      randomModel,
      fc.subarray(["low", "met", "steady", "live"], { minLength: 1 }),
      async (model, ids) => {
        let expected: NaiveResult;
        try {
          expected = naiveCheck(model, ids);
        } catch (error) {
          if (error instanceof TooManyPaths) return;
          throw error;
        }
        const ended = naiveCheck({ ...model, properties: new Map() });
        const { isWhole } = expected;
        for (const options of by()) {
          const report = await check(model, { ...options, properties: ids });
          expect(report.stopped).toEqual(isWhole ? undefined : { kind: "decided" });
          const { properties, ...figures } = summary(model, report);
          expect(properties).toEqual(Object.fromEntries(ids.map((id) => [id, expected.properties[id]])));
          expect(figures).toEqual({ ...expected, properties: undefined });
          expect(neverEnabled(report).length > 0 && !isWhole).toBe(false);
          const whole = await check(model, { ...options, properties: ids, whole: true });
          expect([whole.stopped, whole.states.distinct]).toEqual([undefined, ended.distinct]);
          expect(summary(model, whole).properties).toEqual(properties);
        }
        seen[isWhole ? "ended" : "stopped"]++;
      },
    ),
    // About one in ten stops early.
    { numRuns: thorough ? 500 : 150 },
  );
  expect(seen.stopped).toBeGreaterThan(thorough ? 14 : 0);
  expect(seen.ended).toBeGreaterThan(20);
});

test("a second run gives the same report, time aside", async () => {
  const by = byTurns();
  await fc.assert(
    fc.asyncProperty(randomModel, async (model) => {
      for (const options of by()) {
        const run = async (): Promise<unknown> => {
          const report = await check(model, options);
          return { ...report, seconds: 0, engine: { ...report.engine, readingSeconds: 0, phases: [] } };
        };
        expect(await run()).toEqual(await run());
      }
    }),
    { numRuns: 50 },
  );
});

test("random walks stay inside the types, and packed states come back as they were", async () => {
  fc.assert(
    fc.property(randomModel, fc.array(fc.nat(), { maxLength: 60 }), (model, choices) => {
      const { layout } = model;
      const words = new Uint32Array(layout.words);
      let state = structuredClone(model.initial[0]) as (typeof model.initial)[number];
      for (const choice of choices) {
        const enabled = model.instances.filter((instance) => instance.guard(state));
        const instance = enabled[choice % Math.max(1, enabled.length)];
        if (instance === undefined) return;
        const next = structuredClone(state) as Parameters<typeof instance.recipe>[0];
        instance.recipe(next);
        layout.encode(next, words, 0);
        expect(layout.decode(words, 0)).toEqual(next);
        state = next;
      }
    }),
    { numRuns: 200 },
  );
});

describe("on the examples", () => {
  const cases: readonly (readonly [string, Record<string, string | number | boolean>])[] = [
    ["crossing", { allRed: false }],
    ["increment", { threads: 3 }],
    ["peterson", { polite: false }],
    ["dining-philosophers", { philosophers: 4 }],
    ["termination-detection", { nodes: 3 }],
    ["two-phase-commit", { managers: 3 }],
    ["leader-election", { nodes: 3 }],
    ["readers-writers", { actors: 2 }],
    ["alternating-bit", {}],
    ["migration", { scheme: "direct", vectors: 2 }],
  ];
  test.each(cases)("%s %j", async (name, parameters) => {
    const file = (await import(`../../examples/${name}.ts`)) as { readonly default: Family<unknown> };
    const model = file.default.instantiate(parameters);
    expect(await agree(model)).toBeDefined();
  });
});

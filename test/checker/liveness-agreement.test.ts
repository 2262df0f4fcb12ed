/** Liveness, by every engine, against its definition on random small graphs: deadlocks, steps that change nothing, any fairness. */
import {
  check,
  model,
  noFairness,
  range,
  record,
  strongFairness,
  weakFairness,
  withProperties,
  type FairnessAssumption,
  type Model,
  type PropertyReport,
} from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { randomModel } from "./arbitrary-models.ts";
import { engines } from "./engines.ts";
import { isEverHopeless, shortestLasso, waitsForEver, type SmallGraph } from "./naive-liveness.ts";

const WHO = 2;
const PICKS = 2;

/** What one action, or one assumption of several, says of its fairness. */
const strengths = fc.constantFrom("none" as const, "weak" as const, "strong" as const);
const groupings = fc.constantFrom(undefined, ["who"], []);

const random = fc.integer({ min: 1, max: 6 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    initial: fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 2 }),
    premise: fc.nat(2 ** size - 1),
    goal: fc.oneof(
      fc.nat(2 ** size - 1),
      fc.nat(size - 1).map((state) => 1 << state),
    ),
    actions: fc.array(
      fc.record({
        strength: strengths,
        per: groupings,
        /** For each value of the parameters, where the action leads from each state; -1 where it cannot happen. */
        to: fc.array(
          fc.array(fc.oneof(fc.constant(-1), fc.integer({ min: -1, max: size - 1 })), {
            minLength: size,
            maxLength: size,
          }),
          {
            minLength: WHO * PICKS,
            maxLength: WHO * PICKS,
          },
        ),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    own: fc.array(
      fc.record({
        strength: strengths,
        actions: fc.option(fc.uniqueArray(fc.nat(2), { minLength: 1 }), { nil: undefined }),
        per: groupings,
      }),
      { maxLength: 2 },
    ),
  }),
);

type Random = typeof random extends fc.Arbitrary<infer Value> ? Value : never;

const has = (set: number, state: number): boolean => ((set >>> state) & 1) === 1;

function modelOf({ size, initial, premise, goal, actions, own }: Random): Model<{ at: number }> {
  const fairness: FairnessAssumption[] = own.map(({ strength, actions: of, per }) => {
    const names = of?.map((action) => `action${action % actions.length}`);
    if (strength === "none") return noFairness(names);
    const grouping = per === undefined ? {} : { per };
    return strength === "weak" ? weakFairness(names, grouping) : strongFairness(names, grouping);
  });
  return model({
    name: "graph",
    state: record({ at: range(0, size - 1) }),
    initial: initial.map((at) => ({ at })),
    actions: Object.fromEntries(
      actions.map(({ strength, per, to }, action) => [
        `action${action}`,
        {
          over: { who: range(0, WHO - 1), pick: range(0, PICKS - 1) },
          fairness: strength === "none" || per === undefined ? strength : { strength, per },
          when: ({ at }: { readonly at: number }, { who, pick }: { who: number; pick: number }) =>
            to[who * PICKS + pick]![at]! >= 0,
          then: (draft: { at: number }, { who, pick }: { who: number; pick: number }) => {
            draft.at = to[who * PICKS + pick]![draft.at]!;
          },
        },
      ]),
    ),
    properties: ({ leadsTo, eventually, alwaysPossible }) => ({
      leads: leadsTo(
        "the premise leads to the goal",
        ({ at }) => has(premise, at),
        ({ at }) => has(goal, at),
        { fairness },
      ),
      ends: eventually("the goal is met", ({ at }) => has(goal, at), { fairness }),
      possible: alwaysPossible("the goal is possible", ({ at }) => has(goal, at)),
    }),
  });
}

/** The same as a graph, with fairness worked out anew. */
function graphOf({ size, initial, actions, own }: Random): SmallGraph {
  const named = new Set(
    own.flatMap(
      ({ actions: of }) => of?.map((action) => action % actions.length) ?? actions.map((_, action) => action),
    ),
  );
  const assumptions = [
    ...actions.flatMap(({ strength, per }, action) =>
      named.has(action) ? [] : [{ strength, per, actions: [action] }],
    ),
    ...own.map(({ strength, per, actions: of }) => ({
      strength,
      per,
      actions: of?.map((action) => action % actions.length) ?? actions.map((_, action) => action),
    })),
  ].filter(({ strength }) => strength !== "none");
  const names: string[] = [];
  const strong: boolean[] = [];
  const groupsOf = (action: number, who: number, pick: number): number[] =>
    assumptions.flatMap(({ strength, per, actions: of }, index) => {
      if (!of.includes(action)) return [];
      const own = per === undefined ? `${action} ${who} ${pick}` : per.length === 0 ? "" : `${who}`;
      const name = `${index}: ${own}`;
      if (!names.includes(name)) {
        names.push(name);
        strong.push(strength === "strong");
      }
      return [names.indexOf(name)];
    });
  const edges = actions.flatMap(({ to }, action) =>
    to.flatMap((row, instance) =>
      row.flatMap((target, from) => {
        const groups = groupsOf(action, Math.floor(instance / PICKS), instance % PICKS);
        return target < 0 || target === from ? [] : [{ from, to: target, groups }];
      }),
    ),
  );
  return { size, initial, edges, strong };
}

function lengthOf({ trace }: PropertyReport<unknown>): number {
  return trace === undefined ? Infinity : trace.steps.length - 1;
}

test("verdicts are those of the definition, and no lasso has fewer steps", async () => {
  const seen = { holds: 0, violated: 0, stopped: 0, loops: 0, long: 0 };
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(random, async (given) => {
      const graph = graphOf(given);
      const { premise, goal } = given;
      for (const engine of turn++ % 20 === 0 ? engines : (["reference"] as const)) {
        const report = await check(modelOf(given), { engine });
        const [leads, ends, possible] = report.properties as [
          PropertyReport<unknown>,
          PropertyReport<unknown>,
          PropertyReport<unknown>,
        ];
        expect(leads.verdict).toBe(waitsForEver(graph, premise, goal, false) ? "violated" : "holds");
        expect(ends.verdict).toBe(waitsForEver(graph, premise, goal, true) ? "violated" : "holds");
        expect(possible.verdict).toBe(isEverHopeless(graph, goal) ? "violated" : "holds");
        expect(lengthOf(leads)).toBe(shortestLasso(graph, premise, goal, false));
        expect(lengthOf(ends)).toBe(shortestLasso(graph, premise, goal, true));
        for (const { verdict, trace } of [leads, ends]) {
          if (verdict !== "inconclusive") seen[verdict]++;
          if (trace === undefined) continue;
          const loop = trace.steps.length - 1 - trace.loopFrom!;
          if (loop === 0) seen.stopped++;
          else seen.loops++;
          if (loop > 2) seen.long++;
        }
      }
    }),
    { numRuns: 1000 },
  );
  // Otherwise the comparison would say little.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
});

test("every engine shows the same run", async () => {
  let loops = 0;
  await fc.assert(
    fc.asyncProperty(
      randomModel,
      fc.array(fc.constantFrom("weak" as const, "weak" as const, "strong" as const, "none" as const), {
        minLength: 6,
        maxLength: 6,
      }),
      fc.nat(3),
      async (base, fair, bound) => {
        const fairness = base.actions.map((action, index) => ({ ...weakFairness(action), strength: fair[index]! }));
        const subject = withProperties(base, {
          ...Object.fromEntries(base.properties),
          leads: {
            kind: "leadsTo",
            title: "",
            premise: ({ mode }) => mode === "busy",
            goal: ({ cell }) => cell[0] === bound,
            fairness,
          },
          ends: { kind: "eventually", title: "", goal: ({ queue }) => queue.length === 2, fairness },
          possible: { kind: "alwaysPossible", title: "", goal: ({ token }) => token === null },
        });
        const [one, ...others] = await Promise.all(engines.map(async (engine) => check(subject, { engine })));
        for (const other of others) expect(other.properties).toEqual(one!.properties);
        loops += one!.properties.filter(
          ({ trace }) => trace?.loopFrom !== undefined && trace.loopFrom < trace.steps.length - 1,
        ).length;
      },
    ),
    { numRuns: 50 },
  );
  expect(loops).toBeGreaterThan(0);
});

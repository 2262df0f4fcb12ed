/** Liveness, by every engine, against its definition on random small graphs: deadlocks, steps that change nothing, any fairness. */
import { check, weakFairness, withProperties, type PropertyReport } from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { modelOf, PICKS, randomGraph, type RandomGraph } from "../arbitrary-graphs.ts";
import { randomModel } from "../arbitrary-models.ts";
import { engines } from "../engines.ts";
import { failsForEver, isEverHopeless, shortestLasso, waitsForEver, type SmallGraph } from "./naive-liveness.ts";

/** The same as a graph, with fairness worked out anew. */
function graphOf({ size, initial, actions, own }: RandomGraph): SmallGraph {
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

/** Of more fair groups than that, some loop is shown: see docs/liveness.md. A strong group counts twice. */
function isSmall({ strong }: SmallGraph): boolean {
  return strong.reduce((bits, isStrong) => bits + (isStrong ? 2 : 1), 0) <= 26;
}

test("verdicts are those of the definition, and no lasso has fewer steps", async () => {
  const seen = { holds: 0, violated: 0, stopped: 0, loops: 0, long: 0 };
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(randomGraph, async (given) => {
      const graph = graphOf(given);
      const { premise, goal } = given;
      for (const engine of turn++ % 20 === 0 ? engines : (["reference"] as const)) {
        const report = await check(modelOf(given), { engine });
        const [leads, ends, possible, stays] = report.properties as [
          PropertyReport<unknown>,
          PropertyReport<unknown>,
          PropertyReport<unknown>,
          PropertyReport<unknown>,
        ];
        expect(leads.verdict).toBe(waitsForEver(graph, premise, goal, false) ? "violated" : "holds");
        expect(ends.verdict).toBe(waitsForEver(graph, premise, goal, true) ? "violated" : "holds");
        expect(stays.verdict).toBe(failsForEver(graph, goal) ? "violated" : "holds");
        expect(possible.verdict).toBe(isEverHopeless(graph, goal) ? "violated" : "holds");
        for (const [one, atStart] of [
          [leads, false],
          [ends, true],
        ] as const) {
          const [length, shortest] = [lengthOf(one), shortestLasso(graph, premise, goal, atStart)];
          expect(isSmall(graph) ? length : Math.min(length, shortest)).toBe(shortest);
        }
        for (const { verdict, trace } of [leads, ends, stays]) {
          if (verdict === "holds" || verdict === "violated") seen[verdict]++;
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
          stays: { kind: "eventuallyAlways", title: "", goal: ({ cell }) => cell[0] === bound, fairness },
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

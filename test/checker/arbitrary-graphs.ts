/** Random small graphs as models: deadlocks, steps that change nothing, any fairness; a property of runs of each kind. */
import {
  model,
  noFairness,
  range,
  record,
  strongFairness,
  weakFairness,
  type FairnessAssumption,
  type Model,
} from "irqproof/checker";
import * as fc from "fast-check";

/** Values of the parameters of every action. */
const WHO = 2;
export const PICKS = 2;

/** Fairness by one action, or by one assumption of several. */
const strengths = fc.constantFrom("none" as const, "weak" as const, "strong" as const);
const groupings = fc.constantFrom(undefined, ["who"], []);

export const randomGraph = fc.integer({ min: 1, max: 6 }).chain((size) =>
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

export type RandomGraph = typeof randomGraph extends fc.Arbitrary<infer Value> ? Value : never;

const has = (set: number, state: number): boolean => ((set >>> state) & 1) === 1;

export function modelOf({ size, initial, premise, goal, actions, own }: RandomGraph): Model<{ at: number }> {
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
    properties: ({ leadsTo, eventually, alwaysPossible, eventuallyAlways }) => ({
      leads: leadsTo(
        "the premise leads to the goal",
        ({ at }) => has(premise, at),
        ({ at }) => has(goal, at),
        { fairness },
      ),
      ends: eventually("the goal is met", ({ at }) => has(goal, at), { fairness }),
      possible: alwaysPossible("the goal is possible", ({ at }) => has(goal, at)),
      stays: eventuallyAlways("the goal stays", ({ at }) => has(goal, at), { fairness }),
    }),
  });
}

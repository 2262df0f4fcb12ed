/** A property whose premise never holds says so, whichever engine decides it. */
import {
  always,
  because,
  check,
  every,
  implies,
  model,
  range,
  record,
  step,
  withProperties,
  type Model,
} from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { engines } from "../engines.ts";

type State = { readonly count: number; readonly other: number };

function counter(properties: Readonly<Record<string, (state: State) => ReturnType<typeof implies>>>): Model<never> {
  return model({
    name: "counter",
    state: record({ count: range(0, 5), other: range(0, 5) }),
    initial: { count: 0, other: 0 },
    actions: {
      up: { when: ({ count }) => count < 3, then: (draft) => void draft.count++ },
      side: { when: ({ other }) => other < 5, then: (draft) => void draft.other++ },
    },
    properties: Object.fromEntries(Object.entries(properties).map(([id, holds]) => [id, always(id, holds)])),
  }) as unknown as Model<never>;
}

type Taken = { readonly action: string; readonly parameters: Readonly<Record<string, unknown>> };
type OfStep = (before: State, taken: Taken, after: State) => ReturnType<typeof implies>;

/** The same counter with properties of its steps. */
function stepping(properties: Readonly<Record<string, OfStep>>): Model<never> {
  const { name, ...rest } = counter({});
  const made = Object.fromEntries(Object.entries(properties).map(([id, holds]) => [id, step(id, holds)]));
  return withProperties({ ...rest, name } as unknown as Model<State>, made) as unknown as Model<never>;
}

/** The properties that say that their premise never holds, by every engine. */
async function unmet(subject: Model<never>, options: Parameters<typeof check>[1] = {}): Promise<string[]> {
  const said = await Promise.all(
    engines.map(async (engine) => {
      const { properties } = await check(subject, { ...options, engine });
      return properties
        .filter(
          ({ kind, remark }) =>
            remark === `its premise holds ${kind === "step" ? "by no step" : "in no reachable state"}`,
        )
        .map(({ id }) => id);
    }),
  );
  for (const one of said) expect(one).toEqual(said[0]);
  return said[0]!;
}

const subject = counter({
  implied: ({ count, other }) => implies(count > 3, () => other < 2),
  met: ({ count, other }) => implies(count > 2, () => other < 9),
  guarded: ({ count, other }) => {
    if (count <= 3) return true;
    return other === 0 || because("other");
  },
  "guarded twice": ({ count, other }) => {
    if (count < 2) return true;
    const sum = count + other;
    if (sum < 9) {
      return true;
    }
    return sum < 9;
  },
  "one that is met": ({ count }) => {
    if (count < 2) return true;
    return count < 4;
  },
  "a conclusion": ({ count }) => {
    if (count < 9) return true;
    return because("too high");
  },
  "a premise and a conclusion": ({ count, other }) => {
    if (count < 4) return true;
    if (other < 9) return true;
    return because("too high");
  },
  "in a list": ({ count, other }) =>
    every([count, other - 5], (value) => {
      if (value <= 3) return true;
      return value < 5;
    }),
  violated: ({ count }) => {
    if (count > 0) return true;
    return count > 4;
  },
  plain: ({ count }) => count < 4,
});

test("implies, and an early return of true", async () => {
  expect(await unmet(subject)).toEqual([
    "implied",
    "guarded",
    "guarded twice",
    "a premise and a conclusion",
    "in a list",
  ]);
});

test("steps: an early return of true, and implies, by any instance", async () => {
  const steps = stepping({
    "no such action": (before, { action }) => {
      if (action !== "down") return true;
      return before.count > 0;
    },
    "never that action": (_, { action }) => {
      if (action !== "down") return true;
      return false;
    },
    "an action": (_, { action }, { count }) => {
      if (action !== "up") return true;
      return count > 0;
    },
    "an action never so": (before, { action }, after) => {
      if (action !== "up" || before.other > 5) return true;
      if (before.count < 3) return true;
      return after.count === 0 || because("up");
    },
    "after the step": (_, __, after) => {
      if (after.count < 3) return true;
      return after.other < 9;
    },
    "never after a step": (before, _, after) => implies(after.count > 3 && before.count < 9, () => after.other < 2),
    "in no step, though in a state": (before, { action }, after) =>
      implies(before.count === 0 && action === "up", () => implies(after.count === 2, () => false)),
    plain: (before, _, after) => before.count <= after.count,
  });
  expect(await unmet(steps)).toEqual([
    "no such action",
    "an action never so",
    "never after a step",
    "in no step, though in a state",
  ]);
});

test("steps of random premises, what their definition says", async () => {
  const seen = { met: 0, unmet: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(6), fc.nat(6), fc.constantFrom("up", "side"), async (low, high, name) => {
      const made = stepping({
        implied: (before, { action }, after) =>
          implies(action === name && after.count >= low && before.other >= high, () => true),
        guarded: (before, { action }, after) => {
          if (action !== name) return true;
          if (after.count < low || before.other < high) return true;
          return after.count < 9;
        },
      });
      const met = low <= 3 && high <= (name === "up" ? 5 : 4);
      seen[met ? "met" : "unmet"]++;
      expect(await unmet(made)).toEqual(met ? [] : ["implied", "guarded"]);
    }),
    { numRuns: 40 },
  );
  expect(Math.min(seen.met, seen.unmet)).toBeGreaterThan(3);
});

test("nothing is said of it when the search was stopped", async () => {
  expect(await unmet(subject, { properties: ["violated"] })).toEqual([]);
  expect(await unmet(subject, { maxStates: 3 })).toEqual([]);
});

test("of random premises, what their definition says", async () => {
  const seen = { met: 0, unmet: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(5), fc.nat(5), fc.integer({ min: 0, max: 9 }), async (low, high, least) => {
      const isMet = (count: number, other: number): boolean => count >= low && other <= high && count + other >= least;
      const made = counter({
        implied: ({ count, other }) => implies(count >= low && other <= high && count + other >= least, () => true),
        guarded: ({ count, other }) => {
          if (count < low) return true;
          if (other > high || count + other < least) return true;
          return count < 9;
        },
      });
      let met = false;
      for (let count = 0; count <= 3; count++) for (let other = 0; other <= 5; other++) met ||= isMet(count, other);
      seen[met ? "met" : "unmet"]++;
      expect(await unmet(made)).toEqual(met ? [] : ["implied", "guarded"]);
    }),
    { numRuns: 40 },
  );
  expect(Math.min(seen.met, seen.unmet)).toBeGreaterThan(3);
});

/** A property whose premise never holds says so, whichever engine decides it. */
import { always, because, check, every, implies, model, range, record, type Model } from "irqproof/checker";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { engines } from "./engines.ts";

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

/** The properties that say that their premise never holds, by every engine. */
async function unmet(subject: Model<never>, options: Parameters<typeof check>[1] = {}): Promise<string[]> {
  const said = await Promise.all(
    engines.map(async (engine) => {
      const { properties } = await check(subject, { ...options, engine });
      return properties
        .filter(({ remark }) => remark === "its premise holds in no reachable state")
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

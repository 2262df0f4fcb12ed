/** Mutants: those of a model worked out by hand, of random models against every engine, and of the examples. */
import { check, model, mutants, range, record, type Model, type Mutation } from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkRead } from "../../../checker/check.ts";
import { candidatesOf, type Change } from "../../../checker/mutation/candidates.ts";
import { equivalents } from "../../../checker/mutation/equivalence.ts";
import { mutated } from "../../../checker/mutation/mutant-model.ts";
import { unitsOf } from "../../../checker/mutation/units.ts";
import { createReading, Readings, type OpenReading } from "../../../checker/reading/index.ts";
import increment from "../../../examples/increment.ts";
import peterson from "../../../examples/peterson.ts";
import { randomModel } from "../arbitrary-models.ts";
import { engines } from "../engines.ts";

const counter = model({
  name: "counter",
  state: record({ count: range(0, 3), laps: range(0, 1) }),
  initial: { count: 0, laps: 0 },
  actions: {
    up: {
      when: ({ count }) => count < 2,
      then: (draft) => {
        draft.count += 1;
      },
    },
    wrap: {
      when: ({ count }) => count === 2,
      then: (draft) => {
        draft.count = 0;
        draft.laps = 1;
      },
    },
  },
  properties: ({ always, noDeadlock }) => ({
    low: always("the count stays below three", ({ count }) => count < 3),
    live: noDeadlock("no deadlock"),
  }),
});

function rows<S>({ mutants: found }: Mutation<S>): string[] {
  return found.map(({ action, change, outcome, caughtBy }) =>
    [action ?? "order", change, outcome, ...caughtBy].join(" | "),
  );
}

describe("mutants known by hand", () => {
  test("every part of a guard, every assignment and every constant, with what catches each", async () => {
    const mutation = await mutants(counter);
    expect(rows(mutation)).toEqual([
      "up | guard without count <= 1 | caught | low",
      "up | count <= 1 becomes count <= 2 | caught | low | live",
      "up | count <= 1 becomes count = 0 | caught | live",
      "up | count not assigned | survived",
      "up | count assigned one more | survived",
      "up | count assigned one less | survived",
      "wrap | guard without count = 2 | survived",
      "wrap | count = 2 becomes count = 3 | caught | live",
      "wrap | count = 2 becomes count = 1 | caught | live",
      "wrap | count not assigned | survived",
      "wrap | laps not assigned | survived",
      "wrap | count assigned one more | survived",
      "wrap | laps assigned one less | survived",
    ]);
    expect(mutation.mutants.map(({ number }) => number)).toEqual(mutation.mutants.map((_, index) => index + 1));
    expect(mutation.mutants[0]?.where).toMatch(/mutants\.test\.ts:\d+:\d+$/);
    expect(mutation.mutants[0]?.report?.properties[0]?.trace?.steps).toHaveLength(4);
  });

  test("a fault that no reachable state shows is equivalent", async () => {
    const redundant = model({
      name: "redundant",
      state: record({ count: range(0, 2), isDone: range(0, 1) }),
      initial: { count: 0, isDone: 0 },
      actions: {
        up: {
          // That it is not done follows from the count.
          when: ({ count, isDone }) => count < 2 && isDone === 0,
          then: (draft) => {
            draft.count += 1;
          },
        },
        finish: {
          when: ({ count, isDone }) => count === 2 && isDone === 0,
          then: (draft) => {
            draft.isDone = 1;
            draft.count = 2;
          },
        },
      },
      properties: ({ sometimes }) => ({ done: sometimes("it gets done", ({ isDone }) => isDone === 1) }),
    });
    const found = rows(await mutants(redundant));
    expect(found).toContain("up | guard without isDone = 0 | equivalent");
    expect(found).toContain("finish | guard without isDone = 0 | survived");
    // It has that value already.
    expect(found).toContain("finish | count not assigned | equivalent");
    expect(found).toContain("finish | isDone not assigned | caught | done");
  });

  test("a variant with the same graph, up to the position in its program, is equivalent", async () => {
    /** Each step of a program does one thing, and moves the position. */
    const running = (
      program: readonly ("left" | "right" | "nothing")[],
    ): Model<{ at: number; left: number; right: number }> =>
      model({
        name: "running",
        state: record({ at: range(0, 4), left: range(0, 1), right: range(0, 1) }),
        initial: { at: 0, left: 0, right: 0 },
        actions: Object.fromEntries(
          (["left", "right"] as const).map((name) => [
            name,
            {
              when: ({ at }: { at: number }) => program[at] === name,
              then: (draft: { at: number; left: number; right: number }) => {
                draft[name] = 1;
                draft.at += program[draft.at + 1] === "nothing" ? 2 : 1;
              },
            },
          ]),
        ),
        properties: ({ sometimes }) => ({ done: sometimes("both are done", ({ left, right }) => left + right === 2) }),
      });
    const variant = (change: string, program: Parameters<typeof running>[0], positions: string[]) => ({
      change,
      model: running(program),
      positions,
    });
    const { mutants: found } = await mutants(running(["left", "nothing", "right"]), {
      variants: [
        variant("the other place of nothing", ["left", "right", "nothing"], ["at"]),
        variant("the same, seen", ["left", "right", "nothing"], []),
        variant("the other order", ["right", "nothing", "left"], ["at"]),
        variant("never done", ["left"], ["at"]),
      ],
    });
    expect(found.filter(({ kind }) => kind === "order").map(({ change, outcome }) => [change, outcome])).toEqual([
      ["the other place of nothing", "equivalent"],
      ["the same, seen", "survived"],
      ["the other order", "survived"],
      ["never done", "caught"],
    ]);
  });

  test("a mutant that leaves the type is caught: the model fails", async () => {
    const full = model({
      name: "full",
      state: record({ count: range(0, 2) }),
      initial: { count: 0 },
      actions: {
        up: {
          when: ({ count }) => count < 2,
          then: (draft) => {
            draft.count += 1;
          },
        },
      },
      properties: ({ sometimes }) => ({ top: sometimes("the top is reached", ({ count }) => count === 2) }),
    });
    const [first] = (await mutants(full)).mutants;
    expect(first).toMatchObject({ change: "guard without count <= 1", outcome: "caught", caughtBy: [] });
    expect(first?.report?.mistakes?.[0]?.message).toMatch(/leaves the state's type/);
  });

  test("instances of an action are changed together, with parameters in place of indices", async () => {
    const { mutants: found } = await mutants(peterson.instantiate());
    const changes = found.filter(({ action }) => action === "enter").map(({ change }) => change);
    expect(changes).toContain("guard without at[self] = wait");
    expect(found.find(({ change }) => change === "turn not assigned")?.action).toBe("giveTurn");
    expect(found.filter(({ outcome }) => outcome === "skipped" || outcome === "undecided")).toEqual([]);
  });
});

describe("options", () => {
  test("one mutant alone has the same number and outcome, and the others are skipped", async () => {
    const all = await mutants(counter);
    for (const number of [1, 4, 13]) {
      const { mutants: found } = await mutants(counter, { only: number });
      expect(found[number - 1]).toMatchObject({ outcome: all.mutants[number - 1]!.outcome, number });
      expect(found.filter(({ outcome }) => outcome !== "skipped")).toHaveLength(1);
    }
  });

  test("bounds leave mutants out, undecided or skipped, and say so", async () => {
    const few = await mutants(counter, { maxMutants: 4 });
    expect([few.mutants.length, few.left]).toEqual([4, 9]);
    const { mutants: bounded } = await mutants(counter, { maxStates: 6 });
    // Two laps of four counts are more states.
    expect(bounded.find(({ change }) => change === "guard without count <= 1")?.outcome).toBe("caught");
    const aborted = await mutants(counter, { signal: AbortSignal.abort() });
    expect(new Set(aborted.mutants.map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
  });

  test("only the properties that are named catch, and those that are violated without a fault do not", async () => {
    const named = await mutants(counter, { properties: ["live"] });
    expect(named.judging).toEqual(["live"]);
    expect(named.mutants[0]?.caughtBy).not.toContain("low");
    const lossy = increment.instantiate();
    const { judging, mutants: found } = await mutants(lossy);
    expect(judging).toEqual(["runs-to-the-end", "ends"]);
    expect(found.flatMap(({ caughtBy }) => caughtBy)).not.toContain("nothing-lost");
  });

  test("mistakes have a sentence", async () => {
    await expect(mutants(counter, { only: 14 })).rejects.toThrow("has no mutant 14: its mutants are 1 to 13");
    await expect(mutants(counter, { maxMutants: 0 })).rejects.toThrow("maxMutants is 0: it must be a positive integer");
    await expect(mutants(counter, { maxStates: 3 })).rejects.toThrow("its states were not explored to the end");
    await expect(mutants(increment.instantiate(), { properties: ["nothing-lost"] })).rejects.toThrow(
      "none of its properties holds",
    );
  });

  test("variants are judged after the faults", async () => {
    const variant = { ...counter, initial: [{ count: 3, laps: 0 }] } as Model<{ count: number; laps: number }>;
    const { mutants: found } = await mutants(counter, { variants: [{ change: "begins at three", model: variant }] });
    expect(found).toHaveLength(14);
    expect(found[13]).toMatchObject({ number: 14, kind: "order", outcome: "caught", caughtBy: ["low", "live"] });
  });
});

/** Every instance changed to what it is: guards replaced by their terms, scalars by theirs. */
function unchanged<S>(reading: OpenReading<S>): Map<never, Change> {
  const units = unitsOf(reading.model.layout).filter(({ isScalar }) => isScalar);
  return new Map(
    reading.model.instances.map((instance) => {
      const { guard, next } = reading.action(instance);
      const assigned = units.flatMap((unit) => {
        const [cell] = unit.cells as readonly [number];
        return next.has(cell) ? [[unit, next.get(cell)] as const] : [];
      });
      return [instance as never, { guard, assigned }];
    }),
  );
}

/** The parts of a report on which all engines must agree. */
async function figures<S>(of: Model<S>, readings: Readings, engine: (typeof engines)[number]): Promise<unknown> {
  const audit = engine === "compiled" ? { audit: 1 } : {};
  const report = await checkRead(of, { engine, purity: "assumed", ...audit }, readings);
  return {
    states: report.states,
    verdict: report.verdict,
    properties: report.properties.map(({ id, verdict, trace }) => [id, verdict, trace?.steps]),
    mistakes: report.mistakes?.map(({ message }) => message),
  };
}

describe("changed terms and changed functions agree", () => {
  test.each([peterson, increment])("$name with guards and values replaced by their own terms", async (family) => {
    const base = family.instantiate() as Model<unknown>;
    const own = createReading(base);
    const { model: same, reading } = mutated(own, unchanged(own) as never);
    const expected = await check(base);
    for (const engine of engines) {
      const readings = new Readings();
      readings.add(reading);
      expect(await figures(same, readings, engine)).toMatchObject({
        states: expected.states,
        verdict: expected.verdict,
      });
    }
  });

  test("on random models: a mutant by every engine, and equivalent ones have the figures of the model", async () => {
    const seen = { mutants: 0, equivalent: 0 };
    await fc.assert(
      fc.asyncProperty(randomModel, fc.infiniteStream(fc.nat()), async (base, picks) => {
        const reading = createReading(base);
        const own = new Readings();
        own.add(reading);
        const original = await figures(base, own, "direct");
        const { candidates, unread } = candidatesOf(reading);
        expect(unread).toEqual([]);
        let same: ReadonlySet<unknown> | undefined;
        const onReached = async ({ states }: { states(): Iterable<Uint32Array> }): Promise<void> => {
          same = await equivalents(reading, candidates, states(), undefined);
        };
        await checkRead(base, { engine: "direct", purity: "assumed", onReached }, own);
        for (let count = 0; count < Math.min(4, candidates.length); count++) {
          const fault = candidates[(picks.next().value as number) % candidates.length]!;
          const mutant = mutated(reading, fault.changes);
          const readings = new Readings();
          readings.add(mutant.reading);
          const expected = await figures(mutant.model, readings, "reference");
          expect(await figures(mutant.model, readings, "compiled")).toEqual(expected);
          expect(await figures(mutant.model, readings, "direct")).toEqual(expected);
          seen.mutants++;
          if (same?.has(fault) !== true) continue;
          seen.equivalent++;
          expect(expected).toEqual(original);
        }
      }),
      { numRuns: 25 },
    );
    expect(seen.mutants).toBeGreaterThan(50);
    expect(seen.equivalent).toBeGreaterThan(0);
  });
});

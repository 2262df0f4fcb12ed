/** Several workers give the report of one; bounds, aborts and audits of the compiled engine. */
import {
  check,
  inspect,
  model,
  range,
  record,
  sequence,
  type Model,
  type Report,
  type SafetyProperty,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { AuditPace } from "../../../checker/search/expansion/audit-pace.ts";
import { exploreCompiled } from "../../../checker/search/compiled-search.ts";
import type { Exploration, SearchOptions } from "../../../checker/search/exploration.ts";
import { SharingByTime, type Sharing } from "../../../checker/search/workers/load-balancing.ts";
import migration from "../../../examples/migration.ts";
import { catalogue } from "../../../catalogue/index.ts";
import { checkable } from "../../../catalogue/index.ts";
import { soundCheck } from "../sound.ts";

function comparable<S>({ engine: _engine, seconds: _seconds, ...report }: Report<S>): unknown {
  return report;
}

/** Not read: what workers meet is asked of the main thread. */
const unread = model({
  name: "unread",
  state: record({ numbers: sequence(4, range(0, 9)) }),
  initial: { numbers: [] },
  actions: {
    add: {
      over: { value: range(0, 9) },
      when: ({ numbers }) => numbers.length < 4 && numbers.reduce((sum, value) => sum + value, 0) < 20,
      then: (draft, { value }) => {
        draft.numbers.push(value);
        try {
          draft.numbers.sort((a, b) => a - b);
        } catch {
          draft.numbers.length = 0;
        }
      },
    },
    drop: {
      when: ({ numbers }) => numbers.length > 1,
      then: (draft) => {
        draft.numbers.shift();
      },
    },
  },
  properties: ({ always, sometimes, noDeadlock }) => ({
    small: always("the sum stays small", ({ numbers }) => numbers.reduce((sum, value) => sum + value, 0) < 26),
    even: sometimes("all are eight", ({ numbers }) => numbers.length === 3 && numbers.every((value) => value === 8)),
    alive: noDeadlock("something can happen"),
  }),
});

const axis = range(0, 60);
const cube = model({
  name: "cube",
  state: record({ x: axis, y: axis, z: axis }),
  initial: { x: 0, y: 0, z: 0 },
  actions: {
    x: { when: ({ x }) => x < 60, then: (draft) => void (draft.x += 1) },
    y: { when: ({ y }) => y < 60, then: (draft) => void (draft.y += 1) },
    z: { when: ({ z }) => z < 60, then: (draft) => void (draft.z += 1) },
  },
  properties: ({ always }) => ({ near: always("near the corner", ({ x, y, z }) => x + y + z < 12) }),
});

const models: Record<string, Model<unknown>> = {
  "the common model": migration.instantiate({ devices: 2 }) as Model<unknown>,
  "the common model, direct": migration.instantiate({ devices: 2, scheme: "direct" }) as Model<unknown>,
  "a model that is not read": unread as Model<unknown>,
  "an entry of the catalogue": checkable(catalogue[0]!).instantiate({}) as Model<unknown>,
};

function safety<S>(made: Model<S>): Map<string, SafetyProperty<S>> {
  const kinds = new Set(["always", "sometimes", "step", "noDeadlock"]);
  return new Map([...made.properties].filter(([, { kind }]) => kinds.has(kind))) as Map<string, SafetyProperty<S>>;
}

/** Workers expand even levels of one state, which the main thread would do alone. */
async function together<S>(made: Model<S>, options: SearchOptions, workers = 2, few = 1): Promise<Exploration> {
  const sharing: Sharing = { alone: () => {}, isWorthIt: (states) => states >= few, isWorthWaiting: () => true };
  return exploreCompiled(made, safety(made), { ...options, workers }, sharing);
}

function figures(exploration: Exploration): unknown {
  const { seconds: _seconds, bytes: _bytes, reached: _reached, readingSeconds: _reading, ...others } = exploration;
  return others;
}

describe("several workers", () => {
  test.each(Object.entries(models))("find of %s what one finds", async (_, made) => {
    const one = figures(await exploreCompiled(made, safety(made), {}));
    expect(figures(await together(made, {}, 3))).toEqual(one);
    // Some levels by the main thread, some by the workers.
    expect(figures(await together(made, {}, 2, 300))).toEqual(one);
  });

  test("start after a minimum of time, and take the levels that would take one thread long", () => {
    const slow = new SharingByTime();
    expect(slow.isWorthIt(1_000_000)).toBe(false);
    slow.alone(50, 50);
    expect(slow.isWorthIt(1_000_000)).toBe(false);
    slow.alone(150, 150);
    expect([slow.isWorthIt(1), slow.isWorthIt(100)]).toEqual([false, true]);
    expect([slow.isWorthWaiting(100), slow.isWorthWaiting(1_000)]).toEqual([false, true]);
    const fast = new SharingByTime();
    fast.alone(1_000_000, 500);
    expect([fast.isWorthIt(100), fast.isWorthIt(100_000)]).toEqual([false, true]);
  });

  test("find the same when they begin in the middle of a search", async () => {
    const made = migration.instantiate({ devices: 2 }) as Model<unknown>;
    const one = figures(await exploreCompiled(made, safety(made), {}));
    let asked = 0;
    // Not waited for until some levels have gone by, then always.
    const sharing: Sharing = { alone: () => {}, isWorthIt: () => true, isWorthWaiting: () => ++asked > 5 };
    expect(figures(await exploreCompiled(made, safety(made), { workers: 2 }, sharing))).toEqual(one);
    expect(asked).toBeGreaterThan(5);
    // Never waited for: the search may be over before they have begun.
    const hasty: Sharing = { alone: () => {}, isWorthIt: () => true, isWorthWaiting: () => false };
    expect(figures(await exploreCompiled(made, safety(made), { workers: 2 }, hasty))).toEqual(one);
  });

  test("report what one reports", async () => {
    const made = models["the common model"]!;
    const one = comparable(await check(made, { engine: "compiled" }));
    expect(comparable(await check(made, { engine: "compiled", workers: 2 }))).toEqual(one);
  });

  // A worker may have expanded all of its part where another was stopped: their states are of different levels.
  test("a violation among states that a bound left unexpanded has its trace", async () => {
    for (const maxStates of [380, 400, 430, 460]) {
      const { findings, distinct } = await together(cube as Model<unknown>, { maxStates });
      expect(findings.get("near")!.level).toBe(13);
      expect(distinct).toBe(maxStates);
    }
  });

  test.each([1, 1_000])("stop at exactly the bound of states, inconclusive", async (few) => {
    const { stopped, distinct } = await together(models["the common model"]!, { maxStates: 5_000 }, 3, few);
    expect(stopped).toEqual({ kind: "states", limit: 5_000 });
    expect(distinct).toBe(5_000);
  });

  test("stop at a bound of memory, with what they have found", async () => {
    const { stopped, findings, bytes, distinct } = await together(cube as Model<unknown>, { maxMemory: 1_800_000 });
    expect(stopped).toEqual({ kind: "memory", limit: 1_800_000 });
    expect(findings.get("near")!.level).toBe(13);
    expect(distinct).toBeGreaterThan(20_000);
    // A level that does not fit is kept all the same, so that it can be judged.
    expect(bytes).toBeLessThan(2_200_000);
  });

  test("are audited by the reference semantics", async () => {
    const made = models["the common model"]!;
    const { distinct, stopped } = await together(made, { audit: 20 });
    expect([distinct, stopped]).toEqual([29_292, undefined]);
  });

  test("are refused by the engine that searches alone", async () => {
    await expect(check(models["the common model"]!, { engine: "reference", workers: 2 })).rejects.toThrow(
      "option workers is 2: the reference engine uses one worker; leave engine or workers out",
    );
  });

  test("pass on a mistake in the model", async () => {
    const broken = model({
      name: "broken",
      state: record({ count: range(0, 9) }),
      initial: { count: 0 },
      actions: { up: { then: (draft) => void (draft.count += 1) } },
    });
    await expect(soundCheck(broken, { engine: "compiled", workers: 2 })).rejects.toThrow(
      /action up leaves the state's type/,
    );
  });
});

test("an audit takes one of every N transitions", () => {
  for (const [every, count, transitions] of [
    [1, 512, 2_000],
    [7, 512, 2_000],
    [1_000, 512, 2_000],
    [5_000, 3, 4],
  ] as const) {
    const pace = new AuditPace(every);
    const batches = 3_000;
    let states = 0;
    for (let batch = 0; batch < batches; batch++) {
      const chosen = pace.chosen(count, transitions);
      expect(chosen.every((state) => state >= 0 && state < count)).toBe(true);
      expect(new Set(chosen).size).toBe(chosen.length);
      states += chosen.length;
    }
    const audited = states * (transitions / count);
    expect(audited / ((batches * transitions) / every)).toBeCloseTo(1, 0);
  }
});

describe("one worker", () => {
  test("stops at exactly the bound of states, and still reports what it has found", async () => {
    const direct = models["the common model, direct"]!;
    const report = await check(direct, { engine: "compiled", maxStates: 1_000 });
    expect(report.states.distinct).toBe(1_000);
    expect(report.verdict).toBe("violated");
    expect(report.properties[0]!.trace!.steps).toHaveLength(4);
  });

  test("stops at a bound of memory", async () => {
    const report = await check(models["the common model"]!, { engine: "compiled", maxMemory: 400_000 });
    expect(report.stopped).toEqual({ kind: "memory", limit: 400_000 });
    expect(report.verdict).toBe("inconclusive");
  });

  test("is audited by the reference semantics", async () => {
    const report = await check(models["the common model"]!, { engine: "compiled", audit: 25 });
    expect(report.verdict).toBe("holds");
  });

  test("refuses functions that depend on more than the state", async () => {
    let calls = 0;
    const state = record({ count: range(0, 9) });
    const impure = (then: (draft: { count: number }) => void): Model<unknown> =>
      model({ name: "impure", state, initial: { count: 0 }, actions: { act: { then } } }) as Model<unknown>;
    const run = async (then: (draft: { count: number }) => void): Promise<unknown> =>
      check(impure(then), { engine: "compiled" });
    await expect(run((draft) => void (draft.count = Math.floor(Math.random() * 10)))).rejects.toThrow(
      /action act: its recipe depends on Math.random/,
    );
    await expect(run((draft) => void (draft.count = Date.now() % 10))).rejects.toThrow(
      /action act: its recipe depends on Date.now/,
    );
    await expect(run((draft) => void (draft.count = new Date().getDay()))).rejects.toThrow(/depends on new Date\(\)/);
    await expect(run((draft) => void (draft.count = calls++ % 10))).rejects.toThrow(
      /action act: its recipe changes the variable calls, which is outside itself/,
    );
    expect(typeof Math.random()).toBe("number");
    expect(Date.now()).toBeGreaterThan(0);
  });
});

describe("inspect", () => {
  test("lists the cells that each action reads and writes", () => {
    const { functions } = inspect(migration.instantiate({}));
    const raise = functions.find(({ name }) => name === "raise(device=0)")!;
    const pending = ["pending[0][0]", "pending[0][1]", "pending[1][0]", "pending[1][1]"];
    expect(raise.reads).toEqual(["device[0].waiting", "device[0].address", "device[0].data", ...pending]);
    expect(raise.writes).toContain("device[0].waiting");
    expect(raise.writes).toContain("pending[1][1]");
    expect(functions.filter(({ path }) => path !== "compiled")).toEqual([]);
  });
});

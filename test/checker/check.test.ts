/** Verdicts of a check, and its report when it is stopped before the end. */
import {
  all,
  array,
  because,
  boolean,
  check as checkBy,
  eventually,
  every,
  exitStatus,
  implies,
  model,
  overall,
  range,
  record,
  reportToJson,
  stopText,
  withProperties,
  type CheckOptions,
  type Model,
  type Progress,
  type PropertyReport,
  type Report,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { engines } from "./engines.ts";
import { soundCheck } from "./sound.ts";

/** A clock of `size` hours that only goes forwards, or also back to the start. */
function clock(size: number, { resets = false } = {}) {
  return model({
    name: "clock",
    state: record({ hour: range(0, size - 1) }),
    initial: { hour: 0 },
    actions: {
      tick: {
        actor: "hand",
        when: ({ hour }) => hour < size - 1,
        then: (draft) => {
          draft.hour += 1;
        },
      },
      reset: {
        actor: "button",
        when: ({ hour }) => resets && hour > 0,
        then: (draft) => {
          draft.hour = 0;
        },
      },
    },
    properties: ({ always, sometimes, step, noDeadlock }) => ({
      early: always("the hour is below three", ({ hour }) => hour < 3 || because(`it is ${hour} o'clock`)),
      late: sometimes("the last hour comes", ({ hour }) => hour === size - 1),
      forwards: step(
        "the clock goes forwards",
        (before, { action }, after) => after.hour > before.hour || because(`${action} takes it back to ${after.hour}`),
      ),
      runs: noDeadlock("the clock never stops", { ignoring: ["reset"] }),
      ends: noDeadlock("the clock stops at the last hour only", { unless: ({ hour }) => hour === size - 1 }),
    }),
  });
}

/** `count` lamps, each of which can be switched at any time: 2^count states on count + 1 levels. */
function lamps(count: number) {
  return model({
    name: "lamps",
    state: record({ on: array(count, boolean) }),
    initial: { on: Array.from({ length: count }, () => false) },
    actions: {
      toggle: {
        over: { lamp: range(0, count - 1) },
        then: ({ on }, { lamp }) => {
          on[lamp] = !on[lamp];
        },
      },
    },
    properties: ({ always, sometimes }) => ({
      dark: always("the first two lamps are never on together", ({ on }) => !(on[0] && on[1])),
      bright: sometimes("all lamps are on", ({ on }) => on.every(Boolean)),
    }),
  });
}

function property<S>(report: Report<S>, id: string): PropertyReport<S> {
  const found = report.properties.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`there is no property ${id}`);
  return found;
}

/** The actions of a property's trace. */
const actions = <S>(report: Report<S>, id: string): (string | null)[] | undefined =>
  property(report, id).trace?.steps.map(({ action }) => action);

const verdicts = <S>(report: Report<S>): Record<string, string> =>
  Object.fromEntries(report.properties.map(({ id, verdict }) => [id, verdict]));

describe.each(engines)("by the %s engine", (engine) => {
  const check = <S>(model: Model<S>, options: CheckOptions = {}): Promise<Report<S>> =>
    checkBy(model, { engine, ...options });

  describe("verdicts", () => {
    test("of each kind of property, with the shortest trace", async () => {
      const report = await check(clock(6, { resets: true }));
      expect(report.states).toEqual({ distinct: 6, transitions: 10, depth: 6 });
      expect(verdicts(report)).toEqual({
        early: "violated",
        late: "holds",
        forwards: "violated",
        runs: "violated",
        ends: "holds",
      });
      expect(actions(report, "early")).toEqual([null, "tick", "tick", "tick"]);
      expect(property(report, "early").trace?.because).toBe("it is 3 o'clock");
      expect(actions(report, "late")).toHaveLength(6);
      expect(actions(report, "forwards")).toEqual([null, "tick", "reset"]);
      expect(property(report, "forwards").trace?.because).toBe("reset takes it back to 0");
      expect(actions(report, "runs")).toHaveLength(6);
      expect(property(report, "runs").trace?.because).toBe("only the environment can act");
      expect(report.verdict).toBe("violated");
      expect(report.stopped).toBeUndefined();
    });

    test("a clock that stops is a deadlock where nothing excuses it", async () => {
      const report = await check(clock(3));
      expect(verdicts(report)).toEqual({
        early: "holds",
        late: "holds",
        forwards: "holds",
        runs: "violated",
        ends: "holds",
      });
      expect(property(report, "runs").trace?.because).toBe("no action is enabled");
    });

    test("a property that an initial state violates has a trace of one state", async () => {
      const wrong = model({
        name: "wrong",
        state: record({ hour: range(0, 3) }),
        initial: [{ hour: 1 }, { hour: 3 }],
        actions: { stay: { then: () => {} } },
        properties: ({ always }) => ({ low: always("low", ({ hour }) => hour < 2) }),
      });
      const { trace } = property(await check(wrong), "low");
      expect(trace?.steps).toMatchObject([{ action: null, actor: "", label: "", state: { hour: 3 } }]);
    });

    test("only what is asked for is decided, in the model's order", async () => {
      const report = await check(clock(3), { properties: ["late", "early"] });
      expect(report.properties.map(({ id }) => id)).toEqual(["early", "late"]);
      expect(report.verdict).toBe("holds");
    });

    test("a model without properties holds, and its states are counted", async () => {
      const report = await check(clock(9), { properties: [] });
      expect(report).toMatchObject({
        verdict: "holds",
        properties: [],
        states: { distinct: 9, transitions: 8, depth: 9 },
      });
    });

    test("equal initial states are one state", async () => {
      const twice = model({
        name: "twice",
        state: record({ hour: range(0, 3) }),
        initial: [{ hour: 2 }, { hour: 2 }, { hour: 0 }],
        actions: { stay: { then: () => {} } },
      });
      expect((await check(twice)).states).toEqual({ distinct: 2, transitions: 2, depth: 1 });
    });

    test("the trace carries actors, labels, parameters and every state", async () => {
      const counter = model({
        name: "counter",
        state: record({ count: range(0, 9) }),
        initial: { count: 0 },
        actions: {
          add: {
            over: { by: range(2, 3) },
            actor: ({ count }, { by }) => `adder ${by} at ${count}`,
            label: ({ count }, { by }) => `${count} + ${by}`,
            when: ({ count }, { by }) => count + by <= 9,
            then: (draft, { by }) => {
              draft.count += by;
            },
          },
        },
        properties: ({ always }) => ({ five: always("never five", ({ count }) => count !== 5) }),
      });
      expect(property(await check(counter), "five").trace?.steps).toEqual([
        { action: null, parameters: {}, actor: "", label: "", state: { count: 0 } },
        { action: "add", parameters: { by: 2 }, actor: "adder 2 at 0", label: "0 + 2", state: { count: 2 } },
        { action: "add", parameters: { by: 3 }, actor: "adder 3 at 2", label: "2 + 3", state: { count: 5 } },
      ]);
    });

    test("a property may tell the story of its trace", async () => {
      const told = clock(6);
      const early = told.properties.get("early")!;
      const narrated: Model<{ hour: number }> = {
        ...told,
        properties: new Map([
          [
            "early",
            {
              ...early,
              narrate: ({ steps }) =>
                steps
                  .map(({ step, label, state }) => `${step?.action ?? "start"} ${label ?? ""} ${state.hour}`)
                  .join("; "),
            },
          ],
        ]),
      };
      expect(property(await check(narrated), "early").trace?.conclusion).toBe(
        "start  0; tick tick 1; tick tick 2; tick tick 3",
      );
    });
  });

  describe("a state is its values", () => {
    const box = record({ x: range(0, 3), y: range(0, 1) });

    test("whatever object a recipe has put there", async () => {
      class Box {
        readonly y = 0;
        readonly x: number;
        constructor(x: number) {
          this.x = x;
        }
      }
      const boxes = model({
        name: "boxes",
        state: record({ box }),
        initial: { box: { x: 0, y: 0 } },
        actions: {
          replace: { when: (state) => state.box.x < 3, then: (draft) => void (draft.box = new Box(draft.box.x + 1)) },
          raise: { when: (state) => state.box.x < 3, then: (draft) => void draft.box.x++ },
        },
        properties: ({ always, step }) => ({
          plain: always("as the type says", (state) => Object.keys(state.box).join() === "x,y"),
          after: step("as the type says", (_, __, next) => Object.keys(next.box).join() === "x,y"),
          low: always("never full", (state) => state.box.x < 3),
        }),
      });
      const report = await check(boxes, { engine });
      expect(report.states).toEqual({ distinct: 4, transitions: 6, depth: 4 });
      expect(report.properties.map(({ verdict }) => verdict)).toEqual(["holds", "holds", "violated"]);
      expect(report.properties[2]?.trace?.steps.map(({ state }) => state.box)).toEqual(
        [0, 1, 2, 3].map((x) => ({ x, y: 0 })),
      );
    });

    test("which is frozen throughout, even where a recipe has frozen the outside of it", async () => {
      const frozen = Object.freeze({ box: { x: 1, y: 0 } });
      const crate = model({
        name: "crate",
        state: record({ crate: record({ box }), count: range(0, 5) }),
        initial: { crate: { box: { x: 0, y: 0 } }, count: 0 },
        actions: {
          put: {
            when: ({ count }) => count < 5,
            then(draft) {
              draft.count++;
              draft.crate = frozen;
            },
          },
        },
        properties: ({ always }) => ({
          low: always("the box is low", (state) => {
            if (state.count === 3) (state.crate.box as { x: number }).x = 2;
            return state.crate.box.x < 2;
          }),
        }),
      });
      await expect(soundCheck(crate, { engine })).rejects.toThrow(
        "model crate: property low threw: Cannot assign to read only property 'x'",
      );
    });
  });

  describe("reasons", () => {
    const judged = async (judge: (state: { readonly a: number; readonly b: number }) => ReturnType<typeof all>) => {
      const any = model({
        name: "any",
        state: record({ a: range(0, 9), b: range(0, 9) }),
        initial: { a: 4, b: 7 },
        actions: { stay: { then: () => {} } },
        properties: ({ always }) => ({ good: always("good", judge) }),
      });
      const { verdict, trace } = property(await check(any), "good");
      return trace === undefined ? verdict : trace.because;
    };

    test("of a bare boolean there is none", async () => {
      expect(await judged(() => false)).toBeUndefined();
      expect(await judged(() => true)).toBe("holds");
    });

    test("name the conjunct, the item, and what they say", async () => {
      expect(await judged(({ a, b }) => all({ "a is low": () => a < 5, "b is low": () => b < 5 }))).toBe(
        "not: b is low",
      );
      expect(await judged(({ b }) => all({ "b is low": () => b < 5 || because(`b is ${b}`) }))).toBe(
        "not: b is low (b is 7)",
      );
      expect(await judged(({ a, b }) => every([a, b], (value) => value < 5))).toBe("item 1");
      expect(
        await judged(({ a, b }) =>
          every(
            [a, b],
            (value) => value < 5 || because("it is high"),
            (_, i) => "ab"[i]!,
          ),
        ),
      ).toBe("b: it is high");
      expect(await judged(({ a, b }) => implies(a === 4, () => b === 4 || because("they differ")))).toBe("they differ");
      expect(await judged(({ a }) => implies(a !== 4, () => false))).toBe("holds");
      expect(await judged(() => every([], () => false))).toBe("holds");
    });
  });

  describe("bounds", () => {
    const stopped = (size: number, options: CheckOptions) => check(clock(size), options);

    test("on states: met exactly, and undecided properties are inconclusive", async () => {
      const report = await stopped(10, { maxStates: 3 });
      expect(report.states).toMatchObject({ distinct: 3, depth: 3 });
      expect(report.states.transitions).toBeGreaterThanOrEqual(2);
      expect(report.states.transitions).toBeLessThan(9);
      expect(report.stopped).toEqual({ kind: "states", limit: 3 });
      expect(stopText(report.stopped!)).toBe("the bound of 3 states was reached");
      expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(["inconclusive"]));
      expect(report.verdict).toBe("inconclusive");
    });

    test("a violation or a witness found before counts", async () => {
      const report = await stopped(10, { maxStates: 4 });
      expect(report.verdict).toBe("violated");
      expect(verdicts(report)).toMatchObject({ early: "violated", late: "inconclusive", forwards: "inconclusive" });
      const witness = await stopped(4, { maxStates: 4, properties: ["late"] });
      expect(witness).toMatchObject({ verdict: "holds", stopped: undefined });
    });

    test("a bound that is just enough is not reached", async () => {
      const report = await check(clock(3, { resets: true }), { maxStates: 3 });
      expect(report.stopped).toBeUndefined();
      expect(report.states.distinct).toBe(3);
    });

    test("without a property to decide, a bounded search is inconclusive all the same", async () => {
      expect((await stopped(10, { maxStates: 3, properties: [] })).verdict).toBe("inconclusive");
    });

    test("on memory: the search stops before it holds more", async () => {
      const limit = 400_000;
      // The compiled engine has buffers of some 20 MB that no bound makes smaller.
      const buffers = engine === "reference" ? 0 : 32_000_000;
      const report = await check(lamps(15), { maxMemory: limit, properties: ["bright"] });
      expect(report.stopped).toEqual({ kind: "memory", limit });
      expect(report.verdict).toBe("inconclusive");
      expect(report.states.distinct).toBeGreaterThan(0);
      expect(report.states.distinct).toBeLessThan(2 ** 15);
      expect(report.engine.bytesPerState * report.states.distinct).toBeLessThanOrEqual(limit + buffers);
    });

    test.runIf(engine === "reference")("on memory: no room for a single state is no verdict", async () => {
      const report = await stopped(3, { maxMemory: 1 });
      expect(report.states).toEqual({ distinct: 0, transitions: 0, depth: 0 });
      expect(report.verdict).toBe("inconclusive");
      expect(JSON.parse(JSON.stringify(reportToJson(report)))).toMatchObject({ engine: { bytesPerState: 0 } });
    });

    test("until the first violation: the level is finished, the rest is left", async () => {
      const report = await stopped(10, { untilViolation: true });
      expect(report.stopped).toEqual({ kind: "violation" });
      expect(report.states.distinct).toBeGreaterThanOrEqual(4);
      expect(report.states.distinct).toBeLessThan(10);
      expect(verdicts(report)).toMatchObject({ early: "violated", late: "inconclusive" });
      expect((await stopped(10, { untilViolation: true, properties: ["late"] })).stopped).toBeUndefined();
    });

    test("the initial states are within the bounds too", async () => {
      const many = model({
        name: "many",
        state: record({ hour: range(0, 9) }),
        initial: Array.from({ length: 10 }, (_, hour) => ({ hour })),
        actions: { stay: { then: () => {} } },
        properties: ({ always }) => ({ low: always("low", ({ hour }) => hour < 5) }),
      });
      expect(await check(many, { maxStates: 4 })).toMatchObject({ verdict: "inconclusive", states: { distinct: 4 } });
      expect(await check(many, { maxStates: 6 })).toMatchObject({ verdict: "violated", states: { distinct: 6 } });
    });
  });

  describe("interrupting", () => {
    test("before the start: nothing is claimed", async () => {
      const report = await check(clock(10), { signal: AbortSignal.abort() });
      expect(report.stopped).toEqual({ kind: "aborted" });
      expect(report.verdict).toBe("inconclusive");
    });

    test("by a time limit: the report says so, of infinite runs too", async () => {
      const late = new DOMException("too late", "TimeoutError");
      const report = await check(clock(10), { signal: AbortSignal.abort(late) });
      expect(report.stopped).toEqual({ kind: "time" });
      expect(stopText(report.stopped!)).toBe("the time limit was reached");
      expect(report.verdict).toBe("inconclusive");
      const runs = withProperties(clock(10), { soon: eventually("it is two", ({ hour }) => hour === 2) });
      const [soon] = (await check(runs, { signal: AbortSignal.abort(late) })).properties;
      expect(soon).toMatchObject({
        verdict: "inconclusive",
        remark: "the search ended early: the time limit was reached",
      });
    });

    test("on the way: it stops soon, and what was found counts", async () => {
      const controller = new AbortController();
      const report = await check(lamps(24), {
        signal: controller.signal,
        // Once the states in which two lamps are on, those of level 3, have been expanded.
        onProgress: ({ depth }) => {
          if (depth > 3) controller.abort();
        },
      });
      expect(report.stopped).toEqual({ kind: "aborted" });
      expect(stopText(report.stopped!)).toBe("interrupted");
      expect(report.states.distinct).toBeLessThan(2 ** 24);
      expect(verdicts(report)).toEqual({ dark: "violated", bright: "inconclusive" });
    });

    test("progress is reported on the way, and never decreases", async () => {
      const controller = new AbortController();
      const told: Progress[] = [];
      await check(lamps(24), {
        signal: controller.signal,
        properties: [],
        onProgress: (progress) => {
          if (told.push(progress) === 3) controller.abort();
        },
      });
      expect(told).toHaveLength(3);
      for (const [index, { states, depth, seconds }] of told.entries()) {
        expect(states).toBeGreaterThan(told[index - 1]?.states ?? 0);
        expect(depth).toBeGreaterThanOrEqual(told[index - 1]?.depth ?? 1);
        expect(seconds).toBeGreaterThan(told[index - 1]?.seconds ?? 0);
      }
    });
  });

  describe("the report", () => {
    test("as JSON is schema 1", async () => {
      const json = JSON.parse(JSON.stringify(reportToJson(await check(clock(4), { properties: ["early", "late"] }))));
      expect(json).toMatchObject({
        schema: 1,
        model: "clock",
        parameters: {},
        verdict: "violated",
        states: { distinct: 4, transitions: 3, depth: 4 },
        engine: { workers: 1, bitsPerState: 2, exact: true },
        properties: [
          {
            id: "early",
            kind: "always",
            verdict: "violated",
            because: "it is 3 o'clock",
            trace: [
              { action: null, parameters: {}, state: { hour: 0 } },
              { action: "tick", parameters: {}, actor: "hand", label: "tick", state: { hour: 1 } },
              { action: "tick", state: { hour: 2 } },
              { action: "tick", state: { hour: 3 } },
            ],
          },
          { id: "late", kind: "sometimes", verdict: "holds" },
        ],
      });
      expect(json).not.toHaveProperty("stopped");
    });
  });
});

test("one verdict of many, and the exit status of each", () => {
  expect(overall([])).toBe("holds");
  expect(overall(["holds", "inconclusive"])).toBe("inconclusive");
  expect(overall(["inconclusive", "violated", "holds"])).toBe("violated");
  expect((["holds", "violated", "inconclusive"] as const).map(exitStatus)).toEqual([0, 1, 3]);
});

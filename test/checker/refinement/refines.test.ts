/** `refines`: agreement with the definition on random models, the examples, what is never used, bounds, and mistakes. */
import {
  check,
  family,
  model,
  optional,
  range,
  record,
  refines,
  sequence,
  sideBySide,
  type Family,
  type Model,
  type Refinement,
  type RefinementOptions,
  type RefinementReport,
} from "irqproof/checker";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import message, { refinement as ofMessage } from "../../../examples/refinement/message.ts";
import ring, { refinement as ofRing } from "../../../examples/refinement/ring.ts";
import { randomModel, type RandomState } from "../arbitrary-models.ts";
import { naiveRefinement } from "./naive-refinement.ts";
import { thorough } from "../../thorough.ts";

/** Parts of a random state, from all of it to one field. */
const views: readonly ((state: RandomState) => object)[] = [
  (state) => state,
  ({ cell, mode }) => ({ cell, mode }),
  ({ queue }) => ({ queue }),
  ({ token, mode }) => ({ token, mode }),
];

/** The same model without the actions that are not kept, and with fewer initial states. */
function reduced(whole: Model<RandomState>, kept: readonly boolean[], initial: number): Model<RandomState> {
  const stays = (action: string): boolean => kept[whole.actions.indexOf(action)] ?? true;
  return {
    ...whole,
    name: "reduced",
    initial: whole.initial.slice(0, Math.max(1, initial)),
    actions: whole.actions.filter(stays),
    instances: whole.instances
      .filter(({ action }) => stays(action))
      .map((instance, index) => Object.assign(Object.create(instance) as typeof instance, { index })),
  };
}

describe("random models", () => {
  test("agree with the definition: verdict, and the length of a shortest failing run", async () => {
    const seen = { holds: 0, fails: 0, several: 0 };
    await fc.assert(
      fc.asyncProperty(
        randomModel,
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.nat(3),
        fc.constantFrom(...views),
        async (whole, kept, initial, view) => {
          const abstract = reduced(whole, kept, initial);
          fc.pre(abstract.actions.length > 0);
          const expected = naiveRefinement(whole, abstract, view);
          const report = await refines(whole, abstract, view as never);
          expect(report.verdict).toBe(expected.holds ? "holds" : "violated");
          expect(report.failure?.trace.steps.length).toBe(
            expected.failingSteps === undefined ? undefined : expected.failingSteps + 1,
          );
          const { failure } = report;
          expect(failure?.abstract.length).toBe(expected.failingSteps);
          const chart = failure === undefined ? "" : sideBySide(whole, abstract, failure);
          expect(chart.split("\n").filter((line) => line.length > 72)).toEqual([]);
          seen[expected.holds ? "holds" : "fails"]++;
          if (report.mostFitting > 1) seen.several++;
        },
      ),
      { numRuns: thorough ? 80 : 40 },
    );
    expect(Math.min(seen.holds, seen.fails, seen.several)).toBeGreaterThan(thorough ? 3 : 0);
  });

  test("refine themselves, with the counts of check, in every part", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, fc.constantFrom(...views), async (whole, view) => {
        const { verdict, states, actions } = await refines(whole, whole, view as never);
        expect(verdict).toBe("holds");
        const report = await check({ ...whole, properties: new Map() });
        expect(states).toEqual(report.states);
        expect(actions.map(({ action, steps }) => [action, steps])).toEqual(
          report.actions.map(({ action, taken }) => [action, taken]),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe("the examples", () => {
  const run = (
    made: Family<never>,
    declared: Refinement<never, never>,
    given: object,
  ): Promise<RefinementReport<never, never>> =>
    refines(made.instantiate(given as never), declared.abstract, declared.mapping);

  test.each([
    ["two writes under the mask", message, ofMessage, { masked: true }, [16, 25, 7]],
    ["a ring with a spare slot", ring, ofRing, { spare: true }, [256, 576, 15]],
  ])("%s: holds, and uses all that the abstract model does", async (_, made, declared, given, counts) => {
    const { verdict, states, unused, stopped, failure } = await run(made as never, declared as never, given);
    expect([verdict, unused, stopped, failure]).toEqual(["holds", [], undefined, undefined]);
    expect([states.distinct, states.transitions, states.depth]).toEqual(counts);
  });

  test("two writes without the mask: the device sends half of each message", async () => {
    const report = await run(message as never, ofMessage as never, { masked: false });
    const { trace, image, allowed } = report.failure!;
    expect(report.verdict).toBe("violated");
    expect(trace.steps.slice(1).map(({ label }) => label)).toEqual(["writeTarget", "raise", "send"]);
    expect(image).toMatchObject({ arrived: { target: 1, vector: 0 } });
    expect(allowed).toContainEqual(expect.stringContaining("send: "));
    expect(sideBySide(message.instantiate({ masked: false }) as never, ofMessage.abstract, report.failure! as never))
      .toContain(` 3  device: send                     | NOT ALLOWED
`);
  });

  test("a full ring without a spare slot is empty", async () => {
    const { failure } = await run(ring as never, ofRing as never, { spare: false });
    expect(failure!.trace.steps.slice(1).map(({ action }) => action)).toEqual(["put", "put", "put"]);
    expect([failure!.image, failure!.abstract.at(-1)!.state]).toEqual([{ items: [] }, { items: [0, 0] }]);
  });

  test("the route need not be mapped: then the abstract model may change it at any time", async () => {
    const view = ({ isPending, arrived }: { isPending: boolean; arrived: unknown }): object => ({ isPending, arrived });
    const masked = await refines(message.instantiate(), ofMessage.abstract, view as never);
    expect([masked.verdict, masked.mostFitting]).toEqual(["holds", 2]);
    const plain = await refines(message.instantiate({ masked: false }), ofMessage.abstract, view as never);
    expect(plain.verdict).toBe("violated");
  });
});

const count = range(0, 3);
const up = {
  when: (state: { count: number }) => state.count < 3,
  then: (draft: { count: number }) => void draft.count++,
};
const counter = model({ name: "counter", state: record({ count }), initial: { count: 0 }, actions: { up } });
const jumping = model({
  name: "jumping",
  state: record({ count }),
  initial: { count: 0 },
  actions: { up, reset: { then: (draft) => void (draft.count = 0) } },
});

describe("what a report says beside the verdict", () => {
  test("abstract actions that are never used", async () => {
    expect((await refines(counter, jumping, (state) => state)).unused).toEqual(["reset"]);
  });

  test("steps that leave the abstract state as it is", async () => {
    const { verdict, actions, unused } = await refines(counter, jumping, () => ({ count: 0 }));
    expect([verdict, unused]).toEqual(["holds", ["up", "reset"]]);
    expect(actions).toEqual([{ action: "up", steps: 3, abstract: [], stutters: true }]);
  });

  test("an initial state that is none of the abstract model", async () => {
    const { failure } = await refines(counter, jumping, ({ count }) => ({ count: 3 - count }));
    expect(failure).toMatchObject({ abstract: [], image: { count: 3 }, allowed: ["starts with { count: 0 }"] });
    expect(failure!.trace.steps).toHaveLength(1);
    expect(sideBySide(counter, jumping, failure!)).toContain("NOT ALLOWED");
  });

  test("a step that the abstract model takes in two", async () => {
    const { failure } = await refines(jumping, counter, (state) => state);
    expect(failure!.trace.steps.map(({ action }) => action)).toEqual([null, "up", "reset"]);
    expect(failure!.allowed).toEqual(["no step: stays { count: 1 }", "up: { count: 2 }"]);
  });
});

describe("bounds", () => {
  test.each<[RefinementOptions, object]>([
    [{ maxStates: 2 }, { kind: "states", limit: 2 }],
    [{ maxMemory: 1 }, { kind: "memory", limit: 1 }],
    [{ signal: AbortSignal.abort() }, { kind: "aborted" }],
  ])("%o: inconclusive", async (options, stopped) => {
    const report = await refines(counter, jumping, (state) => state, options);
    expect([report.verdict, report.stopped, report.unused]).toEqual(["inconclusive", stopped, []]);
  });

  test("abstract states that fit one run", async () => {
    const hidden = model({
      name: "hidden",
      state: record({ count, other: range(0, 9) }),
      initial: { count: 0, other: 0 },
      actions: { up, any: { over: { to: range(0, 9) }, then: (draft, { to }) => void (draft.other = to) } },
    });
    const idle = model({
      name: "idle",
      state: record({ count, idle: range(0, 1) }),
      initial: { count: 0, idle: 0 },
      actions: { up, stay: { then: (draft) => void (draft.idle = 1 - draft.idle) } },
    });
    const view = ({ count }: { readonly count: number }): { count: number } => ({ count });
    const whole = await refines(idle, hidden, view, { maxFitting: 10 });
    expect([whole.verdict, whole.mostFitting]).toEqual(["holds", 10]);
    const stopped = await refines(idle, hidden, view, { maxFitting: 9 });
    expect([stopped.verdict, stopped.stopped]).toEqual(["inconclusive", { kind: "fitting", limit: 9 }]);
  });
});

describe("mistakes are findings, with a run and a place", () => {
  const wrong = (
    mapping: (state: { readonly count: number }) => unknown,
  ): Promise<RefinementReport<unknown, unknown>> =>
    refines(counter as Model<never>, jumping as Model<never>, mapping as never);

  test.each<[string, (state: { readonly count: number }) => unknown, string, number]>([
    [
      "throws",
      ({ count }) => (count < 2 ? { count } : thrower()),
      "the mapping from model counter to model jumping threw: oops",
      3,
    ],
    [
      "leaves the type",
      ({ count }) => ({ count: count < 3 ? count : 4 }),
      "leaves the type of jumping: count is 4, not integer 0..3",
      4,
    ],
    [
      "names another field",
      ({ count }) => ({ cuont: count }),
      "cuont is not a field of the type: the fields are count; did you mean count?",
      1,
    ],
    [
      "reads a field that does not exist, and is not read itself",
      (state) => ({ count: /n/.test("n") && (state as { cuont?: number }).cuont === 1 ? 1 : 0 }),
      "reads cuont, which is not a field; the fields are count; did you mean count?",
      1,
    ],
    ["returns nothing", () => undefined, "returned undefined, not a state of jumping; is a return missing?", 1],
    ["returns no part", () => ({}), "returned {}, which every state has", 1],
    ["leaves a field undefined", () => ({ count: undefined }), "count is undefined, not integer 0..3", 1],
  ])("a mapping that %s", async (_, mapping, sentence, length) => {
    const { verdict, mistake } = await wrong(mapping);
    expect([verdict, mistake!.of, mistake!.trace.steps.length]).toEqual(["error", "mapping", length]);
    expect(mistake!.message).toContain(sentence);
    expect(mistake!.place).toMatchObject({ file: expect.stringContaining("refines.test.ts") as string });
  });

  test("a step of the concrete model", async () => {
    const bad = model({
      name: "bad",
      state: record({ count }),
      initial: { count: 0 },
      actions: { up: { then: (draft) => void draft.count++ } },
    });
    const { verdict, mistake } = await refines(bad, jumping, (state) => state);
    expect([verdict, mistake!.of, mistake!.step, mistake!.trace.steps.length]).toEqual(["error", "concrete", "up", 4]);
    expect(mistake!.message).toContain("leaves the state's type");
    expect(mistake!.place!.expression).toContain("draft.count++");
  });

  test("a step of the abstract model", async () => {
    const bad = model({
      name: "bad",
      state: record({ count }),
      initial: { count: 0 },
      actions: {
        up: { when: ({ count }) => (count < 2 ? true : (undefined as never)), then: (draft) => void draft.count++ },
      },
    });
    const { verdict, mistake } = await refines(counter, bad, (state) => state);
    expect([verdict, mistake!.of, mistake!.step]).toEqual(["error", "abstract", "up"]);
    expect([mistake!.abstractState, mistake!.trace.steps.length]).toEqual([{ count: 2 }, 4]);
    expect(mistake!.message).toContain("model bad: action up: its guard returned undefined");
  });
});

describe("mistakes that are none of a state", () => {
  const identity = (state: unknown): never => state as never;
  test.each<[string, () => Promise<unknown>, string]>([
    ["no model", () => refines({} as never, jumping, identity), "refines: its first argument is {}, not a model"],
    ["no abstract model", () => refines(counter, undefined as never, identity), "its second argument is undefined"],
    ["no mapping", () => refines(counter, jumping, 1 as never), "refines: its mapping is 1"],
    ["an asynchronous mapping", () => refines(counter, jumping, (async () => ({})) as never), "is asynchronous"],
    ["a bound of zero", () => refines(counter, jumping, identity, { maxStates: 0 }), "it must be a positive integer"],
    ["an unknown option", () => refines(counter, jumping, identity, { max: 1 } as never), "did you mean maxStates?"],
    [
      "a mapping that reads a field that does not exist",
      () => refines(counter, jumping, ((state: { cuont: number }) => ({ count: state.cuont === 1 ? 1 : 0 })) as never),
      "the mapping reads cuont, which is not a field",
    ],
    [
      "a mapping that draws a number at random",
      () => refines(counter, jumping, () => ({ count: Math.floor(Math.random() * 4) })),
      "Math.random",
    ],
  ])("%s", async (_, call, sentence) => {
    await expect(call()).rejects.toThrow(sentence);
  });

  test("a mapping that remembers", async () => {
    let calls = 0;
    // A regular expression is not read, so the mapping is called, and only its answers show that it remembers.
    const remembers = (): { count: number } => ({ count: /n/.test("n") ? calls++ & 3 : 0 });
    await expect(refines(counter, jumping, remembers)).rejects.toThrow("depends on something outside the state");
    expect(calls).toBeGreaterThan(1);
  });
});

test("sequences, optionals and families are mapped in parts as well", async () => {
  const bag = model({
    name: "bag",
    state: record({
      log: sequence(2, record({ id: range(0, 1), tag: range(0, 3) })),
      last: optional(record({ id: range(0, 1), tag: range(0, 3) })),
    }),
    initial: { log: [], last: null },
    actions: {
      add: {
        over: { id: range(0, 1), tag: range(0, 3) },
        when: ({ log }) => log.length < 2,
        then: (draft, entry) => {
          draft.log.push({ ...entry });
          draft.last = { ...entry };
        },
      },
    },
  });
  const ids = family({
    name: "ids",
    title: "",
    parameters: {},
    build: () =>
      model({
        name: "ids",
        state: record({ ids: sequence(2, range(0, 1)) }),
        initial: { ids: [] },
        actions: {
          add: {
            over: { id: range(0, 1) },
            when: ({ ids }) => ids.length < 2,
            then: (draft, { id }) => void draft.ids.push(id),
          },
        },
      }),
  }).instantiate();
  const report = await refines(ids, bag, ({ ids }) => ({
    log: ids.map((id) => ({ id })),
    last: ids.length === 0 ? null : { id: ids.at(-1)! },
  }));
  expect([report.verdict, report.mostFitting]).toEqual(["holds", 16]);
  const wrong = await refines(ids, bag, ({ ids }) => ({ log: ids.toReversed().map((id) => ({ id })) }));
  expect(wrong.failure!.trace.steps).toHaveLength(3);
});

function thrower(): never {
  throw new Error("oops");
}

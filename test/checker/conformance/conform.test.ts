/** `conform`: the examples and their planted faults, agreement with the model on random ones, and mistakes of the caller. */
import {
  boolean,
  check,
  conform,
  ConformanceError,
  model,
  range,
  record,
  walkerOf,
  type ConformOptions,
  type Model,
  type SystemUnderTest,
} from "irqproof/checker";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import boundedQueue, * as queueExample from "../../../examples/conformance/bounded-queue.ts";
import lease, * as leaseExample from "../../../examples/conformance/lease.ts";
import retry, * as retryExample from "../../../examples/conformance/retry.ts";
import { randomModel, type RandomState } from "../arbitrary-models.ts";

/** The failure of a system that must not conform. */
async function failed<S, Live>(
  model: Model<S>,
  system: SystemUnderTest<S, Live>,
  options: ConformOptions<S> = {},
): Promise<ConformanceError<S>> {
  const error: unknown = await conform(model, system, options).then(
    (passed) => passed,
    (error: unknown) => error,
  );
  if (!(error instanceof ConformanceError)) throw new Error("no failure", { cause: error });
  return error as ConformanceError<S>;
}

async function mistake<S, Live>(
  model: Model<S>,
  system: SystemUnderTest<S, Live>,
  options: ConformOptions<S> = {},
): Promise<string> {
  const error: unknown = await conform(model, system, options).catch((error: unknown) => error);
  expect(error).toHaveProperty("name", "ModelError");
  return (error as Error).message;
}

describe("the examples", () => {
  test.each([
    ["bounded-queue", boundedQueue],
    ["lease", lease],
    ["retry", retry],
  ] as const)("the model of %s holds", async (_, model) => {
    expect((await check(model as Model<object>)).verdict).toBe("holds");
  });

  test("the correct systems conform, and every action was called", async () => {
    const passes = [
      await conform(boundedQueue, queueExample.correct),
      await conform(lease, leaseExample.correct),
      await conform(retry, retryExample.correct, { runs: 30 }),
    ];
    for (const { callsOf } of passes) expect(Object.values(callsOf).every((calls) => calls > 0)).toBe(true);
    expect(passes.map(({ runs }) => runs)).toEqual([100, 100, 30]);
    // A late request has arrived or not.
    expect(passes[2]!.mostFitting).toBe(2);
  });

  test("each planted fault is found by the default run, with a short run", async () => {
    expect((await failed(boundedQueue, queueExample.faulty)).failure.calls).toHaveLength(5);
    const { failure } = await failed(lease, leaseExample.faulty);
    expect(failure.calls).toHaveLength(4);
    expect(failure.calls.slice(1, 3)).toEqual(["tick", "tick"]);
    expect((await failed(retry, retryExample.faulty)).failure.calls).toEqual(["addWithLostReply"]);
  });

  test("a tour finds the fault of the queue, and covers a correct one", async () => {
    const { coverage } = await conform(boundedQueue, queueExample.correct, { tour: "transitions" });
    // 15 lists of at most three items; two calls of put and one of take in each.
    expect(coverage).toEqual({ pairs: 45, covered: 45, ambiguous: 0, uncovered: [] });
    const viewed = await conform(boundedQueue, queueExample.correct, { tour: ({ items }) => items.length });
    expect(viewed.coverage).toMatchObject({ pairs: 12, covered: 12 });
    expect((await failed(boundedQueue, queueExample.faulty, { tour: "transitions" })).failure.calls).toHaveLength(5);
  });

  test("the seed repeats a failure, and so does the path", async () => {
    const first = await failed(boundedQueue, queueExample.faulty);
    const { seed, failure } = first;
    expect((await failed(boundedQueue, queueExample.faulty, { seed })).message).toBe(first.message);
    const alone = await failed(boundedQueue, queueExample.faulty, { path: failure.path });
    expect(alone.failure).toEqual(failure);
    expect(first.message).toContain(`{ seed: ${seed} }`);
    expect(first.message).toContain(`{ path: "${failure.path}" }`);
  });

  test("a failing run is made a shortest one, where leaving calls out does not", async () => {
    const adding = model({
      name: "adding",
      state: record({ sum: range(0, 40) }),
      initial: { sum: 0 },
      actions: {
        one: { when: ({ sum }) => sum < 36, then: (draft) => void (draft.sum += 1) },
        four: { when: ({ sum }) => sum < 36, then: (draft) => void (draft.sum += 4) },
      },
    });
    // Fails by eight calls of one, of which none can be left out, and by two of four.
    const wrong: SystemUnderTest<{ sum: number }, { sum: number }> = {
      start: () => ({ sum: 0 }),
      actions: { one: (live) => void (live.sum += 1), four: (live) => void (live.sum += 4) },
      observe: ({ sum }) => ({ sum: sum >= 8 ? 0 : sum }),
    };
    for (let seed = 0; seed < 20; seed++) {
      const { failure, isShortest, message } = await failed(adding, wrong, { seed });
      expect([failure.calls, isShortest]).toEqual([["four", "four"], true]);
      expect(message).toContain("in a run of 2 calls, the\nfewest that fail,");
    }
    const { isShortest } = await failed(adding, wrong, { seed: 1, shrinkMs: 0 });
    expect(isShortest).toBe(false);
  });

  test("the page shows a failure as it is", async () => {
    const page = readFileSync(new URL("../../../docs/conformance.md", import.meta.url), "utf8");
    const [, shown] = /^```text\n(The system does not conform[^]*?)\n```$/m.exec(page) ?? [];
    expect((await failed(boundedQueue, queueExample.faulty, { seed: 7 })).message).toBe(shown);
  });

  test("a failure is a chart, what the system did, and what the model allows", async () => {
    const { message } = await failed(lease, leaseExample.faulty, { seed: 1, path: "0.4.4.1" });
    expect(message).toBe(`The system does not conform to model lease: in a run of 4 calls, it did
what the model does not allow.

    client 0      client 1      clock
 1  acquire
      lease: null -> { holder: 0, left: 2 }
 2                              tick
                                  lease.left: 2 -> 1
 3                              tick
                                  lease: { holder: 0, left: 1 } -> null

  call:    acquire(client=1)
  system:  returned false
  model:   returns true

Repeat with the options
  { seed: 1 }
or this run alone, with
  { path: "0.4.4.1" }`);
  });
});

describe("random models", () => {
  /** The model itself as a system, with one of its steps done wrong. */
  const interpreted = (
    made: Model<RandomState>,
    wrong?: { readonly state: string; readonly instance: number; readonly after: RandomState },
  ): SystemUnderTest<RandomState, { state: RandomState }> => {
    const walker = walkerOf(made);
    return {
      start: () => ({ state: made.initial[0] as RandomState }),
      actions: Object.fromEntries(
        made.actions.map((action) => [
          action,
          (live: { state: RandomState }, parameters: object) => {
            const instance = made.instances.find(
              (one) => one.action === action && JSON.stringify(one.parameters) === JSON.stringify(parameters),
            )!;
            const isWrong = wrong?.instance === instance.index && JSON.stringify(live.state) === wrong.state;
            live.state = isWrong ? wrong.after : (walker.take(live.state, instance.index).state as RandomState);
          },
        ]),
      ),
      observe: ({ state }) => structuredClone(state),
    };
  };
  const oneStart = randomModel.map((made) => ({ ...made, initial: made.initial.slice(0, 1) }));
  const hasStep = (made: Model<RandomState>): boolean =>
    walkerOf(made).enabled(made.initial[0] as RandomState).length > 0;

  test("a model conforms to itself, in walks and in a tour", async () => {
    await fc.assert(
      fc.asyncProperty(oneStart.filter(hasStep), async (made) => {
        await conform(made, interpreted(made), { runs: 5, length: 10 });
        const { transitions } = (await check(made, { engine: "reference", purity: "assumed" })).states;
        const { coverage } = await conform(made, interpreted(made), { tour: "transitions" });
        expect(coverage).toEqual({ pairs: transitions, covered: transitions, ambiguous: 0, uncovered: [] });
      }),
      { numRuns: 40 },
    );
  });

  test("a tour finds any single step that is wrong, by a run that ends with it", async () => {
    await fc.assert(
      fc.asyncProperty(oneStart.filter(hasStep), fc.nat(), fc.nat(), async (made, where, what) => {
        const walker = walkerOf(made);
        const reached = new Map([[JSON.stringify(made.initial[0]), made.initial[0] as RandomState]]);
        const steps: { state: RandomState; instance: number; after: RandomState }[] = [];
        for (const state of reached.values()) {
          for (const { index } of walker.enabled(state)) {
            const after = walker.take(state, index).state as RandomState;
            steps.push({ state, instance: index, after });
            reached.set(JSON.stringify(after), after);
          }
        }
        const { state, instance, after } = steps[where % steps.length]!;
        const others = [...reached.values()].filter((other) => JSON.stringify(other) !== JSON.stringify(after));
        fc.pre(others.length > 0);
        const wrong = { state: JSON.stringify(state), instance, after: others[what % others.length]! };
        const { failure } = await failed(made, interpreted(made, wrong), { tour: "transitions" });
        expect(failure.calls.at(-1)).toBe(made.instances[instance]!.text);
        expect(JSON.stringify(failure.trace.steps.at(-1)!.state)).toBe(JSON.stringify(state));
        expect(failure.difference).toBe("observed");
      }),
      { numRuns: 40 },
    );
  });
});

/** Jobs that are asked for, and done by the system itself. */
const jobs = model({
  name: "jobs",
  state: record({ asked: range(0, 2), done: range(0, 2) }),
  initial: { asked: 0, done: 0 },
  actions: {
    ask: { when: ({ asked }) => asked < 2, then: (draft) => void (draft.asked += 1) },
    work: { when: ({ asked, done }) => done < asked, then: (draft) => void (draft.done += 1) },
    collect: { when: ({ asked, done }) => done === 2 && asked === 2, then: () => ({}) },
  },
});
type Jobs = { asked: number; done: number };

const worker = (done: (jobs: Jobs) => void, delay = 1): SystemUnderTest<Jobs, Jobs> => ({
  start: () => ({ asked: 0, done: 0 }),
  actions: {
    ask: (live) => {
      live.asked += 1;
      setTimeout(() => done(live), delay);
    },
    collect: () => {},
  },
  internal: ["work"],
  observe: ({ done }) => ({ done }),
});

describe("steps of the system's own", () => {
  test("fit whenever they happen; the test waits until a call is certain to be possible", async () => {
    const { callsOf, mostFitting } = await conform(
      jobs,
      worker((live) => void (live.done += 1)),
      { seed: 2, runs: 10 },
    );
    expect(callsOf["collect"]).toBeGreaterThan(0);
    expect(mostFitting).toBeGreaterThan(1);
  });

  test("are waited for by a path that needs them", async () => {
    const { callsOf } = await conform(
      jobs,
      worker((live) => void (live.done += 1)),
      { path: "0.0.2" },
    );
    expect(callsOf).toEqual({ ask: 2, collect: 1 });
  });

  test("that the model does not allow are a failure, with all that it allows", async () => {
    const hasty = { ...worker(() => {}), actions: { ask: (live: Jobs) => void (live.done += 2), collect: () => {} } };
    const { failure, message } = await failed(jobs, hasty);
    expect(failure).toMatchObject({ difference: "observed", system: "shows { done: 2 }", calls: ["ask"] });
    expect(failure.allowed.toSorted()).toEqual(["shows { done: 0 }", "shows { done: 1 }"]);
    expect(message).toContain("or       shows");
  });

  test("must have been taken by a system that is settled", async () => {
    const idle = { ...worker(() => {}), settle: () => new Promise((resolve) => setTimeout(resolve, 3)) };
    const { failure } = await failed(jobs, idle);
    expect(failure).toMatchObject({ system: "shows { done: 0 }", allowed: ["shows { done: 1 }"], calls: ["ask"] });
    const diligent = { ...worker((live) => void (live.done += 1)), settle: idle.settle };
    const { coverage, mostFitting } = await conform(jobs, diligent, { tour: "transitions" });
    expect(coverage).toMatchObject({ pairs: 3, covered: 3, ambiguous: 0 });
    expect(mostFitting).toBe(2);
  });
});

const lamp = model({
  name: "lamp",
  state: record({ isOn: boolean }),
  initial: { isOn: false },
  actions: {
    on: { when: ({ isOn }) => !isOn, then: (draft) => void (draft.isOn = true) },
    off: { when: ({ isOn }) => isOn, then: (draft) => void (draft.isOn = false) },
  },
});
type Lamp = { isOn: boolean };
const switches: SystemUnderTest<Lamp, Lamp> = {
  start: () => ({ isOn: false }),
  actions: { on: (live) => void (live.isOn = true), off: (live) => void (live.isOn = false) },
  observe: ({ isOn }) => ({ isOn }),
};

const fail = (): never => {
  throw new Error("burnt out");
};

describe("a system that fails otherwise", () => {
  test("by throwing, at once or later, in a call, at the start, when observed or stopped", async () => {
    const call = await failed(lamp, { ...switches, actions: { ...switches.actions, off: fail } });
    expect(call.failure).toMatchObject({
      difference: "threw",
      system: "threw in off: burnt out",
      calls: ["on", "off"],
    });
    const later = { ...switches.actions, off: () => Promise.reject(new Error("burnt out")) };
    expect((await failed(lamp, { ...switches, actions: later })).failure).toEqual(call.failure);
    expect((await failed(lamp, { ...switches, start: fail })).failure.calls).toEqual([]);
    expect((await failed(lamp, { ...switches, observe: fail })).failure.system).toBe("threw in observe: burnt out");
    expect((await failed(lamp, { ...switches, stop: fail })).failure.system).toBe("threw in stop: burnt out");
  });

  test("by no answer in time, and it is stopped all the same", async () => {
    let running = 0;
    const hanging: SystemUnderTest<Lamp, Lamp> = {
      ...switches,
      start: () => {
        running++;
        return { isOn: false };
      },
      actions: { ...switches.actions, off: () => new Promise<void>(() => {}) },
      stop: () => void running--,
    };
    const { failure } = await failed(lamp, hanging, { timeoutMs: 5 });
    expect(failure).toMatchObject({
      difference: "timeout",
      system: "gave no answer to off within 5 ms",
      calls: ["on", "off"],
    });
    expect(running).toBe(0);
  });

  test("once in a while: the run is shown as it was found", async () => {
    let starts = 0;
    const flaky: SystemUnderTest<Lamp, Lamp> = {
      ...switches,
      start: () => ({ isOn: ++starts === 3 }),
    };
    const { failure, message } = await failed(lamp, flaky);
    expect(failure.calls).toEqual([]);
    expect(message).toContain("did not fail again");
    expect(starts).toBeGreaterThan(3);
  });
});

describe("mistakes of the caller", () => {
  test.each<[object, object, string]>([
    [{ actions: { on: switches.actions["on"] } }, {}, "has the action off, for which the system has no call"],
    [
      { actions: { ...switches.actions, onn: () => {} } },
      {},
      "actions names onn, but model lamp has the actions on, off; did you mean on?",
    ],
    [{ internal: ["off"] }, {}, "action off is in actions and in internal; keep one"],
    [{ observe: () => ({ on: true }) }, {}, "what observe returned has a part on, which the state does not have"],
    [{ observe: () => ({}) }, {}, "every state fits"],
    [{ observe: () => {} }, {}, "is a return missing?"],
    [{ observe: undefined }, {}, "nothing is compared with the model"],
    [{ watch: 1 }, {}, "unknown key watch"],
    [{ project: fail }, {}, "conform: project threw: burnt out"],
    [
      { actions: { ...switches.actions, on: { run: () => {}, returns: fail } } },
      {},
      "conform: returns of action on threw: burnt out",
    ],
    [{}, { tour: fail }, "conform: tour threw: burnt out"],
    [{}, { run: 3 }, "unknown key run"],
    [{}, { runs: 0 }, "option runs is 0: it must be a positive integer"],
    [{}, { path: "0.7" }, 'option path is "0.7", not a path of model lamp'],
    [{}, { tour: "states" }, 'option tour is "states"'],
    [{}, { tour: "transitions", maxStates: 1 }, "more than 1 states, too many for a tour"],
    [{ actions: { off: () => {} }, absent: ["on"] }, {}, "no call was possible in 100 runs"],
  ])("%o %o", async (part, options, sentence) => {
    expect(await mistake(lamp, { ...switches, ...part }, options)).toContain(sentence);
  });

  test("a tour that cannot cover everything does not pass by itself", async () => {
    // `collect` is possible only after two steps of the system's own, which this one does not take.
    const lazy = worker(() => {});
    const options = { tour: "transitions", timeoutMs: 10 } as const;
    expect(await mistake(jobs, lazy, options)).toContain("found no way to collect in { asked: 2, done: 2 }");
    const { coverage } = await conform(jobs, lazy, { ...options, allowUncovered: true });
    expect(coverage?.uncovered).toContain("collect in { asked: 2, done: 2 }");
  });

  test("more states fit than may be kept", async () => {
    expect(
      await mistake(
        jobs,
        worker(() => {}),
        { maxFitting: 1 },
      ),
    ).toContain("more than 1 states fit what was seen");
  });
});

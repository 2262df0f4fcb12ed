/** `validateTrace`: agreement with the model on logs of random runs, gaps, bounds, long logs, and mistakes of the caller. */
import {
  boolean,
  model,
  range,
  record,
  readJsonLines,
  refusalText,
  validateTrace,
  walkerOf,
  type Model,
  type TraceMapping,
  type ValidateTraceOptions,
} from "irqproof/checker";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import lease, { mapping } from "../../../examples/conformance/lease.ts";
import { randomModel, type RandomState } from "../arbitrary-models.ts";

interface Line {
  readonly action: string;
  readonly parameters: object;
  readonly state: RandomState;
}

/** A run of a model as a log: each step with the state after it. */
function logOf(made: Model<RandomState>, choices: readonly number[]): Line[] {
  const walker = walkerOf(made);
  let { state } = walker.start(0);
  return choices.flatMap((choice) => {
    const enabled = walker.enabled(state);
    if (enabled.length === 0) return [];
    const { action, parameters, index } = enabled[choice % enabled.length]!;
    ({ state } = walker.take(state, index));
    return [{ action: action, parameters, state: state as RandomState }];
  });
}

const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
const complete: TraceMapping<Line> = {
  read: ({ action, parameters, state }) => ({ action, parameters: { ...parameters }, after: structuredClone(state) }),
};

/** Whether any run of the model has the states of a log, by trying all of them. */
function isPossible(made: Model<RandomState>, log: readonly Line[], gaps: ReadonlySet<string>): boolean {
  const walker = walkerOf(made);
  const key = (state: unknown): string => JSON.stringify(state);
  const closure = (states: Map<string, RandomState>): Map<string, RandomState> => {
    for (const state of states.values()) {
      for (const { index, action } of walker.enabled(state)) {
        if (!gaps.has(action)) continue;
        const after = walker.take(state, index).state as RandomState;
        states.set(key(after), after);
      }
    }
    return states;
  };
  let states = closure(new Map(made.initial.map((state) => [key(state), state as RandomState])));
  for (const { state } of log) {
    const isNow = key(state);
    const next = states.has(isNow) ? new Map([[isNow, state]]) : new Map<string, RandomState>();
    states = closure(next);
  }
  return states.size > 0;
}

describe("logs of random runs", () => {
  test("are allowed, with one state that fits", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, choices, async (made, choices) => {
        const log = logOf(made, choices);
        fc.pre(log.length > 0);
        const { verdict, events, fitting } = await validateTrace(made, log, complete);
        expect({ verdict, events, fitting }).toEqual({ verdict: "allowed", events: log.length, fitting: 1 });
      }),
      { numRuns: 60 },
    );
  });

  test("are refused at the event that was changed, with what the model allows", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, choices, fc.nat(), async (made, choices, where) => {
        const one = { ...made, initial: made.initial.slice(0, 1) };
        const log = logOf(one, choices);
        fc.pre(log.length > 0);
        const at = where % log.length;
        const { state } = log[at]!;
        const mode = state.mode === "idle" ? "busy" : "idle";
        const changed = log.map((line, index) =>
          index === at ? { ...line, state: { ...state, mode } as RandomState } : line,
        );
        const { verdict, refusal } = await validateTrace(one, changed, complete);
        expect([verdict, refusal?.event]).toEqual(["refused", at + 1]);
        expect(refusal!.allowed).toHaveLength(1);
        expect(refusal!.allowed[0]).toContain(`mode: '${state.mode}'`);
      }),
      { numRuns: 60 },
    );
  });

  test("with states only and any steps left out: as an exhaustive search says", async () => {
    const verdicts = new Set<string>();
    await fc.assert(
      fc.asyncProperty(randomModel, choices, fc.array(fc.nat(5)), async (made, choices, left) => {
        const gaps = new Set(left.map((index) => made.actions[index % made.actions.length]!));
        const log = logOf(made, choices).filter((_, index) => index % 3 === 0);
        fc.pre(log.length > 0);
        const { verdict } = await validateTrace(made, log, {
          read: ({ state }) => ({ after: structuredClone(state) }),
          unobserved: [...gaps],
        });
        expect(verdict).toBe(isPossible(made, log, gaps) ? "allowed" : "refused");
        verdicts.add(verdict);
      }),
      { numRuns: 150 },
    );
    expect(verdicts.size).toBe(2);
  });
});

const LAST = 9;
const counter = model({
  name: "counter",
  state: record({ count: range(0, LAST), isOpen: boolean }),
  initial: { count: 0, isOpen: true },
  actions: {
    up: { when: ({ isOpen }) => isOpen, then: (draft) => void (draft.count = (draft.count + 1) % (LAST + 1)) },
    flip: { then: (draft) => void (draft.isOpen = !draft.isOpen) },
  },
});
type Event = { readonly up?: number; readonly note?: string };
const ups: TraceMapping<Event> = {
  read: ({ up }) => (up === undefined ? undefined : { action: "up", after: { count: up } }),
  unobserved: ["flip"],
};

function* longLog(events: number): Generator<Event> {
  for (let index = 1; index <= events; index++) yield { up: index % (LAST + 1) };
}

test("the log of the example is refused, and allowed if renewals are left out", async () => {
  const log = fileURLToPath(new URL("../../../examples/conformance/lease.jsonl", import.meta.url));
  const events = (): AsyncIterable<never> => readJsonLines(log) as AsyncGenerator<never>;
  expect((await validateTrace(lease, events(), mapping)).refusal?.event).toBe(7);
  expect((await validateTrace(lease, events(), { ...mapping, unobserved: ["renew"] })).verdict).toBe("allowed");
});

describe("a log", () => {
  test("may leave steps out: what is unobserved is tried wherever it can stand", async () => {
    const { verdict, fitting, mostFitting } = await validateTrace(counter, longLog(25), ups);
    expect([verdict, fitting, mostFitting]).toEqual(["allowed", 2, 2]);
  });

  test("may begin anywhere, if the mapping says so", async () => {
    const log = [{ up: 7 }, { up: 8 }];
    expect((await validateTrace(counter, log, ups)).refusal?.event).toBe(1);
    expect((await validateTrace(counter, log, { ...ups, begins: "anywhere" })).verdict).toBe("allowed");
    const { refusal } = await validateTrace(counter, [{ up: 7 }, { up: 9 }], { ...ups, begins: "anywhere" });
    expect(refusal).toMatchObject({ event: 2, said: "up, then shows { count: 9 }" });
    expect(refusal!.allowed).toEqual(["up, then shows { count: 8 }"]);
  });

  test("does not fill the memory: of a long one, only the last steps are kept", async () => {
    const log = function* (): Generator<Event> {
      yield* longLog(20_000);
      yield { up: 5 };
    };
    const { refusal, events } = await validateTrace(counter, log(), ups);
    expect(events).toBe(20_001);
    expect(refusal!.isCut).toBe(true);
    // Some steps for each of the last events, however long the log is.
    expect(refusal!.trace.steps.length).toBeGreaterThan(16);
    expect(refusal!.trace.steps.length).toBeLessThan(100);
    expect(refusalText(counter, refusal!)).toContain("The end of a run of the model that fits");
  });

  test("is refused with a chart, the state, and what would have been allowed", async () => {
    const { refusal } = await validateTrace(counter, [{ up: 1 }, { note: "x" }, { up: 3 }], ups);
    expect(refusalText(counter, refusal!)).toBe(`A run of the model that fits the events before event 3:

 1  up
      count: 0 -> 1

The state before event 3 (one of 2 that fit):
    count = 1, isOpen = true

  log:     up, then shows { count: 3 }
  model:   up, then shows { count: 2 }`);
  });

  test("with an impossible step is refused with the steps that are possible", async () => {
    const { refusal } = await validateTrace(counter, ["flip", "up"], { read: (action: string) => ({ action }) });
    expect(refusal).toMatchObject({ event: 2, said: "up", allowed: ["flip"] });
  });

  test("with several possible actions, a state before the step, and a state without a step", async () => {
    const log = [
      { action: ["up", "flip"], after: { isOpen: false } },
      { action: "flip", before: { count: 0 } },
      { after: { count: 0 } },
    ];
    expect((await validateTrace(counter, log, { read: (event) => event })).verdict).toBe("allowed");
    const wrong = [...log.slice(0, 1), { action: "flip", before: { count: 1 } }];
    const { refusal } = await validateTrace(counter, wrong, { read: (event) => event });
    expect(refusal).toMatchObject({ event: 2, allowed: ["flip from a state that shows { count: 0 }"] });
  });

  test.each<[string, readonly Event[], ValidateTraceOptions, string]>([
    ["without events", [], {}, "the log has no events"],
    ["of which no event counts", [{}, { note: "x" }], {}, "no event of the log says anything of the model"],
    ["with which too many states fit", [{ up: 1 }], { maxFitting: 1 }, "more than 1 states fit what was seen"],
    ["that is stopped", [{ up: 1 }], { signal: AbortSignal.abort() }, "it was stopped at event 1"],
  ])("%s decides nothing", async (_, log, options, reason) => {
    const validation = await validateTrace(counter, log, ups, options);
    expect(validation.verdict).toBe("inconclusive");
    expect(validation.reason).toContain(reason);
  });
});

test.each<[object, string]>([
  [{}, "the mapping has no read"],
  [{ read: () => ({}) }, "event 1: read returned {}; return undefined for an event to ignore"],
  [{ read: () => 3 }, "event 1: read returned 3, not what an event says"],
  [{ read: async () => ({}) }, "its read is asynchronous"],
  [
    { read: () => ({ action: "upp" }) },
    'event 1 has action "upp", but model counter has the actions up, flip; did you mean up?',
  ],
  [{ read: () => ({ action: "up", parameters: { by: 1 } }) }, "has parameter by, which action up does not have"],
  [{ read: () => ({ after: { size: 1 } }) }, "has a part size, which the state does not have"],
  [{ read: () => ({ before: { count: 1 } }) }, "parameters and before are of a step; give action too"],
  [
    { read: () => ({ state: { count: 1 } }) },
    "unknown key state (known: action, parameters, before, after); did you mean after?",
  ],
  [
    {
      read: () => {
        throw new Error("no such field");
      },
    },
    "event 1: read threw: no such field",
  ],
  [{ read: () => undefined, unobserved: ["flipp"] }, "did you mean flip?"],
  [{ read: () => undefined, begins: "late" }, 'it must be "initially" or "anywhere"'],
])("a mistake of the caller: %o", async (mapping, sentence) => {
  const error: unknown = await validateTrace(counter, [{}], mapping as TraceMapping<unknown>).catch(
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ name: "ModelError" });
  expect((error as Error).message).toContain(sentence);
});

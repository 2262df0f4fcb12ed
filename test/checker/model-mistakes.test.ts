/** A modeller's mistakes: each is one sentence that says what, where, and what would be right. */
import {
  all,
  always,
  array,
  because,
  boolean,
  check,
  eventually,
  every,
  holds,
  leadsTo,
  model,
  range,
  record,
  sequence,
  strongFairness,
  weakFairness,
  withProperties,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { engines } from "./engines.ts";
import { soundCheck } from "./sound.ts";
import { mistake } from "./mistake.ts";

/** Mistakes that a program without types can make. */
const wrong = (value: unknown): never => value as never;

const state = record({ count: range(0, 3), queue: sequence(1, boolean) });
const start = { count: 0, queue: [] as boolean[] };
const stay = { then: () => {} };
const counter = model({ name: "counter", state, initial: start, actions: { stay } });

/** Defines and checks a counter with one part replaced; every engine must say the same. */
async function checked(part: Record<string, unknown>): Promise<unknown> {
  const defined = model({ name: "counter", state, initial: start, actions: { stay }, ...part });
  const said = await Promise.allSettled(engines.map((engine) => soundCheck(defined, { engine })));
  const mistakes = new Set(said.map((one) => (one.status === "rejected" ? String(one.reason) : "no mistake")));
  if (mistakes.size > 1) throw new Error(`the engines disagree: ${[...mistakes].join("; ")}`);
  const [first] = said;
  if (first?.status === "rejected") throw first.reason;
  return first?.value;
}

/** Checks a counter with one more action. */
const withAction = (action: unknown): Promise<unknown> => checked({ actions: { stay, act: action } });

/** Checks a counter that counts to three, with one property. */
const withProperty = (property: unknown): Promise<unknown> =>
  checked({
    actions: {
      up: {
        over: { by: range(1, 1) },
        when: ({ count }: { count: number }) => count < 3,
        then: (draft: { count: number }, { by }: { by: number }) => {
          draft.count += by;
        },
      },
    },
    properties: { low: property },
  });

describe("in a model's definition", () => {
  test.each<readonly [string, Record<string, unknown>, string]>([
    ["no name", { name: "" }, "model: give it a name"],
    [
      "a state that is no record",
      { state: boolean },
      "model counter: its state must be a record, such as record({ count: range(0, 3) })",
    ],
    [
      "no state",
      { state: undefined },
      "model counter: its state must be a record, such as record({ count: range(0, 3) })",
    ],
    [
      "an initial state outside its type",
      { initial: { count: 4, queue: [] } },
      "model counter: in the initial state, count is 4: it must be one of 0, 1, 2, 3",
    ],
    ["a missing initial field", { initial: { count: 0 } }, "model counter: in the initial state, queue is missing"],
    [
      "one of several initial states",
      { initial: [start, { ...start, more: true }] },
      "model counter: in initial state 1, more is not a field of the type: the fields are count, queue",
    ],
    ["no initial state", { initial: [] }, "model counter has no initial state; give at least one"],
    [
      "an initial state left out",
      { initial: undefined },
      "model counter: in the initial state, the state is undefined: it must be a record",
    ],
    ["no action", { actions: {} }, "model counter has no action; give at least one"],
    ["actions left out", { actions: undefined }, "model counter has no action; give at least one"],
    [
      "an action without a recipe",
      { actions: { tick: {} } },
      "model counter: action tick has no recipe; give it then: (draft) => { ... }",
    ],
    [
      "an action that is its recipe",
      { actions: { tick: () => {} } },
      "model counter: action tick is a function, not an action such as { then: (draft) => { ... } }",
    ],
    [
      "a guard that is no function",
      { actions: { tick: { when: true, then: () => {} } } },
      "model counter: action tick: its guard is true, not a function such as (state) => state.count < 3",
    ],
    [
      "a domain that is no type",
      { actions: { tick: { over: { cpu: 4 }, then: () => {} } } },
      "model counter: action tick: the domain of parameter cpu is 4, not a finite type such as range(0, 3)",
    ],
    [
      "a domain that is an array",
      { actions: { tick: { over: { cpu: [0, 1] }, then: () => {} } } },
      "model counter: action tick: the domain of parameter cpu is [0,1], not a finite type such as range(0, 3)",
    ],
    [
      "far too many instances",
      { actions: { tick: { over: { a: range(0, 99_999), b: range(0, 99_999) }, then: () => {} } } },
      "model counter: action tick has 10000000000 instances, each tried in every state: at most 100000 are possible",
    ],
    [
      "an ignored action that does not exist",
      {
        properties: ({ noDeadlock }: { noDeadlock: (...args: unknown[]) => unknown }) => ({
          live: noDeadlock("", { ignoring: ["tock"] }),
        }),
      },
      'model counter: property live ignores action "tock", which is not in the model',
    ],
    [
      "a property that is a predicate",
      { properties: { low: () => true } },
      'model counter: property low is a function, not a property such as always("...", (state) => ...)',
    ],
    [
      "a property left out",
      { properties: { low: undefined } },
      'model counter: property low is undefined, not a property such as always("...", (state) => ...)',
    ],
    [
      "a property without its predicate",
      { properties: { low: always("low", wrong(undefined)) } },
      "model counter: property low has undefined as its predicate; give it a function such as (state) => state.count < 3",
    ],
    [
      "a property of a kind that there is not",
      { properties: { ends: { kind: "finally", title: "it ends", goal: () => true } } },
      "model counter: property ends has an unknown kind: make it with always, leadsTo or another builder",
    ],
    [
      "fairness that is not a list",
      { properties: { ends: eventually("it ends", () => true, { fairness: wrong("weak") }) } },
      'model counter: property ends: its fairness is "weak", not a list such as [weakFairness("deliver")]',
    ],
    [
      "fairness of an action that there is not",
      {
        properties: {
          ends: leadsTo(
            "it ends",
            () => true,
            () => true,
            { fairness: [weakFairness("deliver")] },
          ),
        },
      },
      'model counter: property ends assumes fairness of action "deliver", which is not in the model: its actions are stay',
    ],
    [
      "fairness per a parameter that there is not",
      { fairness: [strongFairness("stay", { per: ["cpu"] })] },
      "model counter assumes fairness per cpu, which is not a parameter of action stay",
    ],
    [
      "an action with fairness that there is not",
      { actions: { stay: { ...stay, fairness: "fair" } } },
      'model counter: action stay: its fairness is "fair": it must be "none", "weak", "strong" or such as { strength: "weak", per: ["cpu"] }',
    ],
    [
      "an action with fairness per a parameter that it does not have",
      { actions: { stay: { ...stay, fairness: { strength: "weak", per: ["cpu"] } } } },
      "model counter: action stay assumes fairness per cpu, which is not a parameter of action stay",
    ],
  ])("%s", async (_, part, message) => {
    expect(await mistake(() => checked(part))).toBe(message);
  });
});

describe("in an action", () => {
  test.each<readonly [string, unknown, string]>([
    [
      "a recipe that throws",
      {
        then: () => {
          throw new Error("out of\n  luck");
        },
      },
      "model counter: action act: its recipe threw: out of luck",
    ],
    [
      "a recipe that throws no error",
      {
        then: () => {
          throw wrong("a word");
        },
      },
      "model counter: action act: its recipe threw: a word",
    ],
    [
      "a recipe that is asynchronous",
      { then: async () => {} },
      "model counter: action act: its recipe is asynchronous; it must be a plain function",
    ],
    [
      "a recipe that is asynchronous and fails later",
      {
        then: async (draft: { count: number }) => {
          await Promise.resolve();
          draft.count = 1;
        },
      },
      "model counter: action act: its recipe is asynchronous; it must be a plain function",
    ],
    [
      "a recipe that leaves the type, with parameters",
      {
        over: { by: range(2, 5), twice: boolean },
        when: (_: unknown, { by }: { by: number }) => by === 5,
        then: (draft: { count: number }, { by }: { by: number }) => {
          draft.count += by;
        },
      },
      "model counter: action act(by=5, twice=false) leaves the state's type: count is 5: it must be one of 0, 1, 2, 3",
    ],
    [
      "a recipe that adds a field",
      {
        then: (draft: Record<string, unknown>) => {
          draft["extra"] = 1;
        },
      },
      "model counter: action act leaves the state's type: extra is not a field of the type: the fields are count, queue",
    ],
    [
      "a recipe that deletes a field",
      {
        then: (draft: Record<string, unknown>) => {
          delete draft["count"];
        },
      },
      "model counter: action act leaves the state's type: count is missing",
    ],
    [
      "a recipe that overruns a sequence",
      {
        then: (draft: { queue: boolean[] }) => {
          draft.queue.push(true, false);
        },
      },
      "model counter: action act leaves the state's type: queue has 2 elements: its capacity is 1",
    ],
    [
      "a recipe that writes to its parameters",
      {
        over: { set: array(1, boolean) },
        then: (_: unknown, { set }: { set: boolean[] }) => {
          set[0] = true;
        },
      },
      "model counter: action act(set=[false]): its recipe changes an object outside itself (model-mistakes.test.ts:271:11): guards, recipes and predicates may use only the state and their parameters",
    ],
    [
      "a guard that throws",
      {
        when: () => {
          throw new Error("no luck");
        },
        then: () => {},
      },
      "model counter: action act: its guard threw: no luck",
    ],
    [
      "a guard that writes",
      {
        when: (state: { count: number }) => {
          state.count = 1;
          return true;
        },
        then: () => {},
      },
      "model counter: action act: its guard threw: Cannot assign to read only property 'count' of object '#<Object>'",
    ],
    [
      "a guard that writes deep inside",
      {
        when: (state: { queue: boolean[] }) => {
          state.queue.push(true);
          return true;
        },
        then: () => {},
      },
      "model counter: action act: its guard threw: Cannot add property 0, object is not extensible",
    ],
    [
      "a guard that returns a number",
      { when: ({ count }: { count: number }) => count, then: () => {} },
      "model counter: action act: its guard returned 0, not true or false",
    ],
    [
      "a guard that returns nothing",
      { when: () => {}, then: () => {} },
      "model counter: action act: its guard returned undefined, not true or false; is a return missing?",
    ],
  ])("%s", async (_, action, message) => {
    expect(await mistake(() => withAction(action))).toBe(message);
  });

  /** Violated by the initial state, so that no step is given. */
  const atOnce = { low: always("the count is high", ({ count }: { count: number }) => count > 0) };
  const inOneStep = { low: always("the count is low", ({ count }: { count: number }) => count < 1) };
  const up = (draft: { count: number }): void => {
    if (draft.count < 3) draft.count += 1;
  };

  const nameless = (): never => {
    throw new Error("no name");
  };

  test("a label that throws", async () => {
    const actions = { act: { label: nameless, then: up } };
    expect(await mistake(() => checked({ actions, properties: inOneStep }))).toBe(
      "model counter: action act: its label threw: no name",
    );
  });

  test("an actor that is not a name", async () => {
    const actions = { act: { actor: () => 3, then: up } };
    expect(await mistake(() => checked({ actions, properties: inOneStep }))).toBe(
      "model counter: action act: its actor is 3, not a string",
    );
  });

  test.each<readonly [string, (first: never, second: never) => string, string]>([
    [
      "with the parameters first",
      ({ by }: { by: number }) => `up by ${by}`,
      'its label is "up by undefined": its function is called as (state, { by })',
    ],
    ["that prints an object", (state: object) => `at ${state}`, 'its label is "at [object Object]": its function'],
    ["that prints no number", ({ count }: { count: number }) => `${count / count}`, 'its label is "NaN": its function'],
  ])("a label %s", async (_, label, sentence) => {
    const actions = { act: { over: { by: range(1, 1) }, label, then: up } };
    expect(await mistake(() => checked({ actions, properties: inOneStep }))).toContain(
      `model counter: action act(by=1): ${sentence}`,
    );
  });

  test("a label may have the word in a constant text", async () => {
    const actions = { act: { label: "an undefined instruction", then: up } };
    expect(await mistake(() => checked({ actions, properties: inOneStep }))).toBe("no mistake");
  });

  test("nothing is asked of a label that no trace needs", async () => {
    const actions = { act: { label: nameless, then: up } };
    expect(await mistake(() => checked({ actions, properties: atOnce }))).toBe("no mistake");
  });
});

describe("in a property", () => {
  test.each<readonly [string, unknown, string]>([
    [
      "a predicate that throws",
      always("low", ({ count }: { count: number }) => {
        if (count === 2) throw new Error("two");
        return true;
      }),
      "model counter: property low threw: two",
    ],
    [
      "a predicate that returns nothing",
      always(
        "low",
        wrong(() => {}),
      ),
      "model counter: property low returned undefined, not a judgement such as true or false; is a return missing?",
    ],
    [
      "a predicate that returns a number",
      always(
        "low",
        wrong(({ count }: { count: number }) => count),
      ),
      "model counter: property low returned 0, not a judgement such as true or false",
    ],
    [
      "a predicate that is asynchronous",
      always(
        "low",
        wrong(async () => true),
      ),
      "model counter: property low: its predicate is asynchronous; it must be a plain function",
    ],
    [
      "a predicate that writes to the state",
      always("low", (state: { count: number }) => {
        state.count = 2;
        return true;
      }),
      "model counter: property low threw: Cannot assign to read only property 'count' of object '#<Object>'",
    ],
    [
      "a conjunction that loses a failure",
      always(
        "low",
        ({ count }: { count: number }) =>
          every([count], (value) => value < 2 || because(`it is ${value}`)) && every([count], (value) => value < 9),
      ),
      'model counter: property low threw: the judgement "item 0: it is 2" was dropped; combine judgements with all and every, not with &&, ! or array methods',
    ],
    [
      "an array's own every",
      always("low", ({ count }: { count: number }) => [count].every((value) => value < 2 || because(`it is ${value}`))),
      'model counter: property low threw: the judgement "it is 2" was dropped; combine judgements with all and every, not with &&, ! or array methods',
    ],
    [
      "a negation of a failure",
      always("low", ({ count }: { count: number }) => !all({ "it is two": () => count === 2 })),
      'model counter: property low threw: the judgement "not: it is two" was dropped; combine judgements with all and every, not with &&, ! or array methods',
    ],
    [
      "a failure that is asked whether it holds",
      always("low", ({ count }: { count: number }) => !holds(all({ "it is nine": () => count === 9 || because("") }))),
      "no mistake",
    ],
    [
      "a predicate that writes to a later state",
      always("low", (state: { count: number }) => {
        if (state.count === 2) state.count = 1;
        return true;
      }),
      "model counter: property low threw: Cannot assign to read only property 'count' of object '#<Object>'",
    ],
    [
      "an exception that throws",
      {
        kind: "noDeadlock",
        title: "goes on",
        ignoring: [],
        unless: () => {
          throw new Error("cannot say");
        },
      },
      "model counter: property low threw: cannot say",
    ],
    [
      "a narrator that throws",
      {
        ...always("low", ({ count }: { count: number }) => count < 2),
        narrate: () => {
          throw new Error("no words");
        },
      },
      "model counter: property low: its narrator threw: no words",
    ],
  ])("%s", async (_, property, message) => {
    expect(await mistake(() => withProperty(property))).toBe(message);
  });

  test("an unknown one is asked for", async () => {
    expect(await mistake(() => check(counter, { properties: ["low"] }))).toBe(
      'model counter has no property "low": its properties are none',
    );
  });

  test("one that is added later ignores an unknown action", () => {
    expect(() =>
      withProperties(counter, { live: { kind: "noDeadlock", title: "", ignoring: ["go"], unless: () => false } }),
    ).toThrow('model counter: property live ignores action "go", which is not in the model');
  });
});

describe("in the options", () => {
  test.each<readonly [string, Record<string, unknown>, string]>([
    ["no room", { maxStates: 0 }, "option maxStates is 0: it must be a positive integer"],
    ["half a state", { maxStates: 1.5 }, "option maxStates is 1.5: it must be a positive integer"],
    ["a word", { maxMemory: "1 GB" }, 'option maxMemory is "1 GB": it must be a positive integer'],
  ])("%s", async (_, options, message) => {
    expect(await mistake(() => check(counter, wrong(options)))).toBe(message);
  });
});

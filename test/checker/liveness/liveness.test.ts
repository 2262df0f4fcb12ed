/** Liveness on models of a few states: the traps that other checkers fell into, what fairness means, what is refused. */
import {
  array,
  boolean,
  check,
  leadsTo,
  leadsToForEach,
  model,
  ModelError,
  noFairness,
  oneOf,
  range,
  record,
  reportToJson,
  strongFairness,
  weakFairness,
  withProperties,
  type Action,
  type CheckOptions,
  type Fairness,
  type FairnessAssumption,
  type LeadsToProperty,
  type Model,
  type Property,
  type PropertyReport,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { engines } from "../engines.ts";
import { soundCheck } from "../sound.ts";

type At = { at: string };

/** A graph as a model: by action, each action one instance, its arrows `from>to`. */
function graph(
  initial: string,
  arrows: Readonly<Record<string, string>>,
  fairness: Readonly<Record<string, Fairness>> = {},
): Model<At> {
  const names = [...new Set([initial, ...Object.values(arrows).flatMap((text) => text.split(/[> ]/))])];
  const actions = Object.entries(arrows).map(([name, text]): [string, Action<At, Record<string, never>>] => {
    const ways = text.split(" ").map((arrow) => arrow.split(">") as [from: string, to: string]);
    return [
      name,
      {
        fairness: fairness[name] ?? "none",
        when: ({ at }) => ways.some(([from]) => from === at),
        then: (draft) => {
          draft.at = ways.find(([from]) => from === draft.at)![1];
        },
      },
    ];
  });
  return model({
    name: "graph",
    state: record({ at: oneOf(...names) }),
    initial: { at: initial },
    actions: Object.fromEntries(actions),
  });
}

/** Decides a property by every engine, which must agree. */
async function decided<S>(
  base: Model<S>,
  properties: Parameters<typeof withProperties<S>>[1],
  options: CheckOptions = {},
): Promise<readonly PropertyReport<S>[]> {
  const subject = withProperties(base, properties);
  const [first, ...others] = await Promise.all(engines.map(async (engine) => check(subject, { ...options, engine })));
  for (const other of others) expect(other.properties).toEqual(first!.properties);
  return first!.properties;
}

/** Whether on every fair run a state is met. */
async function meets(
  base: Model<At>,
  goal: string,
  fairness: readonly FairnessAssumption[] = [],
): Promise<PropertyReport<At>> {
  const [report] = await decided<At>(base, {
    met: { kind: "eventually", title: "it is met", goal: ({ at }) => at === goal, fairness },
  });
  return report!;
}

const places = ({ trace }: PropertyReport<At>): string[] => (trace?.steps ?? []).map(({ state }) => state.at);

describe("what a run is", () => {
  test("nothing obliges a step that is not fair: a run may stop at once", async () => {
    const report = await meets(graph("a", { go: "a>b" }), "b");
    expect([report.verdict, places(report), report.trace?.loopFrom]).toEqual(["violated", ["a"], 0]);
    expect(report.trace?.because).toBe(
      "the goal never holds; the run may stop here, because the enabled actions are not assumed to be fair: go",
    );
    expect(report.fairness).toBe("no fairness");
  });

  test("a run continues while a fair step is possible", async () => {
    expect(await meets(graph("a", { go: "a>b" }, { go: "weak" }), "b")).toMatchObject({
      verdict: "holds",
      trace: undefined,
      fairness: "weak fairness of go",
    });
  });

  test("a deadlock is a run that stands still, however fair it is", async () => {
    const report = await meets(graph("a", { go: "a>b" }, { go: "strong" }), "c");
    expect([report.verdict, places(report), report.trace?.loopFrom]).toEqual(["violated", ["a", "b"], 1]);
    expect(report.trace?.because).toBe("the goal never holds; no action is enabled any more");
  });

  test("a step that changes nothing is not a step: it need not be taken, and taking it is not fair to anything", async () => {
    const stays = graph("a", { stay: "a>a", go: "a>b" }, { stay: "strong" });
    expect((await meets(stays, "b")).verdict).toBe("violated");
    // As a whole, the action has a step that changes something, and that must be taken.
    const either = model({
      name: "either",
      state: record({ at: oneOf("a", "b") }),
      initial: { at: "a" },
      actions: {
        set: {
          over: { to: oneOf("a", "b") },
          then: (draft, { to }) => {
            draft.at = to;
          },
        },
      },
    }) as Model<At>;
    expect((await meets(either, "b", [weakFairness("set", { per: [] })])).verdict).toBe("holds");
    expect((await meets(graph("a", { stay: "a>a" }, { stay: "weak" }), "b")).trace?.because).toBe(
      "the goal never holds; no enabled action changes the state any more",
    );
  });
});

describe("traps", () => {
  test("a state that is met on two ways, on one of them after the goal", async () => {
    // A search that marks states as seen, and not states with their obligations, misses the second way.
    const join = graph(
      "a",
      {
        left: "a>goal goal>join",
        right: "a>b b>c c>join",
      },
      {
        left: "weak",
        right: "weak",
      },
    );
    const report = await meets(join, "goal");
    expect([report.verdict, places(report)]).toEqual(["violated", ["a", "b", "c", "join"]]);
  });

  test("a cycle that never meets the goal", async () => {
    const cycle = graph(
      "a",
      {
        turn: "a>b b>c c>a",
        leave: "c>goal",
      },
      { turn: "weak", leave: "weak" },
    );
    const report = await meets(cycle, "goal");
    expect([report.verdict, places(report), report.trace?.loopFrom]).toEqual(["violated", ["a", "b", "c", "a"], 0]);
    // Under strong fairness, a state that can be left again and again is eventually left.
    expect((await meets(cycle, "goal", [strongFairness("leave")])).verdict).toBe("holds");
  });

  test("whether a fair step is possible is asked of the whole graph, not of the component alone", async () => {
    // `leave` is possible all along the loop, and only outside of it is it taken.
    const always = graph(
      "a",
      {
        turn: "a>b b>a",
        leave: "a>goal b>goal",
      },
      { turn: "weak", leave: "weak" },
    );
    expect((await meets(always, "goal")).verdict).toBe("holds");
  });

  test("a component that is unfair as a whole may have a part that is fair", async () => {
    // In the component of a, b and c, `leave` is possible in c alone: a run between a and b is fair to it.
    const parts = graph(
      "a",
      {
        turn: "a>b b>a",
        wander: "b>c",
        back: "c>a",
        leave: "c>goal",
      },
      { turn: "weak", back: "weak", leave: "strong" },
    );
    const report = await meets(parts, "goal");
    expect([report.verdict, places(report), report.trace?.loopFrom]).toEqual(["violated", ["a", "b", "a"], 0]);
    expect((await meets(parts, "goal", [strongFairness("wander")])).verdict).toBe("holds");
  });

  test("two loops that share a state: a fair run has to go round both", async () => {
    const eight = graph(
      "a",
      {
        left: "a>b b>a",
        right: "a>c",
        home: "c>a",
      },
      { left: "strong", right: "strong", home: "weak" },
    );
    const report = await meets(eight, "goal");
    expect(report.trace?.loopFrom).toBe(0);
    expect(new Set(report.trace?.steps.map(({ action }) => action))).toEqual(new Set([null, "left", "right", "home"]));
    expect(places(report)).toHaveLength(5);
  });

  test("two actions that lead the same way: which was taken counts", async () => {
    // TLC once took the component for a set of states, without regard to the actors of the steps between them.
    const counter = model({
      name: "counter",
      state: record({ x: range(0, 2) }),
      initial: { x: 0 },
      actions: {
        next: {
          fairness: "weak",
          then: (draft) => {
            draft.x = (draft.x + 1) % 3;
          },
        },
        jump: {
          over: { to: range(0, 2) },
          then: (draft, { to }) => {
            draft.x = to;
          },
        },
      },
    });
    const [leaves, one, two] = await decided(counter, {
      leaves: { kind: "leadsTo", title: "", premise: ({ x }) => x === 0, goal: ({ x }) => x !== 0, fairness: [] },
      one: { kind: "leadsTo", title: "", premise: ({ x }) => x === 0, goal: ({ x }) => x === 1, fairness: [] },
      two: { kind: "leadsTo", title: "", premise: ({ x }) => x === 0, goal: ({ x }) => x === 2, fairness: [] },
    });
    expect(leaves?.verdict).toBe("holds");
    for (const report of [one, two]) {
      expect(report?.trace?.loopFrom).toBe(0);
      expect(report?.trace?.steps.map(({ action }) => action)).toContain("next");
      expect(report?.trace?.steps).toHaveLength(3);
    }
  });

  test("the goal must follow each time that the premise holds, not only once", async () => {
    const report = await decided(
      graph(
        "a",
        {
          go: "a>b b>goal goal>c c>d",
          again: "d>b c>stuck",
        },
        { go: "weak", again: "weak" },
      ),
      {
        leads: {
          kind: "leadsTo",
          title: "",
          premise: ({ at }) => at === "c",
          goal: ({ at }) => at === "goal",
          fairness: [],
        },
      },
    );
    expect(report[0]?.trace?.steps.map(({ state }) => state.at)).toEqual(["a", "b", "goal", "c", "stuck"]);
    expect(report[0]?.trace?.because).toBe(
      "the premise holds after step 3, and the goal does not hold then or later; no action is enabled any more",
    );
  });

  test("a stem may pass the goal before the run begins to wait", async () => {
    const report = await decided(
      graph(
        "goal",
        {
          go: "goal>p p>q",
        },
        { go: "weak" },
      ),
      {
        leads: {
          kind: "leadsTo",
          title: "",
          premise: ({ at }) => at === "p",
          goal: ({ at }) => at === "goal",
          fairness: [],
        },
      },
    );
    expect(report[0]?.trace?.steps.map(({ state }) => state.at)).toEqual(["goal", "p", "q"]);
  });

  test("thirty thousand components in a row", async () => {
    const digits = 3;
    const base = 32;
    const odometer = model({
      name: "odometer",
      state: record({ digit: array(digits, range(0, base - 1)) }),
      initial: { digit: [0, 0, 0] },
      actions: {
        count: {
          fairness: "weak",
          when: ({ digit }) => digit.some((value) => value < base - 1),
          then: ({ digit }) => {
            for (let place = 0; place < digits; place++) {
              digit[place] = (digit[place]! + 1) % base;
              if (digit[place] !== 0) return;
            }
          },
        },
      },
      properties: ({ eventually, alwaysPossible }) => ({
        ends: eventually("it ends", ({ digit }) => digit.every((value) => value === base - 1)),
        returns: alwaysPossible("it can return", ({ digit }) => digit.every((value) => value === 0)),
      }),
    });
    const { states, properties } = await check(odometer, { engine: "compiled" });
    expect(states.distinct).toBe(base ** digits);
    expect(properties.map(({ verdict }) => verdict)).toEqual(["holds", "violated"]);
    expect(properties[1]?.trace?.steps).toHaveLength(2);
  });
});

describe("fairness", () => {
  /** A lamp is switched on and off; what can be served depends on it, so nothing can be served all the time. */
  const served = (
    fairness: FairnessAssumption[],
  ): Promise<readonly PropertyReport<{ lamp: boolean; done: boolean }>[]> =>
    decided(
      model({
        name: "service",
        state: record({ lamp: boolean, done: boolean }),
        initial: { lamp: false, done: false },
        actions: {
          flip: {
            fairness: "weak",
            then: (draft) => {
              draft.lamp = !draft.lamp;
            },
          },
          serve: {
            over: { bright: boolean },
            when: ({ lamp, done }, { bright }) => lamp === bright && !done,
            then: (draft) => {
              draft.done = true;
            },
          },
        },
      }),
      { done: { kind: "eventually", title: "", goal: ({ done }) => done, fairness } },
    );

  test.each<readonly [string, FairnessAssumption[], string]>([
    ["none", [], "violated"],
    // Neither instance is possible all the time,
    ["weak, of each instance", [weakFairness("serve")], "violated"],
    // but always one of them is.
    ["weak, of the action as a whole", [weakFairness("serve", { per: [] })], "holds"],
    ["weak, of each group, which is an instance", [weakFairness("serve", { per: ["bright"] })], "violated"],
    ["strong, of each instance", [strongFairness("serve")], "holds"],
    // Flipping for ever is progress.
    ["weak, of all actions together", [weakFairness(undefined, { per: [] })], "violated"],
    ["strong, of all actions together", [strongFairness(undefined, { per: [] })], "violated"],
    ["weak, of every instance of every action", [weakFairness()], "violated"],
    ["strong, of every instance of every action", [strongFairness()], "holds"],
    [
      "strong as a whole, but flipping is not fair",
      [strongFairness("serve", { per: [] }), noFairness("flip")],
      "holds",
    ],
    ["none of anything", [noFairness()], "violated"],
  ])("%s", async (_, fairness, verdict) => {
    expect((await served(fairness))[0]?.verdict).toBe(verdict);
  });

  test("a group of several actions is a process that takes whichever step it can", async () => {
    // Process 1 can always do one or the other, never the same twice. Process 0 decides which.
    const subject = model({
      name: "processes",
      state: record({ turn: boolean, steps: range(0, 1) }),
      initial: { turn: false, steps: 0 },
      actions: {
        decide: {
          over: { process: range(0, 0) },
          then: (draft) => {
            draft.turn = !draft.turn;
          },
        },
        one: {
          over: { process: range(1, 1) },
          when: ({ turn, steps }) => turn && steps === 0,
          then: (draft) => {
            draft.steps = 1;
          },
        },
        other: {
          over: { process: range(1, 1) },
          when: ({ turn, steps }) => !turn && steps === 0,
          then: (draft) => {
            draft.steps = 1;
          },
        },
      },
      fairness: [weakFairness(undefined, { per: ["process"] })],
    });
    const steps = (fairness: FairnessAssumption[]) =>
      ({
        kind: "eventually",
        title: "",
        goal: ({ steps }: { readonly steps: number }) => steps === 1,
        fairness,
      }) as const;
    const [together, apart, kept] = await decided(subject, {
      together: steps([]),
      apart: steps([weakFairness()]),
      kept: steps([noFairness("decide")]),
    });
    expect(together).toMatchObject({ verdict: "holds", fairness: "weak fairness of every action per process" });
    expect(apart).toMatchObject({ verdict: "violated", fairness: "weak fairness of every action" });
    // What is said of `decide` leaves the rest of the group as it is.
    expect(kept).toMatchObject({ verdict: "holds", fairness: "weak fairness of one, other per process" });
  });

  test("a property's word counts more than the model's, and the model's more than the action's", async () => {
    const ways = { one: "a>b", two: "b>c", three: "c>d" };
    const base = { ...graph("a", ways, { one: "strong", two: "weak" }) };
    const text = async (fairness: FairnessAssumption[]): Promise<string | undefined> =>
      (await meets(base, "d", fairness)).fairness;
    expect(await text([])).toBe("strong fairness of one, weak fairness of two");
    expect(await text([weakFairness("one")])).toBe("weak fairness of two, one");
    expect(await text([noFairness("one"), strongFairness("three")])).toBe(
      "weak fairness of two, strong fairness of three",
    );
    expect(await text([noFairness(["one", "two"])])).toBe("no fairness");
    expect(await text([weakFairness(["two", "three"], { per: [] })])).toBe(
      "strong fairness of one, weak fairness of two, three as a whole",
    );
    const many = graph("a", {
      one: "a>b",
      two: "a>b",
      three: "a>b",
      four: "a>b",
      five: "a>c",
    });
    expect((await meets(many, "b", [weakFairness(["one", "two", "three", "four"])])).fairness).toBe(
      "weak fairness of every action but five",
    );
    const mixed = [weakFairness(["one", "two", "three", "four"]), strongFairness("five")];
    expect((await meets(many, "b", mixed)).fairness).toBe(
      "strong fairness of five, weak fairness of every other action",
    );
    const more = graph("a", {
      one: "a>b",
      two: "a>b",
      three: "a>b",
      four: "a>b",
      five: "a>c",
      six: "a>c",
    });
    expect((await meets(more, "b", mixed)).fairness).toBe(
      "strong fairness of five, no fairness of six, weak fairness of every other action",
    );
  });
});

describe("for each of several things", () => {
  /** Two bells: the first is answered, in two steps; the second not. */
  const bells = model({
    name: "bells",
    state: record({ bell: array(2, oneOf("quiet", "rung", "heard")) }),
    initial: { bell: ["quiet", "quiet"] },
    actions: {
      ring: {
        over: { bell: range(0, 1) },
        when: ({ bell: bells }, { bell }) => bells[bell] === "quiet",
        then: (draft, { bell }) => {
          draft.bell[bell] = "rung";
        },
      },
      answer: {
        fairness: "weak",
        when: ({ bell }) => bell[0] !== "quiet",
        then: (draft) => {
          draft.bell[0] = draft.bell[0] === "rung" ? "heard" : "quiet";
        },
      },
    },
  });
  type Bells = { bell: ("quiet" | "rung" | "heard")[] };
  const answered = (items: number[], sought = "rung"): LeadsToProperty<Bells> =>
    leadsToForEach(
      "a bell is answered",
      items,
      ({ bell }, index) => bell[index] === sought,
      ({ bell }, index) => bell[index] === "quiet",
      { name: (index) => `bell ${index}` },
    );

  test("each waits for itself", async () => {
    const [first, both, whole] = await decided(bells, {
      first: answered([0]),
      both: answered([0, 1]),
      // What is said of all of them at once is another property.
      whole: leadsTo(
        "",
        ({ bell }) => bell.includes("rung"),
        ({ bell }) => bell.includes("quiet"),
      ),
    });
    expect(first).toMatchObject({ verdict: "holds", remark: undefined });
    expect(both?.verdict).toBe("violated");
    expect(both?.trace?.because).toBe(
      "bell 1: the premise holds after step 1, and the goal does not hold then or later; " +
        "the run may stop here, because the enabled actions are not assumed to be fair: ring",
    );
    expect(whole?.verdict).toBe("holds");
  });

  test("a remark says which of them it is about", async () => {
    const [one, all] = await decided(bells, { one: answered([0, 1], "heard"), all: answered([1], "heard") });
    expect(one).toMatchObject({ verdict: "holds", remark: "bell 1: the premise holds in no reachable state" });
    expect(all).toMatchObject({ verdict: "holds", remark: "the premise holds in no reachable state" });
  });

  test("of none it says nothing, and that is a mistake", () => {
    expect(() => withProperties(bells, { none: answered([]) })).toThrow(
      new ModelError("model bells: property none has no items; give it at least one"),
    );
  });
});

describe("what is possible", () => {
  test("the way to a state from which none leads back is a shortest one, and fairness does not matter", async () => {
    const trap = graph(
      "a",
      {
        go: "a>b b>a",
        fall: "b>c c>d",
        climb: "d>c",
      },
      { go: "strong", fall: "none" },
    );
    const [report] = await decided(trap, {
      home: { kind: "alwaysPossible", title: "home can be reached", goal: ({ at }) => at === "a" },
    });
    expect(report).toMatchObject({ verdict: "violated", fairness: undefined });
    expect(report?.trace?.steps.map(({ state }) => state.at)).toEqual(["a", "b", "c"]);
    expect(report?.trace?.loopFrom).toBeUndefined();
    expect(report?.trace?.because).toBe("from here on, no path leads to the goal");
  });

  test("a way that no fair run need take is a way", async () => {
    const [report] = await decided(
      graph(
        "a",
        {
          turn: "a>b b>a",
          leave: "b>goal",
        },
        { turn: "strong" },
      ),
      {
        goal: { kind: "alwaysPossible", title: "", goal: ({ at }) => at === "goal" },
      },
    );
    expect(report?.verdict).toBe("holds");
  });
});

describe("a verdict that says little says so", () => {
  const line = graph(
    "a",
    {
      go: "a>b b>c",
    },
    { go: "weak" },
  );

  test.each<readonly [string, string, string, string | undefined]>([
    ["a premise that never holds", "nowhere", "b", "the premise holds in no reachable state"],
    ["a goal that is the premise", "b", "b", "the goal holds wherever the premise holds, so the property is trivial"],
    ["a goal that is reached", "a", "c", undefined],
  ])("%s", async (_, premise, goal, remark) => {
    const [report] = await decided(line, {
      leads: {
        kind: "leadsTo",
        title: "",
        premise: ({ at }) => at === premise,
        goal: ({ at }) => at === goal,
        fairness: [],
      },
    });
    expect(report).toMatchObject({ verdict: "holds", remark });
  });

  test("a goal that holds from the start", async () => {
    expect(await meets(line, "a")).toMatchObject({ verdict: "holds", remark: "the goal holds in every initial state" });
  });
});

describe("what was not seen to its end decides nothing", () => {
  const counter = model({
    name: "counter",
    state: record({ count: range(0, 99) }),
    initial: { count: 0 },
    actions: {
      up: {
        fairness: "weak",
        when: ({ count }) => count < 99,
        then: (draft) => {
          draft.count += 1;
        },
      },
    },
    properties: ({ eventually, alwaysPossible, always }) => ({
      low: always("it is low", ({ count }) => count < 5),
      ends: eventually("it ends", ({ count }) => count === 99),
      returns: alwaysPossible("it can return", ({ count }) => count === 0),
    }),
  });

  test.each(engines)(
    "%s: a bound on states, a stop at the first violation, a bound on memory, an abort",
    async (engine) => {
      const said = async (options: CheckOptions): Promise<unknown> => {
        const { verdict, properties } = await check(counter, { ...options, engine });
        return [verdict, ...properties.slice(-2).map((property) => [property.verdict, property.remark])];
      };
      const both = (remark: string): unknown => [
        ["inconclusive", remark],
        ["inconclusive", remark],
      ];
      const liveness = ["ends", "returns"];
      expect(await said({ maxStates: 50, properties: liveness })).toEqual([
        "inconclusive",
        ...(both("the search ended early: the bound of 50 states was reached") as unknown[]),
      ]);
      expect(await said({ untilViolation: true })).toEqual([
        "violated",
        ...(both("the search ended early: the first violation was found") as unknown[]),
      ]);
      expect(await said({ signal: AbortSignal.abort(), properties: liveness })).toEqual([
        "inconclusive",
        ...(both("the search ended early: interrupted") as unknown[]),
      ]);
      expect(await said({ properties: liveness })).toEqual(["violated", ["holds", undefined], ["violated", undefined]]);
    },
  );

  test("a search that fits where its graph does not", async () => {
    const { properties, states } = await check(counter, {
      engine: "reference",
      maxMemory: 290_000,
      properties: ["ends"],
    });
    expect(states.distinct).toBe(100);
    expect(properties[0]?.verdict).toBe("inconclusive");
    expect(properties[0]?.remark).toMatch(
      /^storing every transition needs about \d+ bytes, more than the memory bound of 290000 bytes$/,
    );
  });

  test("several workers search, one of them stores the graph: the report is the same", async () => {
    const one = await check(counter, { engine: "compiled" });
    const two = await check(counter, { engine: "compiled", workers: 2 });
    expect(two.properties).toEqual(one.properties);
  });
});

test.each(engines)("%s: a predicate that throws is a mistake, not a verdict", async (engine) => {
  const subject = withProperties(graph("a", { go: "a>b" }), {
    leads: {
      kind: "leadsTo",
      title: "",
      premise: () => true,
      goal: ({ at }) => {
        if (at === "b") throw new Error("no goal");
        return true;
      },
      fairness: [],
    },
  });
  await expect(soundCheck(subject, { engine })).rejects.toThrow(
    new ModelError("model graph: property leads, its goal, threw: no goal"),
  );
});

test("the JSON report says what was assumed and where the run repeats itself", async () => {
  const cycle = withProperties(
    graph(
      "s",
      {
        go: "s>a a>b b>a",
      },
      { go: "weak" },
    ),
    {
      met: { kind: "eventually", title: "it is met", goal: ({ at }) => at === "goal", fairness: [] },
    },
  );
  const [property] = (reportToJson(await check(cycle)) as { properties: Record<string, unknown>[] }).properties;
  expect(property).toMatchObject({
    id: "met",
    kind: "eventually",
    verdict: "violated",
    fairness: "weak fairness of go",
    loopFrom: 1,
  });
  expect(property?.["trace"]).toHaveLength(4);
});

test("a narrator receives the state from which the run repeats", async () => {
  const [report] = await decided(
    graph(
      "s",
      {
        go: "s>a a>b b>a",
      },
      { go: "weak" },
    ),
    {
      met: {
        kind: "eventually",
        title: "",
        goal: ({ at }) => at === "goal",
        fairness: [],
        narrate: ({ steps, loopFrom }) => `${steps.length} states, from state ${loopFrom} on again and again`,
      },
    },
  );
  expect(report?.trace?.conclusion).toBe("4 states, from state 1 on again and again");
});

describe.each(engines)("eventuallyAlways, by the %s engine", (engine) => {
  const rest = { kind: "eventuallyAlways", title: "", fairness: [] } as const;
  const subject = graph("s", {
    go: "s>a a>b b>a",
    leave: "a>c b>c",
  });
  const said = async (property: Property<{ at: string }>): Promise<unknown> => {
    const [only] = (await check(withProperties(subject, { rest: property }), { engine })).properties;
    const { verdict, trace, remark } = only!;
    return trace === undefined ? [verdict, remark] : [verdict, trace.steps.length - 1, trace.loopFrom, trace.because];
  };

  test("is refuted by a loop on which the goal fails", async () => {
    expect(await said({ ...rest, goal: ({ at }) => at !== "b", fairness: [weakFairness("go")] })).toEqual([
      "violated",
      4,
      2,
      "the goal fails again and again, after step 2; steps 3 to 4 repeat forever",
    ]);
  });

  test("is refuted by a run that stands still where it fails, even at the start", async () => {
    expect(await said({ ...rest, goal: ({ at }) => at === "a" })).toEqual([
      "violated",
      0,
      0,
      "the goal fails forever, initially; the run may stop here, because the enabled actions are not assumed to be fair: go",
    ]);
  });

  test("holds where fairness ends what fails again and again", async () => {
    const fairness = [weakFairness(["go", "leave"])];
    expect(await said({ ...rest, goal: ({ at }) => at === "c", fairness })).toEqual(["holds", undefined]);
    expect(await said({ ...rest, goal: () => true })).toEqual(["holds", "the goal holds in every reachable state"]);
  });
});

/** The parts of the language: what is read, what is called, and with which words. */
import { isDeepStrictEqual } from "node:util";
import {
  array,
  boolean,
  model,
  ModelError,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type DeepReadonly,
  type ValueOf,
} from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { createReading, READING_LIMITS } from "../../../checker/reading/index.ts";
import { compareReading } from "./compare.ts";

const item = record({ id: range(0, 3), hot: boolean });
const state = record({
  a: item,
  b: item,
  q: sequence(3, item),
  n: sequence(3, range(0, 3)),
  at: oneOf("idle", "busy", "done"),
  maybe: optional(item),
  count: range(0, 7),
  flag: boolean,
  grid: array(2, array(2, range(0, 2))),
  who: optional(range(0, 2)),
  big: range(0, 999),
  far: optional(range(0, 999)),
});
type Draft = ValueOf<typeof state>;
type State = DeepReadonly<Draft>;

const initial: Draft = {
  a: { id: 0, hot: false },
  b: { id: 1, hot: true },
  q: [],
  n: [],
  at: "idle",
  maybe: null,
  count: 0,
  flag: false,
  grid: [
    [0, 1],
    [2, 0],
  ],
  who: null,
  big: 0,
  far: null,
};

const names = new Set(["idle", "busy"]);
const price = new Map([
  ["idle", 1],
  ["busy", 2],
  ["done", 3],
]);
class Box {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  twice(): number {
    return this.#value * 2;
  }
}
const box = {
  value: 1,
  read: () => 3,
  get half() {
    return 2;
  },
};
// oxlint-disable-next-line no-extra-bind -- it is what is tried
const bound = ((s: State) => s.count > 0).bind(null);

interface Action {
  readonly when?: (s: State) => boolean;
  readonly then: (d: Draft) => void;
}

/** Fills the queues, so that random walks get far. */
const filling: Record<string, Action> = {
  push: {
    when: (s) => s.q.length < 3 && s.n.length < 3,
    then: (d) => {
      d.q.push({ id: (d.a.id + d.q.length) % 4, hot: d.b.hot });
      d.n.push((d.a.id + 1) % 4);
      d.b.hot = !d.b.hot;
    },
  },
  turn: { then: (d) => void ((d.a.id = (d.a.id + 1) % 4), (d.who = d.a.id < 3 ? d.a.id : null)) },
  change: {
    then: (d) =>
      void ((d.at = d.at === "idle" ? "busy" : d.at === "busy" ? "done" : "idle"), (d.big = (d.big * 7 + 3) % 1000)),
  },
};

function modelOf(action: Action) {
  return model({ name: "features", state, initial, actions: { action, ...filling } as never });
}

const read: Readonly<Record<string, Action>> = {
  "an object in two places": { then: (d) => void ((d.a = d.b), (d.b.id = (d.b.id + 1) % 4), (d.a.hot = !d.b.hot)) },
  "a swap": { then: (d) => void ([d.a, d.b] = [d.b, d.a]) },
  "a swap of elements": { when: (s) => s.n.length > 1, then: (d) => void ([d.n[0], d.n[1]] = [d.n[1]!, d.n[0]!]) },
  "an alias in a queue": {
    when: (s) => s.q.length < 3,
    then: (d) => {
      d.q.push(d.a);
      d.q.at(-1)!.hot = true;
    },
  },
  shift: { when: (s) => s.q.length > 0, then: (d) => void (d.maybe = d.q.shift() ?? null) },
  splice: {
    when: (s) => s.q.length > 1,
    then: (d) => {
      const i = d.q.findIndex(({ hot }) => hot);
      if (i >= 0) d.q.splice(i, 1);
      else d.q.pop();
    },
  },
  "filter and map": {
    then: (d) => {
      d.q = d.q.filter((x, i) => x.hot || i === 0);
      d.n = d.n.map((x) => (x + 1) % 4).filter((x) => x !== 2);
    },
  },
  reduce: { then: (d) => void (d.count = d.n.reduce((s, x) => s + x, 0) % 8) },
  "the greatest of a list": { then: (d) => void (d.count = Math.max(...d.n, d.a.id, d.b.id)) },
  "a loop with a symbolic end": {
    then: (d) => {
      let i = 0;
      while (i < d.n.length && d.n[i] !== 3) i++;
      d.who = i < d.n.length ? Math.min(i, 2) : null;
    },
  },
  "continue and break": {
    then: (d) => {
      for (const x of d.q) {
        if (!x.hot) continue;
        d.count = x.id;
        if (x.id > 1) break;
        x.hot = false;
      }
    },
  },
  "a loop over what it changes": {
    then: (d) => {
      for (const [i, x] of d.n.entries()) if (i + 1 < d.n.length) d.n[i + 1] = x;
    },
  },
  "a switch that falls through": {
    then: (d) => {
      switch (d.at) {
        case "idle":
          d.at = "busy";
          break;
        // @ts-expect-error -- falling through is what is tried
        case "busy":
          d.count = 0;
        // oxlint-disable-next-line no-fallthrough
        case "done":
          d.at = "idle";
          break;
        default:
          d.count = 1;
      }
    },
  },
  "assignments under a condition": {
    then: (d) => {
      d.maybe ??= { id: 2, hot: false };
      d.who ||= 1;
      const k = d.maybe?.id ?? 0;
      d.grid[k % 2]![d.who === null ? 0 : d.who % 2] = k % 3;
    },
  },
  "indices on both sides": {
    when: (s) => s.who !== null,
    then: (d) => {
      const row = d.grid[d.who! % 2]!;
      row[d.a.id % 2] = (row[d.b.id % 2]! + 1) % 3;
    },
  },
  "an index of a large range": { then: (d) => void (d.grid[d.big % 2]![0] = d.big % 3) },
  "captured sets and maps": { when: (s) => names.has(s.at), then: (d) => void (d.count = price.get(d.at)!) },
  "captured objects": { then: (d) => void (d.count = box.value + box.read() + box.half) },
  "spread and rest": {
    then: (d) => {
      d.a = { ...d.b, id: d.n[0] ?? 0 };
      const { id, ...rest } = d.b;
      d.maybe = { id, ...rest };
      const [first, ...others] = d.n;
      d.n = [...others, ...(first === undefined ? [] : [first])];
    },
  },
  "methods in place": {
    then: (d) => {
      d.grid.reverse();
      for (const row of d.grid) row.fill(row[0]!);
    },
  },
  "a local function that returns early": {
    then: (d) => {
      const find = (id: number): Draft["a"] | null => {
        for (const x of d.q) if (x.id === id) return x;
        return null;
      };
      const x = find(d.a.id) ?? find(d.b.id);
      if (x === null) return;
      x.hot = !x.hot;
      d.count = (d.count + 1) % 8;
    },
  },
  "a function that calls itself": {
    then: (d) => {
      const sum = (i: number): number => (i >= d.n.length ? 0 : d.n[i]! + sum(i + 1));
      d.count = sum(0) % 8;
    },
  },
  "Object.assign and entries": {
    then: (d) => {
      Object.assign(d.a, d.b, { hot: true });
      for (const [k, v] of Object.entries(d.b)) if (k === "id") d.count = v as number;
    },
  },
  "leaves the type": { then: (d) => void (d.count += 1) },
  "throws on some paths": { then: (d) => void (d.maybe!.hot = true) },
  "an optional part": {
    then: (d) => {
      if (!d.maybe) return;
      d.maybe.id = d.count % 4;
      if (d.maybe.hot) d.maybe = null;
    },
  },
  "flatMap and slice": { then: (d) => void (d.n = d.grid.flatMap((row) => row.filter((x) => x > 0)).slice(0, 3)) },
  "sets and maps of its own": {
    then: (d) => {
      const seen = new Set<number>();
      const counts = new Map<number, number>();
      for (const x of d.n) {
        seen.add(x);
        counts.set(x, (counts.get(x) ?? 0) + 1);
      }
      d.count = seen.size + Math.max(0, ...counts.values());
    },
  },
  "the length of a list": { then: (d) => void ((d.n.length = Math.min(d.n.length, 1)), (d.q.length = 0)) },
  "a sort": { then: (d) => void d.n.sort((x, y) => x - y) },
  "a sort by a function that contradicts itself": { then: (d) => void d.n.sort((x, y) => (x > y ? 1 : -1)) },
  "texts of names": {
    when: (s) => `${s.at}!` === "idle!",
    then: (d) => void (d.at = (["busy", "done"] as const)[d.a.id % 2]!),
  },
  "equal texts": {
    when: (s) => JSON.stringify(s.q) !== JSON.stringify(s.q.toReversed()) || s.n.join() === [...s.n, 1].slice(1).join(),
    then: (d) => void (d.flag = JSON.stringify(d.a) === JSON.stringify({ ...d.b })),
  },
  "a text of numbers": {
    when: (s) => s.n.join("-") === "1-2" || s.grid.join() === "0,1,2,0",
    then: (d) => void (d.flag = true),
  },
  "a hoisted variable": {
    then: (d) => {
      if (d.a.hot) {
        // oxlint-disable-next-line no-var, vars-on-top, block-scoped-var -- bundlers write them
        var x: number | undefined = 2;
      }
      // oxlint-disable-next-line block-scoped-var
      d.count = x! ?? 1;
    },
  },
  "frozen states": {
    when: (s) => Object.isFrozen(s.a) && Object.getOwnPropertyDescriptor(s.a, "id")!.value === s.a.id,
    then: (d) => void (d.count = 2),
  },
  "an unused part of too many values": { then: (d) => void (d.count = (d.count + 1) % 8) },
};

describe("read, and as it is run", () => {
  test.each(Object.entries(read))("%s", (_, action) => {
    const { differences, unread } = compareReading(modelOf(action), 80);
    expect(unread).toEqual([]);
    expect(differences).toEqual([]);
  });
});

const called: Readonly<Record<string, readonly [Action, string]>> = {
  "a class": [{ then: (d) => void (d.count = new Box(d.a.id).twice() % 8) }, "it creates a new Box"],
  "a try statement": [
    {
      then: (d) => {
        try {
          d.maybe!.hot = false;
        } catch {
          d.count = 0;
        }
      },
    },
    "it has a try statement",
  ],
  "a label": [
    {
      then: (d) => {
        outer: for (const x of d.q) for (const y of d.n) if (x.id === y) break outer;
      },
    },
    "it has a label",
  ],
  "a text that is compared with a constant": [
    { when: (s) => JSON.stringify(s.n) === "[1,2]", then: (d) => void (d.count = 2) },
    "it compares a string that depends on the state",
  ],
  "a regular expression": [
    { when: (s) => /i.l/.test(s.at), then: (d) => void (d.count = 2) },
    "it uses a regular expression",
  ],
  "a bound function": [
    { when: bound, then: (d) => void (d.count = 0) },
    "it calls a bound function, which has no source",
  ],
  "a generator": [
    {
      then: (d) => {
        const each = function* (): Iterable<number> {
          yield d.count;
        };
        for (const x of each()) d.count = x;
      },
    },
    "it is a generator",
  ],
  "an index of a large range": [
    { then: (d) => void (d.count = d.n[d.big] ?? 0) },
    "it uses an integer of a large range as an index",
  ],
  "a part of too many values": [
    { when: (s) => s.far === null, then: (d) => void (d.count = 0) },
    "a part of the state has 1001 values and is not a range of integers",
  ],
  "a very long loop": [
    {
      then: (d) => {
        for (let i = 0; i < 2_500; i++) d.count = i % 8;
      },
    },
    "it has a loop of unknown length",
  ],
  "a function of Node": [
    { when: (s) => isDeepStrictEqual(s.a, s.b), then: (d) => void (d.count = 0) },
    "it calls isDeepStrictEqual of node:util",
  ],
};

describe("called, with the reason and the place", () => {
  test.each(Object.entries(called))("%s", (_, [action, why]) => {
    const made = modelOf(action);
    const { unread } = createReading(made).action(made.instances[0]!);
    expect(unread?.why).toBe(why);
    // A function without a source has no place.
    expect(unread?.where ?? "features.test.ts:1:1").toMatch(/features\.test\.ts:\d+:\d+$/);
    expect(compareReading(made, 30).differences).toEqual([]);
  });
});

test("a part of the draft that is cloned is refused, as immer refuses it", () => {
  const made = modelOf({ then: (d) => void (d.a = structuredClone(d.b)) });
  expect(() => createReading(made).action(made.instances[0]!)).toThrow(ModelError);
});

test("a function that takes too much work is tried for one of its instances only", () => {
  const made = model({
    name: "m",
    state,
    initial,
    actions: {
      go: {
        over: { to: range(0, 7) },
        then: (d, { to }) => {
          for (let i = 0; i < 1_000; i++) d.count = (i + to) % 8;
        },
      },
      stay: { then: () => undefined },
    },
  });
  const reading = createReading(made, { ...READING_LIMITS, nodes: 2_000 });
  const unread = made.instances.map((instance) => reading.action(instance).unread);
  expect(unread[0]?.why).toBe("it exceeds the size limit of one function");
  // The very answer that the first instance got.
  expect(new Set(unread)).toEqual(new Set([unread[0], undefined]));
  expect(new Set(unread).size).toBe(2);
});

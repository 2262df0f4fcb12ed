/** Features that are read for any size: each function is compared with itself at small sizes, by the SAT solver. */
import { because, every, implies } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { evidenceAt, readFamily, smallest, type AnySizeReading } from "../../../../checker/any-size/reading/index.ts";
import { type Any, DIMENSIONS, nodesFamily, type Functions } from "./nodes.ts";

const stages = new Set(["y", "z"]);
/** A helper that the functions share. */
const isBusy = (state: Any, node: number): boolean => state.node[node].on && stages.has(state.node[node].at);

const readable: Readonly<Record<string, Functions>> = {
  "equality of indices": { when: (s, { a, b }) => a !== b && s.node[a].peer === b },
  "aliases of drafts": {
    then: (d, { a, b }) => {
      const own = d.node[a];
      const other = d.node[b];
      own.on = true;
      other.on = false;
      own.peer = own.on ? b : a;
    },
  },
  "destructuring with defaults": {
    when: ({ node, chosen }, { a, ...rest }) => {
      const { on, at = "x" } = node[a];
      return on && at === "x" && rest.b === chosen;
    },
  },
  some: { when: (s, { a }) => s.node.some(({ peer }: Any, id: number) => peer === a && id !== a) },
  "every, as a method": { when: (s) => s.node.every((one: Any) => !one.on || one.at !== "z") },
  "some within every": { when: (s) => s.node.every((_: Any, id: number) => s.owner.some((of: Any) => of === id)) },
  "filter and its length": { when: (s, { a }) => s.node.filter((one: Any) => one.peer === a).length === 0 },
  "a count of at most one": { when: (s, { a }) => s.node.filter((one: Any) => one.peer === a).length <= 1 },
  "a count of two or more": { when: (s, { a }) => s.node.filter((one: Any) => one.peer === a).length > 1 },
  includes: { when: (s, { a }) => s.grid[a].includes(true) || ["y", "z"].includes(s.node[a].at) },
  "a loop that decides": {
    when: (s, { a }) => {
      for (const one of s.node) if (one.peer === a) return true;
      return false;
    },
  },
  "a loop with a counter": {
    when: (s, { a }) => {
      for (let slot = 0; slot < s.owner.length; slot++) if (s.owner[slot] === a) return false;
      return true;
    },
  },
  "a loop that changes each element": {
    then: (d, { a }) => {
      for (const one of d.node) {
        if (one.peer !== a || !one.on) continue;
        one.on = false;
        one.at = one.at === "x" ? "y" : "z";
      }
    },
  },
  "forEach with an index": {
    then: (d, { s }) => {
      d.node.forEach((one: Any, id: number) => {
        d.grid[id][s] = one.on;
        one.on = !one.on;
      });
    },
  },
  "a loop that frees what its elements name": {
    then: (d) => {
      for (const one of d.node) if (one.on) d.owner[one.slot] = "free";
    },
  },
  "a loop in a loop": {
    then: (d) => {
      for (const row of d.grid) row.forEach((_: Any, slot: number) => (row[slot] = false));
    },
  },
  fill: { then: (d, { a }) => void d.grid[a].fill(true) },
  "an optional record": {
    when: (s, { a, s: slot }) => s.place === null || (s.place.node === a && s.place.slot !== slot),
    then: (d, { a, s: slot }) => {
      if (d.place === null) d.place = { node: a, slot };
      else if (d.place.node !== a) d.place = null;
    },
  },
  "an optional index": {
    then: (d, { a, b }) => {
      d.node[a].maybe ??= b;
      d.node[b].peer = d.node[b].maybe ?? a;
    },
  },
  "a queue of one": {
    when: (s, { a }) => s.queue[a].length > 0 || s.queue[a].at(-1)?.hot !== true,
    then: (d, { a, b }) => {
      const head = d.queue[a].shift();
      if (head === undefined) d.queue[a].push({ from: b, hot: d.flag });
      else d.node[head.from].on = head.hot;
    },
  },
  "optional chaining": { when: (s, { a }) => s.place?.node === a && s.queue[a][0]?.from === undefined },
  "a small number": {
    when: (s) => s.count < 3,
    then: (d) => {
      d.count += 1;
      if (d.count % 2 === 0) d.flag = true;
    },
  },
  "typeof of an owner": {
    then: (d, { s }) => {
      const owner = d.owner[s];
      if (typeof owner === "number") d.node[owner].on = true;
      else if (owner === "lost") d.owner[s] = "free";
    },
  },
  "helpers, sets and closures": {
    when: (s, { a }) => {
      const others = (): boolean => s.node.some((_: Any, id: number) => id !== a && isBusy(s, id));
      return isBusy(s, a) && !others();
    },
  },
  "conditional objects and spread": {
    then: (d, { a, b }) => {
      const change = d.flag ? { on: true, peer: b } : { on: false, peer: a };
      d.node[a] = { ...d.node[a], ...change };
    },
  },
  switch: {
    then: (d, { a }) => {
      switch (d.node[a].at) {
        case "x":
          d.node[a].at = "y";
          break;
        case "y":
        default:
          d.flag = true;
      }
    },
  },
  "index 0 as none": { when: (s, { a }) => s.chosen !== 0 || a === 0, then: (d) => (d.chosen = 0) },
  "copies of values": {
    then: (d, { a, s }) => {
      const [owners, free] = [[...d.owner], d.owner.filter((of: Any) => of !== a)];
      d.owner[s] = a;
      d.flag = owners[s] === a || free.some((of: Any) => of === a);
    },
  },
  "a map that is looked up": {
    then: (d, { a }) => {
      const on = d.node.map((one: Any) => one.on);
      d.node[a].on = false;
      d.flag = on[a] && on.some((one: boolean) => !one);
    },
  },
  judgements: {
    holds: (s) =>
      every(
        s.node,
        ({ on, at }: Any, id) => implies(on, () => at !== "x" || s.owner.includes(id) || because(`node ${id} is on`)),
        (_, id) => `node ${id}`,
      ),
  },
};

const readingOf = (functions: Functions): AnySizeReading<Any> =>
  readFamily(
    nodesFamily(() => functions),
    {},
    DIMENSIONS,
  );

describe("functions that are read for any size", () => {
  test.each(Object.keys(readable))("%s", (name) => {
    const reading = readingOf(readable[name]!);
    for (const build of smallest(reading)) expect(evidenceAt(reading, build).skipped).toEqual([]);
    expect(reading.system.unread).toEqual([]);
  });

  test("find is any element that fits, and says so", () => {
    const reading = readingOf({
      then: (d, { a }) => {
        const found = d.node.findIndex((one: Any) => one.peer === a);
        if (found >= 0) d.node[found].on = true;
      },
    });
    const [act] = reading.system.actions;
    expect(act!.parameters.map(({ name }) => name)).toEqual(["a", "b", "s", "found node"]);
    expect(reading.system.abstractions[0]).toMatch(
      /^action act: any node that fits is found, not the first \(.*features/,
    );
    for (const build of smallest(reading)) evidenceAt(reading, build);
  });

  test("find where at most one fits is that one", () => {
    const reading = readingOf({
      then: (d, { a }) => {
        const found = d.node.find((_: Any, id: number) => id === a);
        if (found !== undefined) found.on = true;
      },
    });
    for (const build of smallest(reading)) expect(evidenceAt(reading, build).skipped).toEqual([]);
  });

  test("a function that may throw, or leaves the state's type, is a property that may fail", () => {
    const reading = readingOf({
      then: (d, { s }) => {
        d.node[d.owner[s]].on = true;
        d.count += 1;
      },
    });
    const wellFormed = reading.system.properties.find(({ id }) => id === "well-formed");
    expect(wellFormed).toBeDefined();
    for (const build of smallest(reading)) evidenceAt(reading, build);
  });

  test("a captured size is a size, a captured constant is itself", () => {
    const limit = 2;
    const family = nodesFamily((nodes) => ({
      when: (s) => {
        for (let id = 0; id < nodes; id++) if (s.node[id].on && s.count < limit) return false;
        return true;
      },
    }));
    const reading = readFamily(family, {}, DIMENSIONS);
    for (const build of smallest(reading)) expect(evidenceAt(reading, build).skipped).toEqual([]);
  });
});

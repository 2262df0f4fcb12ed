/** Constructs that cannot be read for any size are refused, with function, place and reason. */
import { ModelError, family, indices, integer, model, record, array, boolean } from "irqproof/checker";
import { describe, expect, test } from "vitest";
import { readFamily } from "../../../../checker/any-size/reading/index.ts";
import { type Any, DIMENSIONS, nodesFamily, type Functions } from "./nodes.ts";

const refused: Readonly<Record<string, readonly [Functions | ((nodes: number, slots: number) => Functions), string]>> =
  {
    "the order of indices": [{ when: (_, { a, b }) => a < b }, "it orders the index of a node"],
    "arithmetic with an index": [
      { when: (s, { a }) => s.node[a + 1] === undefined },
      "it computes with the index of a node",
    ],
    "an index as a condition": [
      { when: (_, { a }) => !a },
      "it uses the index of a node as a condition: 0 would not count as true",
    ],
    "indices of two dimensions": [
      { when: (_, { a, s }) => a === s },
      "it compares the index of a node with the index of a slot",
    ],
    "an index of another dimension": [
      { when: (s, { a }) => s.owner[a] === "free" },
      "it uses the index of a node as the index of a slot",
    ],
    "an index as a number": [{ then: (d, { a }) => (d.count = a) }, "it uses the index of a node as a number"],
    "a number as an index": [
      { then: (d) => (d.chosen = 1) },
      "it uses the number 1 as the index of a node: only 0 is one at every size",
    ],
    "a size that is compared": [{ when: (s) => s.node.length === 5 }, "it compares the number of nodes"],
    "a captured size that is compared": [(nodes) => ({ when: () => nodes === 5 }), "it compares the number of nodes"],
    "a captured size that is computed with": [
      (nodes) => ({ when: (s) => s.count < nodes - 1 }),
      "it computes with the number of nodes",
    ],
    "a captured value that depends on a size": [
      (nodes, slots) => {
        // Out of sight of what follows the sizes through the build function.
        const least = [nodes, slots].reduce((one, other) => one * other);
        return { when: (s) => s.count < least };
      },
      "it orders least, which depends on the sizes",
    ],
    "a count": [
      { when: (s) => s.node.filter(({ on }: Any) => on).length === 3 },
      "it compares how many nodes meet a condition",
    ],
    "a count that is computed with": [
      { when: (s) => s.node.filter(({ on }: Any) => on).length + 1 < 3 },
      "it computes with how many nodes meet a condition",
    ],
    "a sum": [
      { when: (s) => s.node.reduce((sum: number, { on }: Any) => (on ? sum + 1 : sum), 0) < 2 },
      "it uses the method reduce on the nodes: it needs the order of them",
    ],
    "the last element": [
      { when: (s) => s.node.at(-1).on },
      "it uses the method at on the nodes: it needs the order of them",
    ],
    "a loop whose order matters": [
      {
        then: (d) => {
          for (const one of d.node) d.chosen = one.peer;
        },
      },
      "its loop over the nodes changes chosen for others than the element of its turn",
    ],
    "a loop that reads what it changes": [
      {
        then: (d) => {
          for (const one of d.node) if (d.node[one.peer].on) one.on = false;
        },
      },
      "its loop over the nodes changes node[].on for others than the element of its turn, or reads what another turn may have changed",
    ],
    "a loop that is left after a change": [
      {
        then: (d) => {
          for (const one of d.node) {
            if (one.on) return;
            one.on = true;
          }
        },
      },
      "it leaves a loop over the nodes that changes the state",
    ],
    "a variable that a loop counts with": [
      {
        when: (s) => {
          let count = 0;
          for (const { on } of s.node) if (on) count++;
          return count < 2;
        },
      },
      "it changes a variable or an object of its own in a function or a loop that is run for each element of a dimension",
    ],
    "a state that is changed where something is decided": [
      { then: (d) => void d.node.some((one: Any) => (one.on = true)) },
      "it changes the state in a function that decides something for each element of a dimension",
    ],
    "identity of objects": [
      { when: (s, { a, b }) => s.node[a] === s.node[b] },
      "it compares objects of the state for identity",
    ],
    "a text of an index": [{ when: (_, { a }) => `${a}` === "1" }, "it compares a text that depends on the state"],
    "an unknown field": [{ when: (s, { a }) => s.node[a].onn }, "it reads the field onn of node[], which has on, peer"],
    "a method that is not read": [
      { when: (s) => s.node.reduceRight((any: boolean, { on }: Any) => any || on, false) },
      "it uses the property reduceRight of an array",
    ],
    "a set that it makes": [{ when: (s) => new Set(s.node).size === 1 }, "it makes an object with new"],
    "a method of a number": [{ when: (_, { a }) => a.toString() === "1" }, "it uses the property toString of a value"],
    "a text that it looks into": [
      { when: (_, { a }) => `${a}`.startsWith("1") },
      "it uses the method startsWith of a text",
    ],
    "a regular expression": [{ when: (s, { a }) => /x/.test(s.node[a].at) }, "it uses a regular expression"],
  };

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return (error as Error).message;
  }
  return "";
};

describe("functions that cannot be read for any size", () => {
  test("a getter", () => {
    const counter = {
      get next() {
        return 1;
      },
    };
    const made = nodesFamily(() => ({ when: (s: Any) => s.count === counter.next }));
    expect(messageOf(() => readFamily(made, {}, DIMENSIONS))).toContain("it uses the getter next of counter");
  });

  test.each(Object.keys(refused))("%s", (name) => {
    const [functions, why] = refused[name]!;
    const made = nodesFamily(typeof functions === "function" ? functions : () => functions);
    const message = messageOf(() => readFamily(made, {}, DIMENSIONS));
    expect(message).toContain(`nodes: action act cannot be read for any size: ${why}`);
    expect(message).toMatch(/refusals\.test\.ts:\d+:\d+\)$/);
  });

  test("a predicate that cannot be read is named, and the rest is read", () => {
    const made = nodesFamily(() => ({
      holds: (s: Any) => s.node.reduce((all: boolean, { on }: Any) => all && on, true),
    }));
    const { system } = readFamily(made, {}, DIMENSIONS);
    expect(system.properties).toEqual([]);
    expect(system.unread).toHaveLength(1);
    expect(system.unread[0]).toMatchObject({ id: "it", because: expect.stringContaining("it uses the method reduce") });
  });
});

/** A family whose build function does something with its size. */
const built = (work: (nodes: number) => object) =>
  family({
    name: "lamps",
    title: "lamps",
    parameters: { nodes: integer(2, 1, 4, "how many lamps") },
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- its source is what is tested
    build: ({ nodes }) => work(nodes) as never,
  });

describe("sizes in the function that builds the models", () => {
  const lamps = (nodes: number, five: boolean) =>
    model({
      name: "lamps",
      state: record({ on: array(nodes, boolean) }),
      initial: { on: Array.from({ length: nodes }, () => false) },
      actions: {
        toggle: {
          over: { lamp: indices("lamp", nodes) },
          when: () => !five,
          then: (draft, { lamp }) => {
            draft.on[lamp] = !draft.on[lamp];
          },
        },
      },
    });

  test("a size that is compared is refused, although no size that the family allows shows it", () => {
    const compared = family({
      name: "lamps",
      title: "lamps",
      parameters: { nodes: integer(2, 1, 4, "how many lamps") },
      build: ({ nodes }) => {
        const five = nodes === 5;
        return lamps(nodes, five);
      },
    });
    expect(messageOf(() => readFamily(compared, {}, ["nodes"]))).toMatch(
      /^lamps cannot be read for any size: its build function compares nodes \(.*refusals\.test\.ts:\d+:\d+\); it may give a size to/,
    );
  });

  test("a size that is compared by a function that build calls is refused", () => {
    expect(
      messageOf(() =>
        readFamily(
          family({
            name: "lamps",
            title: "lamps",
            parameters: { nodes: integer(2, 1, 4, "how many lamps") },
            build: ({ nodes }) => lamps(nodes, isFive(nodes)),
          }),
          {},
          ["nodes"],
        ),
      ),
    ).toMatch(/its build function compares nodes \(.*refusals\.test\.ts:\d+:\d+\)/);
  });

  test("a size that is handed to code that is not followed is named as an assumption", () => {
    const { system } = readFamily(
      built((nodes) =>
        lamps(
          [nodes, 1].reduce((one, other) => Math.max(one, other)),
          false,
        ),
      ) as never,
      {},
      ["nodes"],
    );
    expect(system.assumptions.at(-1)).toMatch(
      /^what functions capture beside sizes is the same at the sizes that were not built/,
    );
  });

  test("a loop that counts to a size is named as an assumption", () => {
    const counted = family({
      name: "lamps",
      title: "lamps",
      parameters: { nodes: integer(2, 1, 4, "how many lamps") },
      build: ({ nodes }) => {
        const lit: boolean[] = [];
        for (let at = 0; at < nodes; at++) lit.push(false);
        return lamps(nodes, lit.length > 100);
      },
    });
    const { assumptions } = readFamily(counted, {}, ["nodes"]).system;
    expect(assumptions.at(-1)).toMatch(/the build function counts to nodes \(.*refusals\.test\.ts:\d+:\d+\)/);
  });

  test("errors about sizes, types, arrays and initial states are no reason", () => {
    const fine = family({
      name: "lamps",
      title: "lamps",
      parameters: { nodes: integer(2, 1, 4, "how many lamps") },
      build: ({ nodes }) => {
        if (nodes > 100) throw new ModelError(`lamps: ${nodes} are too many`);
        const lamp = indices("lamp", nodes);
        return model({
          name: "lamps",
          state: record({ on: array(lamp, boolean) }),
          initial: { on: Array.from({ length: nodes }, (_, at) => at % nodes === 7) },
          actions: { toggle: { over: { lamp }, then: (draft, { lamp: at }) => void (draft.on[at] = !draft.on[at]) } },
        });
      },
    });
    expect(readFamily(fine, {}, ["nodes"]).system.assumptions).toHaveLength(1);
  });
});

function isFive(n: number): boolean {
  return n === 5;
}

describe("dimensions", () => {
  const made = nodesFamily(() => ({}));

  test.each([
    [[], "nodes: no dimension is given that may have any size"],
    [["cpus"], "nodes has no parameter cpus: its parameters are nodes, slots"],
  ])("%j", (dimensions, message) => {
    expect(messageOf(() => readFamily(made, {}, dimensions))).toBe(message);
  });
});

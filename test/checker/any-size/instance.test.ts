/** A system at a size as terms: what is in an absent optional or past the end of a sequence is out of use. */
import { expect, test } from "vitest";
import {
  and,
  BOOLEAN,
  choose,
  constant,
  equal,
  every,
  FALSE,
  not,
  read,
  TRUE,
  variable,
} from "../../../checker/any-size/expressions.ts";
import { initialStates } from "../../../checker/any-size/initial.ts";
import { instanceOf } from "../../../checker/any-size/instance.ts";
import { factsAt } from "../../../checker/any-size/invariant/fixed-facts.ts";
import type {
  AnySizeSystem,
  Cell,
  Expression,
  Sort,
  Update,
  ValueType,
  Variable,
} from "../../../checker/any-size/system.ts";
import { Interpreter } from "../../../checker/system/interpreter.ts";
import { common } from "./common.ts";

const CPU: Sort = { name: "cpu" };
const LENGTH: ValueType = { kind: "names", names: ["0", "1"] };
const KIND: ValueType = { kind: "names", names: ["plain", "urgent"] };
const length: Cell = { name: "cpu[].stack.length", parameters: [CPU], type: LENGTH };
const kind: Cell = { name: "cpu[].stack[0].kind", parameters: [CPU], type: KIND };
const present: Cell = { name: "cpu[].last.present", parameters: [CPU], type: BOOLEAN };
const by: Cell = { name: "cpu[].last.by", parameters: [CPU], type: { kind: "index", sort: CPU, names: [] } };

/** Each CPU has a stack of one frame at most, and remembers who has pushed last, until it is popped. */
function stacks(): AnySizeSystem {
  const [c, d]: readonly Variable[] = [
    { name: "cpu", sort: CPU },
    { name: "by", sort: CPU },
  ];
  const [own, other] = [variable(c!), variable(d!)];
  const set = (cell: Cell, value: Expression): Update => {
    const p: Variable = { name: "p", sort: CPU };
    return { cell, parameters: [p], value: choose(equal(variable(p), own), value, read(cell, variable(p))) };
  };
  const isEmpty = equal(read(length, own), constant("0", LENGTH));
  const pushed = (what: string) => ({
    name: `push ${what}`,
    parameters: [c!, d!],
    guard: isEmpty,
    updates: [set(length, constant("1", LENGTH)), set(kind, constant(what, KIND)), set(present, TRUE), set(by, other)],
  });
  return {
    name: "stacks",
    sorts: [CPU],
    cells: [length, kind, present, by],
    initial: every([c!], and(isEmpty, not(read(present, own)))),
    actions: [
      pushed("plain"),
      pushed("urgent"),
      {
        name: "pop",
        parameters: [c!],
        guard: not(isEmpty),
        updates: [set(length, constant("0", LENGTH)), set(present, FALSE)],
      },
    ],
    properties: [],
    abstractions: [],
    assumptions: [],
    unread: [],
  };
}

/** Reachable states of an instance, as the proof at a fixed size sees them. */
function reachable(system: AnySizeSystem, sizes: Readonly<Record<string, number>>): Set<string> {
  const instance = instanceOf(system, sizes, initialStates(system, sizes, 1), []).system;
  const interpreter = new Interpreter(instance);
  const [first] = instance.initial as [number[]];
  const seen = new Set([first.join()]);
  const open = [first];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const { instance: one } of instance.actions) {
      const next = interpreter.enter(state).step(one.index);
      if (next === undefined || seen.has(next.join())) continue;
      seen.add(next.join());
      open.push(next);
    }
  }
  return seen;
}

test("an empty stack is one state, whatever was in it", () => {
  // For each CPU: empty, or one of two kinds by one of the CPUs.
  expect(reachable(stacks(), { cpu: 1 }).size).toBe(1 + 2);
  expect(reachable(stacks(), { cpu: 2 }).size).toBe((1 + 2 * 2) ** 2);
  expect(reachable(stacks(), { cpu: 3 }).size).toBe((1 + 2 * 3) ** 3);
});

test("the layout has optionals and sequences where the names of the cells show them", () => {
  const sizes = { cpu: 2 };
  const { system, places } = instanceOf(stacks(), sizes, initialStates(stacks(), sizes, 1), []);
  const paths = system.model.layout.cells.map(({ path }) => path);
  expect(paths).toEqual(
    [0, 1].flatMap((cpu) => [
      `cpu[${cpu}].stack.length`,
      `cpu[${cpu}].stack[0].kind`,
      `cpu[${cpu}].last.present`,
      `cpu[${cpu}].last.by`,
    ]),
  );
  expect(places.map(({ within }) => within.length)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
});

test("an instance of the common model has its states, and facts about it are found", () => {
  const system = common();
  expect(reachable(system, { cpu: 2, vector: 2, device: 1 }).size).toBe(1_420);
  const facts = factsAt(system, { cpu: 2, vector: 2, device: 1 }, system.properties, {
    samples: 2_000,
    until: performance.now() + 60_000,
  });
  expect(facts).toHaveProperty("cubes");
});

/** Claims from steps that contradict induction: observed states, the shortest claims, questions at fixed sizes. */
import { array, assert, integer, property, record, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import { Representations } from "../../../checker/any-size/encoding/representation.ts";
import { FiniteSystem, type State } from "../../../checker/any-size/evaluate.ts";
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
import { BitTable } from "../../../checker/any-size/invariant/bit-table.ts";
import { occurrence } from "../../../checker/any-size/invariant/cube.ts";
import { Diagram } from "../../../checker/any-size/invariant/diagram.ts";
import { FiniteInduction } from "../../../checker/any-size/invariant/finite-induction.ts";
import { generalised } from "../../../checker/any-size/invariant/generalise.ts";
import { HittingSet } from "../../../checker/any-size/invariant/hitting-set.ts";
import { predicatesOf } from "../../../checker/any-size/invariant/predicates.ts";
import { refined } from "../../../checker/any-size/invariant/refinement.ts";
import { Walks } from "../../../checker/any-size/invariant/walks.ts";
import type {
  AnySizeSystem,
  Cell,
  Expression,
  Sort,
  Update,
  ValueType,
  Variable,
} from "../../../checker/any-size/system.ts";
import { Random } from "../../../checker/proof/states/walker.ts";
import { common, handInvariant, LOSING } from "./common.ts";

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
    lemmas: [],
    abstractions: [],
    assumptions: [],
    unread: [],
  };
}

/** All states that walks find at a size. */
function walked(system: AnySizeSystem, sizes: Readonly<Record<string, number>>): Walks {
  const walks = new Walks(system, sizes, 5);
  walks.extend(5_000);
  return walks;
}

test("walks find every state of a small system, and an empty stack is one state, whatever is in it", () => {
  // For each CPU: empty, or one of two kinds by one of the CPUs.
  expect(walked(stacks(), { cpu: 1 }).states).toHaveLength(1 + 2);
  expect(walked(stacks(), { cpu: 2 }).states).toHaveLength((1 + 2 * 2) ** 2);
  expect(walked(stacks(), { cpu: 3 }).states).toHaveLength((1 + 2 * 3) ** 3);
});

test("the states of walks are reachable: all properties that hold are true in them", () => {
  const system = common();
  const { finite, states } = walked(system, { cpu: 2, vector: 2, device: 2 });
  expect(states.length).toBeGreaterThan(3_000);
  const claims = [...handInvariant().map(({ formula }) => formula), system.properties[0]!.holds];
  for (const claim of claims) {
    const holds = finite.compile(claim);
    expect(states.every((state) => holds(state, []) === true)).toBe(true);
  }
});

test("a hitting set has an element of each set, and the bounded search finds none that is cheaper than all others", () => {
  const cases = record({
    costs: array(integer({ min: 1, max: 4 }), { minLength: 6, maxLength: 6 }),
    sets: array(uniqueArray(integer({ min: 0, max: 5 }), { minLength: 1 }), { maxLength: 8 }),
  });
  assert(
    property(cases, ({ costs, sets }) => {
      const hitting = new HittingSet(costs, new Random(3));
      for (const set of sets) hitting.add(set);
      const isHit = (choice: readonly number[]): boolean =>
        sets.every((set) => set.some((one) => choice.includes(one)));
      const all = Array.from({ length: 64 }, (_, bits) => [0, 1, 2, 3, 4, 5].filter((one) => (bits >> one) & 1));
      const least = Math.min(...all.filter(isHit).map((choice) => hitting.costOf(choice)));
      const cheap = hitting.cheap(Infinity)!;
      expect(isHit(cheap)).toBe(true);
      const best = hitting.cheaper(hitting.costOf(cheap) + 1)!;
      expect(isHit(best)).toBe(true);
      expect(hitting.costOf(best)).toBe(least);
      expect(hitting.cheaper(least)).toBeUndefined();
    }),
  );
});

test("a claim excludes the state that it was learned from, and no observed one", () => {
  const system = common();
  const walks = walked(system, { cpu: 2, vector: 2, device: 2 });
  const { finite } = walks;
  const tables = [new BitTable(finite, walks.states)];
  const representations = new Representations(system);
  const random = new Random(9);
  let learned = 0;
  for (let count = 0; count < 30; count++) {
    const state: State = Uint8Array.from(walks.states[random.next(walks.states.length)]!);
    const cell = system.cells[random.next(system.cells.length)]!;
    const places = finite.combinations(cell.parameters);
    const place = finite.at(cell, places[random.next(places.length)]!);
    state[place] = (state[place]! + 1) % finite.valuesOf(cell).length;
    const diagram = new Diagram(system, finite, state, predicatesOf(system));
    const claims = generalised(diagram, tables, representations);
    const isObserved = walks.states.some((other) => other.every((value, at) => value === state[at]));
    expect(claims.length === 0 || !isObserved).toBe(true);
    learned += claims.length;
    for (const { formula, cube } of claims) {
      expect(finite.evaluate(formula, state)).toBe(false);
      expect(finite.evaluate(occurrence(cube), state)).toBe(true);
      const holds = finite.compile(formula);
      expect(walks.states.every((other) => holds(other, []) === true)).toBe(true);
    }
  }
  expect(learned).toBeGreaterThan(5);
});

test("a step that contradicts induction is one by evaluation, and the hand-written invariant has none", () => {
  const system = common();
  const { holds } = system.properties[0]!;
  const induction = new FiniteInduction(system, { cpu: 2, vector: 2, device: 2 });
  induction.add(holds);
  const failures = induction.instances.flatMap((instance) => {
    const failure = instance.changes(holds) ? instance.failure(holds, [0]) : undefined;
    return failure === undefined ? [] : [failure];
  });
  expect(failures.length).toBeGreaterThan(0);
  const finite = new FiniteSystem(system, { cpu: 2, vector: 2, device: 2 });
  for (const { action, parameters, before, after } of failures) {
    expect(finite.step(action, parameters, before)).toEqual(after);
    expect([before, after].map((state) => finite.evaluate(holds, state))).toEqual([true, false]);
  }
  const claims = [holds, ...handInvariant().map(({ formula }) => formula)];
  for (const claim of claims.slice(1)) induction.add(claim);
  for (const instance of induction.instances) {
    for (const claim of claims) {
      expect(instance.failure(claim, [...claims.keys()])).toBeUndefined();
      for (const used of instance.core) expect(used).toBeLessThan(claims.length);
    }
  }
});

const limits = { samples: 4_000, until: performance.now() + 600_000 };

test("claims for the common model are inductive at small sizes, the property among them", { timeout: 120_000 }, () => {
  const system = common();
  const found = refined(system, new Representations(system), system.properties, limits);
  if (!("claims" in found)) throw new Error("the property is not violated");
  expect(found.sizes).toEqual({ cpu: 3, vector: 3, device: 3 });
  expect(found.claims).toContain(system.properties[0]!.holds);
  expect(found.excluded).toBeGreaterThan(3);
});

test.each(LOSING)(
  "%s is contradicted by an observed state, or no claims are inductive",
  { timeout: 120_000 },
  (fault) => {
    const system = common(fault);
    const found = refined(system, new Representations(system), system.properties, limits);
    expect("property" in found || found.sizes === undefined).toBe(true);
  },
);

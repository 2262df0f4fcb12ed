/** Evaluation, terms and formulas of expressions agree, on random expressions and states. */
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { Questions } from "../../../checker/any-size/encoding/questions.ts";
import { Representations } from "../../../checker/any-size/encoding/representation.ts";
import { Solver } from "../../../checker/any-size/encoding/solver.ts";
import { withWitnesses } from "../../../checker/any-size/encoding/witnesses.ts";
import { FiniteSystem, type Sizes, type State } from "../../../checker/any-size/evaluate.ts";
import {
  after, and, BOOLEAN, choose, constant, equal, FALSE, isIndex, not, or, quantified, read, TRUE, updatesOf, variable,
} from "../../../checker/any-size/expressions.ts"; // prettier-ignore
import { TermsOf } from "../../../checker/any-size/instance.ts";
import type { Action, AnySizeSystem, Cell, Expression, Sort, Variable } from "../../../checker/any-size/system.ts";
import { z3 } from "../../../checker/crosscheck/smt.ts";
import { evaluator, Terms, type Value } from "../../../checker/terms/index.ts";
import { oneOf, type ScalarShape } from "../../../checker/schema/index.ts";
import { isThere } from "../crosscheck/peers.ts";

const thereIsZ3 = await isThere(z3);

const A: Sort = { name: "a" };
const B: Sort = { name: "b" };
const cells: readonly Cell[] = [
  { name: "flag[]", parameters: [A], type: BOOLEAN },
  { name: "both[][]", parameters: [A, B], type: BOOLEAN },
  { name: "stage[]", parameters: [B], type: { kind: "names", names: ["one", "two", "three"] } },
  { name: "to[]", parameters: [B], type: { kind: "index", sort: A, names: [] } },
  { name: "perhaps[]", parameters: [B], type: { kind: "index", sort: A, names: ["null"] } },
  { name: "owner[][]", parameters: [A, B], type: { kind: "index", sort: B, names: ["unused", "marked"] } },
  { name: "single", parameters: [], type: { kind: "index", sort: B, names: [] } },
];
const ofType = (kind: string, sort?: Sort): Cell[] =>
  cells.filter(({ type }) => type.kind === kind && (type.kind !== "index" || sort === undefined || type.sort === sort));

type Scope = readonly Variable[];

/** Choices from a list of numbers: recursive arbitraries would be built as a whole for each value. */
class Draws {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(count: number): number {
    return this.#numbers[this.#at++ % this.#numbers.length]! % count;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}

/** A value of a sort: a variable in scope, a read, or a choice between two. */
function indexOf(draws: Draws, sort: Sort, scope: Scope, depth: number): Expression {
  const own = scope.filter((one) => one.sort === sort).map(variable);
  const kind = draws.below(depth <= 0 ? 1 : 4);
  // There is always a variable of each sort: see `condition`.
  if (kind <= 1) return draws.of(own);
  if (kind === 2) return readOf(draws, draws.of(ofType("index", sort)), scope, depth - 1);
  const [one, other] = [indexOf(draws, sort, scope, depth - 1), indexOf(draws, sort, scope, depth - 1)];
  return choose(condition(draws, scope, depth - 1), one, other);
}

function readOf(draws: Draws, cell: Cell, scope: Scope, depth: number): Expression {
  return read(cell, ...cell.parameters.map((sort) => indexOf(draws, sort, scope, depth)));
}

function condition(draws: Draws, scope: Scope, depth: number): Expression {
  const missing = [A, B].find((sort) => !scope.some((one) => one.sort === sort));
  const inner = (): Expression => condition(draws, scope, depth - 1);
  const kind = missing === undefined ? draws.below(depth <= 0 ? 6 : 11) : 6;
  switch (kind) {
    case 0:
      return draws.of([TRUE, FALSE]);
    case 1:
      return readOf(draws, draws.of(ofType("boolean")), scope, depth - 1);
    case 2: {
      const [cell] = ofType("names") as [Cell];
      return equal(readOf(draws, cell, scope, depth - 1), constant(draws.of(["one", "two", "three"]), cell.type));
    }
    case 3:
      return isIndex(readOf(draws, draws.of(ofType("index")), scope, depth - 1));
    case 4: {
      const sort = draws.of([A, B]);
      const one = readOf(draws, draws.of(ofType("index", sort)), scope, depth - 1);
      return equal(one, indexOf(draws, sort, scope, depth - 1));
    }
    case 5: {
      const cell = draws.of([cells[4]!, cells[5]!]);
      const names = cell.type.kind === "index" ? cell.type.names : [];
      return equal(readOf(draws, cell, scope, depth - 1), constant(draws.of(names), cell.type));
    }
    case 6: {
      const sort = missing ?? draws.of([A, B]);
      const one: Variable = { name: sort.name, sort };
      const body = condition(draws, [...scope, one], depth - 1);
      return quantified(draws.of(["some", "every"]), [one], body);
    }
    case 7:
      return not(inner());
    case 8:
      return and(inner(), inner());
    case 9:
      return or(inner(), inner());
    default:
      return choose(inner(), inner(), inner());
  }
}

const numbers = fc.array(fc.nat(10_000), { minLength: 40, maxLength: 120 });
const conditions = numbers.map((all) => condition(new Draws(all), [], 5));

const sizes: fc.Arbitrary<Sizes> = fc.record({ a: fc.integer({ min: 1, max: 3 }), b: fc.integer({ min: 1, max: 2 }) });

function stateOf(finite: FiniteSystem, seed: readonly number[]): State {
  const state = new Uint8Array(finite.length);
  let next = 0;
  for (const cell of finite.system.cells) {
    for (const indices of finite.combinations(cell.parameters)) {
      state[finite.at(cell, indices)] = seed[next++ % seed.length]! % finite.valuesOf(cell).length;
    }
  }
  return state;
}

const seeds = fc.array(fc.nat(100), { minLength: 20, maxLength: 20 });

/** An action with an update of each of some cells. */
const actions: fc.Arbitrary<Action> = (() => {
  const a: Variable = { name: "a", sort: A };
  const b: Variable = { name: "b", sort: B };
  const changed = [cells[0]!, cells[3]!, cells[5]!];
  return numbers.map((all): Action => {
    const draws = new Draws(all);
    const updates = changed.map((cell) => {
      const parameters = cell.parameters.map((sort): Variable => ({ name: `p${sort.name}`, sort }));
      const scope = [a, b, ...parameters];
      const { type } = cell;
      const old = read(cell, ...parameters.map(variable));
      const value =
        type.kind === "index"
          ? choose(condition(draws, scope, 2), indexOf(draws, type.sort, scope, 2), old)
          : condition(draws, scope, 2);
      return { cell, parameters, value };
    });
    return { name: "act", parameters: [a, b], guard: condition(draws, [a, b], 2), updates };
  });
})();

const system = (action?: Action): AnySizeSystem => ({
  name: "random",
  sorts: [A, B],
  cells,
  initial: TRUE,
  actions: action === undefined ? [] : [action],
  properties: [],
  lemmas: [],
  abstractions: [],
  assumptions: [],
  unread: [],
});

/** Whether every value that an update writes is one of its cell: an index read through a name is none. */
function isTyped(finite: FiniteSystem, action: Action, parameters: readonly number[], state: State): boolean {
  try {
    finite.step(action, parameters, state);
    return true;
  } catch {
    return false;
  }
}

describe("expressions", () => {
  test("terms at a size have the value of the evaluation", () => {
    fc.assert(
      fc.property(conditions, sizes, seeds, (expression, size, seed) => {
        const finite = new FiniteSystem(system(), size);
        const state = stateOf(finite, seed);
        const terms = new Terms();
        const places = cells.flatMap((cell) =>
          finite.combinations(cell.parameters).map((indices) => ({ cell, at: finite.at(cell, indices) })),
        );
        const shapes = places.map(({ cell }) => oneOf(...(finite.valuesOf(cell) as string[])).shape as ScalarShape);
        const lowering = new TermsOf(finite, terms, (cell, indices): Value => {
          const at = finite.at(cell, indices);
          return terms.cell(at, shapes[at]!);
        });
        const values = places.map(({ cell, at }) => finite.valuesOf(cell)[state[at]!]);
        const value = evaluator(values)(lowering.bool(expression, new Map()));
        expect(value).toBe(finite.evaluate(expression, state));
      }),
      { numRuns: 300 },
    );
  });

  test("a condition on the state after a step is one on the state before it", () => {
    fc.assert(
      fc.property(actions, conditions, sizes, seeds, (action, expression, size, seed) => {
        const finite = new FiniteSystem(system(action), size);
        const state = stateOf(finite, seed);
        const parameters = [seed[0]! % size["a"]!, seed[1]! % size["b"]!];
        fc.pre(isTyped(finite, action, parameters, state));
        const next = finite.step(action, parameters, state);
        fc.pre(next !== undefined);
        const values = new Map(action.parameters.map((one, place) => [one, parameters[place]!]));
        expect(finite.evaluate(after(expression, updatesOf(action)), state, values)).toBe(
          finite.evaluate(expression, next!),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("an action with a parameter for an element that its guard requires has the same steps", () => {
    const representations = new Representations(system());
    const owner = cells[5]!;
    fc.assert(
      fc.property(actions, sizes, seeds, (action, size, seed) => {
        const required = isIndex(read(owner, ...action.parameters.map(variable)));
        const own: Action = { ...action, guard: and(action.guard, required) };
        fc.pre(own.guard.kind !== "constant");
        const witnessed = withWitnesses(own, representations);
        const witnesses = witnessed.parameters.slice(2).map(({ sort }) => sort);
        expect(witnesses).toContain(B);
        const finite = new FiniteSystem(system(own), size);
        const state = stateOf(finite, seed);
        const parameters = [seed[0]! % size["a"]!, seed[1]! % size["b"]!];
        fc.pre(isTyped(finite, own, parameters, state));
        const next = finite.step(own, parameters, state);
        const nexts = finite
          .combinations(witnesses)
          .map((values) => finite.step(witnessed, [...parameters, ...values], state))
          .filter((one) => one !== undefined);
        expect(nexts).toEqual(next === undefined ? [] : [next]);
      }),
      { numRuns: 300 },
    );
  });

  describe.skipIf(!thereIsZ3)("as formulas", () => {
    const questions = new Questions(system());
    // Most questions take fewer than 10,000 steps. One in some hundred has no end: Z3 looks for ever larger models.
    const limits = { questionSteps: 200_000, until: performance.now() + 600_000, memory: 4 * 2 ** 30 };
    const solver = new Solver("z3", limits, questions.preamble);
    afterAll(() => solver.end());

    test("have the value of the evaluation in every state", async () => {
      let decided = 0;
      await fc.assert(
        fc.asyncProperty(conditions, sizes, seeds, async (expression, size, seed) => {
          const finite = new FiniteSystem(system(), size);
          const state = stateOf(finite, seed);
          const described = descriptionOf(questions, finite, state);
          const answers = await solver.ask([
            [...described, questions.asserted(expression)],
            [...described, questions.asserted(not(expression))],
          ]);
          const expected = finite.evaluate(expression, state) === true ? ["sat", "unsat"] : ["unsat", "sat"];
          expect(answers.map((answer, place) => (answer === "unknown" ? expected[place] : answer))).toEqual(expected);
          if (!answers.includes("unknown")) decided++;
        }),
        { numRuns: 60, endOnFailure: true },
      );
      expect(decided).toBeGreaterThanOrEqual(50);
    });
  });
});

/** Commands that describe a state: its elements, and the value of each cell. */
function descriptionOf(questions: Questions, finite: FiniteSystem, state: State): string[] {
  const element = (sort: Sort, index: number): string => `|${sort.name} ${index}|`;
  const elements = [A, B].flatMap((sort) => {
    const own = Array.from({ length: finite.count(sort) }, (_, index) => element(sort, index));
    return [
      ...own.map((symbol) => `(declare-const ${symbol} |${sort.name}|)`),
      ...(own.length > 1 ? [`(assert (distinct ${own.join(" ")}))`] : []),
      `(assert (forall ((x |${sort.name}|)) (or ${own.map((symbol) => `(= x ${symbol})`).join(" ")} false)))`,
    ];
  });
  const values = cells.flatMap((cell) =>
    finite.combinations(cell.parameters).flatMap((indices) => {
      const variables = cell.parameters.map((sort): Variable => ({ name: sort.name, sort }));
      const names = new Map(variables.map((one, place) => [one, element(one.sort, indices[place]!)]));
      const own = read(cell, ...variables.map(variable));
      return finite.valuesOf(cell).map((scalar, number) => {
        const isIt = state[finite.at(cell, indices)] === number;
        if (typeof scalar === "boolean") return questions.asserted(scalar === isIt ? own : not(own), names);
        const one: Variable = { name: "value", sort: cell.type.kind === "index" ? cell.type.sort : A };
        const test = equal(own, typeof scalar === "number" ? variable(one) : constant(scalar, cell.type));
        const all = typeof scalar === "number" ? new Map([...names, [one, element(one.sort, scalar)]]) : names;
        return questions.asserted(isIt ? test : not(test), all);
      });
    }),
  );
  return [...elements, ...values];
}

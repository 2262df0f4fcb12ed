/** Simplified expressions, also under facts, have the values of their originals. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FiniteSystem, type State } from "../../../../checker/any-size/evaluate.ts";
import * as made from "../../../../checker/any-size/reading/values/expressions.ts";
import { Facts } from "../../../../checker/any-size/reading/values/facts.ts";
import type { AnySizeSystem, Cell, Expression, Sort, Variable } from "../../../../checker/any-size/system.ts";
import { Choices } from "../../reading/choices.ts";

const RUNS = process.env["IRQPROOF_LONG"] === undefined ? 700 : 30_000;

const NODE: Sort = { name: "node" };
const SLOT: Sort = { name: "slot" };
const at: Cell = { name: "at[]", parameters: [NODE], type: { kind: "names", names: ["x", "y", "z"] } };
const on: Cell = { name: "on[][]", parameters: [NODE, SLOT], type: { kind: "boolean" } };
const peer: Cell = { name: "peer[]", parameters: [NODE], type: { kind: "index", sort: NODE, names: [] } };
const owner: Cell = {
  name: "owner[]",
  parameters: [SLOT],
  type: { kind: "index", sort: NODE, names: ["free", "lost"] },
};
const system: AnySizeSystem = {
  name: "random",
  sorts: [NODE, SLOT],
  cells: [at, on, peer, owner],
  initial: made.TRUE,
  actions: [],
  properties: [],
  lemmas: [],
  unread: [],
  abstractions: [],
  assumptions: [],
};
const a: Variable = { name: "a", sort: NODE };
const b: Variable = { name: "b", sort: NODE };
const s: Variable = { name: "s", sort: SLOT };

/** The same expression twice: as it is written, and as the constructors make it. */
type Both = readonly [plain: Expression, made: Expression];

class Writer {
  readonly #choices: Choices;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  #pick<T>(...options: readonly (() => T)[]): T {
    return options[this.#choices.below(options.length)]!();
  }

  node(depth: number, scope: readonly Variable[]): Both {
    const own = this.#choices.of(scope.filter(({ sort }) => sort === NODE));
    const variable: Both = [{ kind: "variable", variable: own }, made.variable(own)];
    if (depth === 0) return variable;
    return this.#pick<Both>(
      () => variable,
      () => this.#read(peer, this.node(depth - 1, scope)),
      () => this.#choice(depth, scope, () => this.node(depth - 1, scope)),
    );
  }

  #slot(scope: readonly Variable[]): Both {
    const own = this.#choices.of(scope.filter(({ sort }) => sort === SLOT));
    return [{ kind: "variable", variable: own }, made.variable(own)];
  }

  #read(cell: Cell, ...indices: readonly Both[]): Both {
    return [
      { kind: "read", cell, indices: indices.map(([plain]) => plain) },
      made.read(
        cell,
        indices.map(([, one]) => one),
      ),
    ];
  }

  #name(cell: Cell, name: string): Both {
    return [{ kind: "constant", value: name, type: cell.type }, made.constant(name)];
  }

  #choice(depth: number, scope: readonly Variable[], branch: () => Both): Both {
    const [condition, then, otherwise] = [this.condition(depth - 1, scope), branch(), branch()];
    return [
      { kind: "choice", condition: condition[0], then: then[0], otherwise: otherwise[0] },
      made.choose(condition[1], then[1], otherwise[1]),
    ];
  }

  #equal(left: Both, right: Both): Both {
    return [{ kind: "equal", left: left[0], right: right[0] }, made.equal(left[1], right[1])];
  }

  condition(depth: number, scope: readonly Variable[]): Both {
    const node = (): Both => this.node(Math.max(0, Math.min(depth, 2)), scope);
    const held = (): Both => this.#read(owner, this.#slot(scope));
    const simple = [
      () => this.#read(on, node(), this.#slot(scope)),
      () => this.#equal(node(), node()),
      () => this.#equal(held(), node()),
      () => this.#equal(held(), this.#name(owner, this.#choices.of(["free", "lost"]))),
      () => this.#equal(this.#read(at, node()), this.#name(at, this.#choices.of(["x", "y", "z"]))),
      () => this.#equal(this.#read(at, node()), this.#read(at, node())),
      (): Both => {
        const [plain, one] = held();
        return [{ kind: "is-index", operand: plain }, made.isIndex(one)];
      },
    ];
    if (depth <= 0) return this.#pick(...simple);
    const inner = (): Both => this.condition(depth - 1, scope);
    const gate = (kind: "and" | "or"): Both => {
      const operands = [inner(), inner(), inner()];
      return [
        { kind, operands: operands.map(([plain]) => plain) },
        (kind === "and" ? made.and : made.or)(...operands.map(([, one]) => one)),
      ];
    };
    return this.#pick<Both>(
      ...simple,
      () => {
        const [plain, one] = inner();
        return [{ kind: "not", operand: plain }, made.not(one)];
      },
      () => gate("and"),
      () => gate("or"),
      () => this.#choice(depth, scope, inner),
      () => {
        const kind = this.#choices.of(["some", "every"] as const);
        const own: Variable = { name: `v${depth}`, sort: this.#choices.of([NODE, SLOT]) };
        const [plain, one] = this.condition(depth - 1, [...scope, own, own]);
        return [{ kind, variable: own, body: plain }, (kind === "some" ? made.some : made.every)(own, one)];
      },
    );
  }
}

const SCOPE = [a, b, s];
const ENVIRONMENT = new Map([
  [a, 0],
  [b, 1],
  [s, 1],
]);

function randomState(finite: FiniteSystem, choices: Choices): State {
  const state = new Uint8Array(finite.length);
  for (const cell of system.cells) {
    for (const indices of finite.combinations(cell.parameters)) {
      state[finite.at(cell, indices)] = choices.below(finite.valuesOf(cell).length);
    }
  }
  return state;
}

const numbers = fc.uint8Array({ minLength: 60, maxLength: 140 });

test("an expression as it is made has the value of the expression as it is written", () => {
  const finite = new FiniteSystem(system, { node: 3, slot: 2 });
  fc.assert(
    fc.property(numbers, numbers, (written, values) => {
      const [plain, one] = new Writer(new Choices(written)).condition(4, SCOPE);
      const state = randomState(finite, new Choices(values));
      expect(finite.evaluate(one, state, ENVIRONMENT)).toBe(finite.evaluate(plain, state, ENVIRONMENT));
    }),
    { numRuns: RUNS },
  );
});

test("under facts that are true in a state, an expression keeps its value there", () => {
  const finite = new FiniteSystem(system, { node: 3, slot: 2 });
  let simplified = 0;
  fc.assert(
    fc.property(numbers, numbers, numbers, (written, given, values) => {
      const state = randomState(finite, new Choices(values));
      const facts = new Facts();
      const choices = new Choices(given);
      for (let count = 0; count < 4; count++) {
        const [, fact] = new Writer(choices).condition(2, SCOPE);
        expect(facts.assume(fact, finite.evaluate(fact, state, ENVIRONMENT) === true)).toBe(true);
      }
      const [, one] = new Writer(new Choices(written)).condition(3, SCOPE);
      const simple = facts.simplify(one);
      if (simple !== one) simplified++;
      expect(finite.evaluate(simple, state, ENVIRONMENT)).toBe(finite.evaluate(one, state, ENVIRONMENT));
    }),
    { numRuns: RUNS },
  );
  expect(simplified).toBeGreaterThan(RUNS / 10);
});

test("equal formulas are one object, whatever their bound variables are called", () => {
  const [v, w] = [made.freshVariable(NODE), made.freshVariable(NODE)];
  const body = (own: Variable): Expression => made.equal(made.read(peer, [made.variable(own)]), made.variable(a));
  expect(made.some(v, body(v))).toBe(made.some(w, body(w)));
  expect(made.every(v, body(v))).not.toBe(made.some(v, body(v)));
});

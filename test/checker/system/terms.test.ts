/** Values, bits and expressions of terms by themselves, and sufficient conditions of a value. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arithmetic } from "../../../checker/system/binary.ts";
import { codingOf, numberIn, type Coding } from "../../../checker/system/coding.ts";
import { isCondition, type Condition, type Expression, type Quantity } from "../../../checker/system/expression.ts";
import { FALSE, not, TRUE, type Gates, type Signal } from "../../../checker/system/gates.ts";
import { Justification } from "../../../checker/proof/invariant/justification.ts";
import { Interpreter } from "../../../checker/system/interpreter.ts";
import { Lowering } from "../../../checker/system/lowering.ts";
import { shared, type Shared } from "../../../checker/system/sharing.ts";
import type { TransitionSystem } from "../../../checker/system/system.ts";
import { Translation } from "../../../checker/system/translation.ts";
import { NotRead, Terms, type Bool, type Scalar, type Value } from "../../../checker/terms/index.ts";
import { LONG } from "../crosscheck/peers.ts";
import { bool, cellsIn, layout, scalar, state } from "../terms/arbitrary-terms.ts";

const RUNS = { numRuns: LONG ? 5_000 : 300 };

/** Builds a term, or skips the case where terms refuse it: a refusal is no wrong answer. */
function built<Result>(expression: { build(terms: Terms, cells: readonly Value[]): Result }): [Terms, Result] {
  const terms = new Terms();
  try {
    return [terms, expression.build(terms, cellsIn(terms))];
  } catch (error) {
    if (error instanceof NotRead) fc.pre(false);
    throw error;
  }
}

function numbersOf(values: readonly Scalar[]): number[] {
  return values.map((value, cell) => layout.cells[cell]!.shape.indexOf(value));
}

function interpreterOf(terms: Terms): Interpreter {
  return new Interpreter({ terms, model: { layout }, actions: [] } as unknown as TransitionSystem<unknown>);
}

test("the interpreter agrees with what terms are made of", () => {
  fc.assert(
    fc.property(fc.oneof(scalar, bool), fc.array(state, { minLength: 4, maxLength: 9 }), (expression, states) => {
      const [terms, term] = built<Value>(expression);
      const interpreter = interpreterOf(terms);
      for (const values of states) {
        expect(interpreter.enter(numbersOf(values)).value(term)).toBe(expression.evaluate(values));
      }
    }),
    RUNS,
  );
});

/** Gates over constants. */
const constants: Gates = {
  all: (signals) => (signals.every((signal) => signal === TRUE) ? TRUE : FALSE),
  any: (signals) => (signals.some((signal) => signal === TRUE) ? TRUE : FALSE),
};

describe("bits", () => {
  const bitsOf = (number: number, width: number): Signal[] =>
    Array.from({ length: width }, (_, bit) => (Math.floor(number / 2 ** bit) % 2 === 0 ? FALSE : TRUE));
  const lowering = (terms: Terms, values: readonly Scalar[]): Lowering => {
    const numbers = numbersOf(values);
    return new Lowering(terms, constants, {
      test: (cell, isIn) => (isIn(numbers[cell]!) ? TRUE : FALSE),
      bits: (cell) => bitsOf(numbers[cell]!, layout.cells[cell]!.width),
    });
  };
  const signed = (bits: readonly Signal[]): number =>
    bits.reduce((sum, bit, index) => sum + bit * (index === bits.length - 1 ? -(2 ** index) : 2 ** index), 0);

  test("of conditions say where they hold", () => {
    fc.assert(
      fc.property(bool, fc.array(state, { minLength: 4, maxLength: 9 }), (expression, states) => {
        const [terms, term] = built(expression);
        for (const values of states) {
          expect(lowering(terms, values).condition(term) === TRUE).toBe(expression.evaluate(values) === true);
        }
      }),
      RUNS,
    );
  });

  test("of scalars say which value they have", () => {
    fc.assert(
      fc.property(scalar, fc.array(state, { minLength: 4, maxLength: 9 }), (expression, states) => {
        const [terms, term] = built(expression);
        for (const values of states) {
          const own = lowering(terms, values);
          const value = expression.evaluate(values);
          const others = [null, "red", -3, 0, 2, 11].filter((other) => other !== value);
          expect([own.is(term, value), ...others.map((other) => own.is(term, other))]).toEqual([
            terms.domainOf(term) !== undefined || Number.isInteger(value) ? TRUE : FALSE,
            ...others.map(() => FALSE),
          ]);
        }
      }),
      RUNS,
    );
  });

  test("of integers are theirs", () => {
    fc.assert(
      fc.property(scalar, fc.array(state, { minLength: 4, maxLength: 9 }), (expression, states) => {
        const [terms, term] = built(expression);
        const whole = states.filter((values) => Number.isInteger(expression.evaluate(values)));
        for (const values of whole) {
          const own = lowering(terms, values);
          const value = expression.evaluate(values) as number;
          expect([signed(own.integer(term)), ...own.distance(term, value - 5, 4)]).toEqual([value, 1, 0, 1, 0]);
        }
      }),
      RUNS,
    );
  });

  test("are added, multiplied and divided as integers are", () => {
    const arithmetic = new Arithmetic(constants);
    const some = fc.integer({ min: -300, max: 300 });
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [x, y] = [arithmetic.constant(a), arithmetic.constant(b)];
        expect(signed(x)).toBe(a);
        expect(signed(arithmetic.add(x, y))).toBe(a + b);
        expect(signed(arithmetic.subtract(x, y))).toBe(a - b);
        expect(signed(arithmetic.multiply(x, y))).toBe(a * b === 0 ? 0 : a * b);
        expect([arithmetic.less(x, y), arithmetic.equal(x, y)]).toEqual([Number(a < b), Number(a === b)]);
        const [dividend, divisor] = [Math.abs(a), 1 + Math.abs(b)];
        const rest = arithmetic.remainder(arithmetic.constant(dividend), arithmetic.constant(divisor));
        expect(signed(rest)).toBe(dividend % divisor);
      }),
    );
    expect(not(TRUE)).toBe(FALSE);
  });
});

/** The meaning of expressions: integers for themselves, names by their numbers; undefined where it does not matter. */
class Meaning {
  readonly #numbers: readonly number[];
  readonly #shared: Shared;

  constructor(values: readonly Scalar[], own: Shared) {
    this.#numbers = numbersOf(values);
    this.#shared = own;
  }

  of(expression: Expression): boolean | number | undefined {
    return isCondition(expression) ? this.holds(expression) : this.value(expression);
  }

  holds(condition: Condition): boolean {
    switch (condition.kind) {
      case "constant":
        return condition.value;
      case "and":
        return condition.operands.every((operand) => this.holds(operand));
      case "or":
        return condition.operands.some((operand) => this.holds(operand));
      case "not":
        return !this.holds(condition.operand);
      case "if":
        return this.holds(this.holds(condition.condition) ? condition.then : condition.otherwise);
      case "equal":
        return this.value(condition.left) === this.value(condition.right);
      case "less":
        return this.value(condition.left)! < this.value(condition.right)!;
      case "test": {
        const { of, values } = condition;
        return values.some((number) => written(of.coding, number) === this.value(of));
      }
      case "name":
        return this.#definition(condition.definition) as boolean;
      case "enabled":
        throw new Error("there is no guard");
    }
  }

  value(quantity: Quantity): number | undefined {
    switch (quantity.kind) {
      case "value":
        return written(quantity.coding, quantity.number);
      case "cell":
        return written(quantity.coding, this.#numbers[quantity.cell]!);
      case "choice":
        return this.value(this.holds(quantity.condition) ? quantity.then : quantity.otherwise);
      case "integer":
        return this.value(quantity.of);
      case "table": {
        const value = this.value(quantity.of);
        const entry = quantity.entries.find(([from]) => written(quantity.of.coding, from) === value);
        return entry === undefined ? undefined : written(quantity.coding, entry[1]);
      }
      case "arithmetic": {
        const [a, b] = [this.value(quantity.left)!, this.value(quantity.right)!];
        const results = { "+": a + b, "-": a - b, "*": a * b, "%": a % b };
        return results[quantity.operator];
      }
      case "quantity":
        return this.#definition(quantity.definition) as number | undefined;
    }
  }

  #definition(number: number): boolean | number | undefined {
    return this.of(this.#shared.definitions[number]!.meaning);
  }
}

function written(coding: Coding, number: number): number {
  return coding.kind === "integer" ? coding.at(number) : number;
}

describe("expressions", () => {
  const codings = layout.cells.map(({ shape }) => codingOf(shape));

  test("of conditions mean what terms mean, with names for what they share, too", () => {
    fc.assert(
      fc.property(
        fc.array(bool, { minLength: 1, maxLength: 3 }),
        fc.array(state, { minLength: 4, maxLength: 9 }),
        (several, states) => {
          const [terms, all] = built<Bool[]>({ build: (...given) => several.map((one) => one.build(...given)) });
          const translation = new Translation(terms, codings);
          const conditions = all.map((term) => translation.condition(term));
          const own = shared(conditions);
          for (const values of states) {
            const meaning = new Meaning(values, own);
            for (const [index, condition] of conditions.entries()) {
              const expected = several[index]!.evaluate(values) === true;
              expect([meaning.holds(condition), meaning.holds(own.of(condition))]).toEqual([expected, expected]);
            }
          }
        },
      ),
      RUNS,
    );
  });

  test("of what a cell gets mean the number of the value, if it has one", () => {
    const cells = fc.nat(layout.cells.length - 1);
    fc.assert(
      fc.property(scalar, cells, fc.array(state, { minLength: 4, maxLength: 9 }), (expression, cell, states) => {
        const [terms, term] = built(expression);
        const whole = new Translation(terms, codings).assigned(cell, term);
        const own = shared([whole]);
        const coding = codings[cell]!;
        for (const values of states) {
          const number = numberIn(coding, expression.evaluate(values));
          // The sum of -0 and 0 is 0.
          const found = [whole, own.of(whole)].map((one) => Number(new Meaning(values, own).of(one)) + 0);
          // Where the cell has no such value, anything will do.
          const wanted = number < 0 ? found : [written(coding, number), written(coding, number)];
          expect(found).toEqual(wanted);
        }
      }),
      RUNS,
    );
  });
});

test("what suffices for a value suffices", () => {
  const term = fc.oneof(scalar, bool);
  fc.assert(
    fc.property(term, state, fc.array(state, { minLength: 5, maxLength: 20 }), (expression, start, others) => {
      const [terms, value] = built<Value>(expression);
      const required = new Map<number, ((number: number) => boolean)[]>();
      const justification = new Justification(terms, interpreterOf(terms).enter(numbersOf(start)), {
        require: (cell, isIn) => void required.set(cell, [...(required.get(cell) ?? []), isIn]),
        cost: (cell) => (required.has(cell) ? 0 : 1),
      });
      const expected = expression.evaluate(start);
      justification.value(value, (one) => Object.is(one, expected));
      for (const numbers of [start, ...others].map(numbersOf)) {
        // Another state, but for the cells of which something is required; where it has that, its own value is kept.
        const mixed = numbers.map((number, cell) => {
          const all = required.get(cell) ?? [];
          return all.every((isIn) => isIn(number)) ? number : numbersOf(start)[cell]!;
        });
        const scalars = mixed.map((number, cell) => layout.cells[cell]!.shape.valueAt(number));
        expect(expression.evaluate(scalars)).toBe(expected);
      }
    }),
    RUNS,
  );
});

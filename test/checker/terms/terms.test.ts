import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluator, Facts, NotRead, Term, Terms, type Scalar, type Value } from "../../../checker/terms/index.ts";
import { thorough } from "../../thorough.ts";
import { bool, cellsIn, scalar, state } from "./arbitrary-terms.ts";

/** The thorough suite takes four times as many expressions. */
const SHARE = thorough ? 1 : 0.25;

/** Builds an expression, or skips the case where terms refuse it: a refusal is no wrong answer. */
function built<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof NotRead) fc.pre(false);
    throw error;
  }
}

describe("terms", () => {
  it("mean what the expressions mean of which they are made", () => {
    fc.assert(
      fc.property(fc.oneof(scalar, bool), fc.array(state, { minLength: 8, maxLength: 24 }), (expression, states) => {
        const terms = new Terms();
        const term = built(() => expression.build(terms, cellsIn(terms)));
        for (const values of states) expect(evaluator(values)(term)).toBe(expression.evaluate(values));
      }),
      { numRuns: 3_000 * SHARE },
    );
  });

  it("are one object where they are equal", () => {
    fc.assert(
      fc.property(fc.oneof(scalar, bool), (expression) => {
        const terms = new Terms();
        const once = built(() => expression.build(terms, cellsIn(terms)));
        const size = terms.size;
        expect(expression.build(terms, cellsIn(terms))).toBe(once);
        expect(terms.size).toBe(size);
      }),
    );
  });

  it("have their values in their domains", () => {
    fc.assert(
      fc.property(scalar, fc.array(state, { minLength: 5, maxLength: 10 }), (expression, states) => {
        const terms = new Terms();
        const term = built(() => expression.build(terms, cellsIn(terms)));
        if (!(term instanceof Term) || term.isBoolean) return;
        const has = (value: Scalar): boolean =>
          term.domain === undefined
            ? term.low <= (value as number) && (value as number) <= term.high
            : term.domain.positionOf(value) >= 0;
        expect(states.map((values) => evaluator(values)(term)).filter((value) => !has(value))).toEqual([]);
      }),
      { numRuns: 1_000 * SHARE },
    );
  });
});

describe("facts", () => {
  it("change no value where they hold, and contradict each other only where none does", () => {
    fc.assert(
      fc.property(
        fc.array(bool, { minLength: 1, maxLength: 5 }),
        fc.array(fc.oneof(scalar, bool), { minLength: 1, maxLength: 4 }),
        fc.array(state, { minLength: 30, maxLength: 60 }),
        (assumptions, expressions, states) => {
          const terms = new Terms();
          const cells = cellsIn(terms);
          const facts = new Facts(terms);
          const conditions = built(() => assumptions.map((assumption) => assumption.build(terms, cells)));
          const values = built(() => expressions.map((expression) => expression.build(terms, cells)));
          const held: (typeof assumptions)[number][] = [];
          for (const [index, condition] of conditions.entries()) {
            const here = states.filter((one) => held.every((assumption) => assumption.evaluate(one) === true));
            const left = here.filter((one) => assumptions[index]!.evaluate(one) === true);
            const contradicts = !built(() => facts.assume(condition));
            expect(contradicts ? left : []).toEqual([]);
            if (contradicts) continue;
            held.push(assumptions[index]!);
            const simple = built(() => values.map((value) => facts.value(value)));
            const possible = built(() => values.map((value) => facts.possible(value)));
            for (const one of left) {
              const expected = expressions.map((expression) => expression.evaluate(one));
              expect(simple.map((value) => evaluator(one)(value))).toEqual(expected);
              expect(expected.filter((value, number) => possible[number]?.includes(value) === false)).toEqual([]);
            }
          }
        },
      ),
      { numRuns: 2_000 * SHARE },
    );
  });

  it("are those of the stack in force again after going elsewhere and coming back", () => {
    fc.assert(
      fc.property(bool, bool, scalar, (one, other, expression) => {
        const terms = new Terms();
        const cells = cellsIn(terms);
        const facts = new Facts(terms);
        const [a, b] = built(() => [one.build(terms, cells), other.build(terms, cells)] as const);
        const value: Value = built(() => expression.build(terms, cells));
        built(() => {
          const start = facts.now;
          facts.assume(a);
          const under = facts.now;
          const first = facts.value(value);
          facts.use(start);
          facts.assume(b);
          facts.value(value);
          facts.use(under);
          expect(facts.value(value)).toBe(first);
          facts.use(start);
          expect(facts.value(value)).toBe(value);
        });
      }),
      { numRuns: 1_000 * SHARE },
    );
  });
});

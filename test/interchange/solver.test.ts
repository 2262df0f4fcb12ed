/** The solver of induction against all assignments, on random formulas that grow between questions. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { negated, positive, Solver } from "../../checker/interchange/induction/solver.ts";

const VARIABLES = 8;

const literal = fc.nat(2 * VARIABLES - 1);
const clause = fc.array(literal, { minLength: 1, maxLength: 3 });
const question = fc.record({
  clauses: fc.array(clause, { maxLength: 14 }),
  assumptions: fc.array(literal, { maxLength: 3 }),
});

function isTrue(one: number, assignment: number): boolean {
  return ((assignment >> (one >> 1)) & 1) === 1 - (one & 1);
}

test("satisfies a formula under assumptions exactly where some assignment does", () => {
  let [yes, no] = [0, 0];
  fc.assert(
    fc.property(fc.array(question, { minLength: 1, maxLength: 6 }), (questions) => {
      const solver = new Solver();
      for (let number = 0; number < VARIABLES; number++) solver.variable(true);
      const clauses: number[][] = [];
      for (const { clauses: more, assumptions } of questions) {
        for (const one of more) solver.add(one);
        clauses.push(...more);
        const wanted = [...clauses, ...assumptions.map((one) => [one])];
        const expected = Array.from({ length: 2 ** VARIABLES }, (_, assignment) => assignment).some((assignment) =>
          wanted.every((one) => one.some((each) => isTrue(each, assignment))),
        );
        const answer = solver.solve(assumptions);
        expect(answer).toBe(expected);
        // A model satisfies all.
        const satisfied = wanted.every((one) => one.some((each) => solver.holds(each)));
        expect(answer === true && !satisfied).toBe(false);
        if (answer === true) yes++;
        else no++;
      }
    }),
    { numRuns: 500 },
  );
  expect(Math.min(yes, no)).toBeGreaterThan(50);
  expect(negated(positive(3))).toBe(7);
});

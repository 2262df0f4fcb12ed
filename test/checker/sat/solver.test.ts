/** The solver of induction against all assignments, on random formulas that grow between questions. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { now, OutOfTime } from "../../../checker/sat/deadline.ts";
import { negated, positive } from "../../../checker/sat/literal.ts";
import { Solver } from "../../../checker/sat/solver.ts";

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
        // The assumptions that are named as the reason are some of those that were made, and enough.
        const { failed } = solver;
        expect(failed.every((one) => assumptions.includes(one))).toBe(true);
        const reason = [...clauses, ...failed.map((one) => [one])];
        const isEnough = !Array.from({ length: 2 ** VARIABLES }, (_, assignment) => assignment).some((assignment) =>
          reason.every((one) => one.some((each) => isTrue(each, assignment))),
        );
        expect(answer === true || isEnough).toBe(true);
        if (answer === true) yes++;
        else no++;
      }
    }),
    { numRuns: 500 },
  );
  expect(Math.min(yes, no)).toBeGreaterThan(50);
  expect(negated(positive(3))).toBe(7);
});

/** Pigeons in one hole less than there are pigeons, none with another: impossible, and hard to see. */
function pigeons(count: number): Solver {
  const solver = new Solver();
  const holes = count - 1;
  const at = Array.from({ length: count }, () => Array.from({ length: holes }, () => positive(solver.variable(true))));
  for (const one of at) solver.add(one);
  for (let hole = 0; hole < holes; hole++) {
    for (let one = 0; one < count; one++) {
      for (let other = 0; other < one; other++) solver.add([negated(at[one]![hole]!), negated(at[other]![hole]!)]);
    }
  }
  return solver;
}

test("forgets what it has learned, and is still right", () => {
  const solver = pigeons(9);
  expect(solver.solve([], 10)).toBeUndefined();
  expect(solver.solve([])).toBe(false);
  // More than it keeps.
  expect(solver.conflicts).toBeGreaterThan(4_000);
});

test("ends when the time is up", () => {
  expect(() => pigeons(12).solve([], Infinity, now() + 20)).toThrow(OutOfTime);
});

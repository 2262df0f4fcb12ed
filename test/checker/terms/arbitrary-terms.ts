import * as fc from "fast-check";
import { boolean, layoutOf, oneOf, optional, range, record } from "../../../checker/schema/index.ts";
import type { Bool, Scalar, Terms, Value } from "../../../checker/terms/index.ts";

/** A small state: every kind of cell, among them an integer of a large range. */
export const stateType = record({
  flag: boolean,
  other: boolean,
  light: oneOf("red", "amber", "green"),
  lamp: oneOf("green", "blue"),
  count: range(0, 3),
  level: range(-1, 2),
  cpu: optional(range(0, 2)),
  wide: range(0, 39),
  large: range(-2, 997),
});

export const layout = layoutOf(stateType);

/** An expression and its meaning: the oracle. */
export interface Expression<Result> {
  readonly text: string;
  build(terms: Terms, cells: readonly Value[]): Result;
  evaluate(values: readonly Scalar[]): Scalar;
}

type Scalars = Expression<Value>;
type Bools = Expression<Bool>;

const cell = (index: number): Scalars => ({
  text: layout.cells[index]?.path ?? "",
  build: (_, cells) => cells[index],
  evaluate: (values) => values[index],
});

const INTEGERS = [4, 5, 7, 8];
const SCALARS = [2, 3, 4, 5, 6, 7, 8];
const BOOLEANS = [0, 1];

const constant = (value: Scalar): Scalars => ({ text: String(value), build: () => value, evaluate: () => value });

const TABLES: readonly (readonly [string, (value: Scalar) => Scalar])[] = [
  ["successor", (value) => (typeof value === "number" ? (value + 1) % 4 : 0)],
  ["parity", (value) => (typeof value === "number" ? Math.abs(value % 2) : "none")],
  ["isGreen", (value) => value === "green"],
  ["same", (value) => value],
  ["absent", (value) => (value === 0 || value === "red" ? undefined : value)],
];

export const { scalar, integer, bool } = fc.letrec<{ scalar: Scalars; integer: Scalars; bool: Bools }>((tie) => {
  const condition = tie("bool");
  const ite = (value: fc.Arbitrary<Scalars>): fc.Arbitrary<Scalars> =>
    fc.tuple(condition, value, value).map(([c, a, b]) => ({
      text: `(${c.text} ? ${a.text} : ${b.text})`,
      build: (terms, cells) => terms.ite(c.build(terms, cells), a.build(terms, cells), b.build(terms, cells)),
      evaluate: (values) => (c.evaluate(values) === true ? a.evaluate(values) : b.evaluate(values)),
    }));
  const small = fc.constantFrom(...[4, 5].map(cell), constant(0), constant(1), constant(2));
  return {
    integer: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(...INTEGERS.map(cell)),
      fc.integer({ min: -3, max: 40 }).map(constant),
      ite(tie("integer")),
      fc.tuple(fc.constantFrom("+", "-"), tie("integer"), tie("integer")).map(([operator, a, b]): Scalars => ({
        text: `(${a.text} ${operator} ${b.text})`,
        build: (terms, cells) => terms.arithmetic(operator as "+", a.build(terms, cells), b.build(terms, cells)),
        evaluate: (values) => {
          const [x, y] = [a.evaluate(values) as number, b.evaluate(values) as number];
          return operator === "+" ? x + y : x - y;
        },
      })),
      fc.tuple(fc.constantFrom("*", "&", "|", "<<"), small, small).map(([operator, a, b]): Scalars => ({
        text: `(${a.text} ${operator} ${b.text})`,
        build: (terms, cells) => terms.arithmetic(operator as "*", a.build(terms, cells), b.build(terms, cells)),
        evaluate: (values) => {
          const [x, y] = [a.evaluate(values) as number, b.evaluate(values) as number];
          const result = operator === "*" ? x * y : operator === "&" ? x & y : operator === "|" ? x | y : x << y;
          return result === 0 ? 0 : result;
        },
      })),
    ),
    scalar: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(...SCALARS.map(cell)),
      fc.constantFrom<Scalar>("red", "green", "blue", 0, 1, 2, null, undefined, true).map(constant),
      ite(tie("scalar")),
      tie("integer"),
      fc
        .tuple(fc.constantFrom(...TABLES), fc.constantFrom(...[2, 3, 4, 5, 6, 7].map(cell)), fc.boolean())
        .chain(([[name, f], base, twice]) =>
          fc.constant<Scalars>({
            text: `${name}(${base.text})`,
            build: (terms, cells) => {
              const once = terms.map(base.build(terms, cells), f);
              return twice ? terms.map(once, f) : once;
            },
            evaluate: (values) => (twice ? f(f(base.evaluate(values))) : f(base.evaluate(values))),
          }),
        ),
    ),
    bool: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(...BOOLEANS.map(cell)) as fc.Arbitrary<Bools>,
      fc.boolean().map((value) => constant(value) as Bools),
      tie("bool").map((a): Bools => ({
        text: `!${a.text}`,
        build: (terms, cells) => terms.not(a.build(terms, cells)),
        evaluate: (values) => a.evaluate(values) !== true,
      })),
      fc
        .tuple(fc.constantFrom("and", "or"), fc.array(tie("bool"), { minLength: 2, maxLength: 4 }))
        .map(([operator, parts]): Bools => ({
          text: `${operator}(${parts.map(({ text }) => text).join(", ")})`,
          build: (terms, cells) => {
            const operands = parts.map((part) => part.build(terms, cells));
            return operator === "and" ? terms.and(...operands) : terms.or(...operands);
          },
          evaluate: (values) =>
            operator === "and"
              ? parts.every((part) => part.evaluate(values) === true)
              : parts.some((part) => part.evaluate(values) === true),
        })),
      fc.tuple(tie("scalar"), tie("scalar")).map(([a, b]): Bools => ({
        text: `(${a.text} === ${b.text})`,
        build: (terms, cells) => terms.equal(a.build(terms, cells), b.build(terms, cells)),
        evaluate: (values) => a.evaluate(values) === b.evaluate(values),
      })),
      fc.tuple(tie("integer"), tie("integer")).map(([a, b]): Bools => ({
        text: `(${a.text} < ${b.text})`,
        build: (terms, cells) => terms.less(a.build(terms, cells), b.build(terms, cells)),
        evaluate: (values) => (a.evaluate(values) as number) < (b.evaluate(values) as number),
      })),
      fc.tuple(tie("scalar"), fc.constantFrom<Scalar>("red", "green", 0, 2, null)).map(([a, value]): Bools => ({
        text: `${a.text} is ${String(value)}`,
        build: (terms, cells) => terms.equal(a.build(terms, cells), value),
        evaluate: (values) => a.evaluate(values) === value,
      })),
    ),
  };
});

/** The cells of the layout as values of a set of terms. */
export function cellsIn(terms: Terms): Value[] {
  return layout.cells.map(({ shape }, index) => terms.cell(index, shape));
}

/** Values for all cells: a state. */
export const state: fc.Arbitrary<readonly Scalar[]> = fc.tuple(
  ...layout.cells.map(({ shape }) =>
    fc.integer({ min: 0, max: shape.cardinality - 1 }).map((index): Scalar => shape.valueAt(index)),
  ),
);

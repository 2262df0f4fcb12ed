import { InternalError } from "../errors.ts";
import type { Part } from "../proof/states/parts.ts";
import type { Parts } from "../proof/states/states.ts";
import { layoutOf, oneOf, record, type FiniteType } from "../schema/index.ts";
import type { Bool, Scalar, Terms, Value } from "../terms/index.ts";
import type { FiniteSystem } from "./evaluate.ts";
import { typeOf } from "./expressions.ts";
import type { AnySizeSystem, Cell, Expression, Variable } from "./system.ts";

type Env = ReadonlyMap<Variable, number>;

/** Whether a cell is one index that stays the same. */
export function isRigid({ actions }: AnySizeSystem, cell: Cell): boolean {
  return (
    cell.parameters.length === 0 &&
    cell.type.kind === "index" &&
    !actions.some(({ updates }) => updates.some((update) => update.cell === cell))
  );
}

/** The cells of a system at some size, as a SAT solver has them. */
export interface FiniteCells {
  /** By their positions in a state. */
  readonly values: readonly Value[];
  readonly parts: Parts;
}

/** @param valuesOf the values that a cell can have, at least one */
export function finiteCells(
  finite: FiniteSystem,
  terms: Terms,
  valuesOf: (cell: Cell) => readonly Exclude<Scalar, undefined>[],
): FiniteCells {
  const types = finite.system.cells.flatMap((cell) =>
    finite.combinations(cell.parameters).map(() => oneOf(...valuesOf(cell))),
  );
  const layout = layoutOf(
    record(Object.fromEntries(types.map((type, place) => [`c${place}`, type]))) as FiniteType<unknown>,
  );
  return {
    values: layout.cells.map(({ shape }, number) => terms.cell(number, shape)),
    parts: layout.cells.map((cell, number): Part | undefined =>
      cell.shape.cardinality === 1
        ? undefined
        : {
            number,
            cell,
            values: cell.shape.cardinality,
            family: "",
            indices: [],
            valueKind: undefined,
            unused: [],
            owner: "",
          },
    ),
  };
}

/** Expressions at some size as terms. */
export class TermsOf {
  readonly #finite: FiniteSystem;
  readonly #terms: Terms;
  readonly #cellOf: (cell: Cell, indices: readonly number[]) => Value;

  /** @param cellOf the value of a cell at some indices */
  constructor(finite: FiniteSystem, terms: Terms, cellOf: (cell: Cell, indices: readonly number[]) => Value) {
    this.#finite = finite;
    this.#terms = terms;
    this.#cellOf = cellOf;
  }

  bool(expression: Expression, env: Env): Bool {
    return this.value(expression, env) as Bool;
  }

  value(expression: Expression, env: Env): Value {
    const terms = this.#terms;
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "variable":
        return env.get(expression.variable);
      case "read": {
        const indices = expression.indices.map((index) => this.value(index, env));
        return this.#readAt(expression.cell, indices, []);
      }
      case "equal": {
        const [left, right] = [this.value(expression.left, env), this.value(expression.right, env)];
        if (typeOf(expression.left).kind === "boolean") {
          return terms.choose(left as Bool, right as Bool, terms.not(right as Bool));
        }
        return terms.and(
          terms.equal(left, right),
          terms.test(left, (scalar) => scalar !== undefined),
        );
      }
      case "not":
        return terms.not(this.bool(expression.operand, env));
      case "and":
        return terms.and(...expression.operands.map((operand) => this.bool(operand, env)));
      case "or":
        return terms.or(...expression.operands.map((operand) => this.bool(operand, env)));
      case "choice": {
        const condition = this.bool(expression.condition, env);
        const [then, otherwise] = [this.value(expression.then, env), this.value(expression.otherwise, env)];
        return typeOf(expression).kind === "boolean"
          ? terms.choose(condition, then as Bool, otherwise as Bool)
          : terms.ite(condition, then, otherwise);
      }
      case "is-index":
        return terms.test(this.value(expression.operand, env), (scalar) => typeof scalar === "number");
      case "some":
      case "every": {
        const { variable, body, kind } = expression;
        const all = Array.from({ length: this.#finite.count(variable.sort) }, (_, index) =>
          this.bool(body, new Map([...env, [variable, index]])),
        );
        return kind === "some" ? terms.or(...all) : terms.and(...all);
      }
    }
  }

  /** A read at indices that may be terms: one case for each element. */
  #readAt(cell: Cell, left: readonly Value[], indices: readonly number[]): Value {
    const terms = this.#terms;
    const [first, ...rest] = left;
    if (left.length === 0) return this.#cellOf(cell, indices);
    if (typeof first === "number") return this.#readAt(cell, rest, [...indices, first]);
    const isBoolean = cell.type.kind === "boolean";
    const nowhere: Value = isBoolean ? false : undefined;
    const sort = cell.parameters[indices.length];
    if (sort === undefined) throw new InternalError(`${cell.name} is read with too many indices`);
    return Array.from({ length: this.#finite.count(sort) }, (_, index) => index).reduceRight<Value>((other, index) => {
      const here = terms.test(first, (scalar) => scalar === index);
      const value = this.#readAt(cell, rest, [...indices, index]);
      return isBoolean ? terms.choose(here, value as Bool, other as Bool) : terms.ite(here, value, other);
    }, nowhere);
  }
}

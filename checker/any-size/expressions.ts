import { InternalError } from "../errors.ts";
import type { Action, Cell, Expression, Sort, Update, ValueType, Variable } from "./system.ts";

/** Constructors of expressions, which simplify where that costs nothing, and what can be asked of expressions. */

export const BOOLEAN: ValueType = { kind: "boolean" };

export const TRUE: Expression = { kind: "constant", value: true, type: BOOLEAN };
export const FALSE: Expression = { kind: "constant", value: false, type: BOOLEAN };

function truth(value: boolean): Expression {
  return value ? TRUE : FALSE;
}

/** A name as a value of a type. */
export function constant(value: string, type: ValueType): Expression {
  return { kind: "constant", value, type };
}

export function variable(one: Variable): Expression {
  return { kind: "variable", variable: one };
}

export function read(cell: Cell, ...indices: readonly Expression[]): Expression {
  return { kind: "read", cell, indices };
}

export function not(operand: Expression): Expression {
  if (operand.kind === "constant") return truth(operand.value !== true);
  return operand.kind === "not" ? operand.operand : { kind: "not", operand };
}

export function and(...operands: readonly Expression[]): Expression {
  return junction("and", operands);
}

export function or(...operands: readonly Expression[]): Expression {
  return junction("or", operands);
}

export function implies(premise: Expression, conclusion: Expression): Expression {
  return or(not(premise), conclusion);
}

function junction(kind: "and" | "or", operands: readonly Expression[]): Expression {
  const absorbing = kind === "or";
  const kept: Expression[] = [];
  for (const operand of operands) {
    if (operand.kind === "constant") {
      if ((operand.value === true) === absorbing) return truth(absorbing);
    } else if (operand.kind === kind) kept.push(...operand.operands);
    else kept.push(operand);
  }
  if (kept.length === 0) return truth(!absorbing);
  return kept.length === 1 ? (kept[0] as Expression) : { kind, operands: kept };
}

export function equal(left: Expression, right: Expression): Expression {
  if (left.kind === "variable" && right.kind === "variable" && left.variable === right.variable) return TRUE;
  if (left.kind === "constant" && right.kind === "constant") return truth(left.value === right.value);
  if (left.kind === "constant" && typeof left.value === "boolean") return left.value ? right : not(right);
  if (right.kind === "constant" && typeof right.value === "boolean") return right.value ? left : not(left);
  return { kind: "equal", left, right };
}

/** One of two values; of booleans, too. */
export function choose(condition: Expression, then: Expression, otherwise: Expression): Expression {
  if (condition.kind === "constant") return condition.value === true ? then : otherwise;
  if (then === otherwise) return then;
  if (isBoolean(then)) {
    if (then.kind === "constant")
      return then.value === true ? or(condition, otherwise) : and(not(condition), otherwise);
    if (otherwise.kind === "constant") {
      return otherwise.value === true ? or(not(condition), then) : and(condition, then);
    }
  }
  return { kind: "choice", condition, then, otherwise };
}

export function isIndex(operand: Expression): Expression {
  if (operand.kind === "constant") return FALSE;
  return operand.kind === "variable" ? TRUE : { kind: "is-index", operand };
}

export function quantified(kind: "some" | "every", variables: readonly Variable[], body: Expression): Expression {
  if (body.kind === "constant") return body;
  return variables.reduceRight<Expression>((inner, one) => ({ kind, variable: one, body: inner }), body);
}

export function every(variables: readonly Variable[], body: Expression): Expression {
  return quantified("every", variables, body);
}

export function some(variables: readonly Variable[], body: Expression): Expression {
  return quantified("some", variables, body);
}

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "constant":
      return expression.type;
    case "variable":
      return { kind: "index", sort: expression.variable.sort, names: [] };
    case "read":
      return expression.cell.type;
    case "choice":
      return typeOf(expression.then.kind === "constant" ? expression.otherwise : expression.then);
    default:
      return BOOLEAN;
  }
}

export function isBoolean(expression: Expression): boolean {
  return typeOf(expression).kind === "boolean";
}

export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "constant":
    case "variable":
      return [];
    case "read":
      return expression.indices;
    case "equal":
      return [expression.left, expression.right];
    case "not":
    case "is-index":
      return [expression.operand];
    case "and":
    case "or":
      return expression.operands;
    case "choice":
      return [expression.condition, expression.then, expression.otherwise];
    case "some":
    case "every":
      return [expression.body];
  }
}

/** The same expression with other children, in the order of `childrenOf`. */
export function withChildren(expression: Expression, children: readonly Expression[]): Expression {
  const [first, second, third] = children as [Expression, Expression, Expression];
  switch (expression.kind) {
    case "constant":
    case "variable":
      return expression;
    case "read":
      return { ...expression, indices: children };
    case "equal":
      return equal(first, second);
    case "not":
      return not(first);
    case "is-index":
      return isIndex(first);
    case "and":
    case "or":
      return junction(expression.kind, children);
    case "choice":
      return choose(first, second, third);
    case "some":
    case "every":
      return quantified(expression.kind, [expression.variable], first);
  }
}

/** Whether two expressions are alike in every part; variables are their objects. */
export function alike(one: Expression, other: Expression): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind) return false;
  if (one.kind === "constant") return one.value === (other as typeof one).value;
  if (one.kind === "variable") return one.variable === (other as typeof one).variable;
  if (one.kind === "read" && one.cell !== (other as typeof one).cell) return false;
  if ((one.kind === "some" || one.kind === "every") && one.variable !== (other as typeof one).variable) return false;
  const [own, others] = [childrenOf(one), childrenOf(other)];
  return own.length === others.length && own.every((child, place) => alike(child, others[place] as Expression));
}

/** The variables that an expression does not bind. A variable is its object: its name may occur twice. */
export function freeVariables(expression: Expression): Set<Variable> {
  const free = new Set<Variable>();
  const walk = (one: Expression, bound: ReadonlySet<Variable>): void => {
    if (one.kind === "variable" && !bound.has(one.variable)) free.add(one.variable);
    const inner = one.kind === "some" || one.kind === "every" ? new Set([...bound, one.variable]) : bound;
    for (const child of childrenOf(one)) walk(child, inner);
  };
  walk(expression, new Set());
  return free;
}

/** The cells that an expression reads. */
export function cellsRead(expression: Expression, found: Set<Cell> = new Set()): Set<Cell> {
  if (expression.kind === "read") found.add(expression.cell);
  for (const child of childrenOf(expression)) cellsRead(child, found);
  return found;
}

export type Substitution = ReadonlyMap<Variable, Expression>;

/** The expression with values for its free variables. Bound variables become new ones, so none is captured. */
export function substitute(expression: Expression, values: Substitution): Expression {
  if (expression.kind === "variable") return values.get(expression.variable) ?? expression;
  if (expression.kind === "some" || expression.kind === "every") {
    const fresh: Variable = { ...expression.variable };
    const body = substitute(expression.body, new Map([...values, [expression.variable, variable(fresh)]]));
    return quantified(expression.kind, [fresh], body);
  }
  return withChildren(
    expression,
    childrenOf(expression).map((child) => substitute(child, values)),
  );
}

/**
 * The value that an expression over the state after a step has, as an expression over the state before: each read of a
 * cell that is updated becomes the value of its update.
 */
export function after(expression: Expression, updates: ReadonlyMap<Cell, Update>): Expression {
  const children = childrenOf(expression).map((child) => after(child, updates));
  if (expression.kind !== "read") return withChildren(expression, children);
  const update = updates.get(expression.cell);
  const old = read(expression.cell, ...children);
  if (update === undefined) return old;
  const value = substitute(update.value, valuesFor(update.parameters, children));
  // Where an index is a name, there is no element whose value is updated: such a read is as it was.
  return choose(and(...children.filter(mayBeName).map(isIndex)), value, old);
}

/** Whether a value of an index type may be a name, or a read at a name. */
function mayBeName(value: Expression): boolean {
  switch (value.kind) {
    case "variable":
      return false;
    case "read":
      return (value.cell.type.kind === "index" && value.cell.type.names.length > 0) || value.indices.some(mayBeName);
    case "choice":
      return mayBeName(value.then) || mayBeName(value.otherwise);
    default:
      return true;
  }
}

export function updatesOf({ updates }: Pick<Action, "updates">): ReadonlyMap<Cell, Update> {
  return new Map(updates.map((update) => [update.cell, update]));
}

export function valuesFor(parameters: readonly Variable[], values: readonly Expression[]): Substitution {
  if (parameters.length !== values.length) throw new InternalError("a read has as many indices as its cell parameters");
  return new Map(parameters.map((parameter, index) => [parameter, values[index] as Expression]));
}

/** New variables for the parameters of a cell, named after their sorts: `cpu`, `cpu2`. */
export function parametersOf(sorts: readonly Sort[]): Variable[] {
  const counts = new Map<string, number>();
  return sorts.map((sort) => {
    const name = sort.name.toLowerCase();
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { name: count === 1 ? name : `${name}${count}`, sort };
  });
}

import { childrenOf } from "../../expressions.ts";
import type { Cell, Expression, Sort, ValueType, Variable } from "../../system.ts";

/**
 * Expressions of a transition system without sizes. Each is made once: equal expressions are one object, and so are
 * those that differ in the names of bound variables only. What is made is simplified by the rules of logic.
 */

const BOOLEAN: ValueType = { kind: "boolean" };

const known = new Map<string, Expression>();
const numbers = new WeakMap<object, number>();
let made = 0;

/** A number for each object, by which keys are made. */
function id(object: object): number {
  let number = numbers.get(object);
  if (number === undefined) numbers.set(object, (number = ++made));
  return number;
}

function intern(key: string, make: () => Expression): Expression {
  let expression = known.get(key);
  if (expression === undefined) known.set(key, (expression = make()));
  return expression;
}

export function constant(value: boolean | string): Expression {
  return intern(`constant ${typeof value} ${value}`, () => ({
    kind: "constant",
    value,
    type: typeof value === "boolean" ? BOOLEAN : { kind: "names", names: [value] },
  }));
}

export const TRUE: Expression = constant(true);
export const FALSE: Expression = constant(false);

export function variable(of: Variable): Expression {
  return intern(`variable ${id(of)}`, () => ({ kind: "variable", variable: of }));
}

export function read(cell: Cell, indices: readonly Expression[]): Expression {
  return intern(`read ${id(cell)} ${indices.map(id).join()}`, () => ({ kind: "read", cell, indices }));
}

const types = new WeakMap<Expression, ValueType>();

export function typeOf(expression: Expression): ValueType {
  let type = types.get(expression);
  if (type === undefined) types.set(expression, (type = typeMade(expression)));
  return type;
}

function typeMade(expression: Expression): ValueType {
  switch (expression.kind) {
    case "constant":
      return expression.type;
    case "variable":
      return { kind: "index", sort: expression.variable.sort, names: [] };
    case "read":
      return expression.cell.type;
    case "choice":
      return joined(typeOf(expression.then), typeOf(expression.otherwise));
    default:
      return BOOLEAN;
  }
}

function joined(one: ValueType, other: ValueType): ValueType {
  if (one.kind === "boolean" || other.kind === "boolean") return BOOLEAN;
  const names = [...new Set([...one.names, ...other.names])];
  const sort = one.kind === "index" ? one.sort : other.kind === "index" ? other.sort : undefined;
  return sort === undefined ? { kind: "names", names } : { kind: "index", sort, names };
}

export function not(operand: Expression): Expression {
  if (operand === TRUE) return FALSE;
  if (operand === FALSE) return TRUE;
  if (operand.kind === "not") return operand.operand;
  return intern(`not ${id(operand)}`, () => ({ kind: "not", operand }));
}

export function and(...operands: readonly Expression[]): Expression {
  return gate("and", operands);
}

export function or(...operands: readonly Expression[]): Expression {
  return gate("or", operands);
}

function gate(kind: "and" | "or", given: readonly Expression[]): Expression {
  const [neutral, strong] = kind === "and" ? [TRUE, FALSE] : [FALSE, TRUE];
  const operands = new Set<Expression>();
  for (const one of given) {
    for (const operand of one.kind === kind ? one.operands : [one]) {
      if (operand === strong || operands.has(not(operand))) return strong;
      if (operand !== neutral) operands.add(operand);
    }
  }
  const dual = kind === "and" ? "or" : "and";
  const parts: Expression[] = [];
  for (const operand of operands) {
    if (operand.kind !== dual) parts.push(operand);
    else {
      // a or (a and b) is a, and a or (not a and b) is a or b.
      if (operand.operands.some((part) => operands.has(part))) continue;
      const rest = operand.operands.filter((part) => !operands.has(not(part)));
      if (rest.length < operand.operands.length) {
        return gate(
          kind,
          [...operands].map((one) => (one === operand ? gate(dual, rest) : one)),
        );
      }
      parts.push(operand);
    }
  }
  if (parts.length <= 1) return parts[0] ?? neutral;
  const key = parts
    .map(id)
    .sort((a, b) => a - b)
    .join();
  return intern(`${kind} ${key}`, () => ({ kind, operands: parts }));
}

/** The sort and the names of a value that is no boolean. */
function valuesOf(expression: Expression): { readonly sort: Sort | undefined; readonly names: readonly string[] } {
  const type = typeOf(expression);
  if (type.kind === "boolean") return { sort: undefined, names: [] };
  return { sort: type.kind === "index" ? type.sort : undefined, names: type.names };
}

export function equal(left: Expression, right: Expression): Expression {
  if (left === right) return TRUE;
  if (typeOf(left).kind === "boolean") return choose(left, right, not(right));
  const [a, b] = [valuesOf(left), valuesOf(right)];
  const common = a.names.filter((name) => b.names.includes(name));
  const sameSort = a.sort !== undefined && a.sort === b.sort;
  if (!sameSort && common.length === 0) return FALSE;
  if (!sameSort && a.sort === undefined && b.sort === undefined && a.names.length === 1 && b.names.length === 1) {
    return TRUE;
  }
  const constants = left.kind === "constant" || right.kind === "constant";
  for (const [choice, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (choice.kind !== "choice") continue;
    const [then, otherwise] = [equal(choice.then, other), equal(choice.otherwise, other)];
    if (constants || isConstant(then) || isConstant(otherwise)) return choose(choice.condition, then, otherwise);
  }
  const [first, second] =
    left.kind === "constant" || (right.kind !== "constant" && id(left) > id(right)) ? [right, left] : [left, right];
  return intern(`equal ${id(first)} ${id(second)}`, () => ({ kind: "equal", left: first, right: second }));
}

function isConstant(expression: Expression): boolean {
  return expression.kind === "constant";
}

/** Whether the value is an element of its sort. */
export function isIndex(operand: Expression): Expression {
  const { sort, names } = valuesOf(operand);
  if (sort === undefined) return FALSE;
  if (names.length === 0) return TRUE;
  if (operand.kind === "choice") {
    return choose(operand.condition, isIndex(operand.then), isIndex(operand.otherwise));
  }
  return intern(`is-index ${id(operand)}`, () => ({ kind: "is-index", operand }));
}

/** One of two values of any type. */
export function choose(condition: Expression, then: Expression, otherwise: Expression): Expression {
  if (then === otherwise || condition === TRUE) return then;
  if (condition === FALSE) return otherwise;
  if (typeOf(then).kind === "boolean") {
    if (then === TRUE || then === condition) return or(condition, otherwise);
    if (otherwise === FALSE || otherwise === condition) return and(condition, then);
    if (then === FALSE) return and(not(condition), otherwise);
    if (otherwise === TRUE) return or(not(condition), then);
  }
  if (condition.kind === "not") return choose(condition.operand, otherwise, then);
  if (then.kind === "choice" && then.condition === condition) return choose(condition, then.then, otherwise);
  if (otherwise.kind === "choice" && otherwise.condition === condition) {
    return choose(condition, then, otherwise.otherwise);
  }
  // One branch that contains the other one.
  if (then.kind === "choice" && then.otherwise === otherwise) {
    return choose(and(condition, then.condition), then.then, otherwise);
  }
  if (otherwise.kind === "choice" && otherwise.then === then) {
    return choose(or(condition, otherwise.condition), then, otherwise.otherwise);
  }
  if (otherwise.kind === "and" && otherwise.operands.includes(then)) {
    return and(then, or(condition, and(...otherwise.operands.filter((one) => one !== then))));
  }
  if (then.kind === "and" && then.operands.includes(otherwise)) {
    return and(otherwise, or(not(condition), and(...then.operands.filter((one) => one !== otherwise))));
  }
  return intern(`choice ${id(condition)} ${id(then)} ${id(otherwise)}`, () => ({
    kind: "choice",
    condition,
    then,
    otherwise,
  }));
}

// ------------------------------------------------------------------------------------------------------- variables

let fresh = 0;

/** A variable that occurs nowhere yet. */
export function freshVariable(sort: Sort, name = `${sort.name}~${++fresh}`): Variable {
  return { name, sort };
}

/** Bound variables, by sort and the height of quantifiers inside: so that equal formulas get equal names. */
const bound = new WeakMap<Sort, Variable[]>();

function boundVariable(sort: Sort, height: number): Variable {
  let all = bound.get(sort);
  if (all === undefined) bound.set(sort, (all = []));
  return (all[height] ??= { name: `${sort.name}${height}`, sort });
}

const heights = new WeakMap<Expression, number>();

/** The most quantifiers that lie within each other. */
function heightOf(expression: Expression): number {
  let height = heights.get(expression);
  if (height === undefined) {
    height = Math.max(0, ...childrenOf(expression).map(heightOf));
    if (expression.kind === "some" || expression.kind === "every") height++;
    heights.set(expression, height);
  }
  return height;
}

const free = new WeakMap<Expression, ReadonlySet<Variable>>();

/** The variables of an expression that no quantifier in it binds. */
function freeVariables(expression: Expression): ReadonlySet<Variable> {
  let variables = free.get(expression);
  if (variables === undefined) {
    const all = new Set<Variable>();
    if (expression.kind === "variable") all.add(expression.variable);
    for (const part of childrenOf(expression)) for (const one of freeVariables(part)) all.add(one);
    if (expression.kind === "some" || expression.kind === "every") all.delete(expression.variable);
    free.set(expression, (variables = all));
  }
  return variables;
}

export function some(of: Variable, body: Expression): Expression {
  return quantified("some", of, body);
}

export function every(of: Variable, body: Expression): Expression {
  return quantified("every", of, body);
}

function quantified(kind: "some" | "every", of: Variable, body: Expression): Expression {
  // Every sort has an element.
  if (!freeVariables(body).has(of)) return body;
  // A disjunction for "some", a conjunction for "every": each part by itself.
  const split = kind === "some" ? "or" : "and";
  if (body.kind === split) {
    const parts = body.operands.map((operand) => quantified(kind, of, operand));
    return split === "or" ? or(...parts) : and(...parts);
  }
  if (body.kind === "not") return not(quantified(kind === "some" ? "every" : "some", of, body.operand));
  const [outside, inside] = partition(
    body.kind === dualOf(split) ? body.operands : [body],
    (one) => !freeVariables(one).has(of),
  );
  if (outside.length > 0) {
    const within = kind === "some" ? and(...inside) : or(...inside);
    const rest = quantified(kind, of, within);
    return kind === "some" ? and(...outside, rest) : or(...outside, rest);
  }
  const point = pointOf(kind, of, inside);
  if (point !== undefined) return substitute(body, new Map([[of, point]]));
  const own = boundVariable(of.sort, heightOf(body) + 1);
  const renamed = own === of ? body : substitute(body, new Map([[of, variable(own)]]));
  return intern(`${kind} ${id(own)} ${id(renamed)}`, () => ({ kind, variable: own, body: renamed }));
}

function dualOf(kind: "and" | "or"): "and" | "or" {
  return kind === "and" ? "or" : "and";
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}

/** The only element that the variable need stand for: "some x: x = t and ..." is about t. */
function pointOf(kind: "some" | "every", of: Variable, parts: readonly Expression[]): Expression | undefined {
  const own = variable(of);
  for (const part of parts) {
    const equation = kind === "some" ? part : part.kind === "not" ? part.operand : undefined;
    if (equation?.kind !== "equal") continue;
    const { left, right } = equation;
    const other = left === own ? right : right === own ? left : undefined;
    if (other === undefined || freeVariables(other).has(of)) continue;
    const type = typeOf(other);
    // Where the other side may be a name, no element equals it.
    if (type.kind === "index" && type.names.length === 0) return other;
  }
  return undefined;
}

/** A quantifier's body, with a variable that occurs nowhere else in place of the bound one. */
function opened(expression: Expression & { readonly kind: "some" | "every" }): readonly [Variable, Expression] {
  const own = freshVariable(expression.variable.sort);
  return [own, substitute(expression.body, new Map([[expression.variable, variable(own)]]))];
}

/** The expression with other expressions in place of free variables. */
export function substitute(expression: Expression, by: ReadonlyMap<Variable, Expression>): Expression {
  const done = new Map<Expression, Expression>();
  const go = (one: Expression): Expression => {
    let isTouched = false;
    for (const free of freeVariables(one)) if (by.has(free)) isTouched = true;
    if (!isTouched) return one;
    let result = done.get(one);
    if (result === undefined) done.set(one, (result = mapParts(one, go, (v) => by.get(v) ?? variable(v))));
    return result;
  };
  return go(expression);
}

/** The same expression, made anew of its parts. */
export function mapParts(
  expression: Expression,
  go: (part: Expression) => Expression,
  leaf: (of: Variable) => Expression = variable,
): Expression {
  switch (expression.kind) {
    case "constant":
      return expression;
    case "variable":
      return leaf(expression.variable);
    case "read":
      return read(expression.cell, expression.indices.map(go));
    case "equal":
      return equal(go(expression.left), go(expression.right));
    case "not":
      return not(go(expression.operand));
    case "is-index":
      return isIndex(go(expression.operand));
    case "and":
      return and(...expression.operands.map(go));
    case "or":
      return or(...expression.operands.map(go));
    case "choice":
      return choose(go(expression.condition), go(expression.then), go(expression.otherwise));
    case "some":
    case "every": {
      const [own, body] = opened(expression);
      return quantified(expression.kind, own, go(body));
    }
  }
}

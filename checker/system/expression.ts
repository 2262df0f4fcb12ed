import type { Coding, Integers } from "./coding.ts";

/** A condition or a value, as languages with names, comparisons and a conditional write it. */
export type Expression = Condition | Quantity;

export type Condition =
  | { readonly kind: "constant"; readonly value: boolean }
  /** The operand has one of these values, given by number, in ascending order. */
  | { readonly kind: "test"; readonly of: Quantity; readonly values: readonly number[] }
  | { readonly kind: "equal" | "less"; readonly left: Quantity; readonly right: Quantity }
  | { readonly kind: "and" | "or"; readonly operands: readonly Condition[] }
  | { readonly kind: "not"; readonly operand: Condition }
  | { readonly kind: "if"; readonly condition: Condition; readonly then: Condition; readonly otherwise: Condition }
  /** The guard of an instance. */
  | { readonly kind: "enabled"; readonly instance: number }
  /** A definition, by its number. */
  | { readonly kind: "name"; readonly definition: number };

/** An integer or a name. Truth values are conditions. */
export type Quantity =
  | { readonly kind: "value"; readonly coding: Coding; readonly number: number }
  | { readonly kind: "cell"; readonly coding: Coding; readonly cell: number }
  | {
      readonly kind: "choice";
      readonly coding: Coding;
      readonly condition: Condition;
      readonly then: Quantity;
      readonly otherwise: Quantity;
    }
  /** A function of the operand, as pairs of its number and that of the result; elsewhere it does not matter. */
  | {
      readonly kind: "table";
      readonly coding: Coding;
      readonly of: Quantity;
      readonly entries: readonly (readonly [from: number, to: number])[];
    }
  /** The same integer in another coding. */
  | { readonly kind: "integer"; readonly coding: Integers; readonly of: Quantity }
  | {
      readonly kind: "arithmetic";
      readonly coding: Integers;
      readonly operator: "+" | "-" | "*" | "%";
      readonly left: Quantity;
      readonly right: Quantity;
    }
  | { readonly kind: "quantity"; readonly coding: Coding; readonly definition: number };

export const TRUE: Condition = { kind: "constant", value: true };
export const FALSE: Condition = { kind: "constant", value: false };

/** The conjunction of conditions, flat and without what is certain. */
export function and(operands: readonly Condition[]): Condition {
  return joined("and", operands);
}

/** The disjunction of conditions, flat and without what is impossible. */
export function or(operands: readonly Condition[]): Condition {
  return joined("or", operands);
}

export function not(operand: Condition): Condition {
  if (operand.kind === "constant") return operand.value ? FALSE : TRUE;
  return operand.kind === "not" ? operand.operand : { kind: "not", operand };
}

function joined(kind: "and" | "or", operands: readonly Condition[]): Condition {
  const absorbing = kind === "or";
  const parts = new Set<Condition>();
  for (const operand of operands) {
    if (operand.kind === "constant") {
      if (operand.value === absorbing) return operand;
    } else if (operand.kind === kind) for (const part of operand.operands) parts.add(part);
    else parts.add(operand);
  }
  const [first] = parts;
  if (first === undefined) return absorbing ? FALSE : TRUE;
  return parts.size === 1 ? first : { kind, operands: [...parts] };
}

/** One of two quantities of the same coding. */
export function choice(condition: Condition, then: Quantity, otherwise: Quantity): Quantity {
  if (condition.kind === "constant") return condition.value ? then : otherwise;
  if (then === otherwise) return then;
  return { kind: "choice", coding: then.coding, condition, then, otherwise };
}

const CONDITIONS: ReadonlySet<string> = new Set<Condition["kind"]>([
  "constant", "test", "equal", "less", "and", "or", "not", "if", "enabled", "name",
]); // prettier-ignore

export function isCondition(expression: Expression): expression is Condition {
  return CONDITIONS.has(expression.kind);
}

/** The expressions that one is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  const parts: Expression[] = [];
  withParts(expression, (part) => {
    parts.push(part);
    return part;
  });
  return parts;
}

/** The same expression of other parts. */
export function withParts<E extends Expression>(
  expression: E,
  change: <Part extends Expression>(part: Part) => Part,
): E;
export function withParts(expression: Expression, change: <Part extends Expression>(part: Part) => Part): Expression {
  switch (expression.kind) {
    case "test":
    case "table":
    case "integer":
      return { ...expression, of: change(expression.of) };
    case "equal":
    case "less":
    case "arithmetic":
      return { ...expression, left: change(expression.left), right: change(expression.right) };
    case "and":
    case "or":
      return { ...expression, operands: expression.operands.map(change) };
    case "not":
      return { ...expression, operand: change(expression.operand) };
    case "if": {
      const { condition, then, otherwise } = expression;
      return { ...expression, condition: change(condition), then: change(then), otherwise: change(otherwise) };
    }
    case "choice": {
      const { condition, then, otherwise } = expression;
      return { ...expression, condition: change(condition), then: change(then), otherwise: change(otherwise) };
    }
    default:
      return expression;
  }
}

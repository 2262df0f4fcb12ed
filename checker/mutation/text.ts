import { cellsOf, hasBit, Term, type Bool, type Scalar, type Value } from "../terms/index.ts";
import { show } from "../schema/index.ts";

/** Longer texts of a condition are replaced by the parts of the state that it looks at. */
const MAX_TEXT_LENGTH = 60;
/** Values that a text lists. */
const MAX_LISTED_VALUES = 4;

/** Names of cells and values in texts. */
export interface Names {
  cell(number: number): string;
  value(value: Scalar): string;
}

/** A condition for people, such as `turn = 1`. */
export function conditionText(condition: Bool, names: Names): string {
  if (typeof condition === "boolean") return String(condition);
  const text = exact(condition, names);
  if (text !== undefined && text.length <= MAX_TEXT_LENGTH) return text;
  const paths = [...new Set(cellsOf(condition.support).map((cell) => names.cell(cell)))];
  const listed = paths.slice(0, MAX_LISTED_VALUES).join(", ");
  return `a condition on ${listed}${paths.length > MAX_LISTED_VALUES ? ` and ${paths.length - MAX_LISTED_VALUES} more` : ""}`;
}

function exact(condition: Value, names: Names): string | undefined {
  if (!(condition instanceof Term)) return names.value(condition);
  const [a, b] = condition.operands;
  switch (condition.operator) {
    case "cell":
      return names.cell(condition.cell);
    case "in":
      return membership(condition, names);
    case "not": {
      const inner = exact(a, names);
      const operator = a instanceof Term ? a.operator : undefined;
      if (inner === undefined) return undefined;
      if (operator === "eq") return inner.replace(" = ", " != ");
      if (operator === "lt") return inner.replace(" < ", " >= ");
      return `not (${inner})`;
    }
    case "eq":
    case "lt": {
      const [left, right] = [exact(a, names), exact(b, names)];
      if (left === undefined || right === undefined) return undefined;
      return `${left} ${condition.operator === "eq" ? "=" : "<"} ${right}`;
    }
    case "and":
    case "or": {
      const parts = condition.operands.map((part) => exact(part, names));
      if (parts.includes(undefined)) return undefined;
      return (
        parts
          .map((part, index) => (isJunction(condition.operands[index]) ? `(${part})` : part))
          // Operands stand in the order in which terms were made, which differs from one instance to another.
          .sort()
          .join(condition.operator === "and" ? " and " : " or ")
      );
    }
    default:
      return undefined;
  }
}

function isJunction(value: Value): boolean {
  return value instanceof Term && (value.operator === "and" || value.operator === "or");
}

/** Whether the value of a cell is among some. */
function membership({ operands, mask }: Term, names: Names): string | undefined {
  const operand = operands[0] as Term;
  if (operand.operator !== "cell" || operand.domain === undefined) return undefined;
  const name = names.cell(operand.cell);
  const { values, isBoolean, isInteger } = operand.domain;
  const inside = values.filter((_, position) => hasBit(mask, position));
  const outside = values.filter((_, position) => !hasBit(mask, position));
  if (isBoolean) return inside[0] === true ? name : `not ${name}`;
  if (inside.length === 1) return `${name} = ${names.value(inside[0])}`;
  if (isInteger) {
    const sorted = (inside as number[]).toSorted((one, other) => one - other);
    const [low, high] = [sorted[0] as number, sorted.at(-1) as number];
    if (high - low === sorted.length - 1) {
      if (low === operand.domain.low) return `${name} <= ${high}`;
      if (high === operand.domain.high) return `${name} >= ${low}`;
      return `${name} in ${low}..${high}`;
    }
  }
  if (outside.length === 1) return `${name} != ${names.value(outside[0])}`;
  const list = (some: readonly Scalar[]): string => `{${some.map((value) => names.value(value)).join(", ")}}`;
  if (inside.length <= MAX_LISTED_VALUES) return `${name} in ${list(inside)}`;
  return outside.length <= MAX_LISTED_VALUES ? `${name} not in ${list(outside)}` : undefined;
}

/** A value as a text has it: strings without quotes. */
export function valueText(value: Scalar): string {
  return typeof value === "string" ? value : show(value);
}

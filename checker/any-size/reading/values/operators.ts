import { NotRead } from "../../../terms/index.ts";
import type { Expression, Sort } from "../../system.ts";
import {
  and,
  constant,
  equal,
  every,
  FALSE,
  freshVariable,
  isIndex,
  not,
  or,
  some,
  TRUE,
  typeOf,
  variable,
} from "./expressions.ts";
import type { Session } from "./session.ts";
import { nameOf } from "../family/structure.ts";
import {
  Closure,
  Count,
  Failure,
  Host,
  isPrimitive,
  Method,
  Place,
  Scalar,
  Size,
  TEXT,
  Text,
  Varying,
  type Table,
  type Thing,
} from "./things.ts";

/** The value of an expression as a thing: constants are what they stand for. */
export function thingOf(session: Session, given: Expression): Thing {
  const expression = session.explorer.facts.simplify(given);
  if (expression.kind !== "constant") return new Scalar(expression);
  return typeof expression.value === "boolean" ? expression.value : session.scalarOf(expression.value);
}

/** The sort of an expression that may be an index; undefined for others. */
export function sortOfIndex(expression: Expression): Sort | undefined {
  const type = typeOf(expression);
  return type.kind === "index" ? type.sort : undefined;
}

export function isBoolean(expression: Expression): boolean {
  return typeOf(expression).kind === "boolean";
}

/** The value of a scalar in this run, when it is none of an index: one run for each value. */
export function concrete(session: Session, thing: Thing, use: string): Thing {
  if (!(thing instanceof Scalar)) {
    refuseSizes(thing, use);
    return thing;
  }
  const { expression } = thing;
  if (isBoolean(expression)) return session.explorer.decide(expression);
  const { names, isElement } = session.explorer.facts.valuesOf(expression);
  if (isElement && session.explorer.decide(isIndex(expression))) {
    throw new NotRead(`it ${use} the index of a ${sortOfIndex(expression)?.name}`);
  }
  for (const [at, name] of names.entries()) {
    if (at === names.length - 1 || session.explorer.decide(equal(expression, constant(name)))) {
      return session.scalarOf(name);
    }
  }
  throw new NotRead("it uses a value that cannot be");
}

/** @throws NotRead where a thing depends on the sizes */
export function refuseSizes(thing: Thing, use: string): void {
  if (thing instanceof Size) throw new NotRead(`it ${use} the number of ${thing.sort.name}s`);
  if (thing instanceof Count) throw new NotRead(`it ${use} how many ${thing.table.sort.name}s meet a condition`);
  if (thing instanceof Varying) throw new NotRead(`it ${use} ${thing.name}, which depends on the sizes`);
}

/** The condition under which a thing counts as true. */
export function truthy(session: Session, thing: Thing): Expression {
  if (isPrimitive(thing)) return constant(Boolean(thing));
  if (thing instanceof Count) return atLeast(thing.table, 1);
  if (thing instanceof Size) return TRUE;
  refuseSizes(thing, "uses as a condition");
  if (thing instanceof Text) throw new NotRead("it uses a text that depends on the state as a condition");
  if (!(thing instanceof Scalar)) return TRUE;
  const { expression } = thing;
  if (isBoolean(expression)) return expression;
  const { names, isElement } = session.explorer.facts.valuesOf(expression);
  if (isElement) {
    throw new NotRead(
      `it uses the index of a ${sortOfIndex(expression)?.name} as a condition: 0 would not count as true`,
    );
  }
  return or(
    ...names.filter((name) => Boolean(session.scalarOf(name))).map((name) => equal(expression, constant(name))),
  );
}

/** The condition under which two things are identical. */
export function same(session: Session, one: Thing, other: Thing): Expression {
  if (one instanceof Scalar || other instanceof Scalar) return sameScalar(session, one, other);
  for (const [count, bound] of [
    [one, other],
    [other, one],
  ] as const) {
    if (count instanceof Count && typeof bound === "number") return compare(session, "===", count, bound);
  }
  if (isPrimitive(one) && isPrimitive(other)) return constant(one === other);
  for (const thing of [one, other]) refuseSizes(thing, "compares");
  if (one instanceof Text || other instanceof Text) {
    const rest = one instanceof Text ? other : one;
    if (typeof rest === "string" || rest instanceof Text)
      throw new NotRead("it compares a text that depends on the state");
    return FALSE;
  }
  if (isPrimitive(one) || isPrimitive(other)) return FALSE;
  if (one instanceof Host && other instanceof Host) {
    const isSame = one.samples.every(({ value }, at) => value === other.samples[at]?.value);
    if (isSame) return TRUE;
    const isOther = one.samples.every(({ value }, at) => value !== other.samples[at]?.value);
    if (isOther && one.samples.length === other.samples.length) return FALSE;
  }
  if (one instanceof Place || other instanceof Place || one instanceof Host || other instanceof Host) {
    throw new NotRead("it compares objects of the state for identity");
  }
  return constant(one === other);
}

function sameScalar(session: Session, one: Thing, other: Thing): Expression {
  if (!(one instanceof Scalar)) return sameScalar(session, other, one);
  const { expression } = one;
  if (other instanceof Scalar) {
    const [sort, second] = [sortOfIndex(expression), sortOfIndex(other.expression)];
    const isMixed = (a: Sort | undefined, b: Scalar): boolean =>
      a !== undefined &&
      !isBoolean(b.expression) &&
      sortOfIndex(b.expression) !== a &&
      session.mayBeNumber(b.expression);
    if (isMixed(sort, other) || isMixed(second, one)) {
      throw new NotRead(
        sort !== undefined && second !== undefined
          ? `it compares the index of a ${sort.name} with the index of a ${second.name}`
          : `it compares the index of a ${(sort ?? second)?.name} with another number`,
      );
    }
    if (isBoolean(expression) !== isBoolean(other.expression)) {
      if (namesOf(expression).length + namesOf(other.expression).length > 0) {
        throw new NotRead("it compares a boolean with a value that may be one");
      }
      return FALSE;
    }
    return equal(expression, other.expression);
  }
  refuseSizes(other, "compares");
  if (other instanceof Text) throw new NotRead("it compares a text that depends on the state");
  if (!isPrimitive(other) || other === undefined) return FALSE;
  if (isBoolean(expression)) return other === true ? expression : other === false ? not(expression) : FALSE;
  if (typeof other === "number") {
    const sort = sortOfIndex(expression);
    if (sort !== undefined && Number.isInteger(other) && other >= 0)
      return equal(expression, session.literal(sort, other));
  }
  return session.scalars.get(nameOf(other)) === other ? equal(expression, constant(nameOf(other))) : FALSE;
}

function namesOf(expression: Expression): readonly string[] {
  const type = typeOf(expression);
  return type.kind === "boolean" ? [] : type.names.filter((name) => name === "true" || name === "false");
}

const COMPARISONS: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  "===": (one, other) => one === other,
  "!==": (one, other) => one !== other,
  "==": (one, other) => one === other,
  "!=": (one, other) => one !== other,
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
};

/** Counts up to this one are distinguished: "none", "one", "two or more". */
const MAX_COUNTED = 2;

/** A comparison by order, or of a count with a number. */
export function compare(session: Session, operator: string, one: Thing, other: Thing): Expression {
  const holds = COMPARISONS[operator] as (one: number, other: number) => boolean;
  if (other instanceof Count) return compare(session, mirrored(operator), other, one);
  if (one instanceof Count) {
    if (typeof other !== "number" || !Number.isInteger(other) || other < 0) refuseSizes(one, "compares");
    const bound = other as number;
    // Beyond this count the comparison must have one answer.
    const answers = [0, 1, 2, 3, 4].map((count) => holds(count, bound));
    if (bound > MAX_COUNTED || answers[2] !== answers[3] || answers[2] !== answers[4]) refuseSizes(one, "compares");
    const atLeastNone = [TRUE, atLeast(one.table, 1), atLeast(one.table, 2), FALSE] as const;
    const cases = [0, 1, 2].filter((count) => answers[count] === true);
    return or(
      ...cases.map((count) =>
        and(atLeastNone[count] as Expression, count === 2 ? TRUE : not(atLeastNone[count + 1] as Expression)),
      ),
    );
  }
  // Every index lies between 0 and the size of its dimension.
  if (one instanceof Scalar && sortOfIndex(one.expression) !== undefined) {
    const sort = sortOfIndex(one.expression) as Sort;
    const isPure = !session.explorer.facts.valuesOf(one.expression).names.length;
    if (isPure && other instanceof Size && other.sort === sort && (operator === "<" || operator === ">=")) {
      return constant(operator === "<");
    }
    if (isPure && typeof other === "number" && other <= 0) {
      if (operator === ">=" || (operator === ">" && other < 0)) return TRUE;
      if (operator === "<" || (operator === "<=" && other < 0)) return FALSE;
    }
  }
  const [a, b] = [concrete(session, one, "orders"), concrete(session, other, "orders")];
  if (typeof a === "number" && typeof b === "number") return constant(holds(a, b));
  throw new NotRead("it orders values that are no numbers");
}

function mirrored(operator: string): string {
  return { "<": ">", "<=": ">=", ">": "<", ">=": "<=" }[operator] ?? operator;
}

/** Condition that at least one, or at least two, elements meet a table's condition. */
function atLeast({ sort, condition }: Table, count: 1 | 2): Expression {
  const one = freshVariable(sort);
  const meets = condition?.(variable(one)) ?? TRUE;
  if (count === 1) return some(one, meets);
  const other = freshVariable(sort);
  const also = condition?.(variable(other)) ?? TRUE;
  return not(every(one, every(other, or(not(meets), not(also), equal(variable(one), variable(other))))));
}

/** The value of an operator that is neither a comparison nor logical. */
export function arithmetic(session: Session, operator: string, one: Thing, other: Thing): Thing {
  if (operator === "+" && (isText(one) || isText(other))) {
    return isPrimitive(one) && isPrimitive(other) ? String(one) + String(other) : TEXT;
  }
  const [a, b] = [concrete(session, one, "computes with"), concrete(session, other, "computes with")];
  if (typeof a !== "number" || typeof b !== "number")
    throw new NotRead(`it uses ${operator} on values that are no numbers`);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case ">>>":
      return a >>> b;
    default:
      throw new NotRead(`it uses the operator ${operator}`);
  }
}

function isText(thing: Thing): boolean {
  return typeof thing === "string" || thing instanceof Text;
}

/** The result of `typeof`. */
export function typeOfThing(session: Session, thing: Thing): Thing {
  if (thing instanceof Scalar) {
    const { expression } = thing;
    if (isBoolean(expression)) return "boolean";
    const { names, isElement } = session.explorer.facts.valuesOf(expression);
    const kinds = new Set(names.map((name) => typeofScalar(session.scalarOf(name))));
    if (isElement) kinds.add("number");
    if (kinds.size === 1) return [...kinds][0];
    if (isElement && !names.some((name) => typeof session.scalarOf(name) === "number")) {
      if (session.explorer.decide(isIndex(expression))) return "number";
      kinds.delete("number");
      if (kinds.size === 1) return [...kinds][0];
    }
    return typeofScalar(concrete(session, thing, "looks at the type of"));
  }
  if (thing instanceof Size || thing instanceof Count) return "number";
  if (thing instanceof Text) return "string";
  if (thing instanceof Varying) refuseSizes(thing, "uses");
  if (thing instanceof Closure || thing instanceof Method) return "function";
  if (thing instanceof Host) return typeof thing.samples[0]?.value;
  if (thing instanceof Failure) return "object";
  return typeofScalar(thing);
}

function typeofScalar(value: unknown): string {
  return typeof value;
}

import type { Coding } from "./coding.ts";
import { isCondition, partsOf, withParts, type Expression } from "./expression.ts";

/** An expression with fewer tests and values than this is written out wherever it is needed. */
const MIN_NAMED_LEAVES = 4;
/** Expressions that are nested deeper get a name: parsers and people have limits. */
const MAX_DEPTH = 40;

/** An expression with a name: that of its position among the definitions. */
export interface Definition {
  readonly meaning: Expression;
  /** Coding of its values; undefined for a condition. */
  readonly coding: Coding | undefined;
}

/** Expressions with names for what they have in common. */
export interface Shared {
  /** Each may refer to those before it. */
  readonly definitions: readonly Definition[];
  /** Replacement for one of the given expressions. */
  of<E extends Expression>(expression: E): E;
}

/** Gives names to what occurs in expressions more than once, so that their text is as long as the graph that they are. */
export function shared(roots: Iterable<Expression>): Shared {
  const uses = new Map<Expression, number>();
  const order: Expression[] = [];
  const count = (expression: Expression): void => {
    const known = uses.get(expression);
    uses.set(expression, (known ?? 0) + 1);
    if (known !== undefined) return;
    for (const part of partsOf(expression)) count(part);
    order.push(expression);
  };
  for (const root of roots) count(root);

  const definitions: Definition[] = [];
  const made = new Map<Expression, { readonly written: Expression; readonly leaves: number; readonly depth: number }>();
  for (const expression of order) {
    let leaves = 0;
    let depth = 0;
    const whole = withParts(expression, (part) => {
      const known = made.get(part) as { written: typeof part; leaves: number; depth: number };
      leaves += known.leaves;
      depth = Math.max(depth, known.depth + 1);
      return known.written;
    });
    const isShared = (uses.get(expression) as number) > 1 && leaves >= MIN_NAMED_LEAVES;
    if (!isShared && depth <= MAX_DEPTH) {
      made.set(expression, { written: whole, leaves: Math.max(1, leaves), depth });
      continue;
    }
    const coding = isCondition(whole) ? undefined : whole.coding;
    const definition = definitions.push({ meaning: whole, coding }) - 1;
    const written: Expression =
      coding === undefined ? { kind: "name", definition } : { kind: "quantity", coding, definition };
    made.set(expression, { written, leaves: 1, depth: 0 });
  }
  return { definitions, of: <E extends Expression>(expression: E) => made.get(expression)?.written as E };
}

/** Length of expressions as text in which nothing has a name: tests, values and operators. */
export function textSizes(): (expression: Expression) => number {
  const known = new Map<Expression, number>();
  const sizeOf = (expression: Expression): number => {
    let size = known.get(expression);
    if (size === undefined) {
      size = partsOf(expression).reduce((sum, part) => sum + sizeOf(part), 1);
      known.set(expression, size);
    }
    return size;
  };
  return sizeOf;
}

/** The numbers of the definitions that a written expression refers to, and of the guards. */
export function referencesOf(expression: Expression): {
  readonly definitions: Set<number>;
  readonly guards: Set<number>;
} {
  const definitions = new Set<number>();
  const guards = new Set<number>();
  const walk = (one: Expression): void => {
    if (one.kind === "name" || one.kind === "quantity") definitions.add(one.definition);
    else if (one.kind === "enabled") guards.add(one.instance);
    else partsOf(one).forEach(walk);
  };
  walk(expression);
  return { definitions, guards };
}

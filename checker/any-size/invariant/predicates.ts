import { childrenOf, freeVariables, not } from "../expressions.ts";
import type { AnySizeSystem, Expression, Variable } from "../system.ts";
import { keyOf } from "./cube.ts";

/** A quantified condition on one element, by which the system is described: "some CPU is in the handler of the device". */
export interface Predicate {
  readonly condition: Expression;
  readonly variable: Variable;
}

/** The quantified conditions on single elements that guards, new values and properties have in them. */
export function predicatesOf({ properties, actions }: AnySizeSystem): Predicate[] {
  const found = new Map<string, Predicate>();
  const expressions = [
    ...properties.map(({ holds }) => holds),
    ...actions.flatMap(({ guard, updates }) => [guard, ...updates.map(({ value }) => value)]),
  ];
  for (const condition of expressions.flatMap(quantifiedIn)) {
    const [variable, ...others] = freeVariables(condition);
    if (variable === undefined || others.length > 0) continue;
    const positive = condition.kind === "every" ? not(condition) : condition;
    const key = keyOf({ distinct: [], terms: [positive] });
    if (!found.has(key)) found.set(key, { condition, variable });
  }
  return [...found.values()];
}

function quantifiedIn(expression: Expression): Expression[] {
  const own = expression.kind === "some" || expression.kind === "every" ? [expression] : [];
  return [...own, ...childrenOf(expression).flatMap(quantifiedIn)];
}

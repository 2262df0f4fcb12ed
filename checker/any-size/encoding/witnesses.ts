import { alike, and, childrenOf, equal, freeVariables, typeOf, variable, withChildren } from "../expressions.ts";
import type { Action, Expression, Update, Variable } from "../system.ts";
import type { Representations } from "./representation.ts";

type Read = Extract<Expression, { kind: "read" }>;

/**
 * The action with a parameter for each value of a relation that its guard requires to be an index, such as the device in a
 * frame's slot. Reads through the relation become reads at the parameter; as formulas they would have a quantifier each. A
 * relation has at most one value at its indices, so the action has the same steps.
 */
export function withWitnesses(action: Action, representations: Representations): Action {
  let { guard } = action;
  let updates = action.updates;
  const parameters = [...action.parameters];
  const named: Expression[] = [];
  for (;;) {
    const value = conjuncts(guard).flatMap((part) => requiredIndex(part, parameters, representations))[0];
    if (value === undefined) return { ...action, parameters, guard: and(...named, guard), updates };
    const { type } = value.cell;
    if (type.kind !== "index") throw new TypeError("a relation is of an index type");
    const witness: Variable = { name: type.sort.name.toLowerCase(), sort: type.sort };
    parameters.push(witness);
    const at = (one: Expression): Expression => replaced(one, value, variable(witness));
    named.push(equal(value, variable(witness)));
    guard = at(guard);
    updates = updates.map((update): Update => ({ ...update, value: at(update.value) }));
  }
}

function conjuncts(guard: Expression): readonly Expression[] {
  return guard.kind === "and" ? guard.operands : [guard];
}

/** The relation's value that a condition requires to be an index, if it depends on the parameters alone. */
function requiredIndex(part: Expression, parameters: readonly Variable[], representations: Representations): Read[] {
  if (part.kind !== "is-index" || part.operand.kind !== "read") return [];
  const value = part.operand;
  const readsRelation = (one: Expression): boolean =>
    (one.kind === "read" && typeOf(one).kind === "index" && representations.of(one.cell) === "relation") ||
    childrenOf(one).some(readsRelation);
  const isOuter = representations.of(value.cell) === "relation" && !value.indices.some(readsRelation);
  return isOuter && [...freeVariables(value)].every((one) => parameters.includes(one)) ? [value] : [];
}

/** An expression with another value in place of each read that is alike. */
function replaced(expression: Expression, old: Read, value: Expression): Expression {
  if (expression.kind === "read" && alike(expression, old)) return value;
  return withChildren(
    expression,
    childrenOf(expression).map((child) => replaced(child, old, value)),
  );
}

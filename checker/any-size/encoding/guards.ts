import { and, childrenOf, typeOf } from "../expressions.ts";
import type { Action, Expression, Sort } from "../system.ts";
import type { Representations } from "./representation.ts";

/**
 * Whether a condition, as an assumption, gives elements of a sort an element of the same sort or an earlier one: "each
 * vector has an owner". Instances of it would make new elements without end.
 */
export function isEndless(condition: Expression, representations: Representations): boolean {
  const place = (sort: Sort): number => representations.placeOf(sort);
  const makes = (sort: Sort, universal: readonly Sort[]): boolean => universal.some((one) => place(one) >= place(sort));
  /** @param polarity 1: assumed, -1: its negation is, 0: both. */
  const walk = (one: Expression, polarity: number, universal: readonly Sort[]): boolean => {
    switch (one.kind) {
      case "not":
        return walk(one.operand, -polarity, universal);
      case "some":
      case "every": {
        const { sort } = one.variable;
        const exists = polarity === 0 || (one.kind === "some") === polarity > 0;
        const forAll = polarity === 0 || (one.kind === "every") === polarity > 0;
        if (exists && makes(sort, universal)) return true;
        return walk(one.body, polarity, forAll ? [...universal, sort] : universal);
      }
      case "is-index": {
        const { operand } = one;
        if (operand.kind !== "read" || representations.of(operand.cell) !== "relation") return false;
        return polarity >= 0 && makes(sortOf(operand), universal);
      }
      case "equal": {
        const named = [one.left, one.right].find(({ kind }) => kind === "constant");
        const value = named === one.left ? one.right : one.left;
        if (named?.kind !== "constant" || value.kind !== "read") break;
        const { type } = value.cell;
        if (type.kind !== "index" || representations.of(value.cell) !== "relation" || type.names[0] !== named.value)
          break;
        // The first name is the absence of an index.
        return polarity <= 0 && makes(type.sort, universal);
      }
      case "choice": {
        if (walk(one.condition, 0, universal)) return true;
        return (
          typeOf(one).kind === "boolean" && [one.then, one.otherwise].some((inner) => walk(inner, polarity, universal))
        );
      }
      default:
    }
    const inner = one.kind === "equal" ? 0 : polarity;
    return childrenOf(one).some((child) => typeOf(child).kind === "boolean" && walk(child, inner, universal));
  };
  return walk(condition, 1, []);
}

function sortOf(value: Expression): Sort {
  const type = typeOf(value);
  if (type.kind !== "index") throw new TypeError("a relation is of an index type");
  return type.sort;
}

/** The action without conditions of its guard that are endless: it can happen in more states. */
export function withoutEndless(
  action: Action,
  representations: Representations,
): { readonly action: Action; readonly dropped: readonly Expression[] } {
  const parts = action.guard.kind === "and" ? action.guard.operands : [action.guard];
  const dropped = parts.filter((part) => isEndless(part, representations));
  if (dropped.length === 0) return { action, dropped };
  return { action: { ...action, guard: and(...parts.filter((part) => !dropped.includes(part))) }, dropped };
}

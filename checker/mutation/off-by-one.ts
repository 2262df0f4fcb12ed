import type { ScalarShape } from "../schema/type.ts";
import { hasBit, Term, type Bool, type Scalar, type Terms, type Value } from "../terms/index.ts";

/**
 * The value of an assignment with its constants one higher or one lower: those that are assigned, and those in sums. A
 * value that would leave the type stays as it is, and so does one that is copied from another part of the state.
 *
 * @param cell the value that the part has before
 * @returns the same value where it has no constant
 */
export function shiftedValue(terms: Terms, value: Value, cell: Value, shape: ScalarShape, by: 1 | -1): Value {
  const isAllowed = (one: Scalar): boolean => shape.indexOf(one) >= 0;
  const shiftedScalar = (one: Scalar): Scalar =>
    Number.isInteger(one) && isAllowed((one as number) + by) ? (one as number) + by : one;
  const shifted = (one: Value): Value => {
    if (!(one instanceof Term)) return shiftedScalar(one);
    const [a, b, c] = one.operands;
    switch (one.operator) {
      case "ite":
        return one.isBoolean ? one : terms.ite(a as Bool, shifted(b), shifted(c));
      case "map": {
        const { domain } = a as Term;
        return terms.map(a, (operand) => {
          const result = one.table[domain!.positionOf(operand)];
          // A choice between a constant and the old value is a table of the old value too.
          return a === cell && result === operand ? result : shiftedScalar(result);
        });
      }
      case "+":
      case "-":
        if (a instanceof Term && b instanceof Term) return one;
        return withinShape(terms, one, terms.arithmetic("+", one, by), shape);
      default:
        return one;
    }
  };
  return shifted(value);
}

/** A value where it is in a range, and another one where it is not. */
function withinShape(terms: Terms, otherwise: Value, value: Value, { valueAt, cardinality }: ScalarShape): Value {
  const [low, high] = [valueAt(0), valueAt(cardinality - 1)];
  return terms.ite(terms.or(terms.less(value, low), terms.less(high, value)), otherwise, value);
}

/** A condition with one of its constants changed. */
export interface ShiftedCondition {
  /** Which constant of the condition, and in which direction: the same for the same change. */
  readonly key: string;
  readonly condition: Bool;
}

/**
 * A condition with each of its constants one higher and one lower: a value that a part of the state is compared with, or
 * a bound of a range of values. Constants of the operands of `or` count; those deeper inside do not.
 */
export function shiftedConditions(terms: Terms, condition: Term): ShiftedCondition[] {
  if (condition.operator !== "or") return shiftedComparisons(terms, condition);
  const parts = condition.operands as readonly Term[];
  return parts.flatMap((part, at) =>
    shiftedComparisons(terms, part).map(({ key, condition: shifted }) => ({
      key: `${at} ${key}`,
      condition: terms.or(...parts.map((one, index) => (index === at ? shifted : one))),
    })),
  );
}

function shiftedComparisons(terms: Terms, comparison: Term): ShiftedCondition[] {
  switch (comparison.operator) {
    case "in":
      return shiftedSets(terms, comparison);
    case "not": {
      const inner = comparison.operands[0] as Term;
      if (inner.operator !== "eq" && inner.operator !== "lt") return [];
      return shiftedComparisons(terms, inner).map(({ key, condition }) => ({ key, condition: terms.not(condition) }));
    }
    case "eq":
    case "lt": {
      const [a, b] = comparison.operands;
      const constants = [a, b].filter((operand) => Number.isInteger(operand));
      if (constants.length !== 1) return [];
      return ([1, -1] as const).flatMap((by) => {
        const [left, right] = [a, b].map((operand) => (operand instanceof Term ? operand : (operand as number) + by));
        const condition = comparison.operator === "eq" ? terms.equal(left, right) : terms.less(left, right);
        return condition === comparison ? [] : [{ key: `constant ${by}`, condition }];
      });
    }
    default:
      return [];
  }
}

/** A set of integers with its only member, the only one that it lacks, or one of its bounds moved by one. */
function shiftedSets(terms: Terms, { operands, mask }: Term): ShiftedCondition[] {
  const operand = operands[0] as Term;
  const { domain } = operand;
  if (domain === undefined || !domain.isInteger || domain.high - domain.low !== domain.size - 1) return [];
  const { low: least, high: most } = domain;
  const has = (value: number): boolean => hasBit(mask, domain.positionOf(value));
  const among = (keep: (value: number) => boolean): Bool => terms.test(operand, (value) => keep(value as number));
  const all = Array.from({ length: domain.size }, (_, index) => least + index);
  for (const isIn of [true, false]) {
    const [only, ...others] = all.filter((value) => has(value) === isIn);
    if (only === undefined || others.length > 0) continue;
    // A value at the end of the type that is left out is the bound of a range.
    if (!isIn && (only === least || only === most)) continue;
    return ([1, -1] as const).flatMap((by) =>
      only + by < least || only + by > most
        ? []
        : [{ key: `value ${by}`, condition: among((value) => (value === only + by) === isIn) }],
    );
  }
  const inside = all.filter(has);
  const [low, high] = [inside[0] as number, inside.at(-1) as number];
  if (high - low !== inside.length - 1) return [];
  const between = (from: number, to: number): Bool => among((value) => value >= from && value <= to);
  const shifted = [
    ...(low > least ? [{ key: "lower -1", condition: between(low - 1, high) }] : []),
    ...(low > least ? [{ key: "lower 1", condition: between(low + 1, high) }] : []),
    ...(high < most ? [{ key: "upper 1", condition: between(low, high + 1) }] : []),
    ...(high < most ? [{ key: "upper -1", condition: between(low, high - 1) }] : []),
  ];
  // A bound at the end of the type is no bound: that is the condition dropped.
  return shifted.filter(({ condition }) => condition !== true);
}

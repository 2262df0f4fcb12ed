import {
  and, cellsRead, childrenOf, equal, every, freeVariables, isIndex, not, some, substitute,
} from "../expressions.ts"; // prettier-ignore
import type { Representations } from "../encoding/representation.ts";
import type { Expression, Variable } from "../system.ts";

/**
 * A claim about all sizes: for no values of its variables, the named pairs of them different, are all of the terms true.
 */
export interface Cube {
  /** Pairs of expressions of one sort that differ. */
  readonly distinct: readonly (readonly [Expression, Expression])[];
  readonly terms: readonly Expression[];
}

/** The claim as a condition on states. */
export function clauseOf(cube: Cube): Expression {
  return every(variablesOf(cube), not(and(...literalsOf(cube))));
}

/** The terms, and the differences of what occurs in them. */
function literalsOf({ distinct, terms }: Cube): Expression[] {
  const used = new Set(terms.flatMap((term) => [...freeVariables(term)]));
  // A variable that no term reads can be chosen different from all others.
  const matters = (one: Expression): boolean => one.kind !== "variable" || used.has(one.variable);
  const pairs = distinct.filter(([one, other]) => matters(one) && matters(other));
  return [...pairs.map(([one, other]) => not(equal(one, other))), ...terms];
}

/** The variables in the order of first use. */
function variablesOf(cube: Cube): Variable[] {
  return [...new Set(literalsOf(cube).flatMap((literal) => [...freeVariables(literal)]))];
}

/** A term "the cell is this element" makes the element's variable the cell, everywhere. */
export function withoutEquations(cube: Cube, representations: Representations): Cube {
  let { distinct, terms } = { distinct: cube.distinct, terms: cube.terms.flatMap(conjuncts) };
  for (;;) {
    const found = terms.flatMap((term): [Expression, Variable, Expression][] => {
      if (term.kind !== "equal") return [];
      const { left, right } = term;
      if (left.kind !== "read" || right.kind !== "variable") return [];
      const isFunction = representations.of(left.cell) === "function";
      return isFunction && !freeVariables(left).has(right.variable) ? [[term, right.variable, left]] : [];
    })[0];
    if (found === undefined) return { distinct, terms };
    const [equation, one, value] = found;
    const put = (expression: Expression): Expression => substitute(expression, new Map([[one, value]]));
    terms = terms.flatMap((term) => {
      if (term !== equation) return [put(term)];
      const condition = value.kind === "read" && value.cell.type.kind === "index" && value.cell.type.names.length > 0;
      return condition ? [isIndex(value)] : [];
    });
    distinct = distinct.map(([left, right]) => [put(left), put(right)] as const);
  }
}

export function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === "and" ? expression.operands.flatMap(conjuncts) : [expression];
}

/** Whether no element that the claim says to exist depends on elements of a later sort, or of its own. */
export function isStratified(cube: Cube, representations: Representations): boolean {
  const outer = variablesOf(cube).map(({ sort }) => representations.placeOf(sort));
  const last = Math.max(-1, ...outer);
  // The claim is negative: "every" in a term says that something exists.
  const walk = (expression: Expression, isPositive: boolean): boolean => {
    if (expression.kind === "not") return walk(expression.operand, !isPositive);
    if ((expression.kind === "every") === isPositive && (expression.kind === "every" || expression.kind === "some")) {
      if (representations.placeOf(expression.variable.sort) <= last) return false;
    }
    return childrenOf(expression).every((child) => walk(child, isPositive));
  };
  return cube.terms.every((term) => walk(term, true));
}

/**
 * Whether all terms are true together, as a closed condition in which each term is tested as soon as its variables have
 * values.
 */
export function occurrence(cube: Cube): Expression {
  const literals = literalsOf(cube);
  const needs = new Map(literals.map((literal) => [literal, freeVariables(literal)]));
  const order = variablesOf(cube);
  const nest = (bound: ReadonlySet<Variable>, left: readonly Variable[], open: readonly Expression[]): Expression => {
    const ready = open.filter((literal) => [...(needs.get(literal) as Set<Variable>)].every((one) => bound.has(one)));
    const rest = open.filter((literal) => !ready.includes(literal));
    if (left.length === 0) return and(...ready);
    // The variable that completes most terms comes next.
    const completes = (one: Variable): number =>
      rest.filter((literal) =>
        [...(needs.get(literal) as Set<Variable>)].every((other) => other === one || bound.has(other)),
      ).length;
    const next = left.reduce((best, one) => (completes(one) > completes(best) ? one : best));
    return and(
      ...ready,
      some(
        [next],
        nest(
          new Set([...bound, next]),
          left.filter((one) => one !== next),
          rest,
        ),
      ),
    );
  };
  return nest(new Set(), order, literals);
}

/** Equal for cubes that differ in the names of their variables only; terms are in their order. */
export function keyOf(cube: Cube): string {
  const names = new Map<Variable, string>();
  const text = (one: Expression): string => {
    switch (one.kind) {
      case "constant":
        return String(one.value);
      case "variable": {
        let name = names.get(one.variable);
        if (name === undefined) names.set(one.variable, (name = `${one.variable.sort.name}${names.size}`));
        return name;
      }
      case "read":
        return `${one.cell.name}(${one.indices.map(text).join()})`;
      case "some":
      case "every": {
        names.set(one.variable, `${one.variable.sort.name}${names.size}`);
        return `(${one.kind} ${names.get(one.variable)} ${text(one.body)})`;
      }
      default:
        return `(${one.kind} ${childrenOf(one).map(text).join(" ")})`;
    }
  };
  const terms = cube.terms.map(text).sort();
  return [...terms, ...cube.distinct.map(([one, other]) => [text(one), text(other)].sort().join("/")).sort()].join(";");
}

/** Whether a claim reads no cell: then it says something about the sizes, not about states. */
export function isAboutSizes({ terms }: Cube): boolean {
  return terms.every((term) => cellsRead(term).size === 0);
}

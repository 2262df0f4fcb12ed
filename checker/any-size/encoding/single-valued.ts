import { and, constant, equal, every, not, or, parametersOf, read, variable } from "../expressions.ts";
import type { AnySizeSystem, Cell, Expression } from "../system.ts";
import type { Representations } from "./representation.ts";

/** A condition on the encoding of one cell. */
export interface SingleValued {
  readonly cell: Cell;
  readonly formula: Expression;
}

/**
 * Conditions that each state of the system meets and that its encoding does not imply: no cell has two values. They are
 * part of each invariant, so they are proved, not assumed.
 */
export function singleValued(
  { cells }: Pick<AnySizeSystem, "cells">,
  representations: Representations,
): SingleValued[] {
  return cells.flatMap((cell) => {
    const { type } = cell;
    if (type.kind !== "index") return [];
    const isRelation = representations.of(cell) === "relation";
    // The first name of a relation is the absence of every other value.
    const flagged = isRelation ? type.names.slice(1) : type.names;
    const variables = parametersOf([...cell.parameters, ...(isRelation ? [type.sort, type.sort] : [])]);
    const arity = cell.parameters.length;
    const value = read(cell, ...variables.slice(0, arity).map(variable));
    const named = (name: string): Expression => equal(value, constant(name, type));
    const clauses = flagged.flatMap((name, place) =>
      flagged.slice(0, place).map((other) => not(and(named(name), named(other)))),
    );
    if (isRelation) {
      const [one, other] = variables.slice(arity).map(variable) as [Expression, Expression];
      clauses.push(or(not(equal(value, one)), not(equal(value, other)), equal(one, other)));
      clauses.push(...flagged.map((name) => not(and(equal(value, one), named(name)))));
    }
    return clauses.map((body) => ({ cell, formula: every(variables, body) }));
  });
}

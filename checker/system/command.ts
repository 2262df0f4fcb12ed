import { Term, type Bool, type Value } from "../terms/index.ts";
import { not, type Condition, type Expression } from "./expression.ts";
import type { SystemAction } from "./system.ts";
import type { Translation } from "./translation.ts";

/** A part of a step. All conditions and values are of the state before the step. */
export type Statement =
  | { readonly kind: "assign"; readonly cell: number; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly condition: Condition;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    };

/** An action instance as a guarded command. */
export interface Command {
  /** Condition under which it is enabled. */
  readonly guard: Condition;
  /** New values of the cells that it may change. */
  readonly next: ReadonlyMap<number, Expression>;
  /** The same as statements, in any order. Each cell is assigned to at most once on every way. */
  readonly statements: readonly Statement[];
}

export function commandOf<S>(action: SystemAction<S>, cells: readonly Value[], translation: Translation): Command {
  const next = [...action.next].sort(([a], [b]) => a - b);
  return {
    guard: translation.condition(action.guard),
    next: new Map(next.map(([cell, value]) => [cell, translation.assigned(cell, value)])),
    statements: statementsOf(next, cells, translation),
  };
}

type Assignments = readonly (readonly [cell: number, value: Value])[];

/**
 * Assignments as statements: cells whose values depend on the same condition first of all share an `if`, and what
 * keeps its value is left out.
 */
function statementsOf(assignments: Assignments, cells: readonly Value[], translation: Translation): Statement[] {
  const uses = usesIn(assignments.map(([, value]) => value));
  const written = (given: Assignments): Statement[] => {
    const groups = new Map<Bool, Assignments>();
    const statements: Statement[] = [];
    for (const assignment of given) {
      const [cell, value] = assignment;
      // A value that is needed elsewhere has a name.
      if (value instanceof Term && value.operator === "ite" && uses.get(value) === 1) {
        const condition = value.operands[0] as Bool;
        groups.set(condition, [...(groups.get(condition) ?? []), assignment]);
      } else statements.push({ kind: "assign", cell, value: translation.assigned(cell, value) });
    }
    for (const [condition, group] of groups) {
      const branch = (operand: 1 | 2): Assignments =>
        group.flatMap(([cell, value]) => {
          const result = (value as Term).operands[operand];
          return result === cells[cell] ? [] : [[cell, result] as const];
        });
      const [then, otherwise] = [branch(1), branch(2)];
      const [only] = group;
      if (group.length === 1 && only !== undefined && then.length + otherwise.length === 2) {
        statements.push({ kind: "assign", cell: only[0], value: translation.assigned(...only) });
      } else {
        const is = translation.condition(condition);
        const isEmpty = then.length === 0;
        statements.push({
          kind: "if",
          condition: isEmpty ? not(is) : is,
          then: written(isEmpty ? otherwise : then),
          otherwise: isEmpty ? [] : written(otherwise),
        });
      }
    }
    return statements;
  };
  return written(assignments);
}

/** Number of occurrences of each term in others, or among the values themselves. */
function usesIn(values: readonly Value[]): Map<Term, number> {
  const uses = new Map<Term, number>();
  const open = [...values];
  while (open.length > 0) {
    const value = open.pop();
    if (!(value instanceof Term)) continue;
    const known = uses.get(value) ?? 0;
    uses.set(value, known + 1);
    if (known === 0) open.push(...value.operands);
  }
  return uses;
}

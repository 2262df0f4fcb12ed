import type { Definitions } from "./definitions.ts";
import { and, FALSE, not, or, TRUE, type Expression } from "./expression.ts";
import type { Assignment, Choice, Command } from "./step.ts";
import { countOf, type ExportedCell } from "./structure.ts";

/**
 * Where a step of an enabled command changes the state. Fairness asks for it: a step that changes nothing neither counts
 * as possible nor as taken.
 *
 * @param cells by the number of the layout's cell
 */
export function changesOf(
  { guard, choices }: Command,
  cells: readonly (ExportedCell | undefined)[],
  definitions: Definitions,
): Expression {
  return or(choices.map(changesByChoice));

  function changesByChoice({ cases }: Choice): Expression {
    const before: Expression[] = [];
    const changes = cases.map(({ condition, assignments }) => {
      // Of all but the last the conditions exclude each other, where the command is enabled.
      const taken = condition.kind === "constant" ? and(before.map(not)) : condition;
      before.push(condition);
      const changed = or(assignments.map((assignment) => changesBy(assignment, [guard, taken])));
      return { taken, changed };
    });
    const isTotal = cases.at(-1)?.condition.kind === "constant";
    if (isTotal && changes.every(({ changed }) => changed === TRUE)) return TRUE;
    return or(changes.map(({ taken, changed }) => and([taken, changed])));
  }

  function changesBy({ cell, origin }: Assignment, known: readonly Expression[]): Expression {
    if (typeof origin === "number") {
      const possible = possibleValues(cell, known);
      if (!possible.includes(origin)) return TRUE;
      return otherThan(cell, origin);
    }
    const { from, map } = origin;
    const values = possibleValues(from, known);
    const becomes = (value: number): number | undefined => (map === undefined ? value : map[value]);
    if (from === cell) {
      const changing = values.filter((value) => becomes(value) !== value);
      return changing.length === values.length ? TRUE : test(cell, changing);
    }
    return or(
      values.flatMap((value) => {
        const to = becomes(value);
        return to === undefined ? [] : [and([test(from, [value]), otherThan(cell, to)])];
      }),
    );
  }

  function otherThan(cell: number, value: number): Expression {
    return test(
      cell,
      valuesOf(cell).filter((other) => other !== value),
    );
  }

  function valuesOf(cell: number): number[] {
    const coding = cells[cell]?.coding;
    return Array.from({ length: coding === undefined ? 1 : countOf(coding) }, (_, value) => value);
  }

  /** The values that the conditions leave to a cell, as far as a glance tells. */
  function possibleValues(cell: number, known: readonly Expression[]): number[] {
    let values = valuesOf(cell);
    const look = (condition: Expression): void => {
      if (condition.kind === "and") condition.operands.forEach(look);
      else if (condition.kind === "test" && condition.cell === cell) {
        values = values.filter((value) => condition.values.includes(value));
      } else if (condition.kind === "name") {
        const meaning = definitions.meaning(condition.name);
        if (meaning !== undefined) look(meaning);
      }
    };
    known.forEach(look);
    return values;
  }
}

function test(cell: number, values: readonly number[]): Expression {
  return values.length === 0 ? FALSE : { kind: "test", cell, values };
}

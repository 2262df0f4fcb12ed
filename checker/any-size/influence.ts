import { and, cellsRead, every, TRUE } from "./expressions.ts";
import type { AnySizeSystem, Cell, Expression, Property } from "./system.ts";

/**
 * The system without cells that influence none of the properties, such as a ghost that is written and never read: cells that
 * no property, lemma and guard reads, nor a new value of a cell that matters. The runs of the others are the same.
 */
export function influencing(system: AnySizeSystem, properties: readonly Property[]): AnySizeSystem {
  const kept = new Set<Cell>();
  for (const { holds } of [...properties, ...system.lemmas]) cellsRead(holds, kept);
  for (const { guard } of system.actions) cellsRead(guard, kept);
  // Constants, such as the CPU of literal 0: initial states are described by them.
  const changed = new Set(system.actions.flatMap(({ updates }) => updates.map(({ cell }) => cell)));
  for (const cell of system.cells) if (!changed.has(cell)) kept.add(cell);
  for (let count = -1; count !== kept.size;) {
    count = kept.size;
    for (const { updates } of system.actions) {
      for (const { cell, value } of updates) if (kept.has(cell)) cellsRead(value, kept);
    }
  }
  if (system.cells.every((cell) => kept.has(cell))) return system;
  return {
    ...system,
    cells: system.cells.filter((cell) => kept.has(cell)),
    initial: about(system.initial, kept),
    actions: system.actions.map((action) => ({
      ...action,
      updates: action.updates.filter(({ cell }) => kept.has(cell)),
    })),
    properties,
  };
}

/** The parts of a condition that read no other cells: a condition that follows from it. */
function about(condition: Expression, cells: ReadonlySet<Cell>): Expression {
  if ([...cellsRead(condition)].every((cell) => cells.has(cell))) return condition;
  if (condition.kind === "and") return and(...condition.operands.map((operand) => about(operand, cells)));
  if (condition.kind === "every") return every([condition.variable], about(condition.body, cells));
  return TRUE;
}

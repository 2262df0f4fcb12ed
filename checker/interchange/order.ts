import type { Definitions } from "./definitions.ts";
import type { Assignment, Choice } from "./step.ts";

/** Choices in an order in which they can be made one after another, though all speak of the state before the step. */
export interface Sequential {
  readonly choices: readonly Choice[];
  /** The cells whose values before the step must be kept aside, since no order saves that. */
  readonly kept: ReadonlySet<number>;
}

interface Item {
  readonly choice: Choice;
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

/** Orders choices, and the assignments of each case, so that what is overwritten has been read. */
export function sequential(choices: readonly Choice[], definitions: Definitions): Sequential {
  const kept = new Set<number>();
  const ordered = arranged(
    choices.map((choice): Item => ({ choice, reads: readsOf(choice, definitions), writes: writesOf(choice) })),
    kept,
  );
  return {
    kept,
    choices: ordered.map(({ choice }) => ({
      cases: choice.cases.map(({ condition, assignments }) => ({
        condition,
        assignments: assignmentsInOrder(assignments, kept),
      })),
    })),
  };
}

function assignmentsInOrder(assignments: readonly Assignment[], kept: Set<number>): readonly Assignment[] {
  const items = assignments.map((assignment) => ({
    assignment,
    reads: new Set(typeof assignment.origin === "number" ? [] : [assignment.origin.from]),
    writes: new Set([assignment.cell]),
  }));
  return arranged(items, kept).map(({ assignment }) => assignment);
}

/** One that overwrites nothing the others still read comes first; if there is none, what it overwrites is kept. */
function arranged<Each extends { readonly reads: ReadonlySet<number>; readonly writes: ReadonlySet<number> }>(
  items: readonly Each[],
  kept: Set<number>,
): Each[] {
  const left = [...items];
  const ordered: Each[] = [];
  while (left.length > 0) {
    let best = 0;
    let conflicts: number[] = [];
    for (const [index, item] of left.entries()) {
      const own = [...item.writes].filter(
        (cell) => !kept.has(cell) && left.some((other) => other !== item && other.reads.has(cell)),
      );
      if (index > 0 && own.length >= conflicts.length) continue;
      best = index;
      conflicts = own;
    }
    for (const cell of conflicts) kept.add(cell);
    ordered.push(...left.splice(best, 1));
  }
  return ordered;
}

function readsOf({ cases }: Choice, definitions: Definitions): Set<number> {
  const reads = new Set<number>();
  for (const { condition, assignments } of cases) {
    definitions.addCells(condition, reads);
    for (const { origin } of assignments) if (typeof origin !== "number") reads.add(origin.from);
  }
  return reads;
}

function writesOf({ cases }: Choice): Set<number> {
  return new Set(cases.flatMap(({ assignments }) => assignments.map(({ cell }) => cell)));
}

import type { Statement } from "./command.ts";
import { partsOf, type Expression } from "./expression.ts";
import { shared, type Definition } from "./sharing.ts";

/** A step for a language whose statements are executed one after another. */
export interface Sequential {
  /** To be evaluated before anything changes. */
  readonly definitions: readonly Definition[];
  readonly statements: readonly Statement[];
  /** The cells that no order helps: their new values are put aside, and assigned at the end. */
  readonly deferred: ReadonlySet<number>;
}

interface Item {
  readonly statement: Statement;
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

/** Orders statements so that nothing is overwritten that another still reads, and names what they have in common. */
export function sequential(statements: readonly Statement[]): Sequential {
  const { definitions, of } = shared(expressionsIn(statements));
  const deferred = new Set<number>();
  return { definitions, statements: arranged(changed(statements, of), deferred), deferred };
}

function expressionsIn(statements: readonly Statement[]): Expression[] {
  return statements.flatMap((one) =>
    one.kind === "assign" ? [one.value] : [one.condition, ...expressionsIn(one.then), ...expressionsIn(one.otherwise)],
  );
}

function changed(statements: readonly Statement[], of: <E extends Expression>(expression: E) => E): Statement[] {
  return statements.map((one) =>
    one.kind === "assign"
      ? { ...one, value: of(one.value) }
      : {
          ...one,
          condition: of(one.condition),
          then: changed(one.then, of),
          otherwise: changed(one.otherwise, of),
        },
  );
}

/** One that overwrites nothing the others still read comes first; if there is none, what it overwrites is deferred. */
function arranged(statements: readonly Statement[], deferred: Set<number>): Statement[] {
  const left = statements.map(itemOf);
  const ordered: Statement[] = [];
  while (left.length > 0) {
    let best = 0;
    let conflicts: number[] = [];
    for (const [index, item] of left.entries()) {
      const own = [...item.writes].filter(
        (cell) => !deferred.has(cell) && left.some((other) => other !== item && other.reads.has(cell)),
      );
      if (index > 0 && own.length >= conflicts.length) continue;
      best = index;
      conflicts = own;
      if (own.length === 0) break;
    }
    for (const cell of conflicts) deferred.add(cell);
    const [{ statement }] = left.splice(best, 1) as [Item];
    ordered.push(
      statement.kind === "assign"
        ? statement
        : {
            ...statement,
            then: arranged(statement.then, deferred),
            otherwise: arranged(statement.otherwise, deferred),
          },
    );
  }
  return ordered;
}

function itemOf(statement: Statement): Item {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const read = (expression: Expression): void => {
    if (expression.kind === "cell") reads.add(expression.cell);
    partsOf(expression).forEach(read);
  };
  const walk = (one: Statement): void => {
    if (one.kind === "assign") {
      read(one.value);
      writes.add(one.cell);
    } else {
      read(one.condition);
      [...one.then, ...one.otherwise].forEach(walk);
    }
  };
  walk(statement);
  return { statement, reads, writes };
}

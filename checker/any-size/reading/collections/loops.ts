import { NotRead } from "../../../terms/index.ts";
import type { Cell, Expression, Sort, Variable } from "../../system.ts";
import {
  and,
  choose,
  equal,
  FALSE,
  freshVariable,
  mapParts,
  not,
  or,
  some,
  substitute,
  TRUE,
  typeOf,
  variable,
} from "../values/expressions.ts";
import { conditionOf, leavesOf, valueOf, type Tree } from "../values/explorer.ts";
import { Facts } from "../values/facts.ts";
import { placed } from "../values/placing.ts";
import type { Session } from "../values/session.ts";
import type { Access } from "../values/store.ts";
import { isPrimitive, Thrown, type Thing } from "../values/things.ts";

/** End of one turn of a loop. */
export type Ending =
  | { readonly kind: "end" }
  | { readonly kind: "break" }
  | { readonly kind: "return"; readonly value: Thing }
  | { readonly kind: "throw" };

interface Turn {
  readonly ending: Ending;
  /** The cells that the turn has changed, with their values at their parameters. */
  readonly changes: ReadonlyMap<Cell, Expression>;
}

const END: Ending = { kind: "end" };

/** Changes the state for each element of a sort. */
export function eachElement(
  session: Session,
  sort: Sort,
  body: (index: Expression) => void,
  condition?: (index: Expression) => Expression,
): void {
  loop(
    session,
    sort,
    (index) => {
      body(index);
      return END;
    },
    condition,
  );
}

/**
 * A loop over all elements of a sort. Turns that each change what belongs to their own element alone happen at once: no
 * order of them makes a difference. So do turns that all write one constant.
 *
 * @returns what the function returns out of the loop; undefined where it continues behind it
 */
export function loop(
  session: Session,
  sort: Sort,
  body: (index: Expression) => Ending,
  condition: ((index: Expression) => Expression) | undefined,
): { readonly value: Thing } | undefined {
  const { store, explorer } = session;
  const own = freshVariable(sort);
  const element = variable(own);
  const before = new Map(store.changed.map((cell) => [cell, store.valueAt(cell)]));
  const { result: tree, reads } = store.logged(() =>
    explorer.explore((): Turn => {
      if (condition !== undefined && !explorer.decide(condition(element))) return { ending: END, changes: new Map() };
      let ending: Ending;
      try {
        ending = body(element);
      } catch (error) {
        if (!(error instanceof Thrown)) throw error;
        ending = { kind: "throw" };
      }
      const changes = new Map<Cell, Expression>();
      for (const cell of store.changed) {
        const value = store.valueAt(cell);
        if (value !== before.get(cell)) changes.set(cell, value);
      }
      return { ending, changes };
    }),
  );
  const turns = [...leavesOf(tree)];
  const isFor = (kind: Ending["kind"]): Expression =>
    conditionOf(tree, ({ ending }) => (ending.kind === kind ? TRUE : FALSE));
  if (explorer.decide(some(own, isFor("throw")))) throw new Thrown();
  const leaving = turns.filter(({ ending }) => ending.kind === "return" || ending.kind === "break");
  const cells = new Set(turns.flatMap(({ changes }) => [...changes.keys()]));
  if (leaving.length > 0 && cells.size > 0) {
    throw new NotRead(
      `it leaves a loop over the ${sort.name}s that changes the state: which of them come first would matter`,
    );
  }
  if (leaving.length > 0) return left(session, tree, own, leaving);
  const values = new Map([...cells].map((cell) => [cell, together(session, cell, tree, own, reads)]));
  for (const [cell, value] of values) store.replace(cell, value);
  return undefined;
}

/** A loop that may be left, and changes nothing. */
function left(
  session: Session,
  tree: Tree<Turn>,
  own: Variable,
  leaving: readonly Turn[],
): { readonly value: Thing } | undefined {
  const leaves = conditionOf(tree, ({ ending }) => (ending.kind === "return" ? TRUE : FALSE));
  const returns = leaving.flatMap(({ ending }) => (ending.kind === "return" ? [ending.value] : []));
  // Which of the turns are taken before a break depends on the order; without a return none of them matters.
  if (returns.length === 0) return undefined;
  if (returns.length < leaving.length) {
    throw new NotRead(`it leaves a loop over the ${own.sort.name}s in two ways: which of them come first would matter`);
  }
  if (!session.explorer.decide(some(own, leaves))) return undefined;
  const [value] = returns;
  if (isPrimitive(value) && returns.every((one) => Object.is(one, value))) return { value };
  const found = session.choose(own.sort, (element) => substitute(leaves, new Map([[own, variable(element)]])));
  const chosen = new Map([[own, variable(found)]]);
  const pick = (part: Tree<Turn>): Thing => {
    if (part.kind === "leaf") {
      if (part.leaf.ending.kind !== "return") throw new NotRead("it leaves a loop in a way that is not seen");
      return placed(session, part.leaf.ending.value, chosen);
    }
    const branch = session.explorer.decide(substitute(part.condition, chosen)) ? part.yes : part.no;
    if (branch === undefined) throw new NotRead("it leaves a loop in a way that is not seen");
    return pick(branch);
  };
  return { value: pick(tree) };
}

/** The values of a cell after all turns of a loop. */
function together(session: Session, cell: Cell, tree: Tree<Turn>, own: Variable, reads: readonly Access[]): Expression {
  const { store } = session;
  const before = store.valueAt(cell);
  const after = valueOf(tree, ({ changes }) => changes.get(cell) ?? before) as Expression;
  const parameters = store.parametersOf(cell);
  const element = variable(own);
  const ofCell = reads.filter((access) => access.cell === cell);
  for (const [at, parameter] of parameters.entries()) {
    if (parameter.sort !== own.sort) continue;
    const apart = new Facts();
    apart.assume(equal(variable(parameter), element), false);
    if (apart.simplify(after) !== apart.simplify(before)) continue;
    // A turn must not see what another one has changed.
    if (!ofCell.every(({ indices }) => indices[at] === element)) break;
    return substitute(after, new Map([[own, variable(parameter)]]));
  }
  if (ofCell.length === 0) {
    for (const constantValue of constantsIn(after)) {
      const hit = hitBy(after, before, constantValue);
      if (hit !== undefined) return choose(some(own, hit), constantValue, before);
    }
  }
  throw new NotRead(
    `its loop over the ${own.sort.name}s changes ${cell.name} for others than the element of its turn, or reads what another turn may have changed: only changes that do not depend on the order are read`,
  );
}

function constantsIn(expression: Expression, found = new Set<Expression>()): ReadonlySet<Expression> {
  if (expression.kind === "constant") found.add(expression);
  else if (expression.kind === "choice") {
    constantsIn(expression.then, found);
    constantsIn(expression.otherwise, found);
  } else if (typeOf(expression).kind === "boolean") {
    found.add(TRUE);
    found.add(FALSE);
  }
  return found;
}

/** The condition under which a value is the constant, where it is the constant or as before; undefined for others. */
function hitBy(after: Expression, before: Expression, value: Expression): Expression | undefined {
  if (typeOf(before).kind === "boolean") {
    const [withFalse, withTrue] = [replaced(after, before, FALSE), replaced(after, before, TRUE)];
    if (value === TRUE) return withTrue === TRUE ? withFalse : undefined;
    return withFalse === FALSE ? not(withTrue) : undefined;
  }
  if (after === before) return FALSE;
  if (after === value) return TRUE;
  if (after.kind !== "choice") return undefined;
  const [then, otherwise] = [hitBy(after.then, before, value), hitBy(after.otherwise, before, value)];
  if (then === undefined || otherwise === undefined) return undefined;
  return or(and(after.condition, then), and(not(after.condition), otherwise));
}

function replaced(expression: Expression, part: Expression, by: Expression): Expression {
  if (expression === part) return by;
  return mapParts(expression, (one) => replaced(one, part, by));
}

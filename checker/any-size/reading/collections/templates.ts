import { NotRead } from "../../../terms/index.ts";
import type { Expression, Sort, Variable } from "../../system.ts";
import type { Tree } from "../values/explorer.ts";
import { choose, constant, freshVariable, variable } from "../values/expressions.ts";
import { isBoolean, thingOf } from "../values/operators.ts";
import { placed } from "../values/placing.ts";
import type { Session } from "../values/session.ts";
import { nameOf } from "../family/structure.ts";
import type { Table } from "../values/things.ts";
import { List, Local, Place, Scalar, TEXT, Text, type Thing, isPrimitive } from "../values/things.ts";

/** Present result of work on one element, for every element. */
export function template(session: Session, sort: Sort, work: (index: Expression) => Thing): Table["element"] {
  const own = freshVariable(sort);
  const tree = session.explorer.explore(() => session.store.locked(() => work(variable(own))));
  return templateOf(session, own, tree);
}

/** One thing for all runs of a function of an element; runs that give nothing do not matter. */
export function templateOf(session: Session, own: Variable, tree: Tree<Thing | typeof NOTHING>): Table["element"] {
  const merged = merge(session, tree);
  return (index) => (merged === NOTHING ? undefined : placed(session, merged, new Map([[own, index]])));
}

/** The result of a run whose result is not used. */
export const NOTHING: unique symbol = Symbol("nothing");

function merge(session: Session, tree: Tree<Thing | typeof NOTHING>): Thing | typeof NOTHING {
  if (tree.kind === "leaf") return tree.leaf;
  const { condition, yes, no } = tree;
  if (yes === undefined || no === undefined) return merge(session, (yes ?? no) as typeof tree);
  const one = merge(session, yes);
  const other = merge(session, no);
  if (one === NOTHING) return other;
  if (other === NOTHING) return one;
  return mergedBy(session, condition, one, other);
}

function mergedBy(session: Session, condition: Expression, one: Thing, other: Thing): Thing {
  if (one === other) return one;
  const [a, b] = [expressionOf(session, one), expressionOf(session, other)];
  if (a !== undefined && b !== undefined && isBoolean(a) === isBoolean(b)) {
    return thingOf(session, choose(condition, a, b));
  }
  if (one instanceof Text || other instanceof Text) return TEXT;
  if (one instanceof Place && other instanceof Place && one.node === other.node) {
    if (one.indices.every((index, at) => index === other.indices[at])) return one;
  }
  if (
    one instanceof Local &&
    other instanceof Local &&
    [...one.fields.keys()].join() === [...other.fields.keys()].join()
  ) {
    return session.local(
      [...one.fields].map(([name, value]) => [name, mergedBy(session, condition, value, other.fields.get(name))]),
    );
  }
  if (one instanceof List && other instanceof List && one.items.length === other.items.length) {
    return session.list(one.items.map((item, at) => mergedBy(session, condition, item, other.items[at])));
  }
  throw new NotRead("it makes values of different form for the elements of a dimension");
}

/** The expression of a boolean, an index or a named value. */
export function expressionOf(session: Session, thing: Thing): Expression | undefined {
  if (thing instanceof Scalar) return thing.expression;
  if (typeof thing === "boolean") return constant(thing);
  if (!isPrimitive(thing) || thing === undefined) return undefined;
  return session.scalars.get(nameOf(thing)) === thing ? constant(nameOf(thing)) : undefined;
}

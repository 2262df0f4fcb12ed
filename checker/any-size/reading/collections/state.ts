import { NotRead } from "../../../terms/index.ts";
import type { Cell, Expression } from "../../system.ts";
import { constant, equal, or } from "../values/expressions.ts";
import { eachElement } from "./loops.ts";
import { concrete, isBoolean, refuseSizes, same, sortOfIndex, thingOf } from "../values/operators.ts";
import { fieldOf, madeElements, namesIn } from "./outside.ts";
import type { Session } from "../values/session.ts";
import { type Node, nameOf } from "../family/structure.ts";
import { template } from "./templates.ts";
import { Place, Scalar, type Thing, Thrown, isPrimitive } from "../values/things.ts";

/** Content of a place of the state. */
export function load(session: Session, node: Node, indices: readonly Expression[], isDraft: boolean): Thing {
  switch (node.kind) {
    case "cell":
      return thingOf(session, session.store.get(node.cell, indices));
    case "fixed":
      return node.value;
    case "optional": {
      const isPresent = session.explorer.decide(session.store.get(node.present, indices));
      return isPresent ? load(session, node.some, indices, isDraft) : null;
    }
    default:
      return new Place(node, indices, isDraft);
  }
}

/** Puts a thing at a place of the state, each part of it in its cell. */
export function save(session: Session, node: Node, indices: readonly Expression[], given: Thing): void {
  refuseSizes(given, "puts into the state");
  switch (node.kind) {
    case "cell":
      session.store.set(node.cell, indices, valueFor(session, node.cell, given));
      return;
    case "fixed":
      if (!session.explorer.decide(same(session, given, node.value))) throw new Thrown();
      return;
    case "record": {
      if (isPrimitive(given)) throw new Thrown();
      const before = given instanceof Place ? detached(session, given) : given;
      for (const name of namesIn(before)) if (!node.fields.has(name)) throw new Thrown();
      for (const [name, field] of node.fields) save(session, field, indices, fieldOf(session, before, name));
      return;
    }
    case "optional":
      if (given === null) {
        session.store.set(node.present, indices, constant(false));
        return;
      }
      if (isPrimitive(given)) throw new Thrown();
      session.store.set(node.present, indices, constant(true));
      save(session, node.some, indices, given);
      return;
    case "function": {
      const table = madeElements(session, given instanceof Place ? detached(session, given) : given);
      if (table?.kind !== "sort" || table.sort !== node.sort || table.condition !== undefined) throw new Thrown();
      eachElement(session, node.sort, (index) =>
        save(session, node.element, [...indices, index], table.element(index)),
      );
      return;
    }
    case "array":
    case "sequence": {
      const list = madeElements(session, given instanceof Place ? detached(session, given) : given);
      if (list?.kind !== "list") throw new Thrown();
      const { items } = list;
      if (items.length > node.elements.length) throw new Thrown();
      if (node.kind === "sequence") setLength(session, node, indices, items.length);
      else if (items.length < node.elements.length) throw new Thrown();
      for (const [at, item] of items.entries()) save(session, node.elements[at] as Node, indices, item);
    }
  }
}

/** The value for a cell; one outside its type ends the run. */
function valueFor(session: Session, { type }: Cell, given: Thing): Expression {
  if (given instanceof Scalar) {
    const { expression } = given;
    if (type.kind === "boolean") {
      if (!isBoolean(expression)) throw new Thrown();
      return expression;
    }
    if (isBoolean(expression)) throw new Thrown();
    const sort = sortOfIndex(expression);
    const { names, isElement } = session.explorer.facts.valuesOf(expression);
    if (isElement && type.kind === "index" && sort !== type.sort) {
      throw new NotRead(`it uses the index of a ${sort?.name} as the index of a ${type.sort.name}`);
    }
    if (isElement && type.kind === "names") {
      throw new NotRead(`it uses the index of a ${sort?.name} as a number`);
    }
    const outside = names.filter((name) => !type.names.includes(name)).map((name) => equal(expression, constant(name)));
    if (outside.length > 0 && session.explorer.decide(or(...outside))) throw new Thrown();
    return session.explorer.facts.simplify(expression);
  }
  if (!isPrimitive(given) || given === undefined) throw new Thrown();
  if (type.kind === "boolean") {
    if (typeof given !== "boolean") throw new Thrown();
    return constant(given);
  }
  if (typeof given === "number" && type.kind === "index" && Number.isInteger(given) && given >= 0) {
    return session.literal(type.sort, given);
  }
  const name = nameOf(given);
  if (!type.names.includes(name) || session.scalars.get(name) !== given) throw new Thrown();
  return constant(name);
}

/** The length of a sequence in this run. */
export function lengthOf(
  session: Session,
  node: Node & { readonly kind: "sequence" },
  indices: readonly Expression[],
): number {
  if (node.elements.length === 0) return 0;
  const length = thingOf(session, session.store.get(node.length, indices));
  return concrete(session, length, "counts") as number;
}

/** Gives a sequence a length. */
export function setLength(
  session: Session,
  node: Node & { readonly kind: "sequence" },
  indices: readonly Expression[],
  length: number,
): void {
  if (node.elements.length > 0) session.store.set(node.length, indices, constant(nameOf(length)));
}

/** A copy of a part of the state, which later changes leave as it is. */
export function detached(session: Session, thing: Thing): Thing {
  if (!(thing instanceof Place)) return thing;
  const { node, indices } = thing;
  const part = (one: Node, at: readonly Expression[]): Thing => detached(session, load(session, one, at, false));
  switch (node.kind) {
    case "record":
      return session.local([...node.fields].map(([name, field]) => [name, part(field, indices)]));
    case "array":
      return session.list(node.elements.map((element) => part(element, indices)));
    case "sequence": {
      const length = lengthOf(session, node, indices);
      return session.list(node.elements.slice(0, length).map((element) => part(element, indices)));
    }
    case "function": {
      const element = template(session, node.sort, (index) => part(node.element, [...indices, index]));
      return session.table(node.sort, element);
    }
    default:
      return thing;
  }
}

import { didYouMean } from "../../definition/index.ts";
import { NotRead } from "../../terms/index.ts";
import type { Cell, Expression, Sort, Variable } from "../system.ts";
import { choose, constant, equal, freshVariable, isIndex, or, some, variable } from "./expressions.ts";
import type { Tree } from "./explorer.ts";
import { lift, mapped } from "./host.ts";
import { eachElement } from "./loops.ts";
import { placed } from "./placing.ts";
import { concrete, isBoolean, refuseSizes, same, sortOfIndex, thingOf } from "./operators.ts";
import type { Session } from "./session.ts";
import { nameOf, type Node } from "./structure.ts";
import {
  Closure,
  Count,
  Failure,
  Host,
  isPrimitive,
  List,
  Local,
  Method,
  Place,
  Scalar,
  Size,
  Table,
  Text,
  TEXT,
  Thrown,
  type Thing,
} from "./things.ts";

// ------------------------------------------------------------------------------------------------------------ state

/** What is at a place of the state. */
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
      for (const [name, field] of node.fields) save(session, field, indices, get(session, before, name));
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
      const table = elementsOf(session, given instanceof Place ? detached(session, given) : given);
      if (table.kind !== "sort" || table.sort !== node.sort || table.condition !== undefined) throw new Thrown();
      eachElement(session, node.sort, (index) =>
        save(session, node.element, [...indices, index], table.element(index)),
      );
      return;
    }
    case "array":
    case "sequence": {
      const list = elementsOf(session, given instanceof Place ? detached(session, given) : given);
      if (list.kind !== "list") throw new Thrown();
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

/** What work makes of an element now, for every element. */
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

// ------------------------------------------------------------------------------------------------------- members

/** The elements of an array: a list of known length, or one for each element of a sort. */
export type Elements =
  | { readonly kind: "list"; readonly items: readonly Thing[] }
  | ({ readonly kind: "sort" } & Pick<Table, "sort" | "element" | "condition">);

export function elementsOf(session: Session, thing: Thing): Elements {
  if (thing instanceof List) return { kind: "list", items: thing.items };
  if (thing instanceof Table) {
    return { kind: "sort", sort: thing.sort, element: thing.element, condition: thing.condition };
  }
  if (thing instanceof Place) {
    const { node, indices, isDraft } = thing;
    if (node.kind === "function") {
      const element = (index: Expression): Thing => load(session, node.element, [...indices, index], isDraft);
      return { kind: "sort", sort: node.sort, element, condition: undefined };
    }
    if (node.kind === "array" || node.kind === "sequence") {
      const count = node.kind === "array" ? node.elements.length : lengthOf(session, node, indices);
      return {
        kind: "list",
        items: node.elements.slice(0, count).map((element) => load(session, element, indices, isDraft)),
      };
    }
  }
  if (thing instanceof Host) {
    const [first] = thing.samples;
    if (first?.value instanceof Set) return hostElements(session, thing, (value: Set<unknown>) => [...value]);
    if (Array.isArray(first?.value)) return hostElements(session, thing, (value: unknown[]) => value);
  }
  refuseSizes(thing, "goes through");
  if (thing === undefined || thing === null) throw new Thrown();
  throw new NotRead("it goes through something that is no array");
}

/**
 * The elements as a new array has them. Elements that are values are copied: later changes of the state are not seen.
 */
export function keptElement(
  session: Session,
  thing: Thing,
  elements: Elements & { readonly kind: "sort" },
): Table["element"] {
  const isCopied = thing instanceof Place && thing.node.kind === "function" && thing.node.element.kind === "cell";
  return isCopied ? template(session, elements.sort, elements.element) : elements.element;
}

function hostElements(session: Session, host: Host, listOf: (value: never) => readonly unknown[]): Elements {
  const { dimensions } = session;
  const lists = mapped(host, (value) => listOf(value));
  const length = lift(
    lists.map((sample) => ({ ...sample, value: (sample.value as unknown[]).length })),
    [],
    `the length of ${host.name}`,
    dimensions,
  );
  if (length instanceof Size) {
    const element = (index: Expression): Thing =>
      lift(
        lists.flatMap(({ build, indices, value }) =>
          (value as unknown[]).map((one, at) => ({ build, indices: [...indices, at], value: one })),
        ),
        [...host.variables, index],
        `${host.name}[...]`,
        dimensions,
      );
    return { kind: "sort", sort: length.sort, element, condition: undefined };
  }
  refuseSizes(length, "goes through as many elements as");
  const items = Array.from({ length: length as number }, (_, at) =>
    lift(
      lists.map((sample) => ({ ...sample, value: (sample.value as unknown[])[at] })),
      host.variables,
      `${host.name}[${at}]`,
      dimensions,
    ),
  );
  return { kind: "list", items };
}

/** Names of the fields of an object. */
export function namesIn(thing: Thing): readonly string[] {
  if (thing instanceof Local) return [...thing.fields.keys()];
  if (thing instanceof Place && thing.node.kind === "record") return [...thing.node.fields.keys()];
  if (thing instanceof Host && thing.samples.length > 0) {
    const names = thing.samples.map(({ value }) => Object.keys(value as object));
    if (names.every((some) => some.join() === names[0]?.join())) return names[0] as string[];
    throw new NotRead(`it uses the fields of ${thing.name}, which depend on the sizes`);
  }
  if (thing instanceof List) return thing.items.map((_, at) => String(at));
  if (isPrimitive(thing)) return [];
  throw new NotRead("it uses the fields of something that is no object");
}

/** A property of a thing. */
export function get(session: Session, thing: Thing, key: Thing): Thing {
  if (thing === undefined || thing === null) throw new Thrown();
  if (thing instanceof Host) return hostProperty(session, thing, key);
  if (thing instanceof Local) return thing.fields.get(textOf(session, key));
  if (thing instanceof Failure) {
    if (key === "holds") return false;
    return key === "because" ? TEXT : undefined;
  }
  if (thing instanceof Place && thing.node.kind === "record") {
    const name = textOf(session, key);
    const field = thing.node.fields.get(name);
    if (field === undefined) {
      const fields = [...thing.node.fields.keys()];
      throw new NotRead(
        `it reads the field ${name} of ${thing.node.path || "the state"}, which has ${fields.join(", ")}${didYouMean(name, fields)}`,
      );
    }
    return load(session, field, thing.indices, thing.isDraft);
  }
  if (thing instanceof Place || thing instanceof List || thing instanceof Table) return element(session, thing, key);
  if (typeof thing === "string" && key === "length") return thing.length;
  if (typeof thing === "string" || thing instanceof Text) return new Method(thing, textOf(session, key));
  refuseSizes(thing, "computes with");
  if (thing instanceof Scalar || isPrimitive(thing)) {
    if (thing instanceof Scalar && !isBoolean(thing.expression)) {
      // Null and undefined have no properties.
      const isNull = same(session, thing, null);
      if (session.explorer.decide(isNull)) throw new Thrown();
    }
    return undefined;
  }
  if (thing instanceof Closure) throw new NotRead("it uses a property of a function");
  throw new NotRead("it uses a property of something that is no object");
}

/** An element, the length or a method of an array. */
function element(session: Session, thing: Place | List | Table, key: Thing): Thing {
  if (typeof key === "string" && !/^\d+$/.test(key)) {
    if (key !== "length") return METHODS.has(key) ? new Method(thing, key) : undefined;
    if (thing instanceof Place) {
      if (thing.node.kind === "function") return new Size(thing.node.sort);
      return elementsOf(session, thing).kind === "list"
        ? (elementsOf(session, thing) as { readonly items: readonly Thing[] }).items.length
        : undefined;
    }
    if (thing instanceof List) return thing.items.length;
    return thing.condition === undefined ? new Size(thing.sort) : new Count(thing);
  }
  const place = thing instanceof Place ? thing : undefined;
  if (place?.node.kind === "function") {
    const index = indexOf(session, place.node.sort, key);
    if (index === undefined) return undefined;
    return load(session, place.node.element, [...place.indices, index], place.isDraft);
  }
  if (thing instanceof Table) {
    if (thing.condition !== undefined) {
      if (key !== 0) throw new NotRead(`it takes a certain one of the ${thing.sort.name}s that meet a condition`);
      return first(session, thing);
    }
    const index = indexOf(session, thing.sort, key);
    return index === undefined ? undefined : thing.element(index);
  }
  const at = Number(concrete(session, key, "looks up an element by"));
  return (elementsOf(session, thing) as { readonly items: readonly Thing[] }).items[at];
}

/** Any element of a table in place of the first. */
export function first(
  session: Session,
  { sort, condition, element }: Pick<Table, "sort" | "condition" | "element">,
): Thing {
  const probe = freshVariable(sort);
  const exists = some(probe, condition?.(variable(probe)) ?? constant(true));
  if (!session.explorer.decide(exists)) return undefined;
  const found = session.choose(sort, (own) => condition?.(variable(own)) ?? constant(true));
  return element(variable(found));
}

/** A key of an array over a sort, as an index; undefined where there is no such element. */
export function indexOf(session: Session, sort: Sort, key: Thing): Expression | undefined {
  refuseSizes(key, "looks up an element by");
  if (key instanceof Scalar) {
    const { expression } = key;
    const own = sortOfIndex(expression);
    if (own === undefined) {
      if (isBoolean(expression) || !session.mayBeNumber(expression)) return undefined;
      throw new NotRead(`it uses a number as the index of a ${sort.name}`);
    }
    if (own !== sort) throw new NotRead(`it uses the index of a ${own.name} as the index of a ${sort.name}`);
    if (!session.explorer.decide(isIndex(expression))) {
      const { names } = session.explorer.facts.valuesOf(expression);
      if (names.some((name) => typeof session.scalarOf(name) === "number")) {
        throw new NotRead(`it uses a number as the index of a ${sort.name}`);
      }
      return undefined;
    }
    return session.explorer.facts.simplify(expression);
  }
  if (typeof key === "number") {
    if (!Number.isInteger(key) || key < 0) return undefined;
    return session.literal(sort, key);
  }
  if (typeof key === "string" && /^\d+$/.test(key)) return session.literal(sort, Number(key));
  return undefined;
}

/** A key of an object as text. */
function textOf(session: Session, key: Thing): string {
  const value = concrete(session, key, "looks up a field by");
  if (!isPrimitive(value)) throw new NotRead("it looks up a field by a name that is not known");
  return String(value);
}

/** Whether a property is computed each time; what a module exports is not. */
function isGetter(object: object, name: string): boolean {
  for (let owner: object | null = object; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor === undefined) continue;
    return descriptor.get !== undefined && (object as Record<symbol, unknown>)[Symbol.toStringTag] !== "Module";
  }
  return false;
}

function hostProperty(session: Session, host: Host, key: Thing): Thing {
  const value = host.samples[0]?.value;
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    if (typeof key === "string" && !/^\d+$/.test(key)) {
      if (key === "length" || key === "size") {
        return lift(
          mapped(host, (one) => (one as Record<string, unknown>)[key]),
          host.variables,
          `${host.name}.${key}`,
          session.dimensions,
        );
      }
      return METHODS.has(key) ? new Method(host, key) : undefined;
    }
    if (Array.isArray(value)) {
      const elements = elementsOf(session, host);
      if (elements.kind === "sort") {
        const index = indexOf(session, elements.sort, key);
        return index === undefined ? undefined : elements.element(index);
      }
      return elements.items[Number(concrete(session, key, "looks up an element by"))];
    }
  }
  const name = textOf(session, key);
  if (!host.properties.has(name)) {
    for (const { value: one } of host.samples) {
      if (isGetter(one as object, name)) throw new NotRead(`it uses the getter ${name} of ${host.name}`);
    }
    const values = mapped(host, (one) => (one as Record<string, unknown>)[name]);
    const path = host.name === "" ? name : `${host.name}.${name}`;
    host.properties.set(name, lift(values, host.variables, path, session.dimensions));
  }
  return host.properties.get(name);
}

/** Puts a value into a property. */
export function set(session: Session, thing: Thing, key: Thing, value: Thing): void {
  if (thing === undefined || thing === null) throw new Thrown();
  if (thing instanceof Local) {
    session.change(thing);
    thing.fields.set(textOf(session, key), value);
    return;
  }
  if (thing instanceof List) {
    session.change(thing);
    const at = Number(concrete(session, key, "looks up an element by"));
    if (!(at >= 0 && at <= thing.items.length)) throw new NotRead("it changes an element that its array does not have");
    thing.items[at] = value;
    return;
  }
  if (!(thing instanceof Place)) throw new NotRead("it changes something outside the state");
  if (!thing.isDraft) throw new Thrown();
  const { node, indices } = thing;
  if (node.kind === "record") {
    const field = node.fields.get(textOf(session, key));
    if (field === undefined) throw new Thrown();
    save(session, field, indices, value);
  } else if (node.kind === "function") {
    const index = indexOf(session, node.sort, key);
    if (index === undefined) throw new Thrown();
    save(session, node.element, [...indices, index], value);
  } else if (node.kind === "array" || node.kind === "sequence") {
    const at = Number(concrete(session, key, "looks up an element by"));
    const count = node.kind === "array" ? node.elements.length : lengthOf(session, node, indices);
    const element = node.elements[at];
    if (element === undefined || at > count) throw new Thrown();
    save(session, element, indices, value);
    if (node.kind === "sequence" && at === count) setLength(session, node, indices, count + 1);
  }
}

/** Methods of arrays and sets that are read. */
const METHODS: ReadonlySet<string> = new Set([
  "some", "every", "find", "findIndex", "findLast", "findLastIndex", "filter", "map", "forEach", "includes", "indexOf", "at", "push", "pop",
  "shift", "unshift", "slice", "concat", "join", "flatMap", "reduce", "fill", "entries", "keys", "values", "has", "get", "toSorted", "sort",
  "toReversed", "reverse", "splice", "with", "flat", "lastIndexOf", "add", "set", "delete",
]); // prettier-ignore

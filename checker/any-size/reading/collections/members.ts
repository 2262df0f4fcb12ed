import { didYouMean } from "../../../definition/index.ts";
import { NotRead } from "../../../terms/index.ts";
import type { Expression, Sort } from "../../system.ts";
import { elementsOf } from "./elements.ts";
import { constant, freshVariable, isIndex, some, variable } from "../values/expressions.ts";
import { lift, mapped } from "../values/host.ts";
import { concrete, isBoolean, refuseSizes, same, sortOfIndex } from "../values/operators.ts";
import { hostField } from "./outside.ts";
import type { Session } from "../values/session.ts";
import { lengthOf, load, save, setLength } from "./state.ts";
import {
  Closure,
  Count,
  Failure,
  Host,
  List,
  Local,
  Method,
  Place,
  Scalar,
  Size,
  TEXT,
  Table,
  Text,
  type Thing,
  Thrown,
  isPrimitive,
} from "../values/things.ts";

/** A property of a thing. */
export function get(session: Session, thing: Thing, key: Thing): Thing {
  if (thing === undefined || thing === null) throw new Thrown();
  if (thing instanceof Host) return hostProperty(session, thing, key);
  if (thing instanceof Local) {
    const name = textOf(session, key);
    return thing.fields.has(name) ? thing.fields.get(name) : inherited(Object.prototype, name, "an object");
  }
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
  if (typeof thing === "string" || thing instanceof Text) {
    const name = textOf(session, key);
    if (name in String.prototype && name !== "length") return new Method(thing, name);
    if (typeof thing !== "string") throw new NotRead("it looks into a text that depends on the state");
    return (thing as unknown as Readonly<Record<string, number | string>>)[name];
  }
  refuseSizes(thing, "computes with");
  if (thing instanceof Scalar || isPrimitive(thing)) {
    if (thing instanceof Scalar && !isBoolean(thing.expression)) {
      // Null and undefined have no properties.
      const isNull = same(session, thing, null);
      if (session.explorer.decide(isNull)) throw new Thrown();
    }
    return inherited(Number.prototype, textOf(session, key), "a value");
  }
  if (thing instanceof Closure) throw new NotRead("it uses a property of a function");
  throw new NotRead("it uses a property of something that is no object");
}

/** A property that a thing has not itself: undefined, unless JavaScript has one of the name. */
function inherited(prototype: object, name: string, what: string): undefined {
  if (name in prototype) throw new NotRead(`it uses the property ${name} of ${what}`);
  return undefined;
}

/** An element, the length or a method of an array. */
function element(session: Session, thing: Place | List | Table, key: Thing): Thing {
  if (typeof key === "string" && !/^\d+$/.test(key)) {
    if (key !== "length") {
      return METHODS.has(key) ? new Method(thing, key) : inherited(Array.prototype, key, "an array");
    }
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
function indexOf(session: Session, sort: Sort, key: Thing): Expression | undefined {
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
      return METHODS.has(key) ? new Method(host, key) : inherited(Object.getPrototypeOf(value), key, host.name);
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
  return hostField(session, host, textOf(session, key));
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

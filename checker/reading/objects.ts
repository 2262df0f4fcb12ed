import { types } from "node:util";
import { NotRead, Term, type Bool, type Value } from "../terms/index.ts";
import { Refused } from "./refused.ts";
import { listOf, type Paths } from "./paths.ts";
import type { Callable } from "./source.ts";
import {
  BoundMethod,
  Closure,
  HeapObject,
  isConstant,
  isHost,
  isList,
  isScalar,
  LIST_DATA,
  TEXT,
  Union,
  type ListData,
  type Thing,
} from "./values.ts";

/** Reading and writing properties of objects and elements of lists. */
export class Objects {
  readonly #paths: Paths;
  readonly #callGetter: (getter: Callable, self: Thing) => Thing;

  /** @param callGetter calls the function behind a property that is computed when it is read */
  constructor(paths: Paths, callGetter: (getter: Callable, self: Thing) => Thing) {
    this.#paths = paths;
    this.#callGetter = callGetter;
  }

  list(elements: readonly Thing[], length: Value = elements.length): HeapObject {
    const list = new HeapObject("list");
    list.slots.set(LIST_DATA, { elements, length });
    return list;
  }

  record(fields: Iterable<readonly [string, Thing]>): HeapObject {
    const record = new HeapObject("record");
    for (const [name, value] of fields) record.slots.set(name, value);
    return record;
  }

  // ------------------------------------------------------------------------------------------------ lists

  /** Elements and length of a list, or of what can be iterated like one. */
  dataOf(thing: Thing): ListData {
    if (thing instanceof HeapObject && thing.kind === "list") return listOf(thing);
    if (typeof thing === "string") {
      const elements = [...thing];
      return { elements, length: elements.length };
    }
    if (Array.isArray(thing)) return { elements: thing, length: thing.length };
    if (thing instanceof Set || thing instanceof Map) {
      const elements: Thing[] = [...(thing as Iterable<Thing>)];
      return { elements, length: elements.length };
    }
    throw new NotRead("it iterates over something that is no array");
  }

  /** The same for any thing; the path throws where it cannot be iterated. */
  iterated(given: Thing): ListData {
    const thing = this.#paths.now(given);
    if (thing instanceof Union) {
      const list = this.#paths.alternatives(thing);
      let data = this.dataOf((list[list.length - 1] as readonly [Bool, Thing])[1]);
      for (let index = list.length - 2; index >= 0; index--) {
        const [condition, one] = list[index] as readonly [Bool, Thing];
        data = this.#paths.mergeLists(condition, this.dataOf(one), data);
      }
      return data;
    }
    if (isScalar(thing) && typeof thing !== "string") this.#paths.throw();
    return this.dataOf(thing);
  }

  setData(list: HeapObject, data: ListData): void {
    if (list.isFrozen) this.#paths.throw();
    this.#paths.put(list, LIST_DATA, data);
  }

  // ------------------------------------------------------------------------------------------------ presence

  /** Where a thing is null or undefined. */
  isNullish(thing: Thing): Bool {
    if (isScalar(thing)) {
      if (thing instanceof Term && (thing.isBoolean || thing.domain === undefined)) return false;
      return this.#paths.facts.simplify(
        this.#paths.terms.test(thing, (value) => value === null || value === undefined),
      );
    }
    return this.#anyOf(thing, (one) => this.isNullish(one));
  }

  #anyOf(thing: Thing, f: (one: Thing) => Bool): Bool {
    if (!(thing instanceof Union)) return false;
    const { terms } = this.#paths;
    return terms.or(
      ...this.#paths
        .alternatives(thing)
        .map(([condition, one]) => terms.and(condition, isScalar(one) ? f(one) : false)),
    );
  }

  /** What a thing is where it is neither null nor undefined; elsewhere the path throws. */
  present(thing: Thing): Thing {
    this.#paths.throwIf(this.isNullish(thing));
    return this.#paths.now(thing);
  }

  /** The alternatives of a present thing. */
  #presentOnes(thing: Thing): readonly (readonly [Bool, Thing])[] {
    return this.#paths.alternatives(thing).filter(([, one]) => {
      if (!isScalar(one)) return true;
      const values = this.#paths.facts.possible(one);
      return values === undefined || values.some((value) => value !== null && value !== undefined);
    });
  }

  // ------------------------------------------------------------------------------------------------ get

  get(given: Thing, key: Thing): Thing {
    const name = this.#key(key);
    const thing = this.present(given);
    if (!(thing instanceof Union)) return this.getOf(thing, name);
    return this.#paths.mergeAll(this.#presentOnes(thing).map(([condition, one]) => [condition, this.getOf(one, name)]));
  }

  #key(given: Thing): Value {
    const key = this.#paths.now(given);
    if (!isScalar(key)) throw new NotRead("it uses an object for the name of a property");
    if (typeof key === "symbol") throw new NotRead("it uses a symbol for the name of a property");
    return key;
  }

  /** A property of a single, present thing. */
  getOf(thing: Thing, key: Value): Thing {
    const paths = this.#paths;
    if (key instanceof Term) {
      const values = this.#indices(key, thing);
      if (values.length === 1) return this.getOf(thing, values[0]);
      return paths.mergeAll(values.map((value) => [paths.terms.equal(key, value), this.getOf(thing, value)]));
    }
    if (isScalar(thing)) return this.#ofScalar(thing, key);
    if (thing === TEXT) throw new NotRead(`it looks at ${String(key)} of a text that depends on the state`);
    if (isList(thing)) return this.#ofList(thing, key);
    if (thing instanceof HeapObject) return this.#ofRecord(thing, String(key));
    if (thing instanceof Closure || thing instanceof BoundMethod) {
      throw new NotRead(`it reads the property ${String(key)} of a function`);
    }
    return this.hostProperty(thing as object, String(key));
  }

  /** The possible values of an index, of which those of a large range outside a list are one. */
  #indices(key: Term, thing: Thing): readonly Value[] {
    const values = this.#paths.facts.possible(key);
    if (values !== undefined) return values;
    throw new NotRead(
      isList(thing)
        ? "it uses an integer of a large range as an index"
        : "it uses an integer of a large range as a name",
    );
  }

  #ofScalar(thing: Value, key: Value): Thing {
    if (key === "length") {
      return this.#paths.terms.map(thing, (value) => (typeof value === "string" ? value.length : undefined));
    }
    if (typeof thing === "string" && typeof key === "number") return thing[key];
    throw new NotRead(`it reads the property ${String(key)} of a value that is no object`);
  }

  #ofList(thing: Thing, key: Value): Thing {
    const { elements, length } = this.dataOf(thing);
    if (key === "length") return length;
    const index = typeof key === "number" ? key : /^(0|[1-9]\d*)$/.test(String(key)) ? Number(key) : undefined;
    if (index === undefined) {
      if (typeof key === "string" && key in Array.prototype) return new BoundMethod(thing, key);
      return undefined;
    }
    if (!Number.isInteger(index) || index < 0 || index >= elements.length) return undefined;
    const isInside = this.#paths.facts.simplify(this.#paths.terms.less(index, length));
    return this.#paths.merge(isInside, elements[index], undefined);
  }

  #ofRecord(record: HeapObject, name: string): Thing {
    if (record.slots.has(name)) return record.slots.get(name) as Thing;
    if (record.statePath !== undefined && !(name in Object.prototype) && name !== "then" && name !== "toJSON") {
      const fields = [...record.slots.keys()];
      throw new Refused(`reads ${record.statePath}${name}, which is not a field`, { name, fields });
    }
    if (name in Object.prototype) throw new NotRead(`it reads ${name}, which objects inherit`);
    return undefined;
  }

  /** A property of an object from outside, inherited or its own. */
  hostProperty(host: object, name: string): Thing {
    // Loaders of TypeScript put proxies around modules: what a proxy does cannot be seen, but that it repeats itself.
    if (types.isProxy(host)) {
      const [once, again] = [(host as Record<string, Thing>)[name], (host as Record<string, Thing>)[name]];
      if (Object.is(once, again)) return once;
      throw new NotRead("it reads a property of a proxy that is another each time");
    }
    for (let owner: object | null = host; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
      const property = Object.getOwnPropertyDescriptor(owner, name);
      if (property === undefined) continue;
      if (property.get === undefined) return property.value as Thing;
      // Modules show their exports by getters of their own.
      if (isModule(owner)) return (host as Record<string, Thing>)[name];
      if (name === "size" && (host instanceof Map || host instanceof Set)) return host.size;
      return this.#callGetter(property.get as Callable, host);
    }
    return undefined;
  }

  // ------------------------------------------------------------------------------------------------ set

  set(given: Thing, key: Thing, value: Thing): void {
    const name = this.#key(key);
    const thing = this.present(given);
    const list = this.#presentOnes(thing);
    for (const [condition, one] of list) this.#setOf(list.length === 1 ? true : condition, one, name, value);
  }

  #setOf(given: Bool, thing: Thing, key: Value, value: Thing): void {
    const { terms, facts } = this.#paths;
    const condition = facts.simplify(given);
    if (condition === false) return;
    if (key instanceof Term) {
      const values = this.#indices(key, thing);
      for (const one of values) {
        this.#setOf(values.length === 1 ? condition : terms.and(condition, terms.equal(key, one)), thing, one, value);
      }
      return;
    }
    if (thing instanceof HeapObject) this.#setOfObject(condition, thing, key, value);
    else if (isHost(thing)) throw new Refused("changes an object outside itself");
    else throw new NotRead("it writes to a property of something that is no object");
  }

  #setOfObject(condition: Bool, thing: HeapObject, key: Value, value: Thing): void {
    if (thing.isFrozen) {
      this.#paths.throwIf(condition);
      return;
    }
    if (thing.kind === "list") this.#setElement(condition, thing, key, value);
    else {
      const name = String(key);
      const old = thing.slots.has(name) ? (thing.slots.get(name) as Thing) : undefined;
      if (condition !== true && !thing.slots.has(name)) (thing.uncertain ??= new Set()).add(name);
      this.#paths.put(thing, name, this.#paths.merge(condition, value, old));
    }
  }

  #setElement(condition: Bool, list: HeapObject, key: Value, value: Thing): void {
    const { terms, facts } = this.#paths;
    const { elements, length } = listOf(list);
    if (key === "length") {
      const wanted = this.#paths.now(value);
      if (!isScalar(wanted)) throw new NotRead("it sets a length to something that is no number");
      const most = Math.max(...this.#lengths(wanted));
      const next = this.#trimmed(elements, length);
      while (next.length < most) next.push(undefined);
      this.setData(list, { elements: next, length: terms.ite(condition, wanted, length) });
      return;
    }
    const index = typeof key === "number" ? key : /^(0|[1-9]\d*)$/.test(String(key)) ? Number(key) : -1;
    if (!Number.isInteger(index) || index < 0) {
      // An array with a property is outside every type.
      this.#paths.throwIf(condition);
      return;
    }
    const isInside = facts.simplify(terms.less(index, length));
    const next = isInside === true ? elements.slice() : this.#trimmed(elements, length);
    while (next.length <= index) next.push(undefined);
    next[index] = this.#paths.merge(condition, value, next[index]);
    const longer = isInside === true ? length : terms.ite(terms.and(condition, terms.not(isInside)), index + 1, length);
    this.setData(list, { elements: next, length: longer });
  }

  /** Elements that are undefined past the length: what was there before a list became shorter must not come back. */
  #trimmed(elements: readonly Thing[], length: Value): Thing[] {
    const { terms, facts } = this.#paths;
    return elements.map((element, index) =>
      this.#paths.merge(facts.simplify(terms.less(index, length)), element, undefined),
    );
  }

  #lengths(value: Value): readonly number[] {
    const values = this.#paths.facts.possible(value);
    if (values === undefined) throw new NotRead("it uses an integer of a large range as a length");
    if (!values.every((one) => typeof one === "number" && Number.isInteger(one) && one >= 0)) {
      throw new NotRead("it sets a length to something that is no length");
    }
    return values as readonly number[];
  }

  // ------------------------------------------------------------------------------------------------ keys

  /** The names of an object's own properties, in order. */
  keysOf(given: Thing): string[] {
    const thing = this.#paths.now(given);
    if (thing instanceof Union) {
      const lists = this.#paths.alternatives(thing).map(([, one]) => this.keysOf(one));
      const [first] = lists as [string[], ...string[][]];
      if (lists.some((list) => list.join() !== first.join())) {
        throw new NotRead("it asks for the properties of one of several unlike objects");
      }
      return first;
    }
    if (thing instanceof HeapObject && thing.kind === "record") {
      this.requireCertain(thing);
      return [...thing.slots.keys()];
    }
    if (isList(thing)) {
      const length = this.#paths.now(this.dataOf(thing).length);
      if (typeof length !== "number") throw new NotRead("it asks for the keys of a list whose length is not known");
      return Array.from({ length }, (_, index) => String(index));
    }
    if (isHost(thing)) return Object.keys(thing);
    if (isConstant(thing) && (thing === null || thing === undefined)) return [];
    throw new NotRead("it asks for the properties of something that is no object");
  }

  requireCertain(record: HeapObject): void {
    if (record.uncertain !== undefined) throw new NotRead("it makes an object that has a field on some paths only");
  }

  /** Whether an object has a property of its own, or an inherited one. */
  has(given: Thing, key: Thing, own: boolean): Thing {
    const thing = this.#paths.now(given);
    const name = this.#key(key);
    if (thing instanceof Union || isScalar(thing))
      throw new NotRead("it asks whether one of several objects has a property");
    return this.#paths.cases(name, (value) => {
      const text = String(value);
      if (thing instanceof HeapObject && thing.kind === "record") {
        this.requireCertain(thing);
        return thing.slots.has(text) || (!own && text in Object.prototype);
      }
      if (isList(thing)) throw new NotRead("it asks whether a list has a property");
      if (!isHost(thing)) throw new NotRead("it asks whether a function has a property");
      return own ? Object.hasOwn(thing, text) : text in thing;
    });
  }
}

/** Whether an object holds the exports of a module: as JavaScript itself makes it, or as loaders imitate it. */
function isModule(owner: object): boolean {
  return (
    types.isModuleNamespaceObject(owner) ||
    Object.getOwnPropertyDescriptor(owner, Symbol.toStringTag)?.value === "Module"
  );
}

import { NotRead, Term, type Bool, type Scalar, type Value } from "../../terms/index.ts";
import type { Captures } from "../source/captures.ts";
import { isModuleNamespace, isProxy } from "../source/host-objects.ts";
import { impurityOf } from "../source/impure.ts";
import { Refused } from "./refused.ts";
import { listOf, type Paths } from "./paths.ts";
import type { Callable } from "../source/source.ts";
import {
  BoundMethod,
  Closure,
  HeapObject,
  isCollection,
  isConstant,
  isHost,
  isList,
  isScalar,
  LIST_DATA,
  TEXT,
  Text,
  Union,
  type ListData,
  type Thing,
} from "./values.ts";

/** Properties that are computed when they are read. */
export interface Getters {
  call(getter: Callable, self: Thing): Thing;
  sizeOf(collection: HeapObject): Value;
}

/** Reading and writing properties of objects and elements of lists. */
export class Objects {
  readonly captures: Captures;
  readonly #paths: Paths;
  readonly #getters: Getters;

  constructor(paths: Paths, captures: Captures, getters: Getters) {
    this.captures = captures;
    this.#paths = paths;
    this.#getters = getters;
  }

  list(elements: readonly Thing[], length: Value = elements.length, hasHoles = false): HeapObject {
    const list = new HeapObject("list");
    list.slots.set(LIST_DATA, { elements, length, hasHoles });
    return list;
  }

  record(fields: Iterable<readonly [string, Thing]>): HeapObject {
    const record = new HeapObject("record");
    for (const [name, value] of fields) record.slots.set(name, value);
    return record;
  }

  /** Elements of an array. */
  dataOf(list: Thing): ListData {
    if (list instanceof HeapObject && list.kind === "list") return listOf(list);
    if (!Array.isArray(list)) throw new NotRead("it uses a value as an array that may not be one");
    this.captures.contents(list);
    let hasHoles = false;
    for (let index = 0; index < list.length && !hasHoles; index++) hasHoles = !(index in list);
    return { elements: list, length: list.length, hasHoles };
  }

  setData(list: HeapObject, data: ListData): void {
    if (list.isFrozen) this.#paths.throw();
    this.#paths.put(list, LIST_DATA, data);
  }

  // ------------------------------------------------------------------------------------------------ presence

  /** Condition under which a thing is null or undefined. */
  isNullish(thing: Thing): Bool {
    if (isScalar(thing)) {
      if (thing instanceof Term && (thing.isBoolean || thing.domain === undefined)) return false;
      return this.#paths.facts.simplify(
        this.#paths.terms.test(thing, (value) => value === null || value === undefined),
      );
    }
    if (!(thing instanceof Union)) {
      this.#paths.now(thing);
      return false;
    }
    const { terms } = this.#paths;
    return terms.or(
      ...this.#paths
        .alternatives(thing)
        .map(([condition, one]) => terms.and(condition, isScalar(one) ? this.isNullish(one) : false)),
    );
  }

  /** The non-nullish value of a thing; the path throws where it is null or undefined. */
  present(thing: Thing): Thing {
    this.#paths.throwIf(this.isNullish(thing));
    return this.#paths.now(thing);
  }

  /** The alternatives of a present thing. */
  presentOnes(thing: Thing): readonly (readonly [Bool, Thing])[] {
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
    return this.#paths.mergeAll(this.presentOnes(thing).map(([condition, one]) => [condition, this.getOf(one, name)]));
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
      return paths.mergeAll(values.map((value) => [paths.is(key, value), this.#ofOneKey(thing, value)]));
    }
    if (isScalar(thing)) return this.#ofScalar(thing, key);
    if (thing instanceof Text) throw new NotRead(`it reads ${String(key)} of a string that depends on the state`);
    if (isList(thing)) return this.#ofList(thing, key);
    if (isCollection(thing)) return this.#ofCollection(thing, String(key));
    if (thing instanceof HeapObject) return this.#ofRecord(thing, String(key));
    if (thing instanceof Closure || thing instanceof BoundMethod) {
      throw new NotRead(`it reads the property ${String(key)} of a function`);
    }
    return this.hostProperty(thing as object, String(key));
  }

  /** By one of the values that a key may have: which of them it can have is seen only in part. */
  #ofOneKey(thing: Thing, key: Value): Thing {
    const isField = !(thing instanceof HeapObject) || thing.statePath === undefined || thing.slots.has(String(key));
    return isField || String(key) in Object.prototype ? this.getOf(thing, key) : undefined;
  }

  /** The possible values of an index. */
  #indices(key: Term, thing: Thing): readonly Scalar[] {
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
      if (thing instanceof Term && !thing.isBoolean && thing.domain === undefined) return undefined;
      return this.#paths.terms.map(thing, (value) => (typeof value === "string" ? value.length : undefined));
    }
    if (typeof thing === "string" && typeof key === "number") return thing[key];
    throw new NotRead(`it reads the property ${String(key)} of a value that is not an object`);
  }

  #ofList(thing: Thing, key: Value): Thing {
    const { elements, length } = this.dataOf(thing);
    if (key === "length") return length;
    const index = indexOf(key);
    if (index === undefined) {
      if (typeof key === "string" && key in Array.prototype) return new BoundMethod(thing, key);
      if (isHost(thing)) return this.hostProperty(thing, String(key));
      return undefined;
    }
    if (index >= elements.length) return undefined;
    const isInside = this.#paths.facts.simplify(this.#paths.terms.less(index, length));
    return this.#paths.merge(isInside, elements[index], undefined);
  }

  #ofCollection(thing: Thing, key: string): Thing {
    if (thing instanceof HeapObject) {
      if (key === "size" && thing.kind !== "iterator") return this.#getters.sizeOf(thing);
    } else if (key === "size") {
      this.captures.contents(thing as Set<unknown>);
      return (thing as Set<unknown>).size;
    }
    return new BoundMethod(thing, key);
  }

  #ofRecord(record: HeapObject, name: string): Thing {
    if (record.kind === "failure") {
      if (name === "holds") return false;
      if (name === "because") return TEXT;
      throw new NotRead(`it reads ${name} of a judgement`);
    }
    if (record.slots.has(name)) return record.slots.get(name) as Thing;
    if (record.statePath !== undefined && !(name in Object.prototype) && name !== "then" && name !== "toJSON") {
      const fields = [...record.slots.keys()];
      throw new Refused(`reads ${record.statePath}${name}, which is not a field`, { name, fields });
    }
    if (name in Object.prototype) throw new NotRead(`it reads ${name}, an inherited property`);
    return undefined;
  }

  /** A property of an object from outside, inherited or its own. */
  hostProperty(host: object, name: string): Thing {
    const impurity = impurityOf(host, name);
    if (impurity !== undefined) throw new Refused(impurity);
    const value = this.#hostValue(host, name);
    if (typeof value === "bigint" || typeof value === "symbol") throw new NotRead(`it uses a ${typeof value}`);
    return value;
  }

  #hostValue(host: object, name: string): Thing {
    const noted = (value: unknown): Thing => {
      this.captures.property(host, name, value);
      return value as Thing;
    };
    // Loaders of TypeScript put proxies around modules: what a proxy does cannot be seen, but that it repeats itself.
    if (isProxy(host)) {
      const [once, again] = [(host as Record<string, Thing>)[name], (host as Record<string, Thing>)[name]];
      if (Object.is(once, again)) return noted(once);
      throw new NotRead("it reads a property of a proxy whose value changes");
    }
    for (let owner: object | null = host; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
      const property = Object.getOwnPropertyDescriptor(owner, name);
      if (property === undefined) continue;
      if (property.get === undefined) return noted(property.value);
      if (isModule(owner)) return noted((host as Record<string, unknown>)[name]);
      return this.#getters.call(property.get as Callable, host);
    }
    return noted(undefined);
  }

  // ------------------------------------------------------------------------------------------------ set

  set(given: Thing, key: Thing, value: Thing): void {
    const name = this.#key(key);
    const thing = this.present(given);
    const list = this.presentOnes(thing);
    for (const [condition, one] of list) this.#setOf(list.length === 1 ? true : condition, one, name, value);
  }

  #setOf(given: Bool, thing: Thing, key: Value, value: Thing): void {
    const { terms, facts } = this.#paths;
    const condition = facts.simplify(given);
    if (condition === false) return;
    if (key instanceof Term) {
      const values = this.#indices(key, thing);
      for (const one of values) {
        this.#setOf(
          values.length === 1 ? condition : terms.and(condition, this.#paths.is(key, one)),
          thing,
          one,
          value,
        );
      }
      return;
    }
    if (thing instanceof HeapObject) this.#setOfObject(condition, thing, key, value);
    else if (isHost(thing)) throw new Refused("changes an object outside itself");
    else throw new NotRead("it writes to a property of a value that is not an object");
  }

  #setOfObject(condition: Bool, thing: HeapObject, key: Value, value: Thing): void {
    if (thing.isFrozen) {
      this.#paths.throwIf(condition);
      return;
    }
    if (thing.kind === "list") return this.#setElement(condition, thing, key, value);
    if (thing.kind !== "record") throw new NotRead("it writes to a property of a collection or a judgement");
    const name = String(key);
    if (name === "__proto__") throw new NotRead("it sets a prototype");
    const isThere = thing.slots.has(name);
    // A part of the state with another field is outside the type.
    if (!isThere && thing.statePath !== undefined) return this.#paths.throwIf(condition);
    const old = isThere ? (thing.slots.get(name) as Thing) : undefined;
    if (condition !== true && !isThere) (thing.uncertain ??= new Set()).add(name);
    this.#paths.put(thing, name, this.#paths.merge(condition, value, old));
  }

  #setElement(condition: Bool, list: HeapObject, key: Value, value: Thing): void {
    const { terms, facts } = this.#paths;
    const { elements, length, hasHoles = false } = listOf(list);
    const mayBe = (bool: Bool): boolean => facts.simplify(bool) !== false;
    if (key === "length") {
      const wanted = this.#paths.now(value);
      if (!isScalar(wanted)) throw new NotRead("it sets a length to a value that is not a number");
      const most = Math.max(...this.#lengths(wanted));
      const next = this.#trimmed(elements, length);
      while (next.length < most) next.push(undefined);
      const grows = mayBe(terms.and(condition, terms.less(length, wanted)));
      this.setData(list, {
        elements: next,
        length: terms.ite(condition, wanted, length),
        hasHoles: hasHoles || grows,
      });
      return;
    }
    const index = indexOf(key);
    if (index === undefined) {
      // An array with a property is outside every type.
      this.#paths.throwIf(condition);
      return;
    }
    if (index > MAX_INDEX) throw new NotRead("it writes far beyond the end of an array");
    const isInside = facts.simplify(terms.less(index, length));
    const next = isInside === true ? elements.slice() : this.#trimmed(elements, length);
    while (next.length <= index) next.push(undefined);
    next[index] = this.#paths.merge(condition, value, next[index]);
    const isLonger = terms.and(condition, terms.not(isInside));
    this.setData(list, {
      elements: next,
      length: isInside === true ? length : terms.ite(isLonger, index + 1, length),
      hasHoles: hasHoles || (isInside !== true && mayBe(terms.and(condition, terms.less(length, index)))),
    });
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
    if (!values.every((one) => typeof one === "number" && Number.isInteger(one) && one >= 0 && one <= MAX_INDEX)) {
      throw new NotRead("it sets a length to an invalid value");
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
        throw new NotRead("it lists the properties of one of several different objects");
      }
      return first;
    }
    if (thing instanceof HeapObject && thing.kind === "record") {
      this.requireCertain(thing);
      const names = [...thing.slots.keys()];
      // Names that are indices come first.
      const indices = names.filter((name) => indexOf(name) !== undefined);
      if (indices.length === 0) return names;
      return [
        ...indices.toSorted((one, other) => Number(one) - Number(other)),
        ...names.filter((name) => !indices.includes(name)),
      ];
    }
    if (isList(thing)) {
      const { length: size, hasHoles } = this.dataOf(thing);
      const length = this.#paths.now(size);
      if (typeof length !== "number") throw new NotRead("it lists the keys of a list of unknown length");
      if (hasHoles === true) throw new NotRead("it lists the keys of a list with missing elements");
      return Array.from({ length }, (_, index) => String(index));
    }
    if (isHost(thing) && !isProxy(thing)) {
      const names = Object.keys(thing);
      for (const name of names) this.captures.property(thing, name, (thing as Record<string, unknown>)[name]);
      return names;
    }
    if (isConstant(thing) && (thing === null || thing === undefined)) return [];
    throw new NotRead("it lists the properties of a value that is not an object");
  }

  requireCertain(record: HeapObject): void {
    if (record.uncertain !== undefined)
      throw new NotRead("it makes an object with a field that exists on some paths only");
    if (record.isOrderUncertain) throw new NotRead("it makes an object whose field order depends on the path");
  }

  /** Whether an object has a property of its own, or an inherited one. */
  has(given: Thing, key: Thing, own: boolean): Thing {
    const thing = this.present(given);
    const name = this.#key(key);
    if (thing instanceof Union) {
      const list = this.presentOnes(thing);
      return this.#paths.mergeAll(list.map(([condition, one]) => [condition, this.has(one, name, own)]));
    }
    if (isScalar(thing)) throw new NotRead("it tests a primitive value for a property");
    return this.#paths.cases(name, (value) => {
      const text = String(value);
      if (thing instanceof HeapObject && thing.kind === "record") {
        if (thing.uncertain?.has(text) === true) this.requireCertain(thing);
        return thing.slots.has(text) || (!own && text in Object.prototype);
      }
      if (isList(thing) || !isHost(thing) || isProxy(thing)) {
        throw new NotRead("it tests a list or a function for a property");
      }
      this.captures.property(thing, text, (thing as Record<string, unknown>)[text]);
      return own ? Object.hasOwn(thing, text) : text in thing;
    });
  }
}

/** Whether an object shows the exports of a module, by getters that do nothing else: Node's own, or a bundler's. */
function isModule(object: object): boolean {
  const { [Symbol.toStringTag]: tag, __esModule: isTranslated } = object as Record<PropertyKey, unknown>;
  return isModuleNamespace(object) || tag === "Module" || isTranslated === true;
}

/** Indices past this are a mistake. */
const MAX_INDEX = 2 ** 16;

/** The index that a key is; undefined where it is another property of an array. */
function indexOf(key: Value): number | undefined {
  if (typeof key === "number") return Number.isInteger(key) && key >= 0 ? key : undefined;
  return typeof key === "string" && /^(0|[1-9]\d*)$/.test(key) ? Number(key) : undefined;
}

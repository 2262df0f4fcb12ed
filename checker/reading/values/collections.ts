import { NotRead, type Bool, type Value } from "../../terms/index.ts";
import type { Iteration, IterationKind } from "./iteration.ts";
import type { ListCalls } from "./list-data.ts";
import type { Objects } from "./objects.ts";
import { membersOf, type Paths } from "./paths.ts";
import { Refused } from "./refused.ts";
import { HeapObject, isScalar, MEMBERS, Text, Union, type Members, type Thing } from "./values.ts";

/** Sets and maps: those that a function makes, and those that it has captured. */
export class Collections {
  readonly #paths: Paths;
  readonly #objects: Objects;
  readonly #iteration: Iteration;
  readonly #calls: ListCalls;

  constructor(paths: Paths, objects: Objects, iteration: Iteration, calls: ListCalls) {
    this.#paths = paths;
    this.#objects = objects;
    this.#iteration = iteration;
    this.#calls = calls;
  }

  /** A new set or map of what can be iterated. */
  make(kind: "set" | "map", given: Thing): HeapObject {
    const made = new HeapObject(kind);
    made.slots.set(MEMBERS, NO_MEMBERS);
    const content = this.#paths.now(given);
    if (content === undefined || content === null) return made;
    const rounds = this.#iteration.rounds(content);
    for (let index = 0; ; index++) {
      const round = rounds.at(index);
      if (round === undefined) return made;
      const [isThere, element] = round;
      const put = (): Thing => {
        if (kind === "set") this.#put(made, element, element);
        else this.#put(made, this.#objects.get(element, 0), this.#objects.get(element, 1));
        return undefined;
      };
      this.#paths.fork(isThere, put, () => undefined);
    }
  }

  /** The property "size" of a set or map. */
  size(collection: HeapObject): Value {
    const { terms } = this.#paths;
    let size: Value = 0;
    for (const isThere of membersOf(collection).isThere) {
      size = terms.arithmetic("+", size, terms.ite(isThere, 1, 0));
    }
    return size;
  }

  method(collection: Thing, name: string, given: readonly Thing[]): Thing {
    if (collection instanceof HeapObject) return this.#ofOwn(collection, name, given);
    return this.#ofHost(collection as Set<unknown> | Map<unknown, unknown>, name, given);
  }

  #ofOwn(collection: HeapObject, name: string, given: readonly Thing[]): Thing {
    const isMap = collection.kind === "map";
    if (collection.kind === "iterator") throw new NotRead(`it calls ${name} of an iterator`);
    const { terms } = this.#paths;
    const [first, second] = given;
    switch (name) {
      case "has":
        return terms.or(...this.#places(collection, first));
      case "get": {
        if (!isMap) break;
        const places = this.#places(collection, first);
        const { values } = membersOf(collection);
        return this.#paths.mergeAll([
          ...places.map((place, index) => [place, values[index]] as const),
          [terms.not(terms.or(...places)), undefined] as const,
        ]);
      }
      case "add":
        if (isMap) break;
        this.#put(collection, first, first);
        return collection;
      case "set":
        if (!isMap) break;
        this.#put(collection, first, second);
        return collection;
      case "delete": {
        const places = this.#places(collection, first);
        const { keys, values, isThere } = membersOf(collection);
        const left = isThere.map((is, index) => terms.and(is, terms.not(places[index] as Bool)));
        this.#paths.put(collection, MEMBERS, { keys, values, isThere: left });
        return terms.or(...places);
      }
      case "clear":
        this.#paths.put(collection, MEMBERS, NO_MEMBERS);
        return undefined;
      case "keys":
      case "values":
      case "entries":
        return this.#iteration.iterator(collection, name satisfies IterationKind);
      case "forEach": {
        const rounds = this.#iteration.rounds(collection);
        for (let index = 0; ; index++) {
          const round = rounds.at(index);
          if (round === undefined) return undefined;
          const { keys, values } = membersOf(collection);
          const call = (): Thing => {
            this.#calls.call(first, undefined, [values[index], keys[index], collection]);
            return undefined;
          };
          this.#paths.fork(round[0], call, () => undefined);
        }
      }
    }
    throw new NotRead(`it calls ${name} of a ${collection.kind}`);
  }

  /** For each member, the condition under which it has the key; at most one of them holds. */
  #places(collection: HeapObject, key: Thing): Bool[] {
    const { terms, facts } = this.#paths;
    const { keys, isThere } = membersOf(collection);
    return keys.map((one, index) => {
      const is = facts.simplify(isThere[index] as Bool);
      return is === false ? false : terms.and(is, this.#calls.sameValue(one, key));
    });
  }

  #put(collection: HeapObject, key: Thing, value: Thing): void {
    const { terms, facts } = this.#paths;
    const places = this.#places(collection, key);
    const { keys, values, isThere } = membersOf(collection);
    const isNew = facts.simplify(terms.not(terms.or(...places)));
    if (isNew === false && collection.kind === "set") return;
    const changed =
      collection.kind === "set"
        ? values
        : values.map((one, index) => this.#paths.merge(places[index] as Bool, value, one));
    this.#paths.put(
      collection,
      MEMBERS,
      isNew === false
        ? { keys, values: changed, isThere }
        : { keys: [...keys, key], values: [...changed, value], isThere: [...isThere, isNew] },
    );
  }

  #ofHost(collection: Set<unknown> | Map<unknown, unknown>, name: string, given: readonly Thing[]): Thing {
    const [first] = given;
    this.#objects.captures.contents(collection);
    switch (name) {
      case "has":
      case "get": {
        if (name === "get" && !(collection instanceof Map)) break;
        const look = (value: unknown): Thing =>
          name === "has" ? collection.has(value) : ((collection as Map<unknown, unknown>).get(value) as Thing);
        const find = (one: Thing): Thing => {
          if (one instanceof Text) throw new NotRead("it searches for a string that depends on the state");
          return isScalar(one) ? this.#paths.cases(one, look) : look(one);
        };
        const item = this.#paths.now(first);
        return item instanceof Union ? this.#paths.forkEach(this.#paths.alternatives(item), find) : find(item);
      }
      case "add":
      case "set":
      case "delete":
      case "clear":
        throw new Refused("changes a collection outside itself");
      case "keys":
      case "values":
      case "entries":
        return this.#iteration.iterator(collection, name satisfies IterationKind);
      case "forEach":
        for (const [key, value] of collection.entries()) {
          this.#calls.call(first, undefined, [value as Thing, key as Thing, collection]);
        }
        return undefined;
    }
    throw new NotRead(`it calls ${name} of a collection`);
  }
}

const NO_MEMBERS: Members = { keys: [], values: [], isThere: [] };

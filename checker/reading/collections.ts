import { NotRead, type Bool } from "../terms/index.ts";
import type { Iteration, IterationKind } from "./iteration.ts";
import type { ListCalls, Lists } from "./lists.ts";
import { valuesOf, type Objects } from "./objects.ts";
import { listOf, type Paths } from "./paths.ts";
import { Refused } from "./refused.ts";
import { HeapObject, isScalar, LIST_DATA, MAP_VALUES, TEXT, Union, type ListData, type Thing } from "./values.ts";

/** Sets and maps: those that a function makes, and those that it has captured. */
export class Collections {
  readonly #paths: Paths;
  readonly #objects: Objects;
  readonly #lists: Lists;
  readonly #iteration: Iteration;
  readonly #calls: ListCalls;

  constructor(paths: Paths, objects: Objects, lists: Lists, iteration: Iteration, calls: ListCalls) {
    this.#paths = paths;
    this.#objects = objects;
    this.#lists = lists;
    this.#iteration = iteration;
    this.#calls = calls;
  }

  /** A new set or map of what can be iterated. */
  make(kind: "set" | "map", given: Thing): HeapObject {
    const made = new HeapObject(kind);
    made.slots.set(LIST_DATA, { elements: [], length: 0 });
    if (kind === "map") made.slots.set(MAP_VALUES, { elements: [], length: 0 });
    if (given === undefined || given === null) return made;
    const { elements, length } = this.#iteration.elementsOf(given);
    for (const [index, element] of elements.entries()) {
      const isInside = this.#paths.facts.simplify(this.#paths.terms.less(index, length));
      if (isInside === false) break;
      const put = (): Thing => {
        if (kind === "set") this.#add(made, element);
        else this.#put(made, this.#objects.get(element, 0), this.#objects.get(element, 1));
        return undefined;
      };
      this.#paths.fork(isInside, put, () => undefined);
    }
    return made;
  }

  method(collection: Thing, name: string, given: readonly Thing[]): Thing {
    if (collection instanceof HeapObject) return this.#ofOwn(collection, name, given);
    return this.#ofHost(collection as Set<unknown> | Map<unknown, unknown>, name, given);
  }

  #ofOwn(collection: HeapObject, name: string, given: readonly Thing[]): Thing {
    const isMap = collection.kind === "map";
    if (collection.kind === "iterator") throw new NotRead(`it calls ${name} of an iterator`);
    const { terms } = this.#paths;
    const { elements } = listOf(collection);
    const [first, second] = given;
    switch (name) {
      case "has":
        return terms.or(...this.#places(collection, first));
      case "get": {
        if (!isMap) break;
        const places = this.#places(collection, first);
        const rest = terms.not(terms.or(...places));
        const values = valuesOf(collection).elements;
        return this.#paths.mergeAll([
          ...places.map((place, index) => [place, values[index]] as const),
          [rest, undefined] as const,
        ]);
      }
      case "add":
        if (isMap) break;
        this.#add(collection, first);
        return collection;
      case "set":
        if (!isMap) break;
        this.#put(collection, first, second);
        return collection;
      case "delete": {
        const places = this.#places(collection, first);
        this.#paths.put(collection, LIST_DATA, this.#without(listOf(collection), places));
        if (isMap) this.#paths.put(collection, MAP_VALUES, this.#without(valuesOf(collection), places));
        return terms.or(...places);
      }
      case "clear":
        this.#paths.put(collection, LIST_DATA, { elements: [], length: 0 });
        if (isMap) this.#paths.put(collection, MAP_VALUES, { elements: [], length: 0 });
        return undefined;
      case "keys":
      case "values":
      case "entries":
        return this.#iteration.iterator(collection, name satisfies IterationKind);
      case "forEach": {
        const rounds = this.#iteration.rounds(this.#iteration.iterator(collection, "entries"));
        for (let index = 0; index < elements.length; index++) {
          const [isThere, pair] = rounds.at(index);
          const call = (): Thing => {
            const [key, value] = this.#objects.dataOf(pair).elements;
            this.#calls.call(first, undefined, [value, key, collection]);
            return undefined;
          };
          this.#paths.fork(isThere, call, () => undefined);
        }
        return undefined;
      }
    }
    throw new NotRead(`it calls ${name} of a ${collection.kind}`);
  }

  /** Where a key is at each of the places; at most one of them holds. */
  #places(collection: HeapObject, key: Thing): Bool[] {
    const { terms, facts } = this.#paths;
    const { elements, length } = listOf(collection);
    return elements.map((element, index) => {
      const isInside = facts.simplify(terms.less(index, length));
      return isInside === false ? false : terms.and(isInside, this.#calls.sameValue(element, key));
    });
  }

  #add(set: HeapObject, element: Thing): void {
    const { terms, facts } = this.#paths;
    const isNew = facts.simplify(terms.not(terms.or(...this.#places(set, element))));
    if (isNew === false) return;
    this.#paths.put(set, LIST_DATA, this.#lists.pushed(listOf(set), element, isNew));
  }

  #put(map: HeapObject, key: Thing, value: Thing): void {
    const { terms, facts } = this.#paths;
    const places = this.#places(map, key);
    const { elements, length } = valuesOf(map);
    const changed = elements.map((one, index) => this.#paths.merge(places[index] as Bool, value, one));
    const isNew = facts.simplify(terms.not(terms.or(...places)));
    this.#paths.put(map, MAP_VALUES, this.#lists.pushed({ elements: changed, length }, value, isNew));
    this.#paths.put(map, LIST_DATA, this.#lists.pushed(listOf(map), key, isNew));
  }

  /** A list without the elements at some places. */
  #without({ elements, length }: ListData, places: readonly Bool[]): ListData {
    const { terms, facts } = this.#paths;
    let data: ListData = { elements: [], length: 0 };
    for (const [index, element] of elements.entries()) {
      const isKept = facts.simplify(terms.and(terms.less(index, length), terms.not(places[index] as Bool)));
      if (isKept !== false) data = this.#lists.pushed(data, element, isKept);
    }
    return data;
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
          if (one === TEXT) throw new NotRead("it looks for a text that depends on the state");
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

import { NotRead, type Bool, type Value } from "../terms/index.ts";
import { type Objects, valuesOf } from "./objects.ts";
import { listOf, type Paths } from "./paths.ts";
import { HeapObject, isList, isScalar, Union, type ListData, type Thing } from "./values.ts";

/** What a loop finds, round by round: JavaScript looks for each element when its round begins. */
export interface Rounds {
  /** Whether there is a round of this number, and its element. */
  at(index: number): readonly [isThere: Bool, element: Thing];
}

/** The ways of going through an object. */
export type IterationKind = "values" | "keys" | "entries";

/** Slots of an iterator. */
const OF = "of";
const BY = "by";
const IS_USED = "used";

/** Going through what can be iterated. */
export class Iteration {
  readonly #paths: Paths;
  readonly #objects: Objects;

  constructor(paths: Paths, objects: Objects) {
    this.#paths = paths;
    this.#objects = objects;
  }

  /** An iterator, which can be used once. */
  iterator(of: Thing, by: IterationKind): HeapObject {
    const iterator = new HeapObject("iterator");
    iterator.slots.set(OF, of);
    iterator.slots.set(BY, by);
    iterator.slots.set(IS_USED, false);
    return iterator;
  }

  /** The elements of a thing as they are now; the path throws where it cannot be iterated. */
  elementsOf(given: Thing): ListData {
    const thing = this.#paths.now(given);
    if (thing instanceof Union) {
      const list = this.#iterable(thing);
      let data = this.#elementsOfOne((list[list.length - 1] as readonly [Bool, Thing])[1]);
      for (let index = list.length - 2; index >= 0; index--) {
        const [condition, one] = list[index] as readonly [Bool, Thing];
        data = this.#paths.mergeLists(condition, this.#elementsOfOne(one), data);
      }
      return data;
    }
    return this.#elementsOfOne(thing);
  }

  /** The same, each as it is when its round begins. */
  rounds(given: Thing): Rounds {
    const thing = this.#paths.now(given);
    if (!(thing instanceof Union)) return this.#roundsOfOne(thing);
    const { terms } = this.#paths;
    const list = this.#iterable(thing).map(([condition, one]) => [condition, this.#roundsOfOne(one)] as const);
    return {
      at: (index) => {
        const found = list.map(([condition, rounds]) => [condition, rounds.at(index)] as const);
        return [
          terms.or(...found.map(([condition, [isThere]]) => terms.and(condition, isThere))),
          this.#paths.mergeAll(found.map(([condition, [, element]]) => [condition, element])),
        ];
      },
    };
  }

  /** The alternatives that can be iterated; the path throws in the others. */
  #iterable(union: Union): readonly (readonly [Bool, Thing])[] {
    const isPlain = (thing: Thing): boolean => isScalar(thing) && typeof thing !== "string";
    const plain = this.#paths.alternatives(union).filter(([, one]) => isPlain(one));
    for (const [condition, one] of plain) {
      this.#requireNoText(one as Value);
      this.#paths.throwIf(condition);
    }
    return this.#paths.alternatives(union).filter(([, one]) => !isPlain(one));
  }

  #requireNoText(value: Value): void {
    if (this.#paths.facts.possible(value)?.some((one) => typeof one === "string") === true) {
      throw new NotRead("it iterates over what may be a text");
    }
  }

  #elementsOfOne(thing: Thing): ListData {
    if (isList(thing)) {
      const { elements, length } = this.#objects.dataOf(thing);
      return { elements, length };
    }
    const rounds = this.#roundsOfOne(thing);
    const elements: Thing[] = [];
    let length: ListData["length"] = 0;
    for (let index = 0; ; index++) {
      const [isThere, element] = rounds.at(index);
      if (isThere === false) return { elements, length };
      elements.push(element);
      length = this.#paths.terms.ite(isThere, index + 1, length);
    }
  }

  #roundsOfOne(thing: Thing): Rounds {
    if (isScalar(thing) && typeof thing !== "string") {
      this.#requireNoText(thing);
      this.#paths.throw();
    }
    if (typeof thing === "string") return constant([...thing]);
    if (isList(thing)) return this.#roundsOf(thing, "values");
    if (thing instanceof Set) return this.#roundsOf(thing, "values");
    if (thing instanceof Map) return this.#roundsOf(thing, "entries");
    if (thing instanceof HeapObject) {
      if (thing.kind === "set") return this.#roundsOf(thing, "values");
      if (thing.kind === "map") return this.#roundsOf(thing, "entries");
      if (thing.kind === "iterator") return this.#roundsOfIterator(thing);
      this.#paths.throw();
    }
    throw new NotRead("it iterates over something that is no array");
  }

  #roundsOfIterator(iterator: HeapObject): Rounds {
    if (this.#paths.now(iterator.slots.get(IS_USED) as Thing) !== false) {
      throw new NotRead("it goes through an iterator twice");
    }
    this.#paths.put(iterator, IS_USED, true);
    return this.#roundsOf(iterator.slots.get(OF) as Thing, iterator.slots.get(BY) as IterationKind);
  }

  #roundsOf(thing: Thing, by: IterationKind): Rounds {
    if (thing instanceof Set || thing instanceof Map) {
      this.#objects.captures.contents(thing as Set<unknown>);
      const items = [...(thing as Map<Thing, Thing>)[by]()];
      return constant(by === "entries" ? items.map((pair) => this.#objects.list(pair as Thing[])) : items);
    }
    if (isList(thing)) {
      return this.#rounds(
        () => this.#objects.dataOf(thing),
        (data, index) => this.#pair(by, index, data.elements[index]),
      );
    }
    const collection = thing as HeapObject;
    const start = listOf(collection);
    return this.#rounds(
      () => {
        const data = listOf(collection);
        if (data !== start) throw new NotRead("it changes a set or a map while it goes through it");
        return data;
      },
      (data, index) => {
        const key = data.elements[index];
        return this.#pair(by, key, collection.kind === "map" ? valuesOf(collection).elements[index] : key);
      },
    );
  }

  #pair(by: IterationKind, key: Thing, value: Thing): Thing {
    return by === "values" ? value : by === "keys" ? key : this.#objects.list([key, value]);
  }

  #rounds(data: () => ListData, element: (data: ListData, index: number) => Thing): Rounds {
    const { terms, facts } = this.#paths;
    return {
      at: (index) => {
        const now = data();
        if (index >= now.elements.length) return [false, undefined];
        const isThere = facts.simplify(terms.less(index, now.length));
        return [isThere, isThere === false ? undefined : element(now, index)];
      },
    };
  }
}

function constant(elements: readonly Thing[]): Rounds {
  return { at: (index) => [index < elements.length, elements[index]] };
}

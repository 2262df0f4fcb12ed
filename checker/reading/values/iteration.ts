import { NotRead, type Bool, type Value } from "../../terms/index.ts";
import { pushed } from "./list-data.ts";
import type { Objects } from "./objects.ts";
import { membersOf, type Paths } from "./paths.ts";
import { HeapObject, isList, isScalar, Union, type ListData, type Thing } from "./values.ts";

/** Elements found by a loop, round by round: JavaScript looks for each element when its round begins. */
export interface Rounds {
  /** Whether a round that is not there is the end. */
  readonly isDense: boolean;
  /** Whether there is a round of this number, and its element; undefined where there is none from this one on. */
  at(index: number): readonly [isThere: Bool, element: Thing] | undefined;
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
      isDense: list.every(([, { isDense }]) => isDense),
      at: (index) => {
        const found = list.map(([condition, rounds]) => [condition, rounds.at(index) ?? NO_ROUND] as const);
        if (found.every(([, round]) => round === NO_ROUND)) return undefined;
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
      throw new NotRead("it iterates over a value that may be a string");
    }
  }

  #elementsOfOne(thing: Thing): ListData {
    if (isList(thing)) {
      const { elements, length } = this.#objects.dataOf(thing);
      return { elements, length };
    }
    const rounds = this.#roundsOfOne(thing);
    let data: ListData = { elements: [], length: 0 };
    for (let index = 0; ; index++) {
      const round = rounds.at(index);
      if (round === undefined) return data;
      const [isThere, element] = round;
      if (isThere !== false) data = pushed(this.#paths, data, element, isThere);
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
    throw new NotRead("it iterates over a value that is not an array");
  }

  #roundsOfIterator(iterator: HeapObject): Rounds {
    if (this.#paths.now(iterator.slots.get(IS_USED) as Thing) !== false) {
      throw new NotRead("it uses an iterator twice");
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
    return isList(thing) ? this.#roundsOfList(thing, by) : this.#roundsOfMembers(thing as HeapObject, by);
  }

  #roundsOfList(list: Thing, by: IterationKind): Rounds {
    const { terms, facts } = this.#paths;
    return {
      isDense: true,
      at: (index) => {
        const { elements, length } = this.#objects.dataOf(list);
        if (index >= elements.length) return undefined;
        const isThere = facts.simplify(terms.less(index, length));
        return isThere === false ? undefined : [isThere, this.#pair(by, index, elements[index])];
      },
    };
  }

  #roundsOfMembers(collection: HeapObject, by: IterationKind): Rounds {
    const start = membersOf(collection);
    return {
      isDense: false,
      at: (index) => {
        const members = membersOf(collection);
        if (members !== start) throw new NotRead("it changes a set or a map during its iteration");
        if (index >= members.keys.length) return undefined;
        const isThere = this.#paths.facts.simplify(members.isThere[index] as Bool);
        return [isThere, isThere === false ? undefined : this.#pair(by, members.keys[index], members.values[index])];
      },
    };
  }

  #pair(by: IterationKind, key: Thing, value: Thing): Thing {
    return by === "values" ? value : by === "keys" ? key : this.#objects.list([key, value]);
  }
}

const NO_ROUND = [false, undefined] as const;

function constant(elements: readonly Thing[]): Rounds {
  return { isDense: true, at: (index) => (index < elements.length ? [true, elements[index]] : undefined) };
}

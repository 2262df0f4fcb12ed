import { NotRead, Term, type Bool, type Value } from "../terms/index.ts";
import type { Objects } from "./objects.ts";
import { listOf, type Paths } from "./paths.ts";
import { Refused } from "./refused.ts";
import { HeapObject, isList, isScalar, TEXT, type ListData, type Thing } from "./values.ts";

/** What methods of arrays need of the interpreter. */
export interface ListCalls {
  call(callable: Thing, self: Thing, given: readonly Thing[]): Thing;
  /** Where a thing is true when it is asked for in a condition. */
  truthy(thing: Thing): Bool;
  /** Whether two things are strictly equal. */
  same(one: Thing, other: Thing): Bool;
  /** The text of a constant that a template or `join` makes of it; TEXT where it depends on the state. */
  text(thing: Thing): Thing;
}

/** Methods whose result depends on length and indices: evaluated once for each of their values, concretely. */
const BY_CASES: Readonly<Record<string, number>> = {
  slice: 2,
  splice: 2,
  toSpliced: 2,
  with: 1,
  reverse: 0,
  toReversed: 0,
  sort: 0,
  toSorted: 0,
  fill: 0,
};

/** The methods of arrays. */
export class Lists {
  readonly #paths: Paths;
  readonly #objects: Objects;
  readonly #calls: ListCalls;

  constructor(paths: Paths, objects: Objects, calls: ListCalls) {
    this.#paths = paths;
    this.#objects = objects;
    this.#calls = calls;
  }

  /**
   * A check that a list is as it is now: JavaScript iterates over the list that it finds in each round, and what is read
   * here is the list that there was at the start.
   */
  watch(thing: Thing): () => void {
    const lists = this.#paths
      .alternatives(thing)
      .flatMap(([, one]) => (one instanceof HeapObject && isList(one) ? [one] : []));
    const data = lists.map(listOf);
    return () => {
      if (lists.some((list, index) => listOf(list) !== data[index])) {
        throw new NotRead("it changes a list while it iterates over it");
      }
    };
  }

  /** Calls a method of a single list. */
  method(list: Thing, name: string, given: readonly Thing[]): Thing {
    const { terms, facts } = this.#paths;
    const { elements, length } = this.#objects.dataOf(list);
    const count = elements.length;
    const [first] = given;
    const isInside = (index: number): Bool => facts.simplify(terms.less(index, length));
    const requireUnchanged = this.watch(list);
    const call = (index: number): Thing => {
      requireUnchanged();
      return this.#calls.call(first, undefined, [elements[index], index, list]);
    };
    switch (name) {
      case "some":
      case "every":
        return this.#quantifier(name, count, isInside, call);
      case "find":
      case "findIndex": {
        const from = (index: number): Thing =>
          index >= count
            ? this.#absent(name)
            : this.#paths.fork(
                isInside(index),
                () =>
                  this.#paths.fork(
                    this.#calls.truthy(call(index)),
                    () => (name === "find" ? elements[index] : index),
                    () => from(index + 1),
                  ),
                () => this.#absent(name),
              );
        return from(0);
      }
      case "findLast":
      case "findLastIndex": {
        const from = (index: number): Thing =>
          index < 0
            ? this.#absent(name)
            : this.#paths.fork(
                isInside(index),
                () =>
                  this.#paths.fork(
                    this.#calls.truthy(call(index)),
                    () => (name === "findLast" ? elements[index] : index),
                    () => from(index - 1),
                  ),
                () => from(index - 1),
              );
        return from(count - 1);
      }
      case "includes":
        this.#requireArguments(name, given, 1);
        return terms.or(
          ...elements.map((element, index) => terms.and(isInside(index), this.#calls.same(element, first))),
        );
      case "indexOf":
      case "lastIndexOf": {
        this.#requireArguments(name, given, 1);
        let result: Value = -1;
        for (let at = 0; at < count; at++) {
          const index = name === "indexOf" ? count - 1 - at : at;
          const isHere = terms.and(isInside(index), this.#calls.same(elements[index], first));
          result = terms.ite(isHere, index, result);
        }
        return result;
      }
      case "filter": {
        const kept = this.#objects.list([]);
        for (let index = 0; index < count; index++) {
          this.#paths.fork(
            isInside(index),
            () => {
              const keep = facts.simplify(this.#calls.truthy(call(index)));
              if (keep !== false) {
                this.#objects.setData(kept, this.#pushed(this.#objects.dataOf(kept), elements[index], keep));
              }
              return undefined;
            },
            () => undefined,
          );
        }
        return kept;
      }
      case "map": {
        const results: Thing[] = [];
        for (let index = 0; index < count; index++) {
          results.push(
            this.#paths.fork(
              isInside(index),
              () => call(index),
              () => undefined,
            ),
          );
        }
        return this.#objects.list(results, length);
      }
      case "forEach":
        for (let index = 0; index < count; index++) {
          this.#paths.fork(
            isInside(index),
            () => {
              call(index);
              return undefined;
            },
            () => undefined,
          );
        }
        return undefined;
      case "flat":
      case "flatMap":
        if (name === "flat" && given.length > 0) throw new NotRead("it flattens a list to a given depth");
        return this.#flat(elements, isInside, name === "flatMap" ? call : (index) => elements[index]);
      case "reduce":
      case "reduceRight":
        return this.#reduce(list, name, given, isInside);
      case "at": {
        const index = this.#scalar(first, name);
        const from = terms.arithmetic("+", terms.ite(terms.less(index, 0), length, 0), index);
        return this.#paths.cases(from, (at) => this.#objects.getOf(list, (at as number) < 0 ? -1 : at));
      }
      case "push": {
        let data: ListData = { elements, length };
        for (const one of given) data = this.#pushed(data, one);
        this.#set(list, data);
        return data.length;
      }
      case "pop": {
        const last = this.#paths.cases(length, (size) => (size === 0 ? undefined : elements[(size as number) - 1]));
        const shorter = terms.map(length, (size) => Math.max(0, (size as number) - 1));
        this.#set(list, { elements: length instanceof Term ? elements : elements.slice(0, -1), length: shorter });
        return last;
      }
      case "shift": {
        const taken = count === 0 ? undefined : this.#paths.merge(isInside(0), elements[0], undefined);
        const rest = elements.slice(1);
        if (length instanceof Term) rest.push(elements[count - 1]);
        this.#set(list, { elements: rest, length: terms.map(length, (size) => Math.max(0, (size as number) - 1)) });
        return taken;
      }
      case "unshift": {
        const data = this.concatenated({ elements: given, length: given.length }, { elements, length });
        this.#set(list, data);
        return data.length;
      }
      case "concat": {
        let data: ListData = { elements, length };
        for (const one of given) data = this.concatenated(data, this.#spread(this.#paths.now(one)));
        return this.#objects.list(data.elements, data.length);
      }
      case "entries":
        return this.#objects.list(
          elements.map((element, index) => this.#objects.list([index, element])),
          length,
        );
      case "keys":
        return this.#objects.list(
          elements.map((_, index) => index),
          length,
        );
      case "values":
        return this.#objects.list(elements, length);
      case "join":
        return this.#join(elements, length, first);
    }
    const cases = BY_CASES[name];
    if (cases === undefined) throw new NotRead(`it calls the method ${name} of an array`);
    return this.#byCases(list, name, given.slice(0, cases), given.slice(cases));
  }

  /** The elements of a list and behind them those of another. */
  concatenated(one: ListData, other: ListData): ListData {
    const { terms, facts } = this.#paths;
    if (typeof one.length === "number" && one.elements.length >= one.length) {
      return {
        elements: [...one.elements.slice(0, one.length), ...other.elements],
        length: terms.arithmetic("+", other.length, one.length),
      };
    }
    let data = one;
    for (const [index, element] of other.elements.entries()) {
      const isInside = facts.simplify(terms.less(index, other.length));
      if (isInside === false) break;
      data = this.#pushed(data, element, isInside);
    }
    return data;
  }

  #absent(name: string): Thing {
    return name.endsWith("Index") ? -1 : undefined;
  }

  #quantifier(
    name: "some" | "every",
    count: number,
    isInside: (index: number) => Bool,
    call: (index: number) => Thing,
  ): Thing {
    const end = name === "every";
    const from = (index: number): Thing =>
      index >= count
        ? end
        : this.#paths.fork(
            isInside(index),
            () =>
              this.#paths.fork(
                this.#calls.truthy(call(index)),
                () => (name === "some" ? true : from(index + 1)),
                () => (name === "some" ? from(index + 1) : false),
              ),
            () => end,
          );
    return from(0);
  }

  #flat(elements: readonly Thing[], isInside: (index: number) => Bool, part: (index: number) => Thing): Thing {
    let data: ListData = { elements: [], length: 0 };
    for (let index = 0; index < elements.length; index++) {
      const here = isInside(index);
      if (here === false) break;
      const one = this.#paths.fork(
        here,
        () => part(index),
        () => this.#objects.list([]),
      );
      const lists = this.#paths
        .alternatives(one)
        .map(([condition, thing]) => [condition, this.#spread(thing)] as const);
      let merged = (lists[lists.length - 1] as readonly [Bool, ListData])[1];
      for (let at = lists.length - 2; at >= 0; at--) {
        const [condition, list] = lists[at] as readonly [Bool, ListData];
        merged = this.#paths.mergeLists(condition, list, merged);
      }
      data = this.concatenated(data, merged);
    }
    return this.#objects.list(data.elements, data.length);
  }

  #spread(thing: Thing): ListData {
    return isList(thing) ? this.#objects.dataOf(thing) : { elements: [thing], length: 1 };
  }

  #reduce(list: Thing, name: string, given: readonly Thing[], isInside: (index: number) => Bool): Thing {
    const { elements, length } = this.#objects.dataOf(list);
    const [callable, initial] = given;
    const requireUnchanged = this.watch(list);
    const order = elements.map((_, index) => index);
    if (name === "reduceRight") order.reverse();
    let result = initial;
    if (given.length < 2) {
      if (length instanceof Term)
        throw new NotRead("it reduces a list whose length is not known, without a first value");
      const [first] = order.splice(0, 1);
      if (first === undefined) this.#paths.throw();
      result = elements[first];
    }
    for (const index of order) {
      const before = result;
      result = this.#paths.fork(
        isInside(index),
        () => {
          requireUnchanged();
          return this.#calls.call(callable, undefined, [before, elements[index], index, list]);
        },
        () => before,
      );
    }
    return result;
  }

  #join(elements: readonly Thing[], length: Value, separator: Thing): Thing {
    if (typeof length !== "number") return TEXT;
    const texts: string[] = [];
    for (const element of elements.slice(0, length)) {
      const text = element === null || element === undefined ? "" : this.#calls.text(element);
      if (typeof text !== "string") return TEXT;
      texts.push(text);
    }
    return typeof separator === "string" || separator === undefined ? texts.join(separator) : TEXT;
  }

  /** With one more element, where a condition holds. */
  #pushed(data: ListData, element: Thing, condition: Bool = true): ListData {
    const { terms, facts } = this.#paths;
    const elements = data.elements.slice();
    const lengths = facts.possible(data.length);
    if (lengths === undefined) throw new NotRead("it appends to a list whose length has a large range");
    for (const length of lengths as readonly number[]) {
      const here = lengths.length === 1 ? condition : terms.and(condition, terms.equal(data.length, length));
      while (elements.length < length) elements.push(undefined);
      elements[length] = length < elements.length ? this.#paths.merge(here, element, elements[length]) : element;
    }
    const longer = terms.arithmetic("+", data.length, 1);
    return { elements, length: terms.ite(condition, longer, data.length) };
  }

  #byCases(list: Thing, name: string, indices: readonly Thing[], others: readonly Thing[]): Thing {
    const evaluate = (left: readonly Thing[], done: readonly Value[]): Thing => {
      const [next, ...rest] = left;
      if (left.length > 0)
        return this.#paths.split(this.#scalar(next, name), (value) => evaluate(rest, [...done, value]));
      const { length } = this.#objects.dataOf(list);
      return this.#paths.split(length, (size) => this.#concretely(list, name, size as number, done, others));
    };
    return evaluate(indices, []);
  }

  #concretely(list: Thing, name: string, size: number, indices: readonly Value[], others: readonly Thing[]): Thing {
    const elements = this.#objects.dataOf(list).elements.slice(0, size);
    switch (name) {
      case "slice":
        return this.#objects.list(elements.slice(...(indices as number[])));
      case "splice": {
        const removed = elements.splice(...(indices as [number, number]), ...others);
        this.#set(list, { elements, length: elements.length });
        return this.#objects.list(removed);
      }
      case "toSpliced":
        return this.#objects.list(elements.toSpliced(...(indices as [number, number]), ...others));
      case "with": {
        const [index] = indices as [number];
        if (!(index < size && index >= -size)) this.#paths.throw();
        return this.#objects.list(elements.with(index, others[0]));
      }
      case "toReversed":
        return this.#objects.list(elements.toReversed());
      case "reverse":
        this.#set(list, { elements: elements.toReversed(), length: size });
        return list;
      case "fill":
        this.#requireArguments(name, others, 1);
        this.#set(list, { elements: elements.map(() => others[0]), length: size });
        return list;
      default: {
        const sorted = this.#sorted(elements, others[0]);
        if (name === "toSorted") return this.#objects.list(sorted);
        this.#set(list, { elements: sorted, length: size });
        return list;
      }
    }
  }

  /** Insertion sort, which is stable; each comparison may be a fork. */
  #sorted(elements: readonly Thing[], compare: Thing): Thing[] {
    if (compare === undefined) {
      if (!elements.every((element) => isScalar(element) && !(element instanceof Term))) {
        throw new NotRead("it sorts by texts that depend on the state");
      }
      return elements.toSorted();
    }
    const { terms, facts } = this.#paths;
    const sorted = elements.slice();
    for (let end = 1; end < sorted.length; end++) {
      for (let index = end; index > 0; index--) {
        const [one, other] = [sorted[index - 1], sorted[index]];
        const order = this.#scalar(this.#calls.call(compare, undefined, [one, other]), "sort");
        const swap = facts.simplify(terms.less(0, order));
        sorted[index - 1] = this.#paths.merge(swap, other, one);
        sorted[index] = this.#paths.merge(swap, one, other);
      }
    }
    return sorted;
  }

  #scalar(thing: Thing, name: string): Value {
    const value = this.#paths.now(thing);
    if (!isScalar(value)) throw new NotRead(`it calls ${name} of an array with something that is no number`);
    return value;
  }

  #requireArguments(name: string, given: readonly Thing[], count: number): void {
    if (given.length > count) throw new NotRead(`it calls ${name} of an array with ${given.length} arguments`);
  }

  #set(list: Thing, data: ListData): void {
    if (!(list instanceof HeapObject)) throw new Refused("changes an array outside itself");
    this.#objects.setData(list, data);
  }
}

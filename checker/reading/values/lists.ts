import { NotRead, Term, type Bool, type Value } from "../../terms/index.ts";
import { joinOf } from "./comparable.ts";
import type { Iteration, IterationKind } from "./iteration.ts";
import { concatenated, pushed, type ListCalls } from "./list-data.ts";
import type { Objects } from "./objects.ts";
import type { Paths } from "./paths.ts";
import { Refused } from "./refused.ts";
import { Sorting } from "./sorting.ts";
import { HeapObject, isList, isScalar, TEXT, type ListData, type Thing } from "./values.ts";

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

/** Methods for which a missing element is not the same as one that is undefined. */
const SKIPPING = new Set([
  "some", "every", "filter", "map", "forEach", "flat", "flatMap", "reduce", "reduceRight", "indexOf", "lastIndexOf", "sort",
  "reverse", "splice", "shift", "unshift",
]); // prettier-ignore

/** The methods of arrays. */
export class Lists {
  readonly #paths: Paths;
  readonly #objects: Objects;
  readonly #iteration: Iteration;
  readonly #calls: ListCalls;
  readonly #sorting: Sorting;

  constructor(paths: Paths, objects: Objects, iteration: Iteration, calls: ListCalls) {
    this.#paths = paths;
    this.#objects = objects;
    this.#iteration = iteration;
    this.#calls = calls;
    this.#sorting = new Sorting(paths, calls);
  }

  /** Calls a method of a single list. */
  method(list: Thing, name: string, given: readonly Thing[]): Thing {
    const { terms, facts } = this.#paths;
    const { elements, length, hasHoles } = this.#objects.dataOf(list);
    if (hasHoles === true && SKIPPING.has(name)) throw new NotRead("it uses an array with missing elements");
    const count = elements.length;
    const [first] = given;
    const isInside = (index: number): Bool => facts.simplify(terms.less(index, length));
    // A method goes as far as the list was long in the beginning, and looks at each element when its turn comes.
    const element = (index: number): Thing => {
      const now = this.#objects.dataOf(list);
      if (now.elements === elements) return elements[index];
      if (index >= now.elements.length) return undefined;
      return this.#paths.merge(facts.simplify(terms.less(index, now.length)), now.elements[index], undefined);
    };
    const call = (index: number): Thing => this.#calls.call(first, undefined, [element(index), index, list]);
    // Most methods leave out elements that are no longer there.
    const isThere = (index: number): Bool => {
      const now = this.#objects.dataOf(list);
      if (now.elements === elements && now.length === length) return isInside(index);
      if (now.hasHoles === true) throw new NotRead("it uses an array with missing elements");
      return facts.simplify(terms.and(terms.less(index, length), terms.less(index, now.length)));
    };
    switch (name) {
      case "some":
      case "every":
        return this.#quantifier(name, count, isThere, call);
      case "find":
      case "findIndex": {
        const from = (index: number): Thing => {
          if (index >= count) return this.#absent(name);
          return this.#paths.fork(
            isInside(index),
            () => this.#found(name, index, element(index), call(index), () => from(index + 1)),
            () => this.#absent(name),
          );
        };
        return from(0);
      }
      case "findLast":
      case "findLastIndex": {
        const from = (index: number): Thing => {
          if (index < 0) return this.#absent(name);
          return this.#paths.fork(
            isInside(index),
            () => this.#found(name, index, element(index), call(index), () => from(index - 1)),
            () => from(index - 1),
          );
        };
        return from(count - 1);
      }
      case "includes":
        this.#requireArguments(name, given, 1);
        return terms.or(
          ...elements.map((element, index) => terms.and(isInside(index), this.#calls.sameValue(element, first))),
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
            isThere(index),
            () => {
              const one = element(index);
              const keep = facts.simplify(this.#calls.truthy(call(index)));
              if (keep !== false) {
                this.#objects.setData(kept, pushed(this.#paths, this.#objects.dataOf(kept), one, keep));
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
        let skips = false;
        for (let index = 0; index < count; index++) {
          const here = isThere(index);
          skips ||= here !== isInside(index);
          results.push(
            this.#paths.fork(
              here,
              () => call(index),
              () => undefined,
            ),
          );
        }
        return this.#objects.list(results, length, skips);
      }
      case "forEach":
        for (let index = 0; index < count; index++) {
          this.#paths.fork(
            isThere(index),
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
        return this.#flat(count, isThere, name === "flatMap" ? call : element);
      case "reduce":
      case "reduceRight":
        return this.#reduce(list, name, given, count, isThere, element);
      case "at": {
        const index = this.#index(first);
        const from = terms.arithmetic("+", terms.ite(terms.less(index, 0), length, 0), index);
        return this.#paths.cases(from, (at) => this.#objects.getOf(list, (at as number) < 0 ? -1 : at));
      }
      case "push": {
        let data: ListData = { elements, length };
        for (const one of given) data = pushed(this.#paths, data, one);
        this.#set(list, data);
        return data.length;
      }
      case "pop": {
        const last = this.#paths.cases(length, (size) => (size === 0 ? undefined : elements[(size as number) - 1]));
        const shorter = terms.map(length, (size) => Math.max(0, (size as number) - 1));
        this.#set(list, {
          elements: length instanceof Term ? elements : elements.slice(0, -1),
          length: shorter,
          hasHoles,
        });
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
        const data = concatenated(this.#paths, { elements: given, length: given.length }, { elements, length });
        this.#set(list, data);
        return data.length;
      }
      case "concat": {
        let data: ListData = { elements, length, hasHoles };
        for (const one of given) data = concatenated(this.#paths, data, this.#spread(one));
        return this.#objects.list(data.elements, data.length, data.hasHoles);
      }
      case "entries":
      case "keys":
      case "values":
        return this.#iteration.iterator(list, name satisfies IterationKind);
      case "join":
        return this.#join(elements, length, first);
    }
    if (name === "sort" || name === "toSorted") {
      const longest = facts.possible(length)?.reduce<number>((most, one) => Math.max(most, one as number), 0);
      this.#sorting.requireShort(elements, longest ?? Infinity, first);
    }
    const cases = BY_CASES[name];
    if (cases === undefined) throw new NotRead(`it calls the method ${name} of an array`);
    return this.#byCases(list, name, given.slice(0, cases), given.slice(cases));
  }

  #found(name: string, index: number, element: Thing, answer: Thing, otherwise: () => Thing): Thing {
    return this.#paths.fork(this.#calls.truthy(answer), () => (name.endsWith("Index") ? index : element), otherwise);
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

  #flat(count: number, isThere: (index: number) => Bool, part: (index: number) => Thing): Thing {
    let data: ListData = { elements: [], length: 0 };
    for (let index = 0; index < count; index++) {
      const here = isThere(index);
      if (here === false) continue;
      const one = this.#paths.fork(
        here,
        () => part(index),
        () => this.#objects.list([]),
      );
      data = concatenated(this.#paths, data, this.#spread(one));
    }
    return this.#objects.list(data.elements, data.length);
  }

  /** Operand of `concat` or `flat` as a list: an array's elements, or the operand itself. */
  #spread(given: Thing): ListData {
    const parts = this.#paths.alternatives(given).map(([condition, one]): readonly [Bool, ListData] => {
      if (!isList(one)) return [condition, { elements: [one], length: 1 }];
      const data = this.#objects.dataOf(one);
      if (data.hasHoles === true) throw new NotRead("it uses an array with missing elements");
      return [condition, data];
    });
    let merged = (parts[parts.length - 1] as readonly [Bool, ListData])[1];
    for (let at = parts.length - 2; at >= 0; at--) {
      const [condition, data] = parts[at] as readonly [Bool, ListData];
      merged = this.#paths.mergeLists(condition, data, merged);
    }
    return merged;
  }

  #reduce(
    list: Thing,
    name: string,
    given: readonly Thing[],
    count: number,
    isThere: (index: number) => Bool,
    element: (index: number) => Thing,
  ): Thing {
    const { length } = this.#objects.dataOf(list);
    const [callable, initial] = given;
    const order = Array.from({ length: count }, (_, index) => index);
    if (name === "reduceRight") order.reverse();
    let result = initial;
    if (given.length < 2) {
      this.#paths.throwIf(this.#paths.terms.equal(length, 0));
      if (name === "reduceRight" && length instanceof Term) {
        throw new NotRead("it uses reduceRight on a list of unknown length without an initial value");
      }
      const [first] = order.splice(0, 1);
      if (first === undefined) this.#paths.throw();
      result = element(first);
    }
    for (const index of order) {
      const before = result;
      result = this.#paths.fork(
        isThere(index),
        () => this.#calls.call(callable, undefined, [before, element(index), index, list]),
        () => before,
      );
    }
    return result;
  }

  #join(elements: readonly Thing[], length: Value, separator: Thing): Thing {
    const texts: string[] = [];
    const otherwise = (): Thing => joinOf(this.#paths, elements, length, separator);
    if (typeof length !== "number") return otherwise();
    for (const element of elements.slice(0, length)) {
      const text = element === null || element === undefined ? "" : this.#calls.text(element);
      if (typeof text !== "string") return otherwise();
      texts.push(text);
    }
    return typeof separator === "string" || separator === undefined ? texts.join(separator) : TEXT;
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
    const { elements: all, hasHoles } = this.#objects.dataOf(list);
    const elements = all.slice(0, size);
    switch (name) {
      case "slice": {
        const part = elements.slice(...(indices as number[]));
        return this.#objects.list(part, part.length, hasHoles);
      }
      case "splice": {
        const removed = elements.splice(...(indices as [number, number]), ...others);
        this.#set(list, { elements, length: elements.length });
        return this.#objects.list(removed);
      }
      case "toSpliced":
        return this.#objects.list(elements.toSpliced(...(indices as [number, number]), ...others));
      case "with": {
        const index = Math.trunc(Number(indices[0])) || 0;
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
        const [compare] = others;
        const sorted = this.#sorting.sorted(elements, compare);
        if (name === "toSorted") return this.#objects.list(sorted);
        if (this.#objects.dataOf(list).elements !== all) throw new NotRead("it changes a list during its sort");
        this.#set(list, { elements: sorted, length: size });
        return list;
      }
    }
  }

  /** An index as `at` and `with` take one: an integer. */
  #index(thing: Thing): Value {
    const number = this.#calls.number(thing);
    if (number instanceof Term && number.domain === undefined) return number;
    return this.#paths.terms.map(number, (value) => Math.trunc(value as number) || 0);
  }

  #scalar(thing: Thing, name: string): Value {
    const value = this.#paths.now(thing);
    if (!isScalar(value)) throw new NotRead(`it calls ${name} of an array with a value that is not a number`);
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

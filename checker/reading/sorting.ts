import { NotRead, Term } from "../terms/index.ts";
import type { ListCalls } from "./lists.ts";
import { listOf, type Paths } from "./paths.ts";
import { HeapObject, isScalar, LIST_DATA, TEXT, Union, type Thing } from "./values.ts";

/** Elements whose order may depend on the state: each comparison is a fork, so there is a path for each order. */
const MAX_SORTED = 5;
/** Elements up to which V8 looks for one run only. */
const MAX_RUN = 63;

/** Part of a sort: a permutation so far, by the elements' positions. */
type Order = readonly number[];

/**
 * `sort` of arrays, by the questions of V8 one by one: it looks for a run at the beginning and inserts the other elements
 * by bisection. What a comparison that contradicts itself comes to depends on that.
 */
export class Sorting {
  readonly #paths: Paths;
  readonly #calls: ListCalls;

  constructor(paths: Paths, calls: ListCalls) {
    this.#paths = paths;
    this.#calls = calls;
  }

  sorted(elements: readonly Thing[], compare: Thing): readonly Thing[] {
    if (compare === undefined) {
      const isConstant = elements.every((element) => isScalar(element) && !(element instanceof Term));
      if (!isConstant) throw new NotRead("it sorts by texts that depend on the state");
      return elements.toSorted();
    }
    if (elements.length < 2) return elements;
    if (elements.length > MAX_RUN) throw new NotRead("it sorts many elements");
    for (const element of elements) this.#requireDefined(element);
    const result = new HeapObject("list");
    result.slots.set(LIST_DATA, { elements, length: elements.length });
    new Sort(this.#paths, this.#calls, elements, compare, (order) => {
      const sorted = order.map((position) => elements[position]);
      this.#paths.put(result, LIST_DATA, { elements: sorted, length: elements.length });
    }).start();
    return listOf(result).elements;
  }

  /** Undefined elements go to the end without a question. */
  #requireDefined(element: Thing): void {
    const parts = element instanceof Union ? this.#paths.alternatives(element).map(([, one]) => one) : [element];
    for (const one of parts) {
      if (isScalar(one) && this.#paths.facts.possible(one)?.includes(undefined) === true) {
        throw new NotRead("it sorts elements that may be undefined");
      }
    }
  }
}

/** One sort; each path through it ends with an order. */
class Sort {
  readonly #paths: Paths;
  readonly #calls: ListCalls;
  readonly #elements: readonly Thing[];
  readonly #compare: Thing;
  readonly #end: (order: Order) => void;

  constructor(paths: Paths, calls: ListCalls, elements: readonly Thing[], compare: Thing, end: (order: Order) => void) {
    this.#paths = paths;
    this.#calls = calls;
    this.#elements = elements;
    this.#compare = compare;
    this.#end = end;
  }

  start(): void {
    this.#ask(
      1,
      0,
      () => this.#run(2, true),
      () => this.#run(2, false),
    );
  }

  /** Asks whether an element comes before another, by their positions. */
  #ask(one: number, other: number, yes: () => void, no: () => void): void {
    const answer = this.#calls.call(this.#compare, undefined, [this.#elements[one], this.#elements[other]]);
    if (answer === TEXT) throw new NotRead("it sorts by a text");
    const isBefore = this.#paths.facts.simplify(this.#paths.terms.less(this.#calls.number(answer), 0));
    if (typeof isBefore !== "boolean" && this.#elements.length > MAX_SORTED) {
      throw new NotRead("it sorts many elements whose order depends on the state");
    }
    const thing = (work: () => void) => (): Thing => {
      work();
      return undefined;
    };
    this.#paths.fork(isBefore, thing(yes), thing(no));
  }

  /** Goes on with a run of `length` elements. */
  #run(length: number, isDescending: boolean): void {
    const end = (): void => {
      const run = Array.from({ length }, (_, index) => index);
      if (isDescending) run.reverse();
      this.#insert(run, 0, length);
    };
    if (length === this.#elements.length) return end();
    const longer = (): void => this.#run(length + 1, isDescending);
    this.#ask(length, length - 1, isDescending ? longer : end, isDescending ? end : longer);
  }

  /** Inserts the next element between `left` and `right` of the sorted ones, and then the others. */
  #insert(sorted: Order, left: number, right: number): void {
    const next = sorted.length;
    if (next === this.#elements.length) return this.#end(sorted);
    if (left === right) {
      return this.#insert([...sorted.slice(0, left), next, ...sorted.slice(left)], 0, next + 1);
    }
    const middle = left + ((right - left) >> 1);
    this.#ask(
      next,
      sorted[middle] as number,
      () => this.#insert(sorted, left, middle),
      () => this.#insert(sorted, middle + 1, right),
    );
  }
}

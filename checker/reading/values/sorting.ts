import type { AnyNode, Identifier } from "acorn";
import { NotRead, Term } from "../../terms/index.ts";
import type { ListCalls } from "./list-data.ts";
import { listOf, type Paths } from "./paths.ts";
import { Closure, HeapObject, isConstant, isHost, isScalar, LIST_DATA, Text, Union, type Thing } from "./values.ts";

/** Elements whose order may depend on the state: each comparison is a fork, so there is a path for each order. */
const MAX_SORTED = 4;
/** Those that are compared by a difference of numbers, which is no fork. */
const MAX_SORTED_BY_NUMBERS = 16;
/** Elements up to which V8 looks for one run only. */
const MAX_RUN = 63;

/** Part of a sort: a permutation so far, by the elements' positions. */
type Order = readonly number[];

/** `sort` of arrays. */
export class Sorting {
  readonly #paths: Paths;
  readonly #calls: ListCalls;

  constructor(paths: Paths, calls: ListCalls) {
    this.#paths = paths;
    this.#calls = calls;
  }

  /** @throws NotRead where a list may be too long to be sorted */
  requireShort(elements: readonly Thing[], longest: number, compare: Thing): void {
    if (elements.every((element) => isConstant(element) || isHost(element))) return;
    if (longest > (isDifference(compare) ? MAX_SORTED_BY_NUMBERS : MAX_SORTED)) {
      throw new NotRead("it sorts many elements whose order depends on the state");
    }
  }

  sorted(elements: readonly Thing[], compare: Thing): readonly Thing[] {
    if (compare === undefined) {
      const isConstant = elements.every((element) => isScalar(element) && !(element instanceof Term));
      if (!isConstant) throw new NotRead("it sorts by strings that depend on the state");
      return elements.toSorted();
    }
    if (elements.length < 2) return elements;
    if (elements.length > MAX_RUN) throw new NotRead("it sorts many elements");
    for (const element of elements) this.#requireDefined(element);
    if (isDifference(compare)) return this.#byNumbers(elements, compare);
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

  /** There is one stable order by numbers, however it is found: here, by insertion, with a choice for each exchange. */
  #byNumbers(elements: readonly Thing[], compare: Thing): readonly Thing[] {
    const { terms, facts } = this.#paths;
    const sorted = elements.slice();
    for (let end = 1; end < sorted.length; end++) {
      for (let index = end; index > 0; index--) {
        const [one, other] = [sorted[index - 1], sorted[index]];
        const difference = this.#calls.number(this.#calls.call(compare, undefined, [one, other]));
        if (facts.possible(difference)?.some((value) => value !== value) === true) {
          throw new NotRead("it sorts by values that may not be numbers");
        }
        const isExchanged = facts.simplify(terms.less(0, difference));
        sorted[index - 1] = this.#paths.merge(isExchanged, other, one);
        sorted[index] = this.#paths.merge(isExchanged, one, other);
      }
    }
    return sorted;
  }
}

/** Whether a function compares by the difference of the same member of both, such as `(x, y) => x.id - y.id`. */
function isDifference(compare: Thing): boolean {
  if (!(compare instanceof Closure)) return false;
  const { node } = compare;
  const { params, body } = node;
  if (node.type !== "ArrowFunctionExpression" || params.length !== 2 || body.type !== "BinaryExpression") return false;
  if (body.operator !== "-" || params.some(({ type }) => type !== "Identifier")) return false;
  const [one, other] = params.map((parameter) => (parameter as Identifier).name) as [string, string];
  const [left, right] = [memberOf(body.left), memberOf(body.right)];
  if (left === undefined || right === undefined || left.path !== right.path) return false;
  return (left.name === one && right.name === other) || (left.name === other && right.name === one);
}

/** A variable and the members that are taken of it, by name. */
function memberOf(node: AnyNode): { readonly name: string; readonly path: string } | undefined {
  if (node.type === "Identifier") return { name: node.name, path: "" };
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return undefined;
  const inner = memberOf(node.object);
  return inner === undefined ? undefined : { name: inner.name, path: `${inner.path}.${node.property.name}` };
}

/**
 * One sort by the questions of V8: it looks for a run at the beginning and inserts the other elements by bisection. What a
 * function that contradicts itself comes to depends on that. Each path through it ends with an order.
 */
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
    if (answer instanceof Text) throw new NotRead("it sorts by a string");
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

  /** Continues with a run of `length` elements. */
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

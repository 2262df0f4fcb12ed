import { NotRead, type Bool, type Value } from "../../terms/index.ts";
import type { Paths } from "./paths.ts";
import type { ListData, Thing } from "./values.ts";

/** The part of the interpreter that methods of arrays use. */
export interface ListCalls {
  call(callable: Thing, self: Thing, given: readonly Thing[]): Thing;
  /** Condition under which a thing is true in a boolean context. */
  truthy(thing: Thing): Bool;
  /** Whether two things are strictly equal. */
  same(one: Thing, other: Thing): Bool;
  /** The same, but that NaN equals itself. */
  sameValue(one: Thing, other: Thing): Bool;
  /** The number that a thing is made where one is asked for. */
  number(thing: Thing): Value;
  /** The text of a constant that a template or `join` makes of it; TEXT where it depends on the state. */
  text(thing: Thing): Thing;
}

/** With one more element, where a condition holds. */
export function pushed(paths: Paths, data: ListData, element: Thing, condition: Bool = true): ListData {
  const { terms, facts } = paths;
  const elements = data.elements.slice();
  const lengths = facts.possible(data.length);
  if (lengths === undefined) throw new NotRead("it appends to a list whose length has a large range");
  for (const length of lengths as readonly number[]) {
    const here = lengths.length === 1 ? condition : terms.and(condition, terms.equal(data.length, length));
    while (elements.length < length) elements.push(undefined);
    elements[length] = length < elements.length ? paths.merge(here, element, elements[length]) : element;
  }
  const longer = terms.arithmetic("+", data.length, 1);
  return { elements, length: terms.ite(condition, longer, data.length), hasHoles: data.hasHoles };
}

/** The elements of a list and behind them those of another. */
export function concatenated(paths: Paths, one: ListData, other: ListData): ListData {
  const { terms, facts } = paths;
  if (typeof one.length === "number" && one.elements.length >= one.length) {
    return {
      elements: [...one.elements.slice(0, one.length), ...other.elements],
      length: terms.arithmetic("+", other.length, one.length),
      hasHoles: one.hasHoles === true || other.hasHoles === true,
    };
  }
  let data = one;
  for (const [index, element] of other.elements.entries()) {
    const isInside = facts.simplify(terms.less(index, other.length));
    if (isInside === false) break;
    data = pushed(paths, data, element, isInside);
  }
  return data;
}

import { NotRead } from "../../terms/index.ts";
import type { Expression, Sort } from "../system.ts";
import {
  and,
  constant,
  every,
  freshVariable,
  not,
  or,
  some,
  substitute,
  TRUE,
  FALSE,
  variable,
} from "./expressions.ts";
import { conditionOf } from "./explorer.ts";
import { eachElement } from "./loops.ts";
import {
  elementsOf,
  expressionOf,
  first,
  lengthOf,
  keptElement,
  NOTHING,
  templateOf,
  load,
  save,
  setLength,
  template,
  detached,
  type Elements,
} from "./members.ts";
import { concrete, same, truthy } from "./operators.ts";
import type { Session } from "./session.ts";
import { Host, isPrimitive, List, Place, Scalar, Table, TEXT, Text, Thrown, type Thing } from "./things.ts";

type Call = (callable: Thing, given: readonly Thing[]) => Thing;
type OfSort = Elements & { readonly kind: "sort" };

/** The result of a method of an array, a set or a text. */
export function callMethod(
  session: Session,
  receiver: Thing,
  name: string,
  given: readonly Thing[],
  call: Call,
): Thing {
  if (typeof receiver === "string" || receiver instanceof Text) return TEXT;
  if (receiver instanceof Host && (name === "has" || name === "get"))
    return ofCollection(session, receiver, name, given[0]);
  if (receiver instanceof Place && receiver.node.kind === "sequence") {
    const result = ofSequence(session, receiver, name, given);
    if (result !== undefined) return result.value;
  }
  if (receiver instanceof List) {
    const result = ofOwnList(session, receiver, name, given);
    if (result !== undefined) return result.value;
  }
  const elements = elementsOf(session, receiver);
  if (name === "fill") return filled(session, receiver, elements, given);
  if (elements.kind === "sort") return ofSort(session, receiver, elements, name, given, call);
  return ofList(session, receiver, elements.items, name, given, call);
}

function ofCollection(session: Session, host: Host, name: string, key: Thing): Thing {
  const value = host.samples[0]?.value;
  const isSet = value instanceof Set;
  const expression = expressionOf(session, key);
  const keys = [...((isSet ? value : new Map(value as Map<unknown, unknown>)) as Set<unknown>).keys()];
  const isAlike = host.samples.every(({ value: other }) => {
    const own = [...(other as Map<unknown, unknown>).keys()];
    return own.length === keys.length && own.every((one, at) => one === keys[at]);
  });
  if (!isAlike) throw new NotRead(`it uses ${host.name}, whose members depend on the sizes`);
  if (isSet && name === "has") {
    if (isPrimitive(key)) return value.has(key);
    if (expression !== undefined) {
      const cases = keys.map((one) => same(session, key, one as Thing));
      return fromExpression(session, or(...cases));
    }
  }
  if (name === "has" && isPrimitive(key)) return keys.includes(key);
  throw new NotRead(`it uses the method ${name} of ${host.name}`);
}

function fromExpression(session: Session, expression: Expression): Thing {
  const simple = session.explorer.facts.simplify(expression);
  return simple === TRUE ? true : simple === FALSE ? false : new Scalar(simple);
}

// --------------------------------------------------------------------------------------------------- of a sort

function ofSort(
  session: Session,
  receiver: Thing,
  elements: OfSort,
  name: string,
  given: readonly Thing[],
  call: Call,
): Thing {
  const { sort, element, condition = () => TRUE } = elements;
  const kept = (): Table["element"] => keptElement(session, receiver, elements);
  const [callable] = given;
  const meets = (test: (index: Expression) => Thing): ((index: Expression) => Expression) => {
    const holds = conditionOn(session, sort, test, elements.condition);
    return (index) => and(condition(index), holds(index));
  };
  const called = (index: Expression): Thing => call(callable, [element(index), new Scalar(index), receiver]);
  const own = freshVariable(sort);
  switch (name) {
    case "some":
      return fromExpression(session, some(own, meets(called)(variable(own))));
    case "every": {
      const holds = conditionOn(session, sort, called, elements.condition);
      return fromExpression(session, every(own, or(not(condition(variable(own))), holds(variable(own)))));
    }
    case "find":
    case "findLast":
      return first(session, { sort, condition: meets(called), element });
    case "findIndex":
    case "findLastIndex":
      return found(session, sort, meets(called));
    case "filter":
      return session.table(sort, kept(), meets(called));
    case "includes":
      return fromExpression(
        session,
        some(own, meets((index) => equalTo(session, element(index), given[0]))(variable(own))),
      );
    case "indexOf":
    case "lastIndexOf":
      return found(
        session,
        sort,
        meets((index) => equalTo(session, element(index), given[0])),
      );
    case "map":
      return session.table(sort, templateUnder(session, sort, condition, called), elements.condition);
    case "forEach":
      eachElement(session, sort, called, condition);
      return undefined;
    case "flatMap":
      return flattened(session, elements, called);
    case "entries":
      return session.table(sort, entriesOf(session, kept()), elements.condition);
    case "keys":
      return session.table(sort, (index) => new Scalar(index), elements.condition);
    case "values":
      return session.table(sort, kept(), elements.condition);
    case "slice":
      if (given.length === 0) return session.table(sort, kept(), elements.condition);
      break;
    case "at":
      if (callable === 0) return first(session, { sort, condition, element });
      break;
    case "join":
      return TEXT;
    default:
  }
  const why = NEEDS_ORDER.has(name) ? "the order of" : "more than whether there are some of";
  throw new NotRead(`it uses the method ${name} on the ${sort.name}s: it needs ${why} them`);
}

const NEEDS_ORDER: ReadonlySet<string> = new Set([
  "at",
  "slice",
  "sort",
  "toSorted",
  "reverse",
  "toReversed",
  "shift",
  "pop",
  "splice",
  "reduce",
]);

function entriesOf(session: Session, element: Table["element"]): Table["element"] {
  return (index) => session.list([new Scalar(index), element(index)]);
}

function equalTo(session: Session, one: Thing, other: Thing): Thing {
  return fromExpression(session, same(session, one, other));
}

/** An index of the sort that meets a condition, or -1. */
function found(session: Session, sort: Sort, condition: (index: Expression) => Expression): Thing {
  const index = first(session, { sort, condition, element: (own) => new Scalar(own) });
  return index === undefined ? -1 : index;
}

/** The condition under which a test of an element is met. */
export function conditionOn(
  session: Session,
  sort: Sort,
  test: (index: Expression) => Thing,
  assumed?: (index: Expression) => Expression,
): (index: Expression) => Expression {
  const own = freshVariable(sort);
  const element = variable(own);
  const { explorer, store } = session;
  const tree = explorer.explore(() =>
    store.locked((): Expression | undefined => {
      if (assumed !== undefined && !explorer.decide(assumed(element))) return FALSE;
      try {
        return truthy(session, test(element));
      } catch (error) {
        if (error instanceof Thrown) return undefined;
        throw error;
      }
    }),
  );
  const throws = conditionOf(tree, (leaf) => (leaf === undefined ? TRUE : FALSE));
  if (explorer.decide(some(own, throws))) throw new Thrown();
  const holds = conditionOf(tree, (leaf) => leaf ?? FALSE);
  return (index) => substitute(holds, new Map([[own, index]]));
}

function templateUnder(
  session: Session,
  sort: Sort,
  condition: (index: Expression) => Expression,
  work: (index: Expression) => Thing,
): Table["element"] {
  return template(session, sort, (index) => {
    if (condition(index) !== TRUE && !session.explorer.decide(condition(index))) return undefined;
    return work(index);
  });
}

/** Lists of at most one element each: those elements for which there is one. */
function flattened(
  session: Session,
  { sort, condition = () => TRUE }: OfSort,
  called: (index: Expression) => Thing,
): Thing {
  const own = freshVariable(sort);
  const element = variable(own);
  const tree = session.explorer.explore(() =>
    session.store.locked((): Thing | typeof NOTHING => {
      if (condition(element) !== TRUE && !session.explorer.decide(condition(element))) return NOTHING;
      const list = elementsOf(session, called(element));
      if (list.kind !== "list" || list.items.length > 1) {
        throw new NotRead(`it makes a list of several for each ${sort.name}`);
      }
      return list.items.length === 0 ? NOTHING : list.items[0];
    }),
  );
  const has = conditionOf(tree, (item) => constant(item !== NOTHING));
  return session.table(sort, templateOf(session, own, tree), (index) => substitute(has, new Map([[own, index]])));
}

function filled(session: Session, receiver: Thing, elements: Elements, given: readonly Thing[]): Thing {
  const [value] = given;
  if (given.length !== 1) throw new NotRead("it fills a part of an array");
  if (receiver instanceof Place) {
    if (!receiver.isDraft) throw new Thrown();
    const { node, indices } = receiver;
    if (node.kind === "function") {
      eachElement(session, node.sort, (index) => save(session, node.element, [...indices, index], value));
    } else if (node.kind === "array" || node.kind === "sequence") {
      const count = elements.kind === "list" ? elements.items.length : 0;
      for (const element of node.elements.slice(0, count)) save(session, element, indices, value);
    }
    return receiver;
  }
  if (receiver instanceof Table) {
    session.change(receiver);
    receiver.element = () => value;
    return receiver;
  }
  if (receiver instanceof List) {
    session.change(receiver);
    receiver.items.fill(value);
    return receiver;
  }
  throw new NotRead("it changes something outside the state");
}

// --------------------------------------------------------------------------------------------------- of a list

function ofList(
  session: Session,
  receiver: Thing,
  items: readonly Thing[],
  name: string,
  given: readonly Thing[],
  call: Call,
): Thing {
  const [callable] = given;
  const test = (item: Thing, at: number): boolean =>
    session.explorer.decide(truthy(session, call(callable, [item, at, receiver])));
  switch (name) {
    case "some":
      return items.some(test);
    case "every":
      return items.every(test);
    case "find":
      return items.find(test);
    case "findIndex":
      return items.findIndex(test);
    case "findLast":
      return items.findLast(test);
    case "filter":
      return session.list(items.filter(test));
    case "map":
      return session.list(items.map((item, at) => call(callable, [item, at, receiver])));
    case "forEach":
      for (const [at, item] of items.entries()) call(callable, [item, at, receiver]);
      return undefined;
    case "flatMap":
      return session.list(
        items.flatMap((item, at) => {
          const result = call(callable, [item, at, receiver]);
          if (isPrimitive(result)) return [result];
          const list = elementsOf(session, result);
          if (list.kind !== "list") throw new NotRead("it makes a list for the elements of a dimension");
          return [...list.items];
        }),
      );
    case "reduce": {
      if (given.length < 2 && items.length === 0) throw new Thrown();
      const [start, rest] = given.length < 2 ? [items[0], items.slice(1)] : [given[1], items];
      const shift = items.length - rest.length;
      return rest.reduce<Thing>((sum, item, at) => call(callable, [sum, item, at + shift, receiver]), start);
    }
    case "includes":
      return fromExpression(session, or(...items.map((item) => same(session, item, callable))));
    case "indexOf":
      return items.findIndex((item) => session.explorer.decide(same(session, item, callable)));
    case "at": {
      return items.at(Number(concrete(session, callable, "looks up an element by")));
    }
    case "slice": {
      const [from, to] = given.map((one) => concrete(session, one, "takes a part by") as number | undefined);
      return session.list(items.slice(from, to));
    }
    case "concat":
      return session.list([
        ...items,
        ...given.flatMap((one) => {
          if (isPrimitive(one) || one instanceof Scalar) return [one];
          const more = elementsOf(session, one);
          if (more.kind !== "list") throw new NotRead("it joins an array over a dimension with another");
          return [...more.items];
        }),
      ]);
    case "toReversed":
      return session.list(items.toReversed());
    case "entries":
      return session.list(items.map((item, at) => session.list([at, item])));
    case "keys":
      return session.list(items.map((_, at) => at));
    case "values":
      return session.list(items);
    case "join":
      return items.every(isPrimitive) && (callable === undefined || typeof callable === "string")
        ? items.join(callable)
        : TEXT;
    default:
      throw new NotRead(`it uses the method ${name} of an array`);
  }
}

function ofOwnList(
  session: Session,
  list: List,
  name: string,
  given: readonly Thing[],
): { readonly value: Thing } | undefined {
  if (!["push", "pop", "shift", "unshift"].includes(name)) return undefined;
  session.change(list);
  if (name === "push") return { value: list.items.push(...given) };
  if (name === "unshift") return { value: list.items.unshift(...given) };
  return { value: name === "pop" ? list.items.pop() : list.items.shift() };
}

/** Methods that change a sequence of the state. */
function ofSequence(
  session: Session,
  place: Place,
  name: string,
  given: readonly Thing[],
): { readonly value: Thing } | undefined {
  if (!["push", "pop", "shift", "unshift"].includes(name)) return undefined;
  if (!place.isDraft) throw new Thrown();
  const { indices } = place;
  const node = place.node as Place["node"] & { readonly kind: "sequence" };
  const length = lengthOf(session, node, indices);
  const at = (index: number): Thing => {
    const element = node.elements[index];
    return element === undefined ? undefined : detached(session, load(session, element, indices, false));
  };
  const put = (items: readonly Thing[]): void => {
    if (items.length > node.elements.length) throw new Thrown();
    for (const [index, item] of items.entries()) save(session, node.elements[index] as typeof node, indices, item);
    setLength(session, node, indices, items.length);
  };
  switch (name) {
    case "push": {
      if (length + given.length > node.elements.length) throw new Thrown();
      for (const [index, item] of given.entries())
        save(session, node.elements[length + index] as typeof node, indices, item);
      setLength(session, node, indices, length + given.length);
      return { value: length + given.length };
    }
    case "pop": {
      if (length === 0) return { value: undefined };
      const last = at(length - 1);
      setLength(session, node, indices, length - 1);
      return { value: last };
    }
    default: {
      const items = Array.from({ length }, (_, index) => at(index));
      if (name === "unshift") {
        put([...given, ...items]);
        return { value: length + given.length };
      }
      const [head, ...rest] = items;
      if (length > 0) put(rest);
      return { value: head };
    }
  }
}

import { NotRead } from "../../../terms/index.ts";
import type { Expression, Sort } from "../../system.ts";
import { elementsOf, keptElement } from "./elements.ts";
import { conditionOf } from "../values/explorer.ts";
import {
  FALSE,
  TRUE,
  and,
  constant,
  every,
  freshVariable,
  not,
  or,
  some,
  substitute,
  variable,
} from "../values/expressions.ts";
import { eachElement } from "./loops.ts";
import { first } from "./members.ts";
import { same, thingOf, truthy } from "../values/operators.ts";
import type { Elements } from "./outside.ts";
import type { Session } from "../values/session.ts";
import { NOTHING, template, templateOf } from "./templates.ts";
import type { Table } from "../values/things.ts";
import { type Call, Scalar, TEXT, type Thing, Thrown } from "../values/things.ts";

type OfSort = Elements & { readonly kind: "sort" };

/** The result of a method of an array with an element for each element of a sort. */
export function ofSort(
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
      return thingOf(session, some(own, meets(called)(variable(own))));
    case "every": {
      const holds = conditionOn(session, sort, called, elements.condition);
      return thingOf(session, every(own, or(not(condition(variable(own))), holds(variable(own)))));
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
      return thingOf(session, some(own, meets((index) => equalTo(session, element(index), given[0]))(variable(own))));
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
  return thingOf(session, same(session, one, other));
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

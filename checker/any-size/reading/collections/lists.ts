import { NotRead } from "../../../terms/index.ts";
import { elementsOf } from "./elements.ts";
import { or } from "../values/expressions.ts";
import { concrete, same, thingOf, truthy } from "../values/operators.ts";
import type { Session } from "../values/session.ts";
import type { List } from "../values/things.ts";
import { type Call, Scalar, TEXT, type Thing, Thrown, isPrimitive } from "../values/things.ts";

/** The result of a method of an array of known length, which it leaves as it is. */
export function ofList(
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
      return thingOf(session, or(...items.map((item) => same(session, item, callable))));
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

/** The result of a method that changes an array of the function; undefined for other methods. */
export function ofOwnList(
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

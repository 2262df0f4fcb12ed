import { NotRead } from "../../../terms/index.ts";
import { elementsOf } from "./elements.ts";
import { or } from "../values/expressions.ts";
import { ofList, ofOwnList } from "./lists.ts";
import { eachElement } from "./loops.ts";
import { same, thingOf } from "../values/operators.ts";
import type { Elements } from "./outside.ts";
import { ofSort } from "./quantifiers.ts";
import { ofSequence } from "./sequences.ts";
import type { Session } from "../values/session.ts";
import { save } from "./state.ts";
import { expressionOf } from "./templates.ts";
import { type Call, Host, List, Place, TEXT, Table, Text, type Thing, Thrown, isPrimitive } from "../values/things.ts";

/** The result of a method of an array, a set or a text. */
export function callMethod(
  session: Session,
  receiver: Thing,
  name: string,
  given: readonly Thing[],
  call: Call,
): Thing {
  if (typeof receiver === "string" || receiver instanceof Text) return ofText(receiver, name, given);
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

/** A method of a text: of one that is known, with values that are known, its result. */
function ofText(receiver: string | Text, name: string, given: readonly Thing[]): Thing {
  if (typeof receiver !== "string" || !given.every(isPrimitive)) {
    if (OF_TEXTS.has(name)) return TEXT;
    throw new NotRead(`it uses the method ${name} of a text that depends on the state`);
  }
  const method = (receiver as unknown as Readonly<Record<string, (...given: readonly Thing[]) => unknown>>)[name];
  const result = method?.apply(receiver, given as Thing[]);
  if (typeof result === "object" && result !== null) throw new NotRead(`it uses the method ${name} of a text`);
  return result as Thing;
}

/** Methods of a text whose results are texts. */
const OF_TEXTS: ReadonlySet<string> = new Set([
  "concat", "padEnd", "padStart", "repeat", "replace", "replaceAll", "slice", "toLowerCase", "toUpperCase", "trim",
]); // prettier-ignore

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
      return thingOf(session, or(...cases));
    }
  }
  if (name === "has" && isPrimitive(key)) return keys.includes(key);
  throw new NotRead(`it uses the method ${name} of ${host.name}`);
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

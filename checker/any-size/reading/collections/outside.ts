import { NotRead } from "../../../terms/index.ts";
import type { Expression } from "../../system.ts";
import { lift, mapped } from "../values/host.ts";
import { refuseSizes } from "../values/operators.ts";
import type { Session } from "../values/session.ts";
import { Host, List, Local, Place, Size, Table, type Thing, isPrimitive } from "../values/things.ts";

/** The elements of an array: a list of known length, or one for each element of a sort. */
export type Elements =
  | { readonly kind: "list"; readonly items: readonly Thing[] }
  | ({ readonly kind: "sort" } & Pick<Table, "sort" | "element" | "condition">);

/** The elements of an array that is no part of the state; undefined for other things. */
export function madeElements(session: Session, thing: Thing): Elements | undefined {
  if (thing instanceof List) return { kind: "list", items: thing.items };
  if (thing instanceof Table) {
    return { kind: "sort", sort: thing.sort, element: thing.element, condition: thing.condition };
  }
  if (thing instanceof Host) {
    const [first] = thing.samples;
    if (first?.value instanceof Set) return hostElements(session, thing, (value: Set<unknown>) => [...value]);
    if (Array.isArray(first?.value)) return hostElements(session, thing, (value: unknown[]) => value);
  }
  return undefined;
}

function hostElements(session: Session, host: Host, listOf: (value: never) => readonly unknown[]): Elements {
  const { dimensions } = session;
  const lists = mapped(host, (value) => listOf(value));
  const length = lift(
    lists.map((sample) => ({ ...sample, value: (sample.value as unknown[]).length })),
    [],
    `the length of ${host.name}`,
    dimensions,
  );
  if (length instanceof Size) {
    const element = (index: Expression): Thing =>
      lift(
        lists.flatMap(({ build, indices, value }) =>
          (value as unknown[]).map((one, at) => ({ build, indices: [...indices, at], value: one })),
        ),
        [...host.variables, index],
        `${host.name}[...]`,
        dimensions,
      );
    return { kind: "sort", sort: length.sort, element, condition: undefined };
  }
  refuseSizes(length, "goes through as many elements as");
  const items = Array.from({ length: length as number }, (_, at) =>
    lift(
      lists.map((sample) => ({ ...sample, value: (sample.value as unknown[])[at] })),
      host.variables,
      `${host.name}[${at}]`,
      dimensions,
    ),
  );
  return { kind: "list", items };
}

/** Names of the fields of an object. */
export function namesIn(thing: Thing): readonly string[] {
  if (thing instanceof Local) return [...thing.fields.keys()];
  if (thing instanceof Place && thing.node.kind === "record") return [...thing.node.fields.keys()];
  if (thing instanceof Host && thing.samples.length > 0) {
    const names = thing.samples.map(({ value }) => Object.keys(value as object));
    if (names.every((some) => some.join() === names[0]?.join())) return names[0] as string[];
    throw new NotRead(`it uses the fields of ${thing.name}, which depend on the sizes`);
  }
  if (thing instanceof List) return thing.items.map((_, at) => String(at));
  if (isPrimitive(thing)) return [];
  throw new NotRead("it uses the fields of something that is no object");
}

/** A property of an object from outside. */
export function hostField(session: Session, host: Host, name: string): Thing {
  if (!host.properties.has(name)) {
    for (const { value: one } of host.samples) {
      if (isGetter(one as object, name)) throw new NotRead(`it uses the getter ${name} of ${host.name}`);
    }
    const values = mapped(host, (one) => (one as Record<string, unknown>)[name]);
    const path = host.name === "" ? name : `${host.name}.${name}`;
    host.properties.set(name, lift(values, host.variables, path, session.dimensions));
  }
  return host.properties.get(name);
}

/** A field of an object that is no part of the state. */
export function fieldOf(session: Session, thing: Thing, name: string): Thing {
  if (thing instanceof Local) return thing.fields.get(name);
  return thing instanceof Host ? hostField(session, thing, name) : undefined;
}

/** Whether a property is computed each time; what a module exports is not. */
function isGetter(object: object, name: string): boolean {
  for (let owner: object | null = object; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor === undefined) continue;
    return descriptor.get !== undefined && (object as Record<symbol, unknown>)[Symbol.toStringTag] !== "Module";
  }
  return false;
}

import type { Session } from "../values/session.ts";
import { detached, lengthOf, load, save, setLength } from "./state.ts";
import type { Place } from "../values/things.ts";
import { type Thing, Thrown } from "../values/things.ts";

/** The result of a method that changes a sequence of the state; undefined for other methods. */
export function ofSequence(
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

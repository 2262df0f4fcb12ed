import { NotRead } from "../../../terms/index.ts";
import type { Expression } from "../../system.ts";
import { refuseSizes } from "../values/operators.ts";
import { type Elements, madeElements } from "./outside.ts";
import type { Session } from "../values/session.ts";
import { lengthOf, load } from "./state.ts";
import { template } from "./templates.ts";
import type { Table } from "../values/things.ts";
import { Place, type Thing, Thrown } from "../values/things.ts";

/** The elements of an array. */
export function elementsOf(session: Session, thing: Thing): Elements {
  const made = madeElements(session, thing);
  if (made !== undefined) return made;
  if (thing instanceof Place) {
    const { node, indices, isDraft } = thing;
    if (node.kind === "function") {
      const element = (index: Expression): Thing => load(session, node.element, [...indices, index], isDraft);
      return { kind: "sort", sort: node.sort, element, condition: undefined };
    }
    if (node.kind === "array" || node.kind === "sequence") {
      const count = node.kind === "array" ? node.elements.length : lengthOf(session, node, indices);
      return {
        kind: "list",
        items: node.elements.slice(0, count).map((element) => load(session, element, indices, isDraft)),
      };
    }
  }
  refuseSizes(thing, "goes through");
  if (thing === undefined || thing === null) throw new Thrown();
  throw new NotRead("it goes through something that is no array");
}

/**
 * The elements as a new array has them. Elements that are values are copied: later changes of the state are not seen.
 */
export function keptElement(
  session: Session,
  thing: Thing,
  elements: Elements & { readonly kind: "sort" },
): Table["element"] {
  const isCopied = thing instanceof Place && thing.node.kind === "function" && thing.node.element.kind === "cell";
  return isCopied ? template(session, elements.sort, elements.element) : elements.element;
}

import { NotRead, Term, type Bool, type Scalar, type Value } from "../../terms/index.ts";
import { listOf, type Paths } from "./paths.ts";
import {
  HeapObject,
  isConstant,
  isHost,
  isList,
  isScalar,
  Text,
  TEXT,
  Union,
  type Parts,
  type Thing,
} from "./values.ts";

/** The text that `JSON.stringify` makes of a thing, which can be compared with others. */
export function jsonOf(paths: Paths, given: Thing): Text {
  const thing = paths.now(given);
  const parts = partsOf(paths, thing);
  return parts === undefined ? TEXT : new Text("JSON", parts);
}

/** The text that `join` makes of a list; it can be compared with others where the elements can be distinguished. */
export function joinOf(paths: Paths, elements: readonly Thing[], length: Value, separator: Thing): Text {
  const between = separator === undefined ? "," : separator;
  if (typeof between !== "string" || between === "") return TEXT;
  const parts: Parts[] = [];
  const add = (list: readonly Thing[], isWhole: boolean): boolean =>
    list.every((element, index) => {
      if (!isWhole && paths.facts.simplify(paths.terms.less(index, length)) === false) return true;
      const thing = paths.now(element);
      // A list among the elements is joined by commas.
      if (thing instanceof HeapObject && thing.kind === "list" && between === "," && typeof length === "number") {
        const inner = listOf(thing);
        return typeof inner.length === "number" && inner.length > 0 && add(inner.elements.slice(0, inner.length), true);
      }
      if (!isScalar(thing) || !isApart(paths, thing, between)) return false;
      parts.push({ kind: "value", value: thing });
      return true;
    });
  if (!add(elements, false)) return TEXT;
  const count = typeof length === "number" ? parts.length : length;
  return new Text(`${JOINED}${between}`, { kind: "list", elements: parts, length: count });
}

/** Whether two texts are equal. */
export function sameTexts(paths: Paths, one: Text, other: Text): Bool {
  if (one.parts === undefined || other.parts === undefined || one.form !== other.form) throw new NotRead(COMPARED);
  return paths.facts.simplify(sameParts(paths, one.parts, other.parts));
}

/** Whether a text is a constant one. */
export function isText(paths: Paths, { form, parts }: Text, constant: string): Bool {
  if (parts?.kind !== "list" || form?.startsWith(JOINED) !== true) throw new NotRead(COMPARED);
  const { terms } = paths;
  const words = constant === "" ? [] : constant.split(form.slice(JOINED.length));
  if (words.length > parts.elements.length) return false;
  const same = words.map((word, index): Bool => {
    const { value } = parts.elements[index] as Parts & { readonly kind: "value" };
    if (!isLarge(value)) return terms.test(value, (one) => String(one) === word);
    return String(Number(word)) === word && terms.equal(value, Number(word));
  });
  return paths.facts.simplify(terms.and(terms.equal(parts.length, words.length), ...same));
}

const JOINED = "joined by ";
const COMPARED = "it compares a string that depends on the state";

function isLarge(value: Value): boolean {
  return value instanceof Term && !value.isBoolean && value.domain === undefined;
}

/** Whether the texts of a scalar's values are not empty and do not contain what stands between them. */
function isApart(paths: Paths, value: Value, between: string): boolean {
  const possible = paths.facts.possible(value);
  if (possible === undefined) return !/[-\d]/.test(between);
  return possible.every((one) => isPlain(one) && String(one) !== "" && !String(one).includes(between));
}

/** Whether JSON and `join` distinguish a value from all others of its type. */
function isPlain(value: Scalar): boolean {
  return typeof value === "number" ? Number.isFinite(value) : typeof value === "string" || typeof value === "boolean";
}

function partsOf(paths: Paths, thing: Thing): Parts | undefined {
  if (thing instanceof Union) {
    const alternatives: (readonly [Bool, Parts])[] = [];
    for (const [condition, one] of paths.alternatives(thing)) {
      const parts = partsOf(paths, one);
      if (parts === undefined) return undefined;
      alternatives.push([condition, parts]);
    }
    return { kind: "union", alternatives };
  }
  if (isScalar(thing)) {
    const possible = paths.facts.possible(thing);
    if (possible?.every((one) => one === null || isPlain(one)) === false) return undefined;
    return { kind: "value", value: paths.facts.value(thing) };
  }
  if (thing instanceof HeapObject && thing.kind === "list") {
    const { elements, length, hasHoles } = listOf(thing);
    if (hasHoles === true) return undefined;
    const parts = elements.map((element, index) => {
      // Elements past the length are ignored; they may have any value.
      const isInside = paths.facts.simplify(paths.terms.less(index, length));
      return isInside === false ? NOTHING : partsOf(paths, element);
    });
    return parts.every((one) => one !== undefined) ? { kind: "list", elements: parts, length } : undefined;
  }
  if (thing instanceof HeapObject && thing.kind === "record") {
    if (thing.uncertain !== undefined || thing.isOrderUncertain || thing.slots.has("toJSON")) return undefined;
    const fields: (readonly [string, Parts])[] = [];
    for (const [name, field] of thing.slots) {
      const parts = partsOf(paths, paths.now(field as Thing));
      // An index among the names comes first, wherever it was put.
      if (parts === undefined || /^\d+$/.test(name)) return undefined;
      fields.push([name, parts]);
    }
    return { kind: "record", fields };
  }
  if (isHost(thing) && isList(thing)) {
    const elements = (thing as readonly Thing[]).map((element) =>
      isConstant(element) ? partsOf(paths, element) : undefined,
    );
    return elements.every((one) => one !== undefined) ? { kind: "list", elements, length: elements.length } : undefined;
  }
  return undefined;
}

const NOTHING: Parts = { kind: "value", value: undefined };

function sameParts(paths: Paths, one: Parts, other: Parts): Bool {
  const { terms } = paths;
  if (one.kind === "union") {
    return terms.or(
      ...one.alternatives.map(([condition, part]) => terms.and(condition, sameParts(paths, part, other))),
    );
  }
  if (other.kind === "union") return sameParts(paths, other, one);
  if (one.kind === "value") return other.kind === "value" && sameValues(paths, one.value, other.value);
  if (one.kind === "list") {
    if (other.kind !== "list") return false;
    const count = Math.min(one.elements.length, other.elements.length);
    const same: Bool[] = [terms.equal(one.length, other.length), terms.not(terms.less(count, one.length))];
    for (let index = 0; index < count; index++) {
      const isInside = paths.facts.simplify(terms.less(index, one.length));
      if (isInside === false) break;
      const [a, b] = [one.elements[index], other.elements[index]] as [Parts, Parts];
      same.push(terms.or(terms.not(isInside), sameParts(paths, a, b)));
    }
    return terms.and(...same);
  }
  if (other.kind !== "record" || one.fields.length !== other.fields.length) return false;
  return terms.and(
    ...one.fields.map(([name, part], index) => {
      const [otherName, otherPart] = other.fields[index] as readonly [string, Parts];
      return name === otherName && sameParts(paths, part, otherPart);
    }),
  );
}

/** Texts of numbers may be those of other types: only like is compared with like. */
function sameValues(paths: Paths, one: Value, other: Value): Bool {
  const kinds = new Set<string>();
  for (const value of [one, other]) {
    for (const each of isLarge(value) ? [0] : (paths.facts.possible(value) ?? [0]))
      if (each !== null) kinds.add(typeof each);
  }
  if (kinds.size > 1) throw new NotRead("it compares strings made from values of different types");
  return paths.terms.equal(one, other);
}

import { NotRead, type Scalar, type Value } from "../../terms/index.ts";
import type { Evaluation } from "./evaluation.ts";
import { isConstant, TEXT, Text, type Thing } from "../values/values.ts";

/** Methods of texts and numbers that depend on nothing but their arguments. */
const PURE_METHODS = new Set([
  "at", "charAt", "charCodeAt", "codePointAt", "concat", "endsWith", "includes", "indexOf", "lastIndexOf", "padEnd", "padStart",
  "repeat", "slice", "startsWith", "substring", "toFixed", "toLowerCase", "toString", "toUpperCase", "trim", "trimEnd",
  "trimStart", "valueOf",
]); // prettier-ignore
/** Those of them that always give a text. */
const TEXTUAL = new Set([
  "charAt", "concat", "padEnd", "padStart", "repeat", "slice", "substring", "toFixed", "toLowerCase", "toString",
  "toUpperCase", "trim", "trimEnd", "trimStart",
]); // prettier-ignore

/** Calls a method of a text, a number or a boolean; the path throws where the value has no such method. */
export function callScalar(evaluation: Evaluation, receiver: Thing, key: Thing, given: readonly Thing[]): Thing {
  const { paths } = evaluation;
  if (typeof key !== "string") throw new NotRead("it calls a method of unknown name");
  if (!PURE_METHODS.has(key)) throw new NotRead(`it calls the method ${key} of a value that is not an object`);
  const constants = given.map((one) => paths.now(one));
  if (receiver instanceof Text || !constants.every(isConstant)) {
    if (receiver instanceof Text && TEXTUAL.has(key) && key !== "repeat" && key in String.prototype) return TEXT;
    throw new NotRead(`it calls ${key} of a string that depends on the state`);
  }
  const value = receiver as Value;
  const methodOf = (one: Scalar): ((...given: unknown[]) => Scalar) | undefined => {
    if (one === null || one === undefined) return undefined;
    const method = (Object(one) as Record<string, unknown>)[key];
    return typeof method === "function" ? (method as (...given: unknown[]) => Scalar) : undefined;
  };
  const domain = paths.terms.domainOf(value);
  if (domain === undefined) throw new NotRead(`it calls ${key} of an integer of a large range`);
  const results = new Map<Scalar, Scalar>();
  const throwing = new Set<Scalar>();
  for (const one of domain.values) {
    try {
      const method = methodOf(one);
      if (method === undefined) throwing.add(one);
      else results.set(one, method.apply(one, constants));
    } catch {
      throwing.add(one);
    }
  }
  paths.throwIf(paths.terms.test(value, (one) => throwing.has(one)));
  return paths.terms.map(paths.facts.value(value), (one) => results.get(one));
}

import { NotRead, Term, type Bool, type Scalar } from "../../terms/index.ts";
import { jsonOf } from "../values/comparable.ts";
import type { Evaluation, Intrinsic } from "./evaluation.ts";
import { Refused } from "../values/refused.ts";
import type { Callable } from "../source/source.ts";
import {
  HeapObject,
  isConstant,
  isHost,
  isList,
  isScalar,
  TEXT,
  Text,
  Union,
  type ListData,
  type Thing,
} from "../values/values.ts";

/** Effect of a built-in function of JavaScript on values that are terms. */
export function builtinOf(callable: Callable): Intrinsic | undefined {
  return BUILTINS.get(callable);
}

/** Functions of one scalar that depend on nothing else. */
const OF_ONE_SCALAR = [
  Number, Number.isInteger, Number.isFinite, Number.isSafeInteger, Number.isNaN, Number.parseInt, Number.parseFloat, isNaN,
  isFinite, Math.floor, Math.ceil, Math.abs, Math.trunc, Math.sign, Math.round, Math.clz32, Math.sqrt, Math.log2,
] as readonly ((value: unknown) => Scalar)[]; // prettier-ignore
/** Those of them that give an integer back. */
const OF_INTEGERS = new Set<unknown>([Number, Math.floor, Math.ceil, Math.trunc, Math.round]);
/** Those that are true of every integer. */
const TRUE_OF_INTEGERS = new Set<unknown>([Number.isInteger, Number.isFinite, Number.isSafeInteger, isFinite]);

const BUILTINS = new Map<unknown, Intrinsic>([
  ...OF_ONE_SCALAR.map((f): [unknown, Intrinsic] => [f, (evaluation, given) => ofScalar(evaluation, f, given)]),
  [Boolean, (evaluation, [thing]) => evaluation.truthy(thing)],
  [String, (evaluation, given) => (given.length === 0 ? "" : evaluation.text(given[0]))],
  [String.fromCharCode, (evaluation, given) => fromCode(evaluation, given)],
  [Math.min, (evaluation, given) => extreme(evaluation, given, (one, best) => evaluation.less(one, best), Infinity)],
  [Math.max, (evaluation, given) => extreme(evaluation, given, (one, best) => evaluation.less(best, one), -Infinity)],
  [Array.isArray, (evaluation, [thing]) => isArray(evaluation, thing)],
  [Array.of, (evaluation, given) => evaluation.objects.list(given)],
  [Array.from, (evaluation, given) => arrayFrom(evaluation, given)],
  [Object.keys, (evaluation, [thing]) => evaluation.objects.list(namesOf(evaluation, thing))],
  [
    Object.values,
    (evaluation, [thing]) =>
      evaluation.objects.list(namesOf(evaluation, thing).map((name) => evaluation.objects.get(thing, name))),
  ],
  [
    Object.entries,
    (evaluation, [thing]) =>
      evaluation.objects.list(
        namesOf(evaluation, thing).map((name) => evaluation.objects.list([name, evaluation.objects.get(thing, name)])),
      ),
  ],
  [Object.hasOwn, (evaluation, [thing, key]) => evaluation.objects.has(thing, key, true)],
  [Object.assign, (evaluation, given) => assign(evaluation, given)],
  [Object.fromEntries, (evaluation, [list]) => fromEntries(evaluation, list)],
  [Object.freeze, (evaluation, [thing]) => freeze(evaluation, thing)],
  [Object.is, (evaluation, [one, other]) => evaluation.scalars.is(one, other)],
  [Object.isFrozen, (evaluation, [thing]) => isFrozen(evaluation, thing)],
  [Object.getOwnPropertyDescriptor, (evaluation, given) => descriptor(evaluation, given)],
  [structuredClone, (evaluation, [thing]) => clone(evaluation, thing)],
  [JSON.stringify, (evaluation, given) => stringify(evaluation, given)],
]);

function namesOf({ objects }: Evaluation, thing: Thing): string[] {
  return objects.keysOf(objects.present(thing));
}

function ofScalar(evaluation: Evaluation, f: (value: unknown) => Scalar, given: readonly Thing[]): Thing {
  const name = (f as Callable).name;
  if (given.length === 0) return f === (Number as unknown) ? 0 : f(undefined);
  const thing = evaluation.paths.now(given[0]);
  if (!isScalar(thing) || (given.length > 1 && f === (Number.parseInt as unknown)))
    throw new NotRead(`it calls ${name} with a value that is not primitive`);
  if (thing instanceof Term && !thing.isBoolean && thing.domain === undefined) {
    if (OF_INTEGERS.has(f)) return thing;
    if (TRUE_OF_INTEGERS.has(f)) return true;
    if (f === (Math.abs as unknown)) {
      const { terms } = evaluation.paths;
      return terms.ite(terms.less(thing, 0), terms.arithmetic("-", 0, thing), thing);
    }
    throw new NotRead(`it calls ${name} with an integer of a large range`);
  }
  return evaluation.paths.terms.map(thing, (value) => {
    const result = f(value);
    return result === 0 ? 0 : result;
  });
}

/** Longer arrays are a mistake. */
const MAX_LENGTH = 2 ** 16;

function fromCode(evaluation: Evaluation, given: readonly Thing[]): Thing {
  const code = evaluation.paths.now(given[0]);
  if (given.length !== 1 || !isScalar(code)) return TEXT;
  if (code instanceof Term && !code.isBoolean && code.domain === undefined) return TEXT;
  return evaluation.paths.terms.map(code, (value) => String.fromCharCode(value as number));
}

function extreme(
  evaluation: Evaluation,
  given: readonly Thing[],
  isBetter: (one: Thing, best: Thing) => Bool,
  empty: number,
): Thing {
  if (given.length === 0) return empty;
  const { terms, facts } = evaluation.paths;
  const numbers = given.map((one) => evaluation.number(one));
  const isNaN = terms.or(
    ...numbers.map((one) => {
      const mayBe = facts.possible(one)?.some((value) => value !== value) === true;
      return mayBe ? terms.test(one, (value) => value !== value) : false;
    }),
  );
  if (facts.simplify(isNaN) === true) return NaN;
  const [first, ...others] = numbers;
  const best = others.reduce((best, one) => terms.ite(isBetter(one, best), one, best), first);
  return terms.ite(isNaN, NaN, best);
}

function isArray(evaluation: Evaluation, thing: Thing): Thing {
  const { terms } = evaluation.paths;
  return terms.or(...evaluation.paths.alternatives(thing).map(([condition, one]) => terms.and(condition, isList(one))));
}

function arrayFrom(evaluation: Evaluation, [given, callable]: readonly Thing[]): Thing {
  const { objects, paths } = evaluation;
  const source = paths.now(given);
  let data: ListData;
  if (source instanceof HeapObject && source.kind === "record") {
    const length = paths.now(objects.get(source, "length"));
    if (typeof length !== "number" || !(length >= 0 && length <= MAX_LENGTH)) {
      throw new NotRead("it makes an array of unknown length");
    }
    if (source.slots.size > 1) throw new NotRead("it makes an array from a value that is not an array");
    data = { elements: Array.from({ length }, () => undefined), length: Math.trunc(length) };
  } else data = evaluation.iteration.elementsOf(source);
  if (callable === undefined) return objects.list(data.elements.slice(), data.length);
  const made = data.elements.map((element, index) =>
    paths.fork(
      paths.facts.simplify(paths.terms.less(index, data.length)),
      () => evaluation.call(callable, undefined, [element, index]),
      () => undefined,
    ),
  );
  return objects.list(made, data.length);
}

function assign(evaluation: Evaluation, [given, ...sources]: readonly Thing[]): Thing {
  const { objects, paths } = evaluation;
  const target = objects.present(given);
  if (isScalar(target)) throw new NotRead("it assigns properties to a primitive value");
  for (const source of sources) {
    paths.forkEach(paths.alternatives(source), (one) => {
      if (typeof one === "string" || one instanceof Text) throw new NotRead("it copies the properties of a string");
      if (!isScalar(one)) for (const key of objects.keysOf(one)) objects.set(target, key, objects.get(one, key));
      return undefined;
    });
  }
  return target;
}

function fromEntries(evaluation: Evaluation, list: Thing): Thing {
  const { objects, paths } = evaluation;
  const { elements, length } = evaluation.iteration.elementsOf(list);
  if (typeof length !== "number") throw new NotRead("it makes an object from a list of unknown length");
  return objects.record(
    elements.slice(0, length).map((entry): readonly [string, Thing] => {
      const key = paths.now(objects.get(entry, 0));
      if (!isConstant(key) || typeof key === "symbol" || key === "__proto__")
        throw new NotRead("it makes an object with a name that depends on the state");
      return [String(key), objects.get(entry, 1)];
    }),
  );
}

function freeze(evaluation: Evaluation, thing: Thing): Thing {
  const object = evaluation.paths.now(thing);
  if (isConstant(object)) return object;
  if (object instanceof HeapObject ? !object.isFrozen : !isHost(object) || !Object.isFrozen(object)) {
    throw new NotRead("it freezes an object");
  }
  return object;
}

/** A state is frozen, and nothing else that the function can see changes that. */
function isFrozen(evaluation: Evaluation, given: Thing): Thing {
  const { terms } = evaluation.paths;
  return terms.or(
    ...evaluation.paths.alternatives(given).map(([condition, one]) => {
      const is = one instanceof HeapObject ? one.isFrozen : isScalar(one) || (isHost(one) && Object.isFrozen(one));
      if (one instanceof HeapObject && one.kind !== "record" && one.kind !== "list") {
        throw new NotRead("it tests whether a collection is frozen");
      }
      return terms.and(condition, is);
    }),
  );
}

function descriptor(evaluation: Evaluation, [given, key]: readonly Thing[]): Thing {
  const { objects, paths } = evaluation;
  const thing = objects.present(given);
  const name = paths.now(key);
  if (!(thing instanceof HeapObject) || thing.kind !== "record" || thing.isDraft || !isConstant(name)) {
    throw new NotRead("it reads the descriptor of a property");
  }
  if (objects.has(thing, name, true) !== true) return undefined;
  const writable = !thing.isFrozen;
  return objects.record([
    ["value", objects.get(thing, name)],
    ["writable", writable],
    ["enumerable", true],
    ["configurable", writable],
  ]);
}

function clone(evaluation: Evaluation, thing: Thing): Thing {
  if (thing instanceof Union) {
    return evaluation.paths.mergeAll(thing.alternatives.map(([condition, one]) => [condition, clone(evaluation, one)]));
  }
  if (isScalar(thing) || thing instanceof Text) return thing;
  if (!(thing instanceof HeapObject)) throw new NotRead("it clones an object from outside");
  if (thing.isDraft) {
    throw new Refused("uses structuredClone on a part of its draft, which cannot be cloned");
  }
  if (thing.kind === "list") {
    const { elements, length, hasHoles } = evaluation.objects.dataOf(thing);
    if (hasHoles === true) throw new NotRead("it clones a list with missing elements");
    return evaluation.objects.list(
      elements.map((element) => clone(evaluation, element)),
      length,
    );
  }
  if (thing.kind !== "record") throw new NotRead("it clones a collection");
  evaluation.objects.requireCertain(thing);
  return evaluation.objects.record(
    [...thing.slots].map(([name, value]): readonly [string, Thing] => [name, clone(evaluation, value as Thing)]),
  );
}

function stringify(evaluation: Evaluation, given: readonly Thing[]): Thing {
  if (given.length > 1) throw new NotRead("it calls JSON.stringify with more than one argument");
  const thing = evaluation.paths.now(given[0]);
  if (!isScalar(thing)) return jsonOf(evaluation.paths, thing);
  if (thing instanceof Term && !thing.isBoolean && thing.domain === undefined) return TEXT;
  return evaluation.paths.terms.map(thing, (value) => JSON.stringify(value) as Scalar);
}

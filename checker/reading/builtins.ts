import { NotRead, Term, type Bool, type Scalar, type Value } from "../terms/index.ts";
import type { Interpreter } from "./interpreter.ts";
import type { Callable } from "./source.ts";
import { HeapObject, isConstant, isHost, isList, isScalar, TEXT, Union, type ListData, type Thing } from "./values.ts";

/** What a function of JavaScript itself does to values that are terms. */
export type Builtin = (interpreter: Interpreter, given: readonly Thing[]) => Thing;

export function builtinOf(callable: Callable): Builtin | undefined {
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

const BUILTINS = new Map<unknown, Builtin>([
  ...OF_ONE_SCALAR.map((f): [unknown, Builtin] => [f, (interpreter, given) => ofScalar(interpreter, f, given)]),
  [Boolean, (interpreter, [thing]) => interpreter.truthy(thing)],
  [String, (interpreter, [thing]) => interpreter.text(thing)],
  [String.fromCharCode, (interpreter, given) => fromCode(interpreter, given)],
  [Math.min, (interpreter, given) => extreme(interpreter, given, (one, best) => interpreter.less(one, best), Infinity)],
  [
    Math.max,
    (interpreter, given) => extreme(interpreter, given, (one, best) => interpreter.less(best, one), -Infinity),
  ],
  [Array.isArray, (interpreter, [thing]) => isArray(interpreter, thing)],
  [Array.of, (interpreter, given) => interpreter.objects.list(given)],
  [Array.from, (interpreter, given) => arrayFrom(interpreter, given)],
  [Object.keys, (interpreter, [thing]) => interpreter.objects.list(interpreter.objects.keysOf(thing))],
  [Object.values, ({ objects }, [thing]) => objects.list(objects.keysOf(thing).map((key) => objects.get(thing, key)))],
  [
    Object.entries,
    ({ objects }, [thing]) =>
      objects.list(objects.keysOf(thing).map((key) => objects.list([key, objects.get(thing, key)]))),
  ],
  [Object.hasOwn, (interpreter, [thing, key]) => interpreter.objects.has(thing, key, true)],
  [Object.assign, (interpreter, given) => assign(interpreter, given)],
  [Object.fromEntries, (interpreter, [list]) => fromEntries(interpreter, list)],
  [Object.freeze, (interpreter, [thing]) => freeze(interpreter, thing)],
  [structuredClone, (interpreter, [thing]) => clone(interpreter, thing)],
  [JSON.stringify, (interpreter, [thing]) => stringify(interpreter, thing)],
]);

function ofScalar(interpreter: Interpreter, f: (value: unknown) => Scalar, given: readonly Thing[]): Thing {
  const thing = interpreter.paths.now(given[0]);
  const name = (f as Callable).name;
  if (!isScalar(thing) || given.length > 1) throw new NotRead(`it calls ${name} with something that is no plain value`);
  if (thing instanceof Term && !thing.isBoolean && thing.domain === undefined) {
    if (OF_INTEGERS.has(f)) return thing;
    if (TRUE_OF_INTEGERS.has(f)) return true;
    if (f === (Math.abs as unknown)) {
      const { terms } = interpreter.paths;
      return terms.ite(terms.less(thing, 0), terms.arithmetic("-", 0, thing), thing);
    }
    throw new NotRead(`it calls ${name} with an integer of a large range`);
  }
  return interpreter.paths.terms.map(thing, (value) => {
    const result = f(value);
    return result === 0 ? 0 : result;
  });
}

function fromCode(interpreter: Interpreter, given: readonly Thing[]): Thing {
  const code = interpreter.paths.now(given[0]);
  if (given.length !== 1 || !isScalar(code)) return TEXT;
  return interpreter.paths.terms.map(code, (value) => String.fromCharCode(value as number));
}

function extreme(
  interpreter: Interpreter,
  given: readonly Thing[],
  isBetter: (one: Thing, best: Thing) => Bool,
  empty: number,
): Thing {
  const [first, ...others] = given;
  if (given.length === 0) return empty;
  const { terms } = interpreter.paths;
  for (const one of given) {
    const value = interpreter.paths.now(one);
    const possible = isScalar(value) ? interpreter.paths.facts.possible(value) : [undefined];
    if (possible?.every((each) => typeof each === "number" && each === each) === false) {
      throw new NotRead("it asks for the least or the greatest of values that are not all numbers");
    }
  }
  return others.reduce<Thing>((best, one) => terms.ite(isBetter(one, best), one as Value, best as Value), first);
}

function isArray(interpreter: Interpreter, thing: Thing): Thing {
  const { terms } = interpreter.paths;
  return terms.or(
    ...interpreter.paths.alternatives(thing).map(([condition, one]) => terms.and(condition, isList(one))),
  );
}

function arrayFrom(interpreter: Interpreter, [given, callable]: readonly Thing[]): Thing {
  const { objects, paths } = interpreter;
  const source = paths.now(given);
  let data: ListData;
  if (source instanceof HeapObject && source.kind === "record") {
    const length = paths.now(objects.get(source, "length"));
    if (typeof length !== "number") throw new NotRead("it makes an array of a length that is not known");
    data = { elements: Array.from({ length }, () => undefined), length };
  } else if (isHost(source) && !(Symbol.iterator in source)) {
    const elements = Array.from(source as ArrayLike<Thing>);
    data = { elements, length: elements.length };
  } else data = objects.iterated(source);
  const copy = objects.list(data.elements.slice(), data.length);
  return callable === undefined ? copy : interpreter.lists.method(copy, "map", [callable]);
}

function assign(interpreter: Interpreter, [target, ...sources]: readonly Thing[]): Thing {
  const { objects, paths } = interpreter;
  for (const source of sources) {
    if (isConstant(source)) continue;
    paths.forkEach(paths.alternatives(source), (one) => {
      if (!isScalar(one)) for (const key of objects.keysOf(one)) objects.set(target, key, objects.get(one, key));
      return undefined;
    });
  }
  return target;
}

function fromEntries(interpreter: Interpreter, list: Thing): Thing {
  const { objects, paths } = interpreter;
  const { elements, length } = objects.iterated(list);
  if (typeof length !== "number") throw new NotRead("it makes an object of a list whose length is not known");
  return objects.record(
    elements.slice(0, length).map((entry): readonly [string, Thing] => {
      const key = paths.now(objects.get(entry, 0));
      if (!isConstant(key)) throw new NotRead("it makes an object with a name that depends on the state");
      return [String(key), objects.get(entry, 1)];
    }),
  );
}

function freeze(interpreter: Interpreter, thing: Thing): Thing {
  const object = interpreter.paths.now(thing);
  if (object instanceof HeapObject && !object.isFrozen) throw new NotRead("it freezes an object");
  return object;
}

function clone(interpreter: Interpreter, thing: Thing): Thing {
  if (thing instanceof Union) {
    return interpreter.paths.mergeAll(
      thing.alternatives.map(([condition, one]) => [condition, clone(interpreter, one)]),
    );
  }
  if (!(thing instanceof HeapObject)) return isHost(thing) ? structuredClone(thing) : thing;
  if (thing.kind === "list") {
    const { elements, length } = interpreter.objects.dataOf(thing);
    return interpreter.objects.list(
      elements.map((element) => clone(interpreter, element)),
      length,
    );
  }
  interpreter.objects.requireCertain(thing);
  return interpreter.objects.record(
    [...thing.slots].map(([name, value]): readonly [string, Thing] => [name, clone(interpreter, value as Thing)]),
  );
}

function stringify(interpreter: Interpreter, given: Thing): Thing {
  const thing = interpreter.paths.now(given);
  if (isConstant(thing)) return JSON.stringify(thing);
  return TEXT;
}

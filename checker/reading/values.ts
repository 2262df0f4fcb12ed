import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from "acorn";
import { Term, type Bool, type Scalar, type Value } from "../terms/index.ts";
import type { Callable, Source } from "./source.ts";

/**
 * A value of a function that is being read. Scalars are constants or terms; containers have an identity on the heap;
 * objects and functions that the function captured are themselves, and are only looked at.
 */
export type Thing = Value | HeapObject | Closure | BoundMethod | Union | typeof TEXT | object;

/** Elements and length of a list. Past the length, elements have no meaning. */
export interface ListData {
  readonly elements: readonly Thing[];
  readonly length: Value;
}

/** The slot of a list that holds its `ListData`. */
export const LIST_DATA = "[[Data]]";

/** No value: a variable or field that is not there. */
export const ABSENT = Symbol("absent");

/** An object of the function, or a part of the state: its fields, or a list in one slot. */
export class HeapObject {
  readonly kind: "record" | "list" | "scope";
  readonly slots = new Map<string, Thing | ListData | typeof ABSENT>();
  /** Of a scope: the one around it. */
  readonly parent: HeapObject | undefined;
  /** Whether writing to it throws. */
  isFrozen = false;
  /** Of a record of the state: its path, whose fields are all that it may have. */
  statePath: string | undefined;
  /** Of a function's outermost scope: the variables that it captured. */
  captured: Source | undefined;
  /** Of the scope of a call of a function that is no arrow function: `this`. */
  self: Thing;
  isCall = false;
  /** Of a record: fields that it may have or not. */
  uncertain: Set<string> | undefined;
  /** Its place in the order in which objects were made. */
  readonly serial: number;

  static made = 0;

  constructor(kind: HeapObject["kind"], parent?: HeapObject) {
    this.kind = kind;
    this.parent = parent;
    this.serial = HeapObject.made++;
  }
}

/** A function made while reading. */
export class Closure {
  readonly node: ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;
  readonly scope: HeapObject;
  /** `this` of an arrow function. */
  readonly self: Thing;

  constructor(node: Closure["node"], scope: HeapObject, self: Thing) {
    this.node = node;
    this.scope = scope;
    this.self = self;
  }
}

/** A method of an array, taken out of it. */
export class BoundMethod {
  readonly receiver: Thing;
  readonly name: string;

  constructor(receiver: Thing, name: string) {
    this.receiver = receiver;
    this.name = name;
  }
}

/** One of several values: the conditions exclude each other, and one of them holds. At most one value is a scalar. */
export class Union {
  readonly alternatives: readonly (readonly [Bool, Thing])[];

  constructor(alternatives: Union["alternatives"]) {
    this.alternatives = alternatives;
  }
}

/** A text that is not looked into, such as a reason. */
export const TEXT = Object.freeze({ text: true });

/** A judgement that fails; its reason does not matter here. */
export const FAILURE = new HeapObject("record");
FAILURE.slots.set("holds", false);
FAILURE.slots.set("because", TEXT);
FAILURE.isFrozen = true;

export function isScalar(thing: Thing): thing is Value {
  return thing === null || thing instanceof Term || (typeof thing !== "object" && typeof thing !== "function");
}

/** A constant. */
export function isConstant(thing: Thing): thing is Scalar {
  return thing === null || (typeof thing !== "object" && typeof thing !== "function");
}

/** An object or function from outside. */
export function isHost(thing: Thing): thing is object {
  return (
    ((typeof thing === "object" && thing !== null) || typeof thing === "function") &&
    !(thing instanceof Term) &&
    !(thing instanceof HeapObject) &&
    !(thing instanceof Closure) &&
    !(thing instanceof BoundMethod) &&
    !(thing instanceof Union) &&
    thing !== TEXT
  );
}

export function isList(thing: Thing): boolean {
  return thing instanceof HeapObject ? thing.kind === "list" : Array.isArray(thing);
}

export function isFunction(thing: Thing): thing is Closure | BoundMethod | Callable {
  return thing instanceof Closure || thing instanceof BoundMethod || typeof thing === "function";
}

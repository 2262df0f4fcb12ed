import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from "acorn";
import { Term, type Bool, type Scalar, type Value } from "../../terms/index.ts";
import type { Callable, Source } from "../source/source.ts";

/**
 * A value of a function that is being read. Scalars are constants or terms; containers have an identity on the heap;
 * objects and functions that the function captured are themselves, and are only looked at.
 */
export type Thing = Value | HeapObject | Closure | BoundMethod | Union | Unreadable | Text | object;

/** Elements and length of a list. Past the length, elements have no meaning. */
export interface ListData {
  readonly elements: readonly Thing[];
  readonly length: Value;
  /** Whether some elements may be missing, which methods skip, instead of being undefined. */
  readonly hasHoles?: boolean | undefined;
}

/** The slot of a list that holds its `ListData`. */
export const LIST_DATA = "[[Data]]";

/** Members of a set or map, in order of insertion; of a set, the values are the keys. */
export interface Members {
  readonly keys: readonly Thing[];
  readonly values: readonly Thing[];
  /** Conditions under which each of them is present. The keys of the present ones differ. */
  readonly isThere: readonly Bool[];
}

/** The slot of a set or map that holds its `Members`. */
export const MEMBERS = "[[Members]]";

/** No value: a field that is not there. */
export const ABSENT = Symbol("absent");
/** Content of a variable before its declaration has been executed: reading it throws. */
export const UNDECLARED = Symbol("undeclared");
/** Content of a variable that is declared on some paths only. */
export const MAYBE_UNDECLARED = Symbol("maybe undeclared");

/** Content of a slot. */
export type Content = Thing | ListData | Members | typeof ABSENT | typeof UNDECLARED | typeof MAYBE_UNDECLARED;

/** Representation of a JavaScript value that is no scalar. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a common base lets one test recognise what is from outside
abstract class Lifted {}

/**
 * An object of the function, or a part of the state.
 *
 * - `record`: its fields;
 * - `list`, `set`, `map`: their contents in one or two slots;
 * - `iterator`: goes once through another object, in the slot "of", by the way in the slot "by";
 * - `failure`: a judgement that fails, with whether it has been looked at in the slot "looked";
 * - `scope`: variables.
 */
export class HeapObject extends Lifted {
  readonly kind: "record" | "list" | "set" | "map" | "iterator" | "failure" | "scope";
  readonly slots = new Map<string, Content>();
  /** For a scope: the one around it. */
  readonly parent: HeapObject | undefined;
  /** Whether writing to it throws. */
  isFrozen = false;
  /** For a part of the state that may be changed: immer shows it by a proxy. */
  isDraft = false;
  /** For a record of the state: its path, whose fields are all that it may have. */
  statePath: string | undefined;
  /** For a function's outermost scope: the variables that it captured. */
  captured: Source | undefined;
  /** For the scope of a call of a function that is no arrow function: `this`. */
  self: Thing;
  isCall = false;
  /** For a scope: variables that are not assigned again. */
  constants: ReadonlySet<string> | undefined;
  /** For a record: fields that it may have or not. */
  uncertain: Set<string> | undefined;
  /** For a record: whether the order of its fields depends on the path. */
  isOrderUncertain = false;
  /** Its place in the order in which objects were made. */
  readonly serial: number;

  static made = 0;

  constructor(kind: HeapObject["kind"], parent?: HeapObject) {
    super();
    this.kind = kind;
    this.parent = parent;
    this.serial = HeapObject.made++;
  }
}

/** A function made while reading. */
export class Closure extends Lifted {
  readonly node: ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;
  readonly scope: HeapObject;
  /** `this` of an arrow function. */
  readonly self: Thing;

  constructor(node: Closure["node"], scope: HeapObject, self: Thing) {
    super();
    this.node = node;
    this.scope = scope;
    this.self = self;
  }
}

/** A method of a list, set, map or iterator, taken out of it. */
export class BoundMethod extends Lifted {
  readonly receiver: Thing;
  readonly name: string;

  constructor(receiver: Thing, name: string) {
    super();
    this.receiver = receiver;
    this.name = name;
  }
}

/** A part of the state that terms cannot stand for. */
export class Unreadable extends Lifted {
  readonly why: string;

  constructor(why: string) {
    super();
    this.why = why;
  }
}

/** One of several values: the conditions exclude each other, and one of them holds. At most one value is a scalar. */
export class Union extends Lifted {
  readonly alternatives: readonly (readonly [Bool, Thing])[];

  constructor(alternatives: Union["alternatives"]) {
    super();
    this.alternatives = alternatives;
  }
}

/** Form of a text when it was made: texts of the same form are equal where their parts are. */
export type Parts =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "list"; readonly elements: readonly Parts[]; readonly length: Value }
  | { readonly kind: "record"; readonly fields: readonly (readonly [string, Parts])[] }
  | { readonly kind: "union"; readonly alternatives: readonly (readonly [Bool, Parts])[] };

/** A text that depends on the state and is not looked into, such as a reason. */
export class Text extends Lifted {
  /** Form and parts, where it can be compared with other texts. */
  readonly form: string | undefined;
  readonly parts: Parts | undefined;

  constructor(form?: string, parts?: Parts) {
    super();
    this.form = form;
    this.parts = parts;
  }
}

/** A text without any known part. */
export const TEXT = new Text();

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
    !(thing instanceof Lifted) &&
    !(thing instanceof Term)
  );
}

export function isList(thing: Thing): boolean {
  return thing instanceof HeapObject ? thing.kind === "list" : Array.isArray(thing);
}

/** Whether methods of a thing are those of a set, a map or an iterator. */
export function isCollection(thing: Thing): boolean {
  return thing instanceof HeapObject
    ? thing.kind === "set" || thing.kind === "map" || thing.kind === "iterator"
    : thing instanceof Set || thing instanceof Map;
}

export function isFunction(thing: Thing): thing is Closure | BoundMethod | Callable {
  return thing instanceof Closure || thing instanceof BoundMethod || typeof thing === "function";
}

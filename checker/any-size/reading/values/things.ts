import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from "acorn";
import type { Expression, Sort, Variable } from "../../system.ts";
import type { Node } from "../family/structure.ts";

/**
 * A value of a function that is being read, at all sizes at once. Numbers, texts, booleans, null and undefined are
 * themselves.
 */
export type Thing =
  | undefined
  | null
  | boolean
  | number
  | string
  | Scalar
  | Size
  | Place
  | Local
  | List
  | Table
  | Count
  | Host
  | Closure
  | Method
  | Text
  | Failure
  | Varying;

/** A boolean, an index or a named value that depends on the state. */
export class Scalar {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }
}

/** Number of elements of a sort. */
export class Size {
  readonly sort: Sort;

  constructor(sort: Sort) {
    this.sort = sort;
  }
}

/** A part of the state that has parts itself. */
export class Place {
  readonly node: Node;
  readonly indices: readonly Expression[];
  readonly isDraft: boolean;

  constructor(node: Node, indices: readonly Expression[], isDraft: boolean) {
    this.node = node;
    this.indices = indices;
    this.isDraft = isDraft;
  }
}

/** Something that the function made and may change. */
abstract class Made {
  /** How many explorations it was made in, see `Explorer`: in an inner one it must not change. */
  readonly depth: number;

  constructor(depth: number) {
    this.depth = depth;
  }
}

/** An object. */
export class Local extends Made {
  readonly fields = new Map<string, Thing>();
}

/** An array of known length. */
export class List extends Made {
  items: Thing[];

  constructor(items: readonly Thing[], depth: number) {
    super(depth);
    this.items = [...items];
  }
}

/** An array with one element for each element of a sort that meets a condition. */
export class Table extends Made {
  readonly sort: Sort;
  /** The element, for a variable of the sort. */
  element: (index: Expression) => Thing;
  /** Undefined: all. */
  readonly condition: ((index: Expression) => Expression) | undefined;

  constructor(sort: Sort, element: Table["element"], condition: Table["condition"], depth: number) {
    super(depth);
    this.sort = sort;
    this.element = element;
    this.condition = condition;
  }
}

/** Number of elements of a sort that meet a condition. */
export class Count {
  readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }
}

/** Objects from outside the function, one for each build and for each value of the indices that it depends on. */
export class Host {
  readonly samples: readonly Sample[];
  /** The indices, in the order of those of the samples. */
  readonly variables: readonly Expression[];
  /** Its name in errors. */
  readonly name: string;
  /** Properties that were asked for. */
  readonly properties = new Map<string, Thing>();

  constructor(samples: readonly Sample[], variables: readonly Expression[], name: string) {
    this.samples = samples;
    this.variables = variables;
    this.name = name;
  }
}

export interface Sample {
  readonly build: number;
  readonly indices: readonly number[];
  readonly value: unknown;
}

/** A value from outside that depends on the sizes. A function that uses it computes with them. */
export class Varying {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A function made while reading. */
export class Closure {
  readonly node: ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;
  readonly scope: Scope;

  constructor(node: Closure["node"], scope: Scope) {
    this.node = node;
    this.scope = scope;
  }
}

/** A method that was taken out of its object in order to be called. */
export class Method {
  readonly receiver: Thing;
  readonly name: string;

  constructor(receiver: Thing, name: string) {
    this.receiver = receiver;
    this.name = name;
  }
}

/** A text that depends on the state. */
export class Text {
  readonly kind = "text";
}
export const TEXT = new Text();

/** A judgement that fails. */
export class Failure {
  readonly kind = "failure";
}
export const FAILURE = new Failure();

/** The variables of a block. */
export class Scope extends Made {
  readonly variables = new Map<string, Thing>();
  readonly parent: Scope | undefined;
  /** Variables from outside the function. */
  readonly outside: ((name: string) => Thing) | undefined;

  constructor(depth: number, parent: Scope | undefined, outside?: (name: string) => Thing) {
    super(depth);
    this.parent = parent;
    this.outside = outside;
  }
}

/** Error that a function throws in one of its runs. */
export class Thrown extends Error {}

/** An element chosen among those that meet a condition, instead of the first of them. */
export interface Witness {
  readonly variable: Variable;
  readonly condition: Expression;
}

export function isPrimitive(thing: Thing): thing is undefined | null | boolean | number | string {
  return thing === null || typeof thing !== "object";
}

/** Calls a function of the model. */
export type Call = (callable: Thing, given: readonly Thing[]) => Thing;

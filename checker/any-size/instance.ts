import { InternalError, ModelError } from "../errors.ts";
import { model, type Model } from "../language/index.ts";
import {
  array,
  boolean,
  layoutOf,
  oneOf,
  optional,
  range,
  record,
  sequence,
  type FiniteType,
  type Place,
} from "../schema/index.ts";
import type { SystemAction, TransitionSystem } from "../system/system.ts";
import { Terms, type Bool, type Value } from "../terms/index.ts";
import { FiniteSystem, type Sizes, type State } from "./evaluate.ts";
import { typeOf } from "./expressions.ts";
import type { AnySizeSystem, Cell, Expression, Property, Variable } from "./system.ts";

/** A system at some size, as terms over the cells of a layout. */
export interface Instance {
  readonly system: TransitionSystem<unknown>;
  readonly finite: FiniteSystem;
  /** For each position in the states of `finite`, the number of the cell of the layout. */
  readonly cellAt: readonly number[];
  /** For each cell of the layout, what it is. */
  readonly places: readonly InstancePlace[];
}

/** A cell of the layout: a cell of the system at some indices. */
export interface InstancePlace {
  readonly cell: Cell;
  readonly indices: readonly number[];
  /** Whether the layout counts what the system names: the presence of an optional, the length of a sequence. */
  readonly isCount: boolean;
  /** Cells of the layout that must have at least these values for this one to be in use. */
  readonly within: readonly { readonly number: number; readonly least: number }[];
}

type Env = ReadonlyMap<Variable, number>;

/**
 * The system at some size, with these initial states, which are states of the finite system. Records and arrays are those
 * that the names of the cells show, so that the search for facts sees which cells belong together.
 */
export function instanceOf(
  system: AnySizeSystem,
  sizes: Sizes,
  initial: readonly State[],
  properties: readonly Property[],
): Instance {
  const finite = new FiniteSystem(system, sizes);
  const { type, places } = stateType(finite, fixedIn(finite, initial));
  const layout = layoutOf(type);
  const cellAt: number[] = [];
  for (const [number, { cell, indices }] of places.entries()) cellAt[finite.at(cell, indices)] = number;
  const terms = new Terms();
  const cells = layout.cells.map((cell, number) => terms.cell(number, cell.shape));
  const counts = new Counts(terms);
  const lowering = new TermsOf(finite, terms, (cell, indices) => {
    const number = cellAt[finite.at(cell, indices)] as number;
    const value = cells[number] as Value;
    return places[number]?.isCount === true ? counts.named(cell, value) : value;
  });
  const numbers = initial.map((state) => {
    const own: number[] = [];
    for (const [number, { cell, indices, isCount, within }] of places.entries()) {
      const value = finite.valuesOf(cell)[state[finite.at(cell, indices)] as number];
      const { shape } = layout.cells[number] as (typeof layout.cells)[number];
      const isUsed = within.every((marker) => (own[marker.number] as number) >= marker.least);
      own.push(isUsed ? shape.indexOf(isCount ? Number(value) : value) : 0);
    }
    return own;
  });
  const words = new Uint32Array(layout.words);
  const decoded = numbers.map((state) => {
    words.fill(0);
    for (const [index, { word, shift }] of layout.cells.entries()) {
      words[word] = (words[word] as number) | ((state[index] as number) << shift);
    }
    return layout.decode(words, 0);
  });
  const subject = shell(system, finite, type, decoded);
  const combinations = system.actions.flatMap((action) =>
    finite.combinations(action.parameters.map(({ sort }) => sort)).map((values) => ({ action, values })),
  );
  const actions = subject.instances.map((instance, index): SystemAction<unknown> => {
    const { action, values } = combinations[index] as (typeof combinations)[number];
    const env: Env = new Map(action.parameters.map((one, place) => [one, values[place] as number]));
    const next = new Map<number, Value>();
    for (const update of action.updates) {
      for (const indices of finite.combinations(update.cell.parameters)) {
        const number = cellAt[finite.at(update.cell, indices)] as number;
        const inner = new Map([...env, ...update.parameters.map((one, at) => [one, indices[at] as number] as const)]);
        const value = lowering.value(update.value, inner);
        const stored = places[number]?.isCount === true ? counts.counted(update.cell, value) : value;
        if (stored !== cells[number]) next.set(number, stored);
      }
    }
    // A cell out of use has its first value, as in every layout.
    for (const [number, { within }] of places.entries()) {
      if (!within.some((marker) => next.has(marker.number)) && !(within.length > 0 && next.has(number))) continue;
      const used = terms.and(
        ...within.map((marker) => {
          const count = next.get(marker.number) ?? (cells[marker.number] as Value);
          return terms.test(count, (scalar) => (scalar as number) >= marker.least);
        }),
      );
      const { shape } = layout.cells[number] as (typeof layout.cells)[number];
      const value = next.get(number) ?? (cells[number] as Value);
      const first = shape.valueAt(0);
      const kept =
        typeof first === "boolean" ? terms.choose(used, value as Bool, first) : terms.ite(used, value, first);
      if (kept === cells[number]) next.delete(number);
      else next.set(number, kept);
    }
    return { instance, guard: lowering.bool(action.guard, env), next, fault: false };
  });
  return {
    finite,
    cellAt,
    places,
    system: {
      model: subject,
      terms,
      cells,
      initial: numbers,
      actions,
      properties: properties.map(({ id, title, holds }) => ({
        kind: "always",
        id,
        title,
        sought: terms.not(lowering.bool(holds, new Map())),
      })),
      fault: { id: "fault", title: "", conditions: [] },
    },
  };
}

/** The layout of a system at a size, to compare it with that at another size. */
export function rootAt(system: AnySizeSystem, sizes: Sizes, initial: readonly State[]): Place {
  const finite = new FiniteSystem(system, sizes);
  return layoutOf(stateType(finite, fixedIn(finite, initial)).type).root;
}

/** The cells that are one index in all states reached from these, with that index. */
function fixedIn(finite: FiniteSystem, initial: readonly State[]): ReadonlyMap<Cell, number> {
  const { system } = finite;
  return new Map(
    system.cells.flatMap((cell): [Cell, number][] => {
      const [first, ...others] = isRigid(system, cell) ? initial.map((state) => state[finite.at(cell, [])]) : [];
      const value = first === undefined ? undefined : finite.valuesOf(cell)[first];
      return typeof value === "number" && others.every((other) => other === first) ? [[cell, value]] : [];
    }),
  );
}

/** Whether a cell is one index that stays the same. */
export function isRigid({ actions }: AnySizeSystem, cell: Cell): boolean {
  return (
    cell.parameters.length === 0 &&
    cell.type.kind === "index" &&
    !actions.some(({ updates }) => updates.some((update) => update.cell === cell))
  );
}

/** A model with the layout and the instances of the system; its functions are never called. */
function shell(
  system: AnySizeSystem,
  finite: FiniteSystem,
  type: FiniteType<unknown>,
  initial: readonly unknown[],
): Model<unknown> {
  const never = (): never => {
    throw new InternalError(`${system.name} has terms, not functions`);
  };
  const parameters = system.actions.map((action) => {
    const over = action.parameters.map(({ sort }, place) => [`p${place}`, range(0, finite.count(sort) - 1)] as const);
    return [action.name, { over: Object.fromEntries(over), then: never }] as const;
  });
  return model({
    name: system.name,
    state: type,
    initial: initial[Symbol.iterator](),
    actions: Object.fromEntries(parameters),
  }) as unknown as Model<unknown>;
}

/** Presence and lengths, which a layout counts: as values of the system's cells, and back. */
class Counts {
  readonly #terms: Terms;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  named({ type }: Cell, count: Value): Value {
    return type.kind === "boolean"
      ? this.#terms.test(count, (scalar) => scalar === 1)
      : this.#terms.map(count, (scalar) => String(scalar));
  }

  counted({ type }: Cell, value: Value): Value {
    return type.kind === "boolean"
      ? this.#terms.ite(value as Bool, 1, 0)
      : this.#terms.map(value, (scalar) => Number(scalar));
  }
}

/** Expressions at some size as terms. */
export class TermsOf {
  readonly #finite: FiniteSystem;
  readonly #terms: Terms;
  readonly #cellOf: (cell: Cell, indices: readonly number[]) => Value;

  /** @param cellOf the value of a cell at some indices */
  constructor(finite: FiniteSystem, terms: Terms, cellOf: (cell: Cell, indices: readonly number[]) => Value) {
    this.#finite = finite;
    this.#terms = terms;
    this.#cellOf = cellOf;
  }

  bool(expression: Expression, env: Env): Bool {
    return this.value(expression, env) as Bool;
  }

  value(expression: Expression, env: Env): Value {
    const terms = this.#terms;
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "variable":
        return env.get(expression.variable);
      case "read": {
        const indices = expression.indices.map((index) => this.value(index, env));
        return this.#readAt(expression.cell, indices, []);
      }
      case "equal": {
        const [left, right] = [this.value(expression.left, env), this.value(expression.right, env)];
        if (typeOf(expression.left).kind === "boolean") {
          return terms.choose(left as Bool, right as Bool, terms.not(right as Bool));
        }
        return terms.and(
          terms.equal(left, right),
          terms.test(left, (scalar) => scalar !== undefined),
        );
      }
      case "not":
        return terms.not(this.bool(expression.operand, env));
      case "and":
        return terms.and(...expression.operands.map((operand) => this.bool(operand, env)));
      case "or":
        return terms.or(...expression.operands.map((operand) => this.bool(operand, env)));
      case "choice": {
        const condition = this.bool(expression.condition, env);
        const [then, otherwise] = [this.value(expression.then, env), this.value(expression.otherwise, env)];
        return typeOf(expression).kind === "boolean"
          ? terms.choose(condition, then as Bool, otherwise as Bool)
          : terms.ite(condition, then, otherwise);
      }
      case "is-index":
        return terms.test(this.value(expression.operand, env), (scalar) => typeof scalar === "number");
      case "some":
      case "every": {
        const { variable, body, kind } = expression;
        const all = Array.from({ length: this.#finite.count(variable.sort) }, (_, index) =>
          this.bool(body, new Map([...env, [variable, index]])),
        );
        return kind === "some" ? terms.or(...all) : terms.and(...all);
      }
    }
  }

  /** A read at indices that may be terms: one case for each element. */
  #readAt(cell: Cell, left: readonly Value[], indices: readonly number[]): Value {
    const terms = this.#terms;
    const [first, ...rest] = left;
    if (left.length === 0) return this.#cellOf(cell, indices);
    if (typeof first === "number") return this.#readAt(cell, rest, [...indices, first]);
    const isBoolean = cell.type.kind === "boolean";
    const nowhere: Value = isBoolean ? false : undefined;
    const sort = cell.parameters[indices.length];
    if (sort === undefined) throw new InternalError(`${cell.name} is read with too many indices`);
    return Array.from({ length: this.#finite.count(sort) }, (_, index) => index).reduceRight<Value>((other, index) => {
      const here = terms.test(first, (scalar) => scalar === index);
      const value = this.#readAt(cell, rest, [...indices, index]);
      return isBoolean ? terms.choose(here, value as Bool, other as Bool) : terms.ite(here, value, other);
    }, nowhere);
  }
}

/** Names of cells as a tree of records and arrays. */
type Node =
  | { readonly kind: "leaf"; readonly cell: Cell }
  | { readonly kind: "record"; readonly fields: Map<string, Node> }
  | { readonly kind: "array"; element: Node | undefined; readonly sort: Cell["parameters"][number] };

function stateType(
  finite: FiniteSystem,
  fixed: ReadonlyMap<Cell, number>,
): { readonly type: FiniteType<unknown>; readonly places: readonly InstancePlace[] } {
  const root = new Map<string, Node>();
  for (const cell of finite.system.cells) place(root, cell);
  const places: InstancePlace[] = [];
  const type = new StateType(finite, fixed, places).of({ kind: "record", fields: root }, [], []);
  return { type, places };
}

/** Types of nodes; the cells of the layout are noted in its order. */
class StateType {
  readonly #finite: FiniteSystem;
  readonly #fixed: ReadonlyMap<Cell, number>;
  readonly #places: InstancePlace[];

  constructor(finite: FiniteSystem, fixed: ReadonlyMap<Cell, number>, places: InstancePlace[]) {
    this.#finite = finite;
    this.#fixed = fixed;
    this.#places = places;
  }

  of(node: Node, indices: readonly number[], within: InstancePlace["within"]): FiniteType<unknown> {
    switch (node.kind) {
      case "leaf": {
        const { cell } = node;
        this.#places.push({ cell, indices, isCount: false, within });
        if (cell.type.kind === "boolean") return boolean;
        const own = this.#fixed.get(cell);
        return oneOf(...(own === undefined ? (this.#finite.valuesOf(cell) as (string | number)[]) : [own]));
      }
      case "array": {
        const { element, sort } = node;
        // The places are noted element by element, and the type is that of any of them.
        const elements = Array.from({ length: this.#finite.count(sort) }, (_, index) =>
          this.of(element as Node, [...indices, index], within),
        );
        return array(elements.length, elements[0] as FiniteType<unknown>) as FiniteType<unknown>;
      }
      case "record":
        return this.#record(node.fields, indices, within);
    }
  }

  #record(
    fields: ReadonlyMap<string, Node>,
    indices: readonly number[],
    within: InstancePlace["within"],
  ): FiniteType<unknown> {
    const present = fields.get("present");
    if (present?.kind === "leaf" && present.cell.type.kind === "boolean" && fields.size > 1) {
      const number = this.#count(present.cell, indices, within);
      const others = new Map([...fields].filter(([name]) => name !== "present"));
      return optional(this.#record(others, indices, [...within, { number, least: 1 }])) as FiniteType<unknown>;
    }
    const types: [string, FiniteType<unknown>][] = [];
    for (const [name, field] of fields) {
      const elements = elementsOf(fields, name);
      if (elements.length > 0 && field.kind === "record") {
        const length = field.fields.get("length") as Extract<Node, { kind: "leaf" }>;
        const number = this.#count(length.cell, indices, within);
        const own = elements.map((element, index) =>
          this.of(element, indices, [...within, { number, least: index + 1 }]),
        );
        types.push([name, sequence(own.length, own[0] as FiniteType<unknown>) as FiniteType<unknown>]);
      } else if (!isElement(fields, name)) types.push([name, this.of(field, indices, within)]);
    }
    return record(Object.fromEntries(types)) as FiniteType<unknown>;
  }

  #count(cell: Cell, indices: readonly number[], within: InstancePlace["within"]): number {
    return this.#places.push({ cell, indices, isCount: true, within }) - 1;
  }
}

/** The elements of a sequence: fields `stack[0]`, `stack[1]` beside `stack`, which has a length from 0 to their number. */
function elementsOf(fields: ReadonlyMap<string, Node>, name: string): Node[] {
  const own = fields.get(name);
  const length = own?.kind === "record" && own.fields.size === 1 ? own.fields.get("length") : undefined;
  if (length?.kind !== "leaf" || length.cell.type.kind !== "names") return [];
  const elements: Node[] = [];
  for (let at = fields.get(`${name}[0]`); at !== undefined; at = fields.get(`${name}[${elements.length}]`))
    elements.push(at);
  const isCounted = length.cell.type.names.every((count, index) => count === String(index));
  return isCounted && length.cell.type.names.length === elements.length + 1 ? elements : [];
}

function isElement(fields: ReadonlyMap<string, Node>, name: string): boolean {
  const base = /^(.*)\[\d+\]$/.exec(name)?.[1];
  return base !== undefined && elementsOf(fields, base).length > 0;
}

function place(root: Map<string, Node>, cell: Cell): void {
  const segments = cell.name.match(/\[\]|[^.[\]]+(?:\[\d+\])*/g) ?? [];
  if (segments.filter((segment) => segment === "[]").length !== cell.parameters.length) {
    throw new ModelError(`${cell.name} does not show ${cell.parameters.length} indices`);
  }
  let fields = root;
  let put: (node: Node) => void = () => {};
  let at: Node | undefined = { kind: "record", fields: root };
  let parameter = 0;
  for (const segment of segments) {
    if (segment === "[]") {
      const sort = cell.parameters[parameter++] as Cell["parameters"][number];
      const node: Node = at?.kind === "array" ? at : { kind: "array", element: undefined, sort };
      if (at === undefined) put(node);
      const own = node as Extract<Node, { kind: "array" }>;
      put = (child) => (own.element = child);
      at = own.element;
    } else {
      if (at === undefined) put((at = { kind: "record", fields: new Map() }));
      if (at.kind !== "record") throw new ModelError(`${cell.name} is within another cell`);
      fields = at.fields;
      const own = fields;
      put = (child) => void own.set(segment, child);
      at = fields.get(segment);
    }
  }
  if (at !== undefined) throw new ModelError(`there are two cells ${cell.name}`);
  put({ kind: "leaf", cell });
}

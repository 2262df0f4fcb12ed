import { InternalError, ModelError } from "../errors.ts";
import { model, type Model } from "../language/index.ts";
import { array, boolean, layoutOf, oneOf, range, record, type FiniteType, type Place } from "../schema/index.ts";
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
  /** For each cell of the layout, the cell of the system and its indices. */
  readonly places: readonly { readonly cell: Cell; readonly indices: readonly number[] }[];
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
  const lowering = new TermsOf(finite, terms, (cell, indices) => cells[cellAt[finite.at(cell, indices)] as number] as Value);
  const numbers = initial.map((state) =>
    places.map(({ cell, indices }, number) => {
      const value = finite.valuesOf(cell)[state[finite.at(cell, indices)] as number];
      return (layout.cells[number] as (typeof layout.cells)[number]).shape.indexOf(value);
    }),
  );
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
        if (value !== cells[number]) next.set(number, value);
      }
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
        return terms.and(terms.equal(left, right), terms.test(left, (scalar) => scalar !== undefined));
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
): {
  readonly type: FiniteType<unknown>;
  readonly places: { readonly cell: Cell; readonly indices: readonly number[] }[];
} {
  const root = new Map<string, Node>();
  for (const cell of finite.system.cells) place(root, cell);
  const places: { cell: Cell; indices: readonly number[] }[] = [];
  const typeAt = (node: Node, indices: readonly number[]): FiniteType<unknown> => {
    switch (node.kind) {
      case "leaf":
        places.push({ cell: node.cell, indices });
        if (node.cell.type.kind === "boolean") return boolean;
        if (fixed.has(node.cell)) return oneOf(fixed.get(node.cell) as number);
        return oneOf(...(finite.valuesOf(node.cell) as (string | number)[]));
      case "record":
        return record(
          Object.fromEntries(Array.from(node.fields, ([name, field]) => [name, typeAt(field, indices)])),
        ) as FiniteType<unknown>;
      case "array": {
        // The places are noted element by element, and the type is that of any of them.
        const elements = Array.from({ length: finite.count(node.sort) }, (_, index) =>
          typeAt(node.element as Node, [...indices, index]),
        );
        return array(elements.length, elements[0] as FiniteType<unknown>) as FiniteType<unknown>;
      }
    }
  };
  const type = typeAt({ kind: "record", fields: root }, []);
  return { type, places };
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

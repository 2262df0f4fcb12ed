import type { Cell, Expression, Sort } from "../system.ts";
import type { Builds } from "./builds.ts";
import { and, choose, constant, equal, every, freshVariable, isIndex, not, or, read, variable } from "./expressions.ts";
import { nameOf, type Node } from "./structure.ts";

/** A value of a cell in an initial state. */
interface Entry {
  /** Number of the initial state among those of all builds. */
  readonly state: number;
  readonly indices: readonly number[];
  /** A boolean, a name or an index. */
  readonly value: boolean | string | number;
}

/** The initial states of any size, as a condition. */
export interface Initial {
  readonly condition: Expression;
  /** Sentences on what the condition allows and the model does not. */
  readonly abstractions: readonly string[];
}

/**
 * A condition that the initial states meet at all sizes that were built.
 *
 * Where the model computes with indices, such as `device % cpus`, the values are left open, but for what is found to hold
 * of them in every initial state: that they are equal to others, that no two elements have the same, and that a table
 * holds an element exactly where the element's own cells name the place.
 */
export function initialOf(
  root: Node,
  builds: Builds<unknown>,
  literal: (sort: Sort, index: number) => Expression,
): Initial {
  const cells = new Map<Cell, Entry[]>();
  let states = 0;
  for (const { initial } of builds.models) {
    for (const state of initial) {
      collect(root, state, [], states, cells);
      states++;
    }
  }
  const conditions: Expression[] = [];
  const open: Cell[] = [];
  const loose: Cell[] = [];
  for (const [cell, entries] of cells) {
    const own = cell.parameters.map((sort) => freshVariable(sort));
    const here = read(cell, own.map(variable));
    const forAll = (condition: Expression): void => {
      conditions.push(own.reduceRight((body, one) => every(one, body), condition));
    };
    const value = valueOf(cell, entries, own.map(variable), literal);
    if (value !== undefined) forAll(equal(here, value));
    else if (cell.type.kind !== "index") loose.push(cell);
    else {
      const twin = open.find((other) => isTwin(other, cell, cells));
      if (twin !== undefined) forAll(equal(here, read(twin, own.map(variable))));
      else open.push(cell);
    }
  }
  // Tables of elements come last: what they hold is given by the elements' own cells.
  const abstractions: string[] = [];
  const placed: Cell[] = [];
  const free: Cell[] = [];
  for (const cell of open) {
    const condition = tableCondition(cell, cells, open);
    if (condition === undefined) free.push(cell);
    else {
      conditions.push(condition);
      placed.push(cell);
    }
  }
  for (const group of groupsOf(free)) {
    const apart = injective(group, cells);
    for (const some of apart) conditions.push(differ(some));
    const names = group.map(({ name }) => name).join(", ");
    abstractions.push(
      apart.length === 0
        ? `initial states: any values of ${names}`
        : `initial states: any values of ${names} in which no two elements agree in ${apart.map((some) => some.map(({ name }) => name).join(" and ")).join(", nor in ")}`,
    );
  }
  if (loose.length > 0) {
    abstractions.push(`initial states: any values of ${loose.map(({ name }) => name).join(", ")}`);
  }
  return { condition: and(...conditions), abstractions };
}

function collect(
  node: Node,
  value: unknown,
  indices: readonly number[],
  state: number,
  cells: Map<Cell, Entry[]>,
): void {
  const put = (cell: Cell, own: Entry["value"]): void => {
    let entries = cells.get(cell);
    if (entries === undefined) cells.set(cell, (entries = []));
    entries.push({ state, indices, value: own });
  };
  switch (node.kind) {
    case "fixed":
      return;
    case "cell": {
      const { type } = node.cell;
      if (type.kind === "boolean") put(node.cell, value as boolean);
      else if (type.kind === "index" && typeof value === "number" && !type.names.includes(nameOf(value)))
        put(node.cell, value);
      else put(node.cell, nameOf(value as string));
      return;
    }
    case "record":
      for (const [name, field] of node.fields) {
        collect(field, (value as Record<string, unknown>)[name], indices, state, cells);
      }
      return;
    case "function":
      for (const [at, one] of (value as unknown[]).entries())
        collect(node.element, one, [...indices, at], state, cells);
      return;
    case "array":
      for (const [at, element] of node.elements.entries())
        collect(element, (value as unknown[])[at], indices, state, cells);
      return;
    case "optional":
      put(node.present, value !== null);
      if (value !== null) collect(node.some, value, indices, state, cells);
      return;
    case "sequence": {
      const items = value as unknown[];
      if (node.elements.length > 0) put(node.length, nameOf(items.length));
      for (const [at, item] of items.entries()) collect(node.elements[at] as Node, item, indices, state, cells);
    }
  }
}

/** The value of a cell by its parameters: a constant, index 0, a parameter, or one constant at index 0 and another elsewhere. */
function valueOf(
  { parameters, type }: Cell,
  entries: readonly Entry[],
  own: readonly Expression[],
  literal: (sort: Sort, index: number) => Expression,
): Expression | undefined {
  const single = (some: readonly Entry[]): Expression | undefined => {
    const value = some[0]?.value;
    return typeof value !== "number" && value !== undefined && some.every((one) => one.value === value)
      ? constant(value)
      : undefined;
  };
  const constantValue = single(entries);
  if (constantValue !== undefined) return constantValue;
  if (type.kind === "index" && entries.every(({ value }) => value === 0)) return literal(type.sort, 0);
  for (const [at, sort] of parameters.entries()) {
    const isZero = ({ indices }: Entry): boolean => indices[at] === 0;
    const [first, others] = [single(entries.filter(isZero)), single(entries.filter((one) => !isZero(one)))];
    if (first === undefined || others === undefined) continue;
    return choose(equal(own[at] as Expression, literal(sort, 0)), first, others);
  }
  return undefined;
}

function byPlace(entries: readonly Entry[]): Map<string, Entry["value"]> {
  return new Map(entries.map(({ state, indices, value }) => [`${state} ${indices.join()}`, value]));
}

function isTwin(one: Cell, other: Cell, cells: ReadonlyMap<Cell, readonly Entry[]>): boolean {
  if (one.parameters.length !== other.parameters.length) return false;
  if (one.parameters.some((sort, at) => sort !== other.parameters[at])) return false;
  if (one.type.kind !== "index" || other.type.kind !== "index" || one.type.sort !== other.type.sort) return false;
  const [own, others] = [byPlace(cells.get(one) ?? []), byPlace(cells.get(other) ?? [])];
  return own.size === others.size && [...own].every(([key, value]) => others.get(key) === value);
}

/** A cell that holds an element exactly where some cells of the element name its indices, and else one name. */
function tableCondition(
  cell: Cell,
  cells: ReadonlyMap<Cell, readonly Entry[]>,
  open: readonly Cell[],
): Expression | undefined {
  const { type, parameters } = cell;
  if (type.kind !== "index" || parameters.length === 0) return undefined;
  const entries = cells.get(cell) as readonly Entry[];
  const others = new Set(entries.flatMap(({ value }) => (typeof value === "number" ? [] : [value])));
  if (others.size > 1) return undefined;
  // For each index of the table, cells of the element that may name it.
  const naming = parameters.map((sort) =>
    open.filter(
      (other) =>
        other !== cell &&
        other.parameters.length === 1 &&
        other.parameters[0] === type.sort &&
        other.type.kind === "index" &&
        other.type.sort === sort,
    ),
  );
  const choices = naming.reduce<Cell[][]>(
    (lists, some) => lists.flatMap((list) => some.map((one) => [...list, one])),
    [[]],
  );
  for (const names of choices) {
    const places = names.map((name) => byPlace(cells.get(name) ?? []));
    const elements = new Map<number, Set<number>>();
    for (const { state, indices } of cells.get(names[0] as Cell) ?? []) {
      let own = elements.get(state);
      if (own === undefined) elements.set(state, (own = new Set()));
      own.add(indices[0] as number);
    }
    const fits = entries.every(({ state, indices, value }) =>
      [...(elements.get(state) ?? [])].every(
        (element) =>
          places.every((place, at) => place.get(`${state} ${element}`) === indices[at]) === (value === element),
      ),
    );
    if (!fits) continue;
    const own = parameters.map((sort) => freshVariable(sort));
    const element = freshVariable(type.sort);
    const here = read(cell, own.map(variable));
    const [rest] = others;
    const isPlace = and(
      ...names.map((name, at) => equal(read(name, [variable(element)]), variable(own[at] as typeof element))),
    );
    const holds = and(
      every(element, equal(equal(here, variable(element)), isPlace)),
      rest === undefined ? isIndex(here) : or(isIndex(here), equal(here, constant(rest))),
    );
    return own.reduceRight((body, one) => every(one, body), holds);
  }
  return undefined;
}

/** Cells with the same parameters. */
function groupsOf(cells: readonly Cell[]): Cell[][] {
  const groups: Cell[][] = [];
  for (const cell of cells) {
    const group = groups.find(
      ([first]) =>
        first?.parameters.length === cell.parameters.length &&
        first.parameters.every((sort, at) => sort === cell.parameters[at]),
    );
    if (group === undefined) groups.push([cell]);
    else group.push(cell);
  }
  return groups;
}

/** Sets of one or two of the cells in which no two elements agree. */
function injective(group: readonly Cell[], cells: ReadonlyMap<Cell, readonly Entry[]>): (readonly Cell[])[] {
  const distinguishes = (some: readonly Cell[]): boolean => {
    const seen = new Set<string>();
    const places = some.map((cell) => byPlace(cells.get(cell) ?? []));
    for (const key of places[0]?.keys() ?? []) {
      const values = `${key.split(" ")[0]} ${places.map((place) => place.get(key)).join()}`;
      if (seen.has(values)) return false;
      seen.add(values);
    }
    return true;
  };
  if (group[0]?.parameters.length !== 1) return [];
  const single = group.filter((cell) => distinguishes([cell]));
  const pairs = group.flatMap((one, at) => group.slice(at + 1).map((other) => [one, other] as const));
  return [
    ...single.map((cell) => [cell]),
    ...pairs.filter(([one, other]) => !single.includes(one) && !single.includes(other) && distinguishes([one, other])),
  ];
}

function differ(some: readonly Cell[]): Expression {
  const [sort] = (some[0] as Cell).parameters as [Sort];
  const [one, other] = [freshVariable(sort), freshVariable(sort)];
  const agree = some.map((cell) => equal(read(cell, [variable(one)]), read(cell, [variable(other)])));
  return every(one, every(other, or(not(and(...agree)), equal(variable(one), variable(other)))));
}

import type { Cell, Expression, Sort } from "../system.ts";
import type { Builds } from "./family/builds.ts";
import { and, constant, equal, every, freshVariable, not, or, read, variable } from "./values/expressions.ts";
import { byPlace, relationOf, type Entry, type InitialStates } from "./relations.ts";
import { nameOf, type Node } from "./family/structure.ts";

/** The initial states of any size, as a condition. */
export interface Initial {
  readonly condition: Expression;
  /** Sentences on what the condition allows and the model does not. */
  readonly abstractions: readonly string[];
}

/**
 * A condition that the initial states meet at all sizes that were built.
 *
 * Where the model computes with indices, such as `device % cpus`, the values are left open, except for what is found to be
 * so in every initial state: that they are equal to others, that no two elements have the same, and relations such as that
 * a table holds an element exactly where the element's own cells name the place.
 */
export function initialOf(
  root: Node,
  builds: Builds<unknown>,
  literal: (sort: Sort, index: number) => Expression,
): Initial {
  const cells = new Map<Cell, Entry[]>();
  const buildOf: number[] = [];
  for (const [build, { initial }] of builds.models.entries()) {
    for (const state of initial) {
      collect(root, state, [], buildOf.length, cells);
      buildOf.push(build);
    }
  }
  const states: InitialStates = {
    cells,
    literal,
    sizeOf: (sort, state) =>
      builds.dimensions.find((one) => one.sort === sort)?.sizes[buildOf[state] as number] as number,
  };
  const abstractions: string[] = [];
  const conditions: Expression[] = [];
  let open: Cell[] = [];
  for (const [cell, entries] of cells) {
    const places = cell.parameters.reduce<number[]>(
      (counts, sort) => counts.map((count, state) => count * states.sizeOf(sort, state)),
      buildOf.map(() => 1),
    );
    if (entries.length < places.reduce((sum, count) => sum + count, 0)) {
      // A part of an optional or a sequence that is there in some places only.
      cells.delete(cell);
      abstractions.push(`initial states: any values of ${cell.name}`);
      continue;
    }
    const own = cell.parameters.map((sort) => freshVariable(sort));
    const here = read(cell, own.map(variable));
    const twin = open.find((other) => isTwin(other, cell, cells));
    const value = valueOf(cell, entries, literal) ?? (twin && read(twin, own.map(variable)));
    if (value === undefined) open.push(cell);
    else conditions.push(own.reduceRight((body, one) => every(one, body), equal(here, value)));
  }
  // Tables first: what they hold is given by the cells of what they hold.
  for (const cell of open.toSorted((a, b) => b.parameters.length - a.parameters.length || namesIn(b) - namesIn(a))) {
    const relation = relationOf(
      cell,
      open.filter((other) => other !== cell),
      states,
    );
    if (relation === undefined) continue;
    conditions.push(relation);
    open = open.filter((other) => other !== cell);
  }
  for (const group of groupsOf(open)) {
    const apart = injective(group, cells);
    for (const some of apart) conditions.push(differ(some));
    const names = group.map(({ name }) => name).join(", ");
    abstractions.push(
      apart.length === 0
        ? `initial states: any values of ${names}`
        : `initial states: any values of ${names} in which no two elements agree in ${apart.map((some) => some.map(({ name }) => name).join(" and ")).join(", nor in ")}`,
    );
  }
  return { condition: and(...conditions), abstractions };
}

function namesIn({ type }: Cell): number {
  return type.kind === "boolean" ? 0 : type.names.length;
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

/** The one value of a cell: a constant, or the index 0. */
function valueOf(
  { type }: Cell,
  entries: readonly Entry[],
  literal: (sort: Sort, index: number) => Expression,
): Expression | undefined {
  const value = entries[0]?.value;
  if (value === undefined || entries.some((one) => one.value !== value)) return undefined;
  if (typeof value !== "number") return constant(value);
  return value === 0 && type.kind === "index" ? literal(type.sort, 0) : undefined;
}

function isTwin(one: Cell, other: Cell, cells: ReadonlyMap<Cell, readonly Entry[]>): boolean {
  if (one.parameters.length !== other.parameters.length) return false;
  if (one.parameters.some((sort, at) => sort !== other.parameters[at])) return false;
  if (one.type.kind !== other.type.kind) return false;
  if (one.type.kind === "index" && other.type.kind === "index" && one.type.sort !== other.type.sort) return false;
  const [own, others] = [byPlace(cells.get(one) ?? []), byPlace(cells.get(other) ?? [])];
  return own.size === others.size && [...own].every(([key, value]) => others.get(key) === value);
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

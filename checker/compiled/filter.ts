import type { Diagram, DiagramStore } from "../learning/diagram.ts";
import { visitNodes } from "../learning/diagram.ts";
import { areEqual, hashed, Interned } from "../learning/interned.ts";
import type { Packing } from "./packing.ts";

/** Neighbouring bits of a state that index one table of the filter. */
export interface Chunk {
  readonly word: number;
  readonly shift: number;
  readonly width: number;
  /** The cells that lie in it. */
  readonly cells: readonly number[];
}

/** A set of values of a chunk, a bit for each. */
type Values = Uint32Array;

/** Cuts the packed state into chunks of at most `most` bits, at the borders of cells; wider cells are in none. */
export function chunksOf(packing: Packing, most: number): Chunk[] {
  const order = packing.fields
    .map((field, cell) => ({ ...field, cell }))
    .filter(({ width }) => width > 0)
    .sort((a, b) => a.word - b.word || a.shift - b.shift);
  const chunks: { word: number; shift: number; width: number; cells: number[] }[] = [];
  for (const { word, shift, width, cell } of order) {
    if (width > most) continue;
    const last = chunks.at(-1);
    if (last !== undefined && last.word === word && last.shift + last.width === shift && last.width + width <= most) {
      last.width += width;
      last.cells.push(cell);
    } else chunks.push({ word, shift, width, cells: [cell] });
  }
  return chunks;
}

/**
 * For each function and each chunk, the chunk's values with which the function may end in something else than "none":
 * a necessary condition that one look-up tests for many functions at once.
 */
export class Filter {
  readonly chunks: readonly Chunk[];
  /** By cell: its chunk, and for each value the chunk's values that have it. */
  readonly #home = new Map<number, { readonly chunk: number; readonly cylinders: readonly Values[] }>();

  readonly #cells: number;
  /** The most values of a cell that is in a chunk. */
  readonly #values: number;

  constructor(packing: Packing, cardinalities: readonly number[], most: number) {
    this.chunks = chunksOf(packing, most);
    this.#cells = cardinalities.length;
    this.#values = 2 ** most;
    for (const [chunk, { shift, width, cells }] of this.chunks.entries()) {
      for (const cell of cells) {
        const field = packing.fields[cell] as (typeof packing.fields)[number];
        const cylinders = Array.from({ length: cardinalities[cell] as number }, () => empty(width));
        for (let value = 0; value < 2 ** width; value++) {
          const part = (value >>> (field.shift - shift)) & ((1 << field.width) - 1);
          const cylinder = cylinders[part];
          if (cylinder !== undefined) cylinder[value >>> 5] = (cylinder[value >>> 5] as number) | (1 << (value & 31));
        }
        this.#home.set(cell, { chunk, cylinders });
      }
    }
  }

  /** For each chunk the values that the function allows; undefined where it allows all. */
  allowed(store: DiagramStore, diagram: Diagram): (Values | undefined)[] {
    const chunks = new Set<number>();
    visitNodes(diagram, (node) => {
      const home = node.kind === "branch" ? this.#home.get(node.cell) : undefined;
      if (home !== undefined) chunks.add(home.chunk);
    });
    return this.chunks.map((chunk, index) =>
      chunks.has(index) ? this.#project(store, diagram, index, chunk.width) : undefined,
    );
  }

  #project(store: DiagramStore, diagram: Diagram, chunk: number, width: number): Values {
    const none = empty(width);
    const all = empty(width).fill(0xffffffff);
    const known = new Map<Diagram, Values>();
    const project = (node: Diagram): Values => {
      if (node.kind === "leaf") return node === store.none ? none : all;
      let values = known.get(node);
      if (values !== undefined) return values;
      const home = this.#home.get(node.cell);
      if (home?.chunk !== chunk) values = united(node.children.map(project), none, all);
      else {
        const { cylinders } = home;
        const parts = node.children.map((child, value) =>
          common(project(child), cylinders[value] as Values, none, all),
        );
        values = united(parts, none, all);
      }
      known.set(node, values);
      return values;
    };
    return project(diagram);
  }

  /**
   * The diagram without the tests that have been decided when a state has passed the filter, and without those that
   * an earlier test on the way has decided. Children that cannot be reached are undefined.
   *
   * @param budget nodes made before the rest is left as it is
   */
  simplify(diagram: Diagram, allowed: readonly (Values | undefined)[], budget: number): Plan {
    // What is left of each chunk on the way goes by a number.
    const sets = this.chunks.map((): Values[] => []);
    const numbers = this.chunks.map(() => new Interned<number>());
    const numberOf = (chunk: number, values: Values): number => {
      const known = sets[chunk] as Values[];
      return (numbers[chunk] as Interned<number>).get(
        values.reduce(hashed, 0),
        (number) => areEqual(known[number] as Values, values),
        () => known.push(values) - 1,
      );
    };
    const narrowed = new Map<number, number>();
    const narrow = (cell: number, value: number, chunk: number, number: number, cylinder: Values): number => {
      const key = (number * this.#cells + cell) * this.#values + value;
      let rest = narrowed.get(key);
      if (rest === undefined) {
        const values = intersect((sets[chunk] as Values[])[number] as Values, cylinder);
        narrowed.set(key, (rest = values === undefined ? -1 : numberOf(chunk, values)));
      }
      return rest;
    };
    const full = this.chunks.map(({ width }, chunk) =>
      numberOf(chunk, allowed[chunk] ?? empty(width).fill(0xffffffff)),
    );
    const tests = new Interned<PlanTest>();
    const known = new Map<Diagram, Map<number | string, Plan>>();
    const relevant = this.#relevantChunks(diagram);
    let left = budget;
    const walk = (node: Diagram, parts: readonly number[]): Plan => {
      if (node.kind === "leaf") return node;
      let plans = known.get(node);
      if (plans === undefined) known.set(node, (plans = new Map()));
      const key = keyOf(relevant.get(node) as readonly number[], parts);
      if (plans.has(key)) return plans.get(key);
      const home = this.#home.get(node.cell);
      const children = node.children.map((child, value): Plan => {
        if (left-- <= 0) return child;
        if (home === undefined) return walk(child, parts);
        const { chunk, cylinders } = home;
        const rest = narrow(node.cell, value, chunk, parts[chunk] as number, cylinders[value] as Values);
        if (rest < 0) return undefined;
        return walk(child, rest === parts[chunk] ? parts : parts.with(chunk, rest));
      });
      const plan = joined(node.cell, children, tests);
      plans.set(key, plan);
      return plan;
    };
    return walk(diagram, full);
  }

  /** For each node the chunks of the cells that are tested in it or below it. */
  #relevantChunks(diagram: Diagram): Map<Diagram, readonly number[]> {
    const found = new Map<Diagram, readonly number[]>();
    const walk = (node: Diagram): readonly number[] => {
      if (node.kind === "leaf") return [];
      let chunks = found.get(node);
      if (chunks === undefined) {
        const home = this.#home.get(node.cell);
        const all = new Set(home === undefined ? [] : [home.chunk]);
        for (const child of new Set(node.children)) for (const chunk of walk(child)) all.add(chunk);
        found.set(node, (chunks = [...all]));
      }
      return chunks;
    };
    walk(diagram);
    return found;
  }
}

/** A diagram as code is made from it: undefined where no state gets. */
export type Plan = Diagram | PlanTest | undefined;

export interface PlanTest {
  readonly kind: "test";
  readonly id: number;
  readonly cell: number;
  readonly children: readonly Plan[];
}

let nextId = 0;

function joined(cell: number, children: readonly Plan[], tests: Interned<PlanTest>): Plan {
  let some: Plan;
  let differ = false;
  let hash = cell;
  for (const child of children) {
    hash = hashed(hash, child?.id ?? -1);
    if (child === undefined || child === some) continue;
    differ ||= some !== undefined;
    some = child;
  }
  if (!differ) return some;
  return tests.get(
    hash,
    (known) => known.cell === cell && areEqual(known.children, children),
    () => ({ kind: "test", id: nextId++, cell, children }),
  );
}

/** Values and chunks up to these numbers make a key that is a number, which is found sooner. */
const RADIX = 4096;
const MOST_DIGITS = 4;

/** What tells the parts that matter from others that matter. */
function keyOf(relevant: readonly number[], parts: readonly number[]): number | string {
  let key = 0;
  for (const chunk of relevant) {
    const part = parts[chunk] as number;
    if (part >= RADIX || relevant.length > MOST_DIGITS) return relevant.map((each) => parts[each]).join();
    key = key * RADIX + part;
  }
  return key;
}

function empty(width: number): Values {
  return new Uint32Array(Math.max(1, 2 ** width / 32));
}

/** Sets that are empty or full are most often the same objects, `none` and `all`. */
function united(sets: readonly Values[], none: Values, all: Values): Values {
  let some = none;
  let owned = false;
  for (const set of sets) {
    if (set === none || set === some) continue;
    if (set === all) return all;
    if (some === none) {
      some = set;
      continue;
    }
    if (!owned) some = some.slice();
    owned = true;
    for (let i = 0; i < set.length; i++) some[i] = (some[i] as number) | (set[i] as number);
  }
  return some;
}

function common(one: Values, other: Values, none: Values, all: Values): Values {
  if (one === none) return none;
  if (one === all) return other;
  return intersect(one, other) ?? none;
}

/** undefined when nothing is left. */
function intersect(a: Values, b: Values): Values | undefined {
  const both = new Uint32Array(a.length);
  let any = 0;
  for (let i = 0; i < a.length; i++) any |= both[i] = (a[i] as number) & (b[i] as number);
  return any === 0 ? undefined : both;
}

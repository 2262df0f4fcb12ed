import type { Branch, Diagram, DiagramStore } from "../learning/diagram.ts";
import { visitNodes } from "../learning/diagram.ts";
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

  constructor(packing: Packing, cardinalities: readonly number[], most: number) {
    this.chunks = chunksOf(packing, most);
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
    const known = new Map<Diagram, Values>();
    const project = (node: Diagram): Values => {
      let values = known.get(node);
      if (values !== undefined) return values;
      values = empty(width);
      if (node.kind === "leaf") {
        if (node !== store.none) values.fill(0xffffffff);
      } else {
        const home = this.#home.get(node.cell);
        for (const [value, child] of node.children.entries()) {
          const part = project(child);
          const cylinder = home?.chunk === chunk ? (home.cylinders[value] as Values) : undefined;
          for (let i = 0; i < values.length; i++) {
            values[i] =
              (values[i] as number) | ((part[i] as number) & (cylinder === undefined ? -1 : (cylinder[i] as number)));
          }
        }
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
    const full = this.chunks.map(({ width }, index) => allowed[index] ?? empty(width).fill(0xffffffff));
    const known = new Map<string, Plan>();
    const made = new Map<string, Plan>();
    let left = budget;
    const support = supportOf(diagram);
    const walk = (node: Diagram, values: readonly Values[], decided: ReadonlyMap<number, number>): Plan => {
      if (node.kind === "leaf") return node;
      const earlier = decided.get(node.cell);
      if (earlier !== undefined) return walk(node.children[earlier] as Diagram, values, decided);
      const below = support.get(node) as ReadonlySet<number>;
      const key = [
        node.id,
        ...[...decided]
          .filter(([cell]) => below.has(cell))
          .map(([cell, value]) => `${cell}=${value}`)
          .sort(),
        // What other cells of the same chunks have decided matters as well.
        ...[...new Set([...below].map((cell) => this.#home.get(cell)?.chunk))].map((chunk) =>
          chunk === undefined ? "" : (values[chunk] as Values).join("."),
        ),
      ].join();
      let plan = known.get(key);
      if (plan !== undefined) return plan;
      const home = this.#home.get(node.cell);
      const children = node.children.map((child, value): Plan => {
        if (left-- <= 0) return child;
        if (home === undefined) return walk(child, values, new Map([...decided, [node.cell, value]]));
        const rest = intersect(values[home.chunk] as Values, home.cylinders[value] as Values);
        if (rest === undefined) return undefined;
        const next = [...values];
        next[home.chunk] = rest;
        return walk(child, next, new Map([...decided, [node.cell, value]]));
      });
      plan = this.#join(node.cell, children, made);
      known.set(key, plan);
      return plan;
    };
    return walk(diagram, full, new Map());
  }

  #join(cell: number, children: readonly Plan[], made: Map<string, Plan>): Plan {
    const reached = [...new Set(children.filter((child) => child !== undefined))];
    if (reached.length <= 1) return reached[0];
    const key = `${cell}:${children.map((child) => (child === undefined ? "-" : planId(child))).join()}`;
    let plan = made.get(key);
    if (plan === undefined) made.set(key, (plan = { kind: "test", cell, children }));
    return plan;
  }
}

/** A diagram as code is made from it: undefined where no state gets. */
export type Plan = Diagram | PlanTest | undefined;

export interface PlanTest {
  readonly kind: "test";
  readonly cell: number;
  readonly children: readonly Plan[];
}

const planIds = new WeakMap<object, number>();
let nextPlanId = 0;

function planId(plan: object): number {
  let id = planIds.get(plan);
  if (id === undefined) planIds.set(plan, (id = nextPlanId++));
  return id;
}

/** The cells tested in a node or below it. */
function supportOf(diagram: Diagram): Map<Branch, ReadonlySet<number>> {
  const support = new Map<Branch, ReadonlySet<number>>();
  const walk = (node: Diagram): ReadonlySet<number> => {
    if (node.kind === "leaf") return new Set();
    let cells = support.get(node);
    if (cells === undefined) {
      cells = new Set([node.cell, ...node.children.flatMap((child) => [...walk(child)])]);
      support.set(node, cells);
    }
    return cells;
  };
  walk(diagram);
  return support;
}

function empty(width: number): Values {
  return new Uint32Array(Math.max(1, 2 ** width / 32));
}

/** undefined when nothing is left. */
function intersect(a: Values, b: Values): Values | undefined {
  const both = new Uint32Array(a.length);
  let any = 0;
  for (let i = 0; i < a.length; i++) any |= both[i] = (a[i] as number) & (b[i] as number);
  return any === 0 ? undefined : both;
}

import type { Diagram, DiagramStore } from "../learning/diagram.ts";
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
    // What is left of each chunk on the way goes by a number.
    const numbers = this.chunks.map(() => new Map<string, number>());
    const sets: Values[][] = this.chunks.map(() => []);
    const numberOf = (chunk: number, values: Values): number => {
      const key = values.join();
      const known = (numbers[chunk] as Map<string, number>).get(key);
      if (known !== undefined) return known;
      const number = (sets[chunk] as Values[]).push(values) - 1;
      (numbers[chunk] as Map<string, number>).set(key, number);
      return number;
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
    const known = new Map<string, Plan>();
    const made = new Map<string, Plan>();
    const relevant = this.#relevantChunks(diagram);
    let left = budget;
    const walk = (node: Diagram, parts: readonly number[]): Plan => {
      if (node.kind === "leaf") return node;
      let key = `${node.id}`;
      for (const chunk of relevant.get(node) as readonly number[]) key += `,${parts[chunk]}`;
      if (known.has(key)) return known.get(key);
      const home = this.#home.get(node.cell);
      const children = node.children.map((child, value): Plan => {
        if (left-- <= 0) return child;
        if (home === undefined) return walk(child, parts);
        const { chunk, cylinders } = home;
        const rest = narrow(node.cell, value, chunk, parts[chunk] as number, cylinders[value] as Values);
        if (rest < 0) return undefined;
        return walk(child, rest === parts[chunk] ? parts : parts.with(chunk, rest));
      });
      const plan = this.#join(node.cell, children, made);
      known.set(key, plan);
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

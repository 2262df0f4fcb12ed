import type { StateGraph } from "./graph.ts";

type Graph = Pick<StateGraph<unknown>, "size" | "first" | "to">;

/**
 * Strongly connected components by Tarjan's algorithm, without recursion, in any part of a graph. Every state has a
 * region; a part is the states of one region, and each component that is found becomes a region of its own.
 */
export class Components {
  /** The region of each state; 0 belongs to no part. */
  readonly region: Uint32Array;
  readonly #graph: Graph;
  /** Order of the first visit, from 1; 0 where there was none. */
  readonly #index: Uint32Array;
  readonly #low: Uint32Array;
  readonly #cursor: Uint32Array;
  readonly #open: Uint32Array;
  readonly #path: Uint32Array;
  #regions = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.region = new Uint32Array(graph.size);
    this.#index = new Uint32Array(graph.size);
    this.#low = new Uint32Array(graph.size);
    this.#cursor = new Uint32Array(graph.size);
    this.#open = new Uint32Array(graph.size);
    this.#path = new Uint32Array(graph.size);
  }

  /** Makes a part of these states. */
  part(states: Iterable<number>): number {
    const part = ++this.#regions;
    for (const state of states) {
      this.region[state] = part;
      this.#index[state] = 0;
    }
    return part;
  }

  /**
   * Visits the components of a part, each after all that can be reached from it.
   *
   * @param visit gets the states of a component, as a part of an array that is good until it returns, and their new
   * region
   */
  find(
    states: Iterable<number>,
    part: number,
    visit: (states: Uint32Array, from: number, end: number, region: number) => void,
  ): void {
    const { first, to } = this.#graph;
    const region = this.region;
    const [index, low, cursor, open, path] = [this.#index, this.#low, this.#cursor, this.#open, this.#path];
    let counter = 0;
    let opened = 0;
    let depth = 0;
    const enter = (state: number): void => {
      index[state] = low[state] = ++counter;
      cursor[state] = first[state] as number;
      open[opened++] = state;
      path[depth++] = state;
    };
    for (const root of states) {
      if (region[root] !== part || index[root] !== 0) continue;
      enter(root);
      while (depth > 0) {
        const state = path[depth - 1] as number;
        const edge = cursor[state] as number;
        if (edge < (first[state + 1] as number)) {
          cursor[state] = edge + 1;
          const next = to[edge] as number;
          // A state of a finished component has another region.
          if (region[next] !== part) continue;
          if (index[next] === 0) enter(next);
          else if ((index[next] as number) < (low[state] as number)) low[state] = index[next] as number;
          continue;
        }
        depth--;
        if (depth > 0) {
          const parent = path[depth - 1] as number;
          if ((low[state] as number) < (low[parent] as number)) low[parent] = low[state] as number;
        }
        if (low[state] !== index[state]) continue;
        let from = opened;
        const own = ++this.#regions;
        do region[open[--from] as number] = own;
        while (open[from] !== state);
        visit(open, from, opened, own);
        opened = from;
      }
    }
  }
}

import type { Model } from "../language/index.ts";
import { shortestPath, type Edge, type Path } from "../trace/shortest.ts";
import type { StateGraph } from "./graph.ts";

/** The runs to be found: those that begin to wait in some state, and wait from then on. */
export interface Waiting {
  /** Whether a run may begin to wait in a state. */
  begins(state: number): boolean;
  /** Whether it may begin only in an initial state that it has not left. */
  readonly atStart: boolean;
  /** Whether a state is one to wait in. */
  goesOn(state: number): boolean;
}

/**
 * A breadth-first search for the states in which a run can be while it waits. Its places are states twice over: number
 * n for a run that is in state n and may still begin to wait, n + size for one that waits in state n.
 */
export class Runs<S> {
  readonly #graph: StateGraph<S>;
  readonly #waiting: Waiting;
  /** The level of each place, from 1; 0 where no run gets. */
  readonly #level: Uint32Array;
  /** The places in the order of the search. */
  readonly #order: Uint32Array;
  #count = 0;
  /** Places where a run waits. */
  #waits = 0;

  constructor(graph: StateGraph<S>, waiting: Waiting) {
    this.#graph = graph;
    this.#waiting = waiting;
    const { size } = graph;
    this.#level = new Uint32Array(2 * size);
    this.#order = new Uint32Array(2 * size);
    for (let state = 0; state < graph.initial; state++) {
      if (!waiting.atStart) this.#reach(state, 1);
    }
    for (let state = 0; state < graph.initial; state++) {
      if (waiting.begins(state)) this.#reach(size + state, 1);
    }
    for (let next = 0; next < this.#count; next++) {
      const place = this.#order[next] as number;
      const level = (this.#level[place] as number) + 1;
      this.#eachNext(place, (to) => this.#reach(to, level));
    }
  }

  /** The states in which a run can wait, nearest first. */
  states(): Uint32Array {
    const { size } = this.#graph;
    const states = new Uint32Array(this.#waits);
    let next = 0;
    for (let index = 0; index < this.#count; index++) {
      const place = this.#order[index] as number;
      if (place >= size) states[next++] = place - size;
    }
    return states;
  }

  /** Smallest number of steps that bring a waiting run to a state where it can wait. */
  steps(state: number): number {
    return (this.#level[this.#graph.size + state] as number) - 1;
  }

  /** Among the shortest runs that wait in one of these states, all as far away, the one to show. */
  path(model: Pick<Model<S>, "instances">, states: readonly number[]): Path {
    const graph = this.#graph;
    const { size } = graph;
    const depth = this.steps(states[0] as number) + 1;
    const edges = new Map<number, Edge[]>();
    const levels: number[][] = [];
    let goals = new Set(states.map((state) => size + state));
    for (let end = this.#count, level = depth - 1; level >= 1; level--) {
      while (end > 0 && (this.#level[this.#order[end - 1] as number] as number) > level) end--;
      let from = end;
      while (from > 0 && this.#level[this.#order[from - 1] as number] === level) from--;
      const places: number[] = [];
      for (const place of this.#order.subarray(from, end)) {
        const found: Edge[] = [];
        this.#eachNext(place, (to, edge) => {
          if (!goals.has(to)) return;
          const index = graph.instance[edge] as number;
          const actor = (): string => model.instances[index]?.actor(graph.state(place % size)) ?? "";
          found.push({ instance: index, actor: actor(), to });
        });
        if (found.length > 0) {
          places.push(place);
          edges.set(place, found);
        }
      }
      levels[level] = places;
      goals = new Set(places);
    }
    // All places of level 1, so that an index identifies the one that a path begins with.
    let first = 0;
    while (first < this.#count && this.#level[this.#order[first] as number] === 1) first++;
    const initial = [...this.#order.subarray(0, first)];
    const path = shortestPath(
      {
        numbers: (level) => (level === 1 ? initial : (levels[level] ?? [])),
        successors: (place) => edges.get(place) ?? [],
      },
      states.map((state) => ({ number: size + state })),
      depth,
    );
    return { initial: (initial[path.initial] as number) % size, instances: path.instances };
  }

  #reach(place: number, level: number): void {
    if (this.#level[place] !== 0) return;
    this.#level[place] = level;
    this.#order[this.#count++] = place;
    if (place >= this.#graph.size) this.#waits++;
  }

  #eachNext(place: number, visit: (to: number, edge: number) => void): void {
    const { size, first, to } = this.#graph;
    const waits = place >= size;
    const state = waits ? place - size : place;
    for (let edge = first[state] as number; edge < (first[state + 1] as number); edge++) {
      const next = to[edge] as number;
      if (waits) {
        if (this.#waiting.goesOn(next)) visit(size + next, edge);
        continue;
      }
      visit(next, edge);
      if (this.#waiting.begins(next)) visit(size + next, edge);
    }
  }
}

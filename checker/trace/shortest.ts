/** A run of a model: an initial state and the instances taken from it, by their indices. */
export interface Path {
  /** Index among the model's initial states. */
  readonly initial: number;
  readonly instances: readonly number[];
  /**
   * For an infinite run: the number of instances before the part that repeats for ever. It is the number of all of them
   * where nothing more happens.
   */
  readonly loopFrom?: number;
}

/** Levels of a breadth-first search as far as it came. States are identified by their numbers. */
export interface Layers {
  /** The numbers of the states of a level; the initial states are level 1, in the model's order. */
  numbers(level: number): Iterable<number>;
  /** Every enabled instance of a state, in order, with its actor and the number of the state it leads to. */
  successors(number: number): Iterable<Edge>;
}

/** A transition to a stored state. */
export interface Edge {
  readonly instance: number;
  readonly actor: string;
  readonly to: number;
}

/** The end of a trace: a state, with the last step when a step is what violates the property. */
export interface Target {
  readonly number: number;
  readonly last?: { readonly instance: number; readonly actor: string };
}

/** Fewest switches of actor from a state to a target, by the actor of the first step; "" where no step is left. */
type Costs = Map<string, number>;

/**
 * Among the shortest paths to any target (all of one level), one with the fewest switches from one actor to
 * another; of those the one whose initial state comes first, then whose first instance comes first, and so on. So
 * the choice depends on the model alone, not on the engine or on its order of work.
 *
 * Works backwards: the states of each level that lead to a target, with their costs; then forwards along the best.
 */
export function shortestPath(layers: Layers, targets: readonly Target[], level: number): Path {
  const costs: Map<number, Costs>[] = [];
  costs[level] = new Map();
  for (const { number, last } of targets) keep(costs[level], number, last?.actor ?? "", 0);
  for (let current = level - 1; current >= 1; current--) {
    const next = costs[current + 1] as Map<number, Costs>;
    const here = new Map<number, Costs>();
    for (const number of layers.numbers(current)) {
      for (const { actor, to } of layers.successors(number)) {
        const rest = next.get(to);
        if (rest !== undefined) keep(here, number, actor, cheapest(rest, actor));
      }
    }
    costs[current] = here;
  }

  const start = startOf(layers, costs[1] as Map<number, Costs>);
  const instances: number[] = [];
  let number = start.number;
  let before = "";
  for (let current = 1; current < level; current++) {
    const next = costs[current + 1] as Map<number, Costs>;
    let best: { edge: Edge; cost: number } | undefined;
    for (const edge of layers.successors(number)) {
      const rest = next.get(edge.to);
      if (rest === undefined) continue;
      const cost = switches(before, edge.actor) + cheapest(rest, edge.actor);
      if (best === undefined || cost < best.cost) best = { edge, cost };
    }
    if (best === undefined) throw new Error("no path leads to the target");
    instances.push(best.edge.instance);
    number = best.edge.to;
    before = best.edge.actor;
  }
  const ends = targets
    .filter((target) => target.number === number && target.last !== undefined)
    .map(({ last }) => last!);
  const end = ends.sort((a, b) => switches(before, a.actor) - switches(before, b.actor) || a.instance - b.instance)[0];
  if (end !== undefined) instances.push(end.instance);
  return { initial: start.index, instances };
}

function startOf(layers: Layers, costs: Map<number, Costs>): { number: number; index: number } {
  let best: { number: number; index: number; cost: number } | undefined;
  let index = 0;
  for (const number of layers.numbers(1)) {
    const from = costs.get(number);
    const cost = from === undefined ? Infinity : cheapest(from, "");
    if (cost < (best?.cost ?? Infinity)) best = { number, index, cost };
    index++;
  }
  if (best === undefined) throw new Error("no initial state leads to the target");
  return best;
}

function keep(costs: Map<number, Costs>, number: number, actor: string, cost: number): void {
  const known = costs.get(number);
  if (known === undefined) costs.set(number, new Map([[actor, cost]]));
  else if (cost < (known.get(actor) ?? Infinity)) known.set(actor, cost);
}

/** The least cost of the rest of a run after a step of `before`. */
function cheapest(rest: Costs, before: string): number {
  let least = Infinity;
  for (const [actor, cost] of rest) least = Math.min(least, cost + switches(before, actor));
  return least;
}

/** 1 when the second actor is another than the first; nothing is switched before the first step or after the last. */
function switches(before: string, actor: string): number {
  return before === "" || actor === "" || before === actor ? 0 : 1;
}

import { InternalError } from "../errors.ts";
import type { StateGraph } from "./graph.ts";
import type { FairGroups } from "./groups.ts";

/** Width of the pending obligations of a loop, one or two bits for each fair group. */
const MAX_PENDING_BITS = 26;

/** Limit on the places visited during the search for loops: a second or so. */
export class Budget {
  left: number;

  constructor(places: number) {
    this.left = places;
  }
}

/** A component of a graph in which a fair run can stay for ever. */
export interface FairComponent {
  readonly graph: StateGraph<unknown>;
  readonly fairness: FairGroups;
  readonly region: Uint32Array;
  readonly own: number;
}

/** The numbers of the groups that can happen in a state, each once. */
export function groupsIn({ graph, fairness }: FairComponent, state: number): number[] {
  const { first, instance } = graph;
  const groups = new Set<number>();
  for (let edge = first[state] as number; edge < (first[state + 1] as number); edge++) {
    for (const group of fairness.of[instance[edge] as number] as readonly number[]) groups.add(group);
  }
  return [...groups];
}

/**
 * A shortest fair loop through a state, as transitions; undefined when none has at most `most` steps, when the budget
 * is spent or when too many groups are concerned.
 *
 * A breadth-first search of states with the obligations pending on the way to them. A weakly fair group is pending
 * from the start, until a state is met where it cannot happen or it is taken; a strongly fair one once it can happen
 * somewhere, until it is taken.
 */
export function shortestLoop(
  component: FairComponent,
  start: number,
  most: number,
  budget: Budget,
): number[] | undefined {
  const { graph, region, own } = component;
  const obligations = new Obligations(component, start);
  const initially = obligations.initially();
  const places: { readonly state: number; readonly pending: number; readonly from: number; readonly edge: number }[] = [
    { state: start, pending: initially, from: -1, edge: -1 },
  ];
  const met = new Set<number>([start * 2 ** MAX_PENDING_BITS + initially]);
  for (let next = 0, end = 1, steps = 1; steps <= most && next < places.length; steps++, end = places.length) {
    for (; next < end; next++) {
      const { state, pending } = places[next] as (typeof places)[number];
      if (budget.left-- <= 0) return undefined;
      for (let edge = graph.first[state] as number; edge < (graph.first[state + 1] as number); edge++) {
        const to = graph.to[edge] as number;
        if (region[to] !== own) continue;
        const after = obligations.arrive(to, obligations.take(graph.instance[edge] as number, pending));
        if (obligations.tooMany) return undefined;
        if (to === start && obligations.isSettled(after)) return back(places, next, edge);
        const key = to * 2 ** MAX_PENDING_BITS + after;
        if (steps === most || met.has(key)) continue;
        met.add(key);
        places.push({ state: to, pending: after, from: next, edge });
      }
    }
  }
  return undefined;
}

/** Obligations of a path to fair groups, as bits: that one is pending, and, of a strong one, that it was taken. */
class Obligations {
  readonly #component: FairComponent;
  readonly #start: number;
  readonly #bits = new Map<number, { readonly pending: number; readonly taken: number }>();
  /** Weakly fair groups that are possible in the start: a loop through it has no obligation towards the others. */
  readonly #weak: readonly number[];
  /** Obligations that stay pending in each state, and pairs of bits: those that become pending there, unless taken. */
  readonly #states = new Map<number, { readonly keep: number; readonly strong: readonly number[] }>();
  /** Obligations that stay pending after a step by each instance, and those that it takes. */
  readonly #instances: ({ readonly keep: number; readonly taken: number } | undefined)[] = [];
  #used = 0;
  #pending = 0;

  constructor(component: FairComponent, start: number) {
    this.#component = component;
    this.#start = start;
    this.#weak = groupsIn(component, start).filter((group) => !this.#isStrong(group));
    for (const group of this.#weak) this.#bitsOf(group);
  }

  get tooMany(): boolean {
    return this.#used > MAX_PENDING_BITS;
  }

  initially(): number {
    return this.arrive(this.#start, this.#pending);
  }

  isSettled(obligations: number): boolean {
    return (obligations & this.#pending) === 0;
  }

  /** Pending obligations after a step by an instance, whatever state it leads to. */
  take(instance: number, obligations: number): number {
    let known = this.#instances[instance];
    if (known === undefined) {
      let [keep, all] = [-1, 0];
      for (const group of this.#component.fairness.of[instance] as readonly number[]) {
        if (!this.#isStrong(group) && !this.#weak.includes(group)) continue;
        const { pending, taken } = this.#bitsOf(group);
        keep &= ~pending;
        all |= taken;
      }
      this.#instances[instance] = known = { keep, taken: all };
    }
    return (obligations & known.keep) | known.taken;
  }

  /** Pending obligations once a state is reached. */
  arrive(state: number, obligations: number): number {
    let known = this.#states.get(state);
    if (known === undefined) {
      const possible = groupsIn(this.#component, state);
      let keep = -1;
      for (const group of this.#weak) if (!possible.includes(group)) keep &= ~this.#bitsOf(group).pending;
      const strong = possible
        .filter((group) => this.#isStrong(group))
        .map((group) => this.#bitsOf(group))
        .flatMap(({ pending, taken }) => [pending, taken]);
      this.#states.set(state, (known = { keep, strong }));
    }
    let left = obligations & known.keep;
    for (let at = 0; at < known.strong.length; at += 2) {
      if ((left & (known.strong[at + 1] as number)) === 0) left |= known.strong[at] as number;
    }
    return left;
  }

  #isStrong(group: number): boolean {
    return this.#component.fairness.groups[group]?.strong === true;
  }

  #bitsOf(group: number): { readonly pending: number; readonly taken: number } {
    let known = this.#bits.get(group);
    if (known === undefined) {
      const strong = this.#isStrong(group);
      known = { pending: 2 ** this.#used, taken: strong ? 2 ** (this.#used + 1) : 0 };
      this.#used += strong ? 2 : 1;
      this.#pending |= known.pending;
      this.#bits.set(group, known);
    }
    return known;
  }
}

function back(
  places: readonly { readonly from: number; readonly edge: number }[],
  from: number,
  last: number,
): number[] {
  const edges = [last];
  for (let at = from; at > 0; at = places[at]?.from as number) edges.push(places[at]?.edge as number);
  return edges.toReversed();
}

/**
 * Some fair loop through a state, as transitions: to the nearest way of settling something that is pending, again and
 * again, and back. Any fair component has one.
 */
export function someLoop(component: FairComponent, start: number): number[] {
  const { graph, fairness } = component;
  const isStrong = (group: number): boolean => fairness.groups[group]?.strong === true;
  const loop: number[] = [];
  const pending = new Set(groupsIn(component, start));
  const taken = new Set<number>();
  let state = start;
  const helps = (edge: number, to: number): boolean =>
    (fairness.of[graph.instance[edge] as number] as readonly number[]).some((group) => pending.has(group)) ||
    missing(to).length > 0;
  /** Weakly fair groups that are pending and cannot happen in a state. */
  const missing = (at: number): number[] => {
    const here = new Set(groupsIn(component, at));
    return [...pending].filter((group) => !isStrong(group) && !here.has(group));
  };
  while (pending.size > 0 || state !== start || loop.length === 0) {
    const way = nearest(component, state, pending.size > 0 ? helps : (_, to) => to === start);
    for (const edge of way) {
      loop.push(edge);
      for (const group of fairness.of[graph.instance[edge] as number] as readonly number[]) {
        pending.delete(group);
        taken.add(group);
      }
      state = graph.to[edge] as number;
      for (const group of missing(state)) pending.delete(group);
      for (const group of groupsIn(component, state)) if (isStrong(group) && !taken.has(group)) pending.add(group);
    }
  }
  return loop;
}

/** A shortest way inside a component, of one step or more, whose last step is of the wanted kind. */
function nearest(
  { graph, region, own }: FairComponent,
  start: number,
  isSought: (edge: number, to: number) => boolean,
): number[] {
  const places: { readonly state: number; readonly from: number; readonly edge: number }[] = [
    { state: start, from: -1, edge: -1 },
  ];
  const met = new Set([start]);
  for (const [at, { state }] of places.entries()) {
    for (let edge = graph.first[state] as number; edge < (graph.first[state + 1] as number); edge++) {
      const to = graph.to[edge] as number;
      if (region[to] !== own) continue;
      if (isSought(edge, to)) return back(places, at, edge);
      if (met.has(to)) continue;
      met.add(to);
      places.push({ state: to, from: at, edge });
    }
  }
  throw new InternalError("a component that is fair has no fair loop");
}

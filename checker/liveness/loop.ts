import { InternalError } from "../errors.ts";
import type { StateGraph } from "./graph.ts";
import type { FairGroups } from "./groups.ts";

/** What a loop still owes, bit by bit, fits in a number so wide. */
const MOST_BITS = 26;

/** Places that may be visited in all while loops are looked for: a second or so. */
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
 * It is a breadth-first search of states together with what is owed on the way to them. A weakly fair group is owed
 * from the start, until a state is met where it cannot happen or it is taken; a strongly fair one once it can happen
 * somewhere, until it is taken.
 */
export function shortestLoop(
  component: FairComponent,
  start: number,
  most: number,
  budget: Budget,
): number[] | undefined {
  const { graph, fairness, region, own } = component;
  const bits = new Map<number, { readonly owed: number; readonly taken: number }>();
  let used = 0;
  const bitsOf = (group: number): { readonly owed: number; readonly taken: number } => {
    let known = bits.get(group);
    if (known === undefined) {
      const strong = fairness.groups[group]?.strong === true;
      known = { owed: 2 ** used, taken: strong ? 2 ** (used + 1) : 0 };
      used += strong ? 2 : 1;
      bits.set(group, known);
    }
    return known;
  };
  const isStrong = (group: number): boolean => fairness.groups[group]?.strong === true;
  const possible = new Map<number, readonly number[]>();
  const possibleIn = (state: number): readonly number[] => {
    let known = possible.get(state);
    if (known === undefined) possible.set(state, (known = groupsIn(component, state)));
    return known;
  };
  const weak = possibleIn(start).filter((group) => !isStrong(group));
  let owedAtStart = 0;
  for (const group of possibleIn(start)) owedAtStart |= bitsOf(group).owed;
  /** What is owed after arriving in a state. */
  const arrive = (state: number, debts: number): number => {
    const here = possibleIn(state);
    let left = debts;
    for (const group of weak) if (!here.includes(group)) left &= ~bitsOf(group).owed;
    for (const group of here) {
      if (!isStrong(group)) continue;
      const { owed, taken } = bitsOf(group);
      if ((left & taken) === 0) left |= owed;
    }
    return left;
  };
  const take = (edge: number, debts: number): number => {
    let left = debts;
    for (const group of fairness.of[graph.instance[edge] as number] as readonly number[]) {
      const { owed, taken } = bitsOf(group);
      left = (left & ~owed) | taken;
    }
    return left;
  };
  const isSettled = (debts: number): boolean => {
    for (const { owed } of bits.values()) if ((debts & owed) !== 0) return false;
    return true;
  };

  const places: { readonly state: number; readonly debts: number; readonly from: number; readonly edge: number }[] = [
    { state: start, debts: owedAtStart, from: -1, edge: -1 },
  ];
  const met = new Set<number>([start * 2 ** MOST_BITS + owedAtStart]);
  for (let next = 0, end = 1, steps = 1; steps <= most && next < places.length; steps++, end = places.length) {
    for (; next < end; next++) {
      const { state, debts } = places[next] as (typeof places)[number];
      if (budget.left-- <= 0) return undefined;
      for (let edge = graph.first[state] as number; edge < (graph.first[state + 1] as number); edge++) {
        const to = graph.to[edge] as number;
        if (region[to] !== own) continue;
        const after = arrive(to, take(edge, debts));
        if (used > MOST_BITS) return undefined;
        if (to === start && isSettled(after)) return back(places, next, edge);
        const key = to * 2 ** MOST_BITS + after;
        if (met.has(key)) continue;
        met.add(key);
        places.push({ state: to, debts: after, from: next, edge });
      }
    }
  }
  return undefined;
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
 * Some fair loop through a state, as transitions: to the nearest way of settling something that is owed, again and
 * again, and back. Any fair component has one.
 */
export function someLoop(component: FairComponent, start: number): number[] {
  const { graph, fairness } = component;
  const isStrong = (group: number): boolean => fairness.groups[group]?.strong === true;
  const loop: number[] = [];
  const owed = new Set(groupsIn(component, start));
  const taken = new Set<number>();
  let state = start;
  const helps = (edge: number, to: number): boolean =>
    (fairness.of[graph.instance[edge] as number] as readonly number[]).some((group) => owed.has(group)) ||
    missing(to).length > 0;
  /** Weakly fair groups that are owed and cannot happen in a state. */
  const missing = (at: number): number[] => {
    const here = new Set(groupsIn(component, at));
    return [...owed].filter((group) => !isStrong(group) && !here.has(group));
  };
  while (owed.size > 0 || state !== start || loop.length === 0) {
    const way = nearest(component, state, owed.size > 0 ? helps : (_, to) => to === start);
    for (const edge of way) {
      loop.push(edge);
      for (const group of fairness.of[graph.instance[edge] as number] as readonly number[]) {
        owed.delete(group);
        taken.add(group);
      }
      state = graph.to[edge] as number;
      for (const group of missing(state)) owed.delete(group);
      for (const group of groupsIn(component, state)) if (isStrong(group) && !taken.has(group)) owed.add(group);
    }
  }
  return loop;
}

/** A shortest way inside a component, of one step or more, whose last step is of the kind that is looked for. */
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
  throw new InternalError("a component that was found fair has no fair loop");
}

import { Components } from "./components.ts";
import { Bits, type StateGraph } from "./graph.ts";
import type { FairGroups } from "./groups.ts";

/** The components in which a run can stay for ever and be fair. */
export interface FairComponents {
  /** The component of each state. */
  readonly region: Uint32Array;
  /** The states of the fair ones, and whether there are any. */
  readonly fair: Bits;
  readonly some: boolean;
}

/**
 * Finds where a fair run can stay for ever inside a set of states: Streett's condition by removing states, component
 * by component.
 *
 * A run that stays in a component for ever may visit all of it, again and again, and then takes every step inside. So
 * a weakly fair group is satisfied when it has a step inside or cannot happen in some state. If it has none and can
 * happen everywhere, it is so in every part of the component too, and the component is out. A strongly fair group is
 * satisfied when it has a step inside or can happen nowhere. If not, a fair run has to avoid the states where it can
 * happen: they are removed, and what is left falls into components again. A group that was removed so cannot happen
 * any more, so the work goes no deeper than there are strong groups.
 *
 * Standing still in a state is a run too, and a component of one state without steps says the same of it: fair when
 * no fair group can happen there. Whether a group can happen is asked of the whole graph, whether it is taken of the
 * component. Steps that change nothing are not in the graph: they neither count as possible nor as taken.
 *
 * @param states where the run has to stay
 */
export function fairComponents(graph: StateGraph<unknown>, fairness: FairGroups, states: Uint32Array): FairComponents {
  const { first, to, instance } = graph;
  const { groups, of } = fairness;
  const components = new Components(graph);
  const { region } = components;
  const fair = new Bits(graph.size);
  let some = false;
  /** In how many states of the component each group can happen, the last state counted, the last component with a step. */
  const possible = new Uint32Array(groups.length);
  const counted = new Uint32Array(groups.length);
  const taken = new Uint32Array(groups.length);
  let visits = 0;
  const met: number[] = [];

  const survey = (component: Uint32Array, from: number, end: number, own: number): void => {
    for (const group of met) possible[group] = 0;
    met.length = 0;
    for (let at = from; at < end; at++) {
      const state = component[at] as number;
      visits++;
      for (let edge = first[state] as number; edge < (first[state + 1] as number); edge++) {
        for (const group of of[instance[edge] as number] as readonly number[]) {
          if (counted[group] !== visits) {
            counted[group] = visits;
            if (possible[group] === 0) met.push(group);
            possible[group] = (possible[group] as number) + 1;
          }
          if (region[to[edge] as number] === own) taken[group] = own;
        }
      }
    }
  };
  const canHappen = (state: number, among: ReadonlySet<number>): boolean => {
    for (let edge = first[state] as number; edge < (first[state + 1] as number); edge++) {
      for (const group of of[instance[edge] as number] as readonly number[]) if (among.has(group)) return true;
    }
    return false;
  };

  const tasks: Uint32Array[] = [states];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    components.find(task, components.part(task), (component, from, end, own) => {
      survey(component, from, end, own);
      let unfair: Set<number> | undefined;
      for (const group of met) {
        if (taken[group] === own) continue;
        if (groups[group]?.strong === true) (unfair ??= new Set()).add(group);
        else if (possible[group] === end - from) return;
      }
      if (unfair === undefined) {
        some = true;
        for (let at = from; at < end; at++) fair.add(component[at] as number);
        return;
      }
      const avoided = unfair;
      const rest = component.slice(from, end).filter((state) => !canHappen(state, avoided));
      if (rest.length > 0) tasks.push(rest);
    });
  }
  return { region, fair, some };
}

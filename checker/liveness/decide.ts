import type { LivenessProperty, Model } from "../language/index.ts";
import type { Path } from "../trace/shortest.ts";
import { Components } from "./components.ts";
import { fairComponents } from "./fair-components.ts";
import type { Bits, StateGraph } from "./graph.ts";
import { assumptionsOf, groupsOf, type FairGroups } from "./groups.ts";
import { Budget, groupsIn, shortestLoop, someLoop, type FairComponent } from "./loop.ts";
import { Runs, type Waiting } from "./runs.ts";

/** Verdict of the stored graph on a property. */
export interface Decision {
  /** The counterexample, if there is one; it repeats from a state on, unless the property is of what is possible. */
  readonly path: Path | undefined;
  /** Warning about a "holds" that is weaker than it seems. */
  readonly remark: string | undefined;
}

/** Places of all searches for a short loop together. */
const LOOP_BUDGET = 500_000;

/**
 * Decides a liveness property on the whole reachable graph.
 *
 * @param predicates where they hold: for `leadsTo` premise and goal, for the others the goal
 */
export function decide<S>(
  model: Model<S>,
  property: LivenessProperty<S>,
  graph: StateGraph<S>,
  predicates: readonly Bits[],
): Decision {
  switch (property.kind) {
    case "alwaysPossible": {
      const [goal] = predicates as [Bits];
      return { path: wayToHopeless(model, graph, goal), remark: undefined };
    }
    case "eventually": {
      const [goal] = predicates as [Bits];
      const path = fairRun(
        model,
        graph,
        groupsOf(model, assumptionsOf(model, property)),
        waitingFor(goal, () => true, true),
      );
      const initially = everyState(graph.initial, (state) => goal.has(state));
      return { path, remark: initially ? "the goal holds in every initial state" : undefined };
    }
    case "eventuallyAlways": {
      const [goal] = predicates as [Bits];
      const path = fairRun(model, graph, groupsOf(model, assumptionsOf(model, property)), {
        begins: () => true,
        atStart: true,
        goesOn: () => true,
        repeats: (state) => !goal.has(state),
      });
      const throughout = everyState(graph.size, (state) => goal.has(state));
      return { path, remark: throughout ? "the goal holds in every reachable state" : undefined };
    }
    case "leadsTo": {
      const [premise, goal] = predicates as [Bits, Bits];
      const fairness = groupsOf(model, assumptionsOf(model, property));
      const path = fairRun(
        model,
        graph,
        fairness,
        waitingFor(goal, (state) => premise.has(state), false),
      );
      return { path, remark: path === undefined ? emptiness(graph, premise, goal) : undefined };
    }
  }
}

/** Why a `leadsTo` that holds may be vacuous. */
function emptiness(graph: StateGraph<unknown>, premise: Bits, goal: Bits): string | undefined {
  if (everyState(graph.size, (state) => !premise.has(state))) return "the premise holds in no reachable state";
  return everyState(graph.size, (state) => !premise.has(state) || goal.has(state))
    ? "the goal holds wherever the premise holds, so the property is trivial"
    : undefined;
}

/** A shortest way to a state where a predicate fails. */
export function wayToFault<S>(model: Model<S>, graph: StateGraph<S>, fault: Bits): Path {
  return shortestWay(model, graph, (state) => fault.has(state));
}

function everyState(size: number, holds: (state: number) => boolean): boolean {
  for (let state = 0; state < size; state++) if (!holds(state)) return false;
  return true;
}

/** A shortest way to a state from which no way leads to the goal. */
function wayToHopeless<S>(model: Model<S>, graph: StateGraph<S>, goal: Bits): Path | undefined {
  const hopeful = new Uint8Array(graph.size);
  const components = new Components(graph);
  const everything = new Uint32Array(graph.size).map((_, state) => state);
  let hopeless = 0;
  // Every component that can be reached from this one was visited before it.
  const seesHope = (state: number): boolean => {
    if (goal.has(state)) return true;
    for (let edge = graph.first[state] as number; edge < (graph.first[state + 1] as number); edge++) {
      if (hopeful[graph.to[edge] as number] === 1) return true;
    }
    return false;
  };
  components.find(everything, components.part(everything), (component, from, end) => {
    let isHopeful = false;
    for (let at = from; at < end && !isHopeful; at++) isHopeful = seesHope(component[at] as number);
    if (!isHopeful) hopeless += end - from;
    else for (let at = from; at < end; at++) hopeful[component[at] as number] = 1;
  });
  if (hopeless === 0) return undefined;
  return shortestWay(model, graph, (state) => hopeful[state] === 0);
}

/** A shortest way to one of some states. */
function shortestWay<S>(model: Model<S>, graph: StateGraph<S>, isGoal: (state: number) => boolean): Path {
  const runs = new Runs(graph, { begins: isGoal, atStart: false, goesOn: () => false });
  const states = runs.states();
  const steps = runs.steps(states[0] as number);
  let count = 1;
  while (count < states.length && runs.steps(states[count] as number) === steps) count++;
  return runs.path(model, [...states.subarray(0, count)]);
}

/** The runs to be found, and the states to which they must return. */
interface Sought extends Waiting {
  /** Whether a run that comes to a state again and again, or stands still in it, is one of them. */
  repeats(state: number): boolean;
}

/** Runs that never meet the goal once they have begun to wait. */
function waitingFor(goal: Bits, begins: (state: number) => boolean, atStart: boolean): Sought {
  return {
    begins: (state) => begins(state) && !goal.has(state),
    atStart,
    goesOn: (state) => !goal.has(state),
    repeats: () => true,
  };
}

/**
 * A fair run among those that are sought; undefined when there is none. Stem and loop together are as short as can be
 * found within the budget; the loop begins in a state that it must revisit. In a fair component there is a fair loop
 * through each state, so one through such a state exists wherever a fair run comes back to it.
 */
function fairRun<S>(model: Model<S>, graph: StateGraph<S>, fairness: FairGroups, sought: Sought): Path | undefined {
  const runs = new Runs(graph, sought);
  const states = runs.states();
  const { region, fair, some } = fairComponents(graph, fairness, states);
  if (!some) return undefined;
  const componentOf = (state: number): FairComponent => ({ graph, fairness, region, own: region[state] as number });

  const budget = new Budget(LOOP_BUDGET);
  let best: { readonly stem: number; readonly ends: number[]; readonly loop: readonly number[] } | undefined;
  let nearest: number | undefined;
  for (const state of states) {
    const stem = runs.steps(state);
    const total = best === undefined ? Infinity : best.stem + best.loop.length;
    if (stem > total) break;
    if (!fair.has(state) || !sought.repeats(state)) continue;
    nearest ??= state;
    if (groupsIn(componentOf(state), state).length === 0) {
      // A run may stop here for ever.
      if (best?.loop.length === 0) best.ends.push(state);
      else best = { stem, ends: [state], loop: [] };
      continue;
    }
    // No loop is shorter than two steps.
    if (budget.left <= 0 || total - stem <= 2) continue;
    const loop = shortestLoop(componentOf(state), state, total - stem - 1, budget);
    if (loop !== undefined) best = { stem, ends: [state], loop };
  }
  if (best === undefined) {
    if (nearest === undefined) return undefined;
    const state = nearest;
    best = { stem: runs.steps(state), ends: [state], loop: someLoop(componentOf(state), state) };
  }
  const { initial, instances } = runs.path(model, best.ends);
  return {
    initial,
    instances: [...instances, ...best.loop.map((edge) => graph.instance[edge] as number)],
    loopFrom: instances.length,
  };
}

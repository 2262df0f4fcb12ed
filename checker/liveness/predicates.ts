import type { Judgement, LivenessProperty } from "../language/index.ts";
import type { State } from "../reference/semantics.ts";

/** A predicate of a liveness property, which an engine evaluates in every state. */
export interface StatePredicate<S> {
  /** What an error calls it: the property's id, and which part of it where there are several. */
  readonly id: string;
  holds(state: State<S>): Judgement;
}

/** The predicates of a property: of `leadsTo` premise and goal, of the others the goal. */
export function predicatesOf<S>(id: string, property: LivenessProperty<S>): StatePredicate<S>[] {
  if (property.kind !== "leadsTo") return [{ id, holds: property.goal }];
  return [
    { id: `${id}, its premise,`, holds: property.premise },
    { id: `${id}, its goal,`, holds: property.goal },
  ];
}

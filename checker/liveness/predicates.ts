import type { Judgement, LivenessProperty } from "../language/index.ts";
import type { State } from "../semantics/semantics.ts";

/** A predicate of a liveness property, which an engine evaluates in every state. */
export interface StatePredicate<S> {
  /** Name in errors: the property's id, and which part of it where there are several. */
  readonly id: string;
  holds(state: State<S>): Judgement;
}

/** A property of one thing, and what it is called where there are several. */
export interface LivenessCase<S> {
  readonly name: string | undefined;
  readonly property: LivenessProperty<S>;
  readonly predicates: readonly StatePredicate<S>[];
}

/** A property, thing by thing, with its predicates: of `leadsTo` premise and goal, of the others the goal. */
export function casesOf<S>(id: string, property: LivenessProperty<S>): LivenessCase<S>[] {
  if (property.kind !== "leadsTo") return [{ name: undefined, property, predicates: [{ id, holds: property.goal }] }];
  const { each, ...whole } = property;
  const cases = each ?? [{ name: undefined, premise: property.premise, goal: property.goal }];
  return cases.map(({ name, premise, goal }, index) => {
    // Names need not differ, but what the engine calls its predicates must.
    const of =
      name === undefined
        ? ""
        : ` of ${name}${cases.findIndex((one) => one.name === name) < index ? ` (${index})` : ""}`;
    return {
      name,
      property: { ...whole, premise, goal },
      predicates: [
        { id: `${id}, its premise${of},`, holds: premise },
        { id: `${id}, its goal${of},`, holds: goal },
      ],
    };
  });
}

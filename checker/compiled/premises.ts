import type { ReadPredicate, Reading } from "../reading/index.ts";
import type { Layout } from "../schema/index.ts";
import type { SafetyProperty } from "../language/index.ts";
import { evaluator, type Bool, type Scalar, type Terms } from "../terms/index.ts";
import { isSmall } from "./limits.ts";

/** A condition that a property asks for before it asks for anything else. */
export interface Premise {
  readonly id: string;
  readonly condition: Bool;
}

/**
 * The premises of the `always` and `step` properties, as far as they were read. That which always holds is none. A premise
 * of steps holds in a state from which some step meets it.
 *
 * @param steps the step properties as they were read for each instance
 */
export function premisesOf<S>(
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  { terms, state }: Pick<Reading<S>, "state" | "terms">,
  steps: (id: string, property: SafetyProperty<S> & { readonly kind: "step" }) => Iterable<ReadPredicate>,
): Premise[] {
  return [...properties].flatMap(([id, property]) => {
    if (property.kind === "step") return premisesOfSteps(id, terms, steps(id, property));
    if (property.kind !== "always") return [];
    const { unread, premises = [] }: ReadPredicate = state(id, property.holds);
    return unread === undefined ? premises.map((condition) => ({ id, condition })) : [];
  });
}

/** Nothing is known of a premise that a step by an instance that was not read may meet. */
function premisesOfSteps(id: string, terms: Terms, steps: Iterable<ReadPredicate>): Premise[] {
  const reached = new Map<object, Bool>();
  for (const { unread, places } of steps) {
    if (unread !== undefined) return [];
    for (const [place, condition] of places ?? []) reached.set(place, terms.or(reached.get(place) ?? false, condition));
  }
  return [...reached.values()].flatMap((condition) => (isSmall([condition]) ? [{ id, condition }] : []));
}

/** The premises that hold in none of some packed states. */
export function neverHolding<S>(
  premises: readonly Premise[],
  { cells }: Layout<S>,
  states: Iterable<Uint32Array>,
): Premise[] {
  let open = premises;
  for (const words of states) {
    if (open.length === 0) break;
    const values = cells.map(({ word, shift, width, shape }): Scalar => {
      const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
      return shape.valueAt(width === 0 ? 0 : (((words[word] as number) >>> shift) & mask) >>> 0);
    });
    const valueOf = evaluator(values);
    const left = open.filter(({ condition }) => valueOf(condition) !== true);
    if (left.length < open.length) open = left;
  }
  return [...open];
}

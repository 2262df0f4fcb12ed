import type { ActionInstance, Judgement, Model, SafetyProperty } from "../language/index.ts";
import type { Terms, Value } from "../terms/index.ts";
import type { ReadAction, ReadPredicate } from "./read.ts";

type Of<S, Kind> = SafetyProperty<S> & { readonly kind: Kind };

/** The functions of a model as terms over the cells of its layout; each is read once, when it is first wanted. */
export interface Reading<S> {
  readonly model: Model<S>;
  readonly terms: Terms;
  /** The values of the cells, by their positions in the layout. */
  readonly cells: readonly Value[];
  action(instance: ActionInstance<S>): ReadAction<S>;
  /** A predicate of states: of an `always` or `sometimes` property, the `unless` of a deadlock property, or of liveness. */
  state(id: string, predicate: (state: never) => Judgement): ReadPredicate;
  /** A step property for one instance, as a condition on the state before the step. */
  step(id: string, property: Of<S, "step">, instance: ActionInstance<S>): ReadPredicate;
}

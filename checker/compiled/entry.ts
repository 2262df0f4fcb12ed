import type { ActionInstance, SafetyProperty } from "../language/index.ts";
import type { ReadAction, ReadPredicate } from "../reading/read.ts";
import type { Premise } from "./premises.ts";

/** The safety properties of one kind. */
export type Kind<S, Name extends SafetyProperty<S>["kind"]> = SafetyProperty<S> & { readonly kind: Name };

/** A function of the model as the compiled engine runs it. */
export type ProgramEntry<S> = ActionEntry<S> | StateEntry<S> | StepEntry<S> | ExcuseEntry<S> | PremiseEntry;

export interface ActionEntry<S> {
  readonly kind: "action";
  readonly instance: ActionInstance<S>;
  readonly read: ReadAction<S>;
  /** Bits of the deadlock properties for which a step counts. */
  readonly live: number;
}

export interface StateEntry<S> {
  readonly kind: "state";
  readonly id: string;
  readonly property: Kind<S, "always" | "sometimes">;
  readonly read: ReadPredicate;
}

/** A step property, for an instance whose steps may violate it. */
export interface StepEntry<S> {
  readonly kind: "step";
  readonly id: string;
  readonly property: Kind<S, "step">;
  readonly instance: ActionInstance<S>;
  readonly read: ReadPredicate;
}

/** The states in which a deadlock is none. */
export interface ExcuseEntry<S> {
  readonly kind: "excuse";
  readonly id: string;
  readonly property: Kind<S, "noDeadlock">;
  readonly read: ReadPredicate;
  readonly live: number;
}

/** The sought condition of a property: noted where it holds, and looked for until it is found. */
interface PremiseEntry {
  readonly kind: "premise";
  /** The premise's number and the property's id, as one text that is no property's id. */
  readonly id: string;
  readonly premise: Premise;
  readonly read: ReadPredicate;
}

import type { ActionInstance } from "../language/index.ts";
import type { Bool, Value } from "../terms/index.ts";

/** Why a function is called instead of being read, and where. */
export interface Unread {
  /** A clause, such as "it uses a regular expression". */
  readonly why: string;
  /** File, line and column, as far as they are known. */
  readonly where: string | undefined;
}

/** An action instance as terms over the state before the step. */
export interface ReadAction<S> {
  readonly instance: ActionInstance<S>;
  /** Condition under which it is enabled; it has no meaning where `fault` holds. */
  readonly guard: Bool;
  /**
   * The values after the step of the cells that it may change, by the cells' positions in the layout; every other cell
   * stays as it is. They have a meaning where the instance is enabled and `fault` does not hold.
   */
  readonly next: ReadonlyMap<number, Value>;
  /**
   * Condition under which only the model's own functions decide: the guard throws or is no boolean, or it holds and the
   * recipe throws or leaves the state's type. True for a guard that was not read; the guard, for a recipe that was not.
   */
  readonly fault: Bool;
  readonly unread: Unread | undefined;
}

/** A predicate as terms: of a state, or of a step, which is given by the state before it and the instance. */
export interface ReadPredicate {
  /** Condition under which it holds; it has no meaning where `fault` holds. */
  readonly holds: Bool;
  /** Condition under which the model's own function must decide: it throws, or gives no judgement. True if not read. */
  readonly fault: Bool;
  readonly unread: Unread | undefined;
  /**
   * Of a predicate of states: where it gets behind each of its premises, see `Premises`. Those that are met in every state
   * are left out.
   */
  readonly premises?: readonly Bool[];
  /**
   * Of a predicate of steps by one instance: for each of the same places, the states before the step from which it is
   * reached. Absent where there are none.
   */
  readonly places?: ReadonlyMap<object, Bool>;
}

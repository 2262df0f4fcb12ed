import { ModelError } from "../errors.ts";

/** The part of a model that a failing function belongs to. */
export type FaultyPart = "guard" | "recipe" | "predicate" | "actor" | "label" | "changes" | "narrator";

/**
 * A guard, recipe or predicate that fails in one state: it throws or returns what it should not, or the recipe leaves the
 * state's type. Others may be right all the same, and so may the same function in other states.
 */
export class Fault extends ModelError {
  readonly part: FaultyPart;
  /** The thrown value. Undefined where the function returned, and its result or effect is wrong. */
  readonly thrown: unknown;

  constructor(message: string, part: FaultyPart, thrown?: unknown) {
    super(message);
    this.part = part;
    this.thrown = thrown;
  }
}

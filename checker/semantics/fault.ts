import { ModelError } from "../errors.ts";

/** What a function that fails is part of. */
export type FaultyPart = "guard" | "recipe" | "predicate";

/**
 * A guard, recipe or predicate that fails in one state: it throws or returns what it should not, or the recipe leaves the
 * state's type. Others may be right all the same, and so may the same function in other states.
 */
export class Fault extends ModelError {
  readonly part: FaultyPart;
  /** What the function threw. Undefined where it returned, and what it returned or made is wrong. */
  readonly thrown: unknown;

  constructor(message: string, part: FaultyPart, thrown?: unknown) {
    super(message);
    this.part = part;
    this.thrown = thrown;
  }
}

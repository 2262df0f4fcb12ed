import type { Bool } from "../../terms/index.ts";
import type { TransitionSystem } from "../../system/system.ts";
import type { Samples } from "./samples.ts";
import type { Cube, Parts } from "./states.ts";
import type { Exchange } from "./symmetry.ts";

/** States that must not be reached. */
export interface Bad {
  /** The id of the violated property. */
  readonly id: string;
  readonly condition: Bool;
}

/** A claim: no state of a cube can be reached, nor of any that it becomes when things of a kind are exchanged. */
export interface Fact {
  readonly number: number;
  readonly cube: Cube;
  readonly cubes: readonly Cube[];
}

/** A state that must not be reached is thought to be reachable. */
export class Refuted extends Error {
  readonly id: string;

  constructor(id: string) {
    super(id);
    this.id = id;
  }
}

/** A part that was thought to be out of use at times is not. */
export class NotAtRest extends Error {
  /** The family of the part. */
  readonly family: string;

  constructor(family: string) {
    super(family);
    this.family = family;
  }
}

/** Input of the search for an invariant. */
export interface Task {
  readonly system: TransitionSystem<unknown>;
  readonly parts: Parts;
  readonly exchanges: readonly Exchange[];
  readonly samples: Samples;
  /** States that no step reaches either: the negations of properties that are proved along with the facts. */
  readonly lemmas: readonly Bad[];
  /** The states that facts and lemmas must exclude. */
  readonly bad: readonly Bad[];
  /** Candidate facts: one of each of these lists, the boldest first. */
  readonly guesses: readonly (readonly Cube[])[];
  /**
   * Whether each cube of a fact is asked about by itself, because the model may not treat all alike, and questions that
   * are not soon decided are asked to the end.
   */
  readonly thorough: boolean;
  /** When to give up, by `now` of deadline.ts. */
  readonly until: number;
  readonly onProgress?: (facts: number, clauses: number, samples: number) => void;
}

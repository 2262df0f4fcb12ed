import type { Bool } from "../terms/index.ts";
import type { TransitionSystem } from "../system/system.ts";
import type { Samples } from "./samples.ts";
import type { Cube, Parts } from "./states.ts";
import type { Exchange } from "./symmetry.ts";

/** States that must not be reached. */
export interface Bad {
  /** What they mean: the id of a property. */
  readonly id: string;
  readonly condition: Bool;
}

/** That no state of a cube can be reached, nor of any that it becomes when things of a kind are exchanged. */
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

/** What the learner is told. */
export interface Task {
  readonly system: TransitionSystem<unknown>;
  readonly parts: Parts;
  readonly exchanges: readonly Exchange[];
  readonly samples: Samples;
  /** What holds in every reachable state, and is proved along with the facts: no state of these can be reached. */
  readonly lemmas: readonly Bad[];
  /** What the facts and lemmas must exclude. */
  readonly bad: readonly Bad[];
  /** What may be facts: of each of these lists one, the boldest first. */
  readonly guesses: readonly (readonly Cube[])[];
  /**
   * Whether each cube of a fact is asked about by itself, because the model may not treat all alike, and questions that
   * are not soon decided are asked to the end.
   */
  readonly thorough: boolean;
  /** When to give up, by `now` of clock.ts. */
  readonly until: number;
  readonly onProgress?: (facts: number, clauses: number, samples: number) => void;
}

import type { Trace } from "../../checker/index.ts";
import type { SystemState } from "../../model/index.ts";

/** A recorded step that no fitting state allows. */
export interface Contradiction {
  readonly line: number;
  /** From 1: which rewrite that begins a move came last before it. */
  readonly move: number;
  /** The recorded event. */
  readonly recorded: string;
  /** Events that the fitting states would have allowed instead, the nearest first. */
  readonly allowed: readonly string[];
  /** Number of states that fitted until then. */
  readonly states: number;
  /** One of the runs that fit until then, from a little before. */
  readonly run: Trace<SystemState> | null;
  /** Meaning of the letters of the model's vectors. */
  readonly vectors: readonly (readonly [number, number])[];
}

/** A message to a target that is neither the old nor the new one. */
export interface Stray {
  readonly line: number;
  readonly move: number;
  /** States that fit in which nothing carries its event; of how many. */
  readonly lost: number;
  readonly states: number;
}

/** Recorded steps that were not replayed, by reason. */
interface Unchecked {
  /** Steps before the device's first move: its target is known only from there on. */
  readonly beforeFirstMove: number;
  /** From a contradiction, or something left out of the recording, to the next move. */
  readonly untilNextMove: number;
  /** After the entry was given up, from this line on. */
  readonly afterGivingUp: { readonly steps: number; readonly line: number } | null;
}

/** Result of replaying a device's moves against an entry. */
export interface ReplayResult {
  /** The device's key. */
  readonly device: string;
  readonly entry: string;
  readonly as: readonly string[];
  /** Recorded steps that a step of the model explains. */
  readonly steps: number;
  /** Moves that began while the model was in step. */
  readonly moves: number;
  readonly contradictions: number;
  readonly first: Contradiction | null;
  readonly unchecked: Unchecked;
  /** Messages that went astray, and in how many of the states that fit nothing leads to a handler any more. */
  readonly strays: readonly Stray[];
  /** Number of messages that went astray: of very many only the first ones are reported. */
  readonly strayCount: number;
  /** Number of times that more vectors were in use at once than the model has: the replay continued at the next move. */
  readonly outOfVectors: number;
  /** The most states that fitted at once. */
  readonly most: number;
}

import type { Packing } from "../../schema/packing.ts";

/** States that are computed at once: one in each bit of a 64-bit word. */
export const LANES = 64;

/** Bytes of a plane: a bit of `LANES` states. */
export const PLANE_BYTES = 8;

/** Layout of the memory that computations on planes share, from its base on. */
export interface LaneMap {
  /** A plane for each bit of a state: word after word, the lowest bit first. */
  readonly input: number;
  /** The same of the successors. */
  readonly output: number;
  /** Planes of the judgements of a step. */
  readonly results: number;
  /** Planes of signals that are used several times. */
  readonly kept: number;
}

/** @param results the most planes of judgements at once */
export function laneMap({ words }: Packing, results: number): LaneMap {
  const planes = words * LANES * PLANE_BYTES;
  return { input: 0, output: planes, results: 2 * planes, kept: 2 * planes + results * PLANE_BYTES };
}

/** Addresses of the planes of a word of the state. */
export function planesOf(word: number): number {
  return word * LANES * PLANE_BYTES;
}

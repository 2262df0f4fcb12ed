import type { Engine, Exploration, SearchOptions } from "./search/exploration.ts";
import type { SymmetryMode } from "./symmetry/index.ts";

/** Indices of a dimension that were found to be interchangeable. */
export interface Interchangeable {
  readonly dimension: string;
  readonly indices: readonly number[];
}

/** Two indices that are not interchanged, with the reason. */
export interface Distinguished {
  readonly dimension: string;
  readonly indices: readonly [number, number];
  /**
   * "asymmetric": a function distinguishes them in some state. "undecided": that was not excluded, because a function could
   * not be read, or the comparison takes too much work.
   */
  readonly kind: "asymmetric" | "undecided";
  /** The function, and the part of the state where there is one: `action allocate(cpu=0): its guard`. */
  readonly why: string;
}

/** Reduction by a search with symmetry, and the exchanges that it does not use. */
export interface Reduction {
  readonly mode: SymmetryMode;
  /** Why every state was explored, although symmetry was asked for; a clause. Absent where states were left out. */
  readonly unused?: string;
  readonly interchangeable: readonly Interchangeable[];
  readonly distinguished: readonly Distinguished[];
  /** Dimensions of which more indices are interchangeable than are used. */
  readonly cut: readonly string[];
  /** Number of permutations of interchangeable indices, at least 1. */
  readonly permutations: number;
  /** Number of orbits: states that differ in a permutation only count once. One state of each was stored. */
  readonly orbits: number;
  /** Breadth-first levels of the orbits. */
  readonly levels: number;
  /** States in the orbits, and their transitions: of all states that are reachable from any permuted initial state. */
  readonly states: number;
  readonly transitions: number;
  /**
   * Whether every permuted initial state is reachable from an initial state of the model, so that `states` and
   * `transitions` are the model's own. False also where that was not found out.
   */
  readonly isClosed: boolean;
  /** Liveness properties: they were decided on all states. */
  readonly decidedWithout: readonly string[];
}

/** @param decidedWithout ids of the liveness properties of the check */
export function reductionOf(
  { symmetry = "off" }: SearchOptions,
  engine: Engine,
  { orbits, distinct, transitions, depth }: Exploration,
  decidedWithout: readonly string[],
): Reduction | undefined {
  if (symmetry === "off") return undefined;
  if (orbits === undefined) {
    return {
      mode: symmetry,
      unused: `the ${engine} engine explores every state`,
      interchangeable: [],
      distinguished: [],
      cut: [],
      permutations: 1,
      orbits: distinct,
      levels: depth,
      states: distinct,
      transitions,
      isClosed: true,
      decidedWithout: [],
    };
  }
  const { blocks, refused, cut, order, isClosed } = orbits;
  const isReduced = blocks.length > 0;
  const none = symmetry === "declared" ? "no dimension is declared by indices" : "no dimension looks interchangeable";
  return {
    mode: symmetry,
    ...(isReduced ? {} : { unused: refused.length > 0 ? "no two indices are interchangeable" : none }),
    interchangeable: blocks.map(({ dimension, members }) => ({ dimension, indices: members })),
    distinguished: refused.map(({ dimension, one, other, kind, why }) => ({
      dimension,
      indices: [one, other],
      kind,
      why,
    })),
    cut,
    permutations: order,
    orbits: orbits.orbits,
    levels: depth,
    states: orbits.states,
    transitions: orbits.transitions,
    isClosed: isClosed === true,
    decidedWithout: isReduced ? decidedWithout : [],
  };
}

/** The counts of a report: those of the model, and NaN where a search with symmetry cannot derive them. */
export function statesOf({ orbits, distinct, transitions, depth }: Exploration): {
  readonly distinct: number;
  readonly transitions: number;
  readonly depth: number;
} {
  if (orbits === undefined) return { distinct, transitions, depth };
  const isClosed = orbits.isClosed === true;
  return {
    distinct: isClosed ? orbits.states : NaN,
    transitions: isClosed ? orbits.transitions : NaN,
    depth: orbits.isExactDepth ? depth : NaN,
  };
}

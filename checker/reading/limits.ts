/**
 * Limits on the work of reading one function. A function beyond them is not read: it is then called.
 *
 * Measured over the catalogue at 3, 3, 2: the largest function needs a tenth of each. At 4, 4, 3, the loop of IMSIC over
 * harts and identities looks at about 15 million operands.
 */
export interface ReadingLimits {
  /** Nodes of the source that are evaluated; loops and calls count each time. */
  readonly nodes: number;
  /** Terms that are made. */
  readonly terms: number;
  /** Operands of terms that are looked at to simplify them. */
  readonly operands: number;
}

export const READING_LIMITS: ReadingLimits = { nodes: 400_000, terms: 200_000, operands: 20_000_000 };

/** Calls within calls, and nodes of the source within nodes: the interpreter recurses with the function. */
export const MAX_CALL_DEPTH = 120;
export const MAX_NODE_DEPTH = 700;

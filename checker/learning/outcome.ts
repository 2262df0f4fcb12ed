/**
 * What a written cell becomes: a value's number, or, for each number of another cell before the step, one; without a
 * map, the same number.
 */
export type Source = number | { readonly from: number; readonly map: readonly number[] | undefined };

/** The number that a source stands for in one state. */
export function numberFrom(source: Source, valueOf: (cell: number) => number): number {
  if (typeof source === "number") return source;
  const value = valueOf(source.from);
  return source.map === undefined ? value : (source.map[value] as number);
}

/** One cell of the state after a step; cells are named by their position in the layout. */
export interface Write {
  readonly cell: number;
  readonly source: Source;
}

/**
 * What a path ends in. "none": not enabled, or nothing to report. "update": enabled, with the cells that change.
 * "hit": the predicate has found what it looks for. "ask": only the reference semantics can say, such as where a
 * recipe throws; it is asked when a search gets there.
 */
export type Outcome =
  | { readonly kind: "none" }
  | { readonly kind: "update"; readonly writes: readonly Write[] }
  | { readonly kind: "hit" }
  | { readonly kind: "ask" };

export const NONE: Outcome = { kind: "none" };
export const HIT: Outcome = { kind: "hit" };
export const ASK: Outcome = { kind: "ask" };

export function sourceKey(source: Source): string {
  return typeof source === "number" ? `${source}` : `${source.from}[${source.map?.join() ?? "same"}]`;
}

/** Equal for equal outcomes, and only for those. */
export function outcomeKey(outcome: Outcome): string {
  if (outcome.kind !== "update") return outcome.kind;
  return `update ${outcome.writes.map(({ cell, source }) => `${cell}=${sourceKey(source)}`).join(" ")}`;
}

/** The same outcome with the values that it writes in one state, and without those that stay. */
export function appliedTo(outcome: Outcome, valueOf: (cell: number) => number): Outcome {
  if (outcome.kind !== "update") return outcome;
  const writes = outcome.writes.map(({ cell, source }) => ({
    cell,
    source: numberFrom(source, valueOf),
  }));
  return { kind: "update", writes: writes.filter(({ cell, source }) => valueOf(cell) !== source) };
}

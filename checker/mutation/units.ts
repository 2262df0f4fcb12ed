import type { Cell, Layout, Place } from "../schema/index.ts";

/**
 * A part of the state that an assignment changes as a whole: a scalar, or a sequence or an optional with everything in
 * it, because one of their cells alone would leave bits behind that belong to no value.
 */
export interface Unit {
  /** Path in the state, such as `cpu[1].pending`. */
  readonly path: string;
  /** The same as keys of objects and lists. */
  readonly keys: readonly (string | number)[];
  /** Its cells, by their positions in the layout. */
  readonly cells: readonly number[];
  /** Whether it is one scalar. */
  readonly isScalar: boolean;
}

/** The units of a state, in the order of the layout. */
export function unitsOf<S>({ root, cells }: Layout<S>): Unit[] {
  const numbers = new Map(cells.map((cell, index) => [cell, index]));
  const units: Unit[] = [];
  const visit = (place: Place, keys: readonly (string | number)[]): void => {
    switch (place.kind) {
      case "record":
        for (const [name, field] of place.fields) visit(field, [...keys, name]);
        break;
      case "array":
        for (const [index, element] of place.elements.entries()) visit(element, [...keys, index]);
        break;
      case "cell":
        units.push({
          path: place.cell.path,
          keys,
          cells: [numbers.get(place.cell) as number],
          isScalar: true,
        });
        break;
      default:
        units.push({
          path: place.path,
          keys,
          cells: cellsIn(place).map((cell) => numbers.get(cell) as number),
          isScalar: false,
        });
    }
  };
  visit(root, []);
  return units;
}

function cellsIn(place: Place): Cell[] {
  switch (place.kind) {
    case "cell":
      return [place.cell];
    case "record":
      return place.fields.flatMap(([, field]) => cellsIn(field));
    case "array":
      return place.elements.flatMap(cellsIn);
    case "optional":
      return [place.present, ...cellsIn(place.some)];
    case "sequence":
      return [place.length, ...place.elements.flatMap(cellsIn)];
  }
}

type Container = Record<string | number, unknown>;

/** The value at some keys. */
export function valueAt(state: unknown, keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((value, key) => (value as Container)[key], state);
}

/**
 * Changes the value at some keys. What lies between is copied: a recipe may have put a frozen object there, or one object
 * in two places.
 */
export function assign(draft: object, [first, ...rest]: readonly (string | number)[], value: unknown): void {
  const container = draft as Container;
  if (first === undefined) return;
  container[first] = rest.length === 0 ? value : changed(container[first], rest, value);
}

function changed(container: unknown, [first, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (first === undefined) return value;
  const copy = (Array.isArray(container) ? [...(container as unknown[])] : { ...(container as object) }) as Container;
  copy[first] = changed(copy[first], rest, value);
  return copy;
}

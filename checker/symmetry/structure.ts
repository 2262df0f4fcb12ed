import type { Model } from "../language/index.ts";
import type { Cell, Dimension, FiniteType, IndexValues, Place, ScalarShape } from "../schema/index.ts";

/** A position in an array of which each element belongs to an index of a dimension. */
export interface PathIndex {
  readonly dimension: string;
  readonly index: number;
}

/** A cell with what its path and its values say of dimensions. */
export interface CellPlace {
  /** Number of the cell in the layout. */
  readonly cell: number;
  /** The path with the dimension in place of each index of one: equal for cells that differ in such indices only. */
  readonly family: string;
  readonly indices: readonly PathIndex[];
  /** The values that are indices. */
  readonly values: IndexValues | undefined;
  /** A cell past the end of a sequence, or of an absent optional, is 0: this one is in use where `cell` is above `above`. */
  readonly use: { readonly cell: number; readonly above: number } | undefined;
}

/** Assignment of dimensions to arrays, values of cells, and values of parameters. */
export interface Assignment {
  readonly dimensions: readonly Dimension[];
  array(place: Place & { readonly kind: "array" }): Dimension | undefined;
  values(cell: Cell): IndexValues | undefined;
  parameter(action: string, name: string, shape: ScalarShape): IndexValues | undefined;
}

/** The assignment that the types declare, by `indices`. */
export function declaredIn<S>(model: Model<S>): Assignment {
  return {
    dimensions: model.dimensions,
    array: ({ dimension }) => dimension,
    values: ({ shape: { indices } }) => indices,
    parameter: (_action, _name, { indices }) => indices,
  };
}

/** The cells of a model by an assignment, in the order of the layout. */
export function cellPlaces<S>({ layout }: Model<S>, assignment: Assignment): CellPlace[] {
  const places: CellPlace[] = [];
  interface Context {
    readonly family: string;
    readonly indices: readonly PathIndex[];
    readonly use: CellPlace["use"];
  }
  const numbers = new Map(layout.cells.map((cell, number) => [cell, number]));
  const walk = (place: Place, context: Context): void => {
    const { family, indices, use } = context;
    switch (place.kind) {
      case "cell": {
        const cell = numbers.get(place.cell) as number;
        places[cell] = { cell, ...context, values: assignment.values(place.cell) };
        return;
      }
      case "record":
        for (const [name, field] of place.fields) walk(field, { ...context, family: `${family}.${name}` });
        return;
      case "array": {
        const dimension = assignment.array(place);
        for (const [index, element] of place.elements.entries()) {
          if (dimension === undefined) walk(element, { ...context, family: `${family}[${index}]` });
          else {
            const at = [...indices, { dimension: dimension.name, index }];
            walk(element, { family: `${family}[${dimension.name}]`, indices: at, use });
          }
        }
        return;
      }
      case "optional": {
        const present = numbers.get(place.present) as number;
        places[present] = { cell: present, family: `${family}.present`, indices, values: undefined, use };
        walk(place.some, { family: `${family}.some`, indices, use: { cell: present, above: 0 } });
        return;
      }
      case "sequence": {
        const length = numbers.get(place.length) as number;
        places[length] = { cell: length, family: `${family}.length`, indices, values: undefined, use };
        for (const [index, element] of place.elements.entries()) {
          walk(element, { family: `${family}(${index})`, indices, use: { cell: length, above: index } });
        }
      }
    }
  };
  walk(layout.root, { family: "", indices: [], use: undefined });
  return places;
}

/** A value of a parameter with other indices in place of its own; undefined where its type lacks the result. */
export function renamedValue(
  type: FiniteType<unknown>,
  value: unknown,
  indicesOf: (shape: ScalarShape) => IndexValues | undefined,
  rename: (dimension: string, index: number) => number,
): unknown {
  const { shape } = type;
  switch (shape.kind) {
    case "scalar":
      return renamedScalar(shape, value, indicesOf(shape), rename);
    case "record":
      return Object.fromEntries(
        shape.fields.map(([name, field]) => [
          name,
          renamedValue(field, (value as Record<string, unknown>)[name], indicesOf, rename),
        ]),
      );
    case "optional":
      return value === null ? null : renamedValue(shape.some, value, indicesOf, rename);
    case "sequence":
      return (value as unknown[]).map((element) => renamedValue(shape.element, element, indicesOf, rename));
    case "array": {
      const { dimension } = shape;
      const given = value as unknown[];
      const result: unknown[] = [];
      for (const [index, element] of given.entries()) {
        const to = dimension === undefined ? index : rename(dimension.name, index);
        result[to] = renamedValue(shape.element, element, indicesOf, rename);
      }
      return result;
    }
  }
}

function renamedScalar(
  shape: ScalarShape,
  value: unknown,
  indices: IndexValues | undefined,
  rename: (dimension: string, index: number) => number,
): unknown {
  if (indices === undefined) return value;
  const number = renamedNumber(shape.indexOf(value), indices, rename);
  return number < shape.cardinality ? shape.valueAt(number) : undefined;
}

/** The number of a cell's value with another index in place of its own. */
export function renamedNumber(
  number: number,
  { dimension, first }: IndexValues,
  rename: (dimension: string, index: number) => number,
): number {
  const index = number - first;
  return index < 0 || index >= dimension.size ? number : first + rename(dimension.name, index);
}

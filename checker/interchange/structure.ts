import type { Cell, Layout, Place, Scalar, ScalarShape } from "../schema/index.ts";

/**
 * How the values of a cell are written in another language: as truth values, as integers (`null`, if it is one of them,
 * as the integer below the lowest), or as names.
 */
export type Coding =
  | { readonly kind: "boolean" }
  | { readonly kind: "integer"; readonly values: readonly number[]; readonly none: number | undefined }
  | { readonly kind: "names"; readonly names: readonly string[] };

/** The structure of the state, without the cells that have only one value. */
export type Structure =
  | { readonly kind: "cell"; readonly cell: number; readonly coding: Coding }
  | { readonly kind: "record"; readonly fields: readonly (readonly [string, Structure])[] }
  | { readonly kind: "array"; readonly elements: readonly Structure[] };

/** A step from the whole to a part. */
export type Part = { readonly field: string } | { readonly index: number };

/** A cell of an exported system. */
export interface ExportedCell {
  readonly cell: number;
  readonly coding: Coding;
  /** The way to it; the first part is a field of the state. */
  readonly parts: readonly Part[];
}

/** Past this many values they are told by the range, not one by one; only integers have so many. */
const MOST_LISTED = 65_536;

/**
 * The structure of a layout: an optional is a record of `present` and `value`, a sequence one of `length` and `at`.
 * Where they are absent or past the end, cells have their first value, as in the packed state.
 */
export function structureOf<S>({ root, cells }: Layout<S>): Structure & { readonly kind: "record" } {
  const numbers = new Map(cells.map((cell, number) => [cell, number]));
  const leaf = (cell: Cell): Structure | undefined =>
    cell.shape.cardinality <= 1
      ? undefined
      : { kind: "cell", cell: numbers.get(cell) as number, coding: codingOf(cell.shape) };
  const record = (fields: readonly (readonly [string, Structure | undefined])[]): Structure | undefined => {
    const kept = fields.flatMap(([name, field]) => (field === undefined ? [] : [[name, field] as const]));
    return kept.length === 0 ? undefined : { kind: "record", fields: kept };
  };
  const array = (places: readonly Place[]): Structure | undefined => {
    const elements = places.map(walk).filter((element) => element !== undefined);
    return elements.length === 0 ? undefined : { kind: "array", elements };
  };
  const walk = (place: Place): Structure | undefined => {
    switch (place.kind) {
      case "cell":
        return leaf(place.cell);
      case "record":
        return record(place.fields.map(([name, field]) => [name, walk(field)]));
      case "array":
        return array(place.elements);
      case "optional":
        return record([
          ["present", optionalCell(leaf(place.present))],
          ["value", walk(place.some)],
        ]);
      case "sequence":
        return record([
          ["length", leaf(place.length)],
          ["at", array(place.elements)],
        ]);
    }
  };
  const structure = walk(root);
  return structure?.kind === "record" ? structure : { kind: "record", fields: [] };
}

/** Whether an optional is present is a truth value, not the number that the layout has for it. */
function optionalCell(cell: Structure | undefined): Structure | undefined {
  return cell?.kind === "cell" ? { ...cell, coding: { kind: "boolean" } } : cell;
}

/** The cells of a structure, in order. */
export function cellsOfStructure(structure: Structure, parts: readonly Part[] = []): ExportedCell[] {
  switch (structure.kind) {
    case "cell":
      return [{ cell: structure.cell, coding: structure.coding, parts }];
    case "record":
      return structure.fields.flatMap(([field, one]) => cellsOfStructure(one, [...parts, { field }]));
    case "array":
      return structure.elements.flatMap((one, index) => cellsOfStructure(one, [...parts, { index }]));
  }
}

/** Equal for structures of equal types. */
export function structureKey(structure: Structure): string {
  switch (structure.kind) {
    case "cell":
      return codingKey(structure.coding);
    case "record":
      return `{${structure.fields.map(([name, field]) => `${name}:${structureKey(field)}`).join()}}`;
    case "array":
      return `[${structure.elements.length} ${structure.elements.slice(0, 1).map(structureKey).join()}]`;
  }
}

export function codingKey(coding: Coding): string {
  switch (coding.kind) {
    case "boolean":
      return "boolean";
    case "integer":
      return `${coding.none ?? ""}?${coding.values.join()}`;
    case "names":
      return coding.names.join("|");
  }
}

/** How many values a cell has. */
export function countOf(coding: Coding): number {
  return coding.kind === "boolean" ? 2 : coding.kind === "integer" ? coding.values.length : coding.names.length;
}

function codingOf(shape: ScalarShape): Coding {
  const { cardinality } = shape;
  if (cardinality > MOST_LISTED) {
    return { kind: "integer", values: Array.from({ length: cardinality }, (_, value) => value), none: undefined };
  }
  const values: Scalar[] = Array.from({ length: cardinality }, (_, value) => shape.valueAt(value));
  if (cardinality === 2 && values[0] === false && values[1] === true) return { kind: "boolean" };
  const numbers = values.filter((value) => Number.isInteger(value)) as number[];
  if (numbers.length === cardinality) return { kind: "integer", values: numbers, none: undefined };
  if (numbers.length === cardinality - 1 && numbers.length > 0 && values[0] === null) {
    const none = Math.min(...numbers) - 1;
    return { kind: "integer", values: [none, ...numbers], none };
  }
  return { kind: "names", names: values.map(nameOf) };
}

function nameOf(value: Scalar): string {
  if (value === null) return "none";
  return typeof value === "string" ? value : `is_${String(value)}`;
}

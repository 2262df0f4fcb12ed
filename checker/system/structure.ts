import type { Cell, Layout, Place } from "../schema/index.ts";
import { codingKey, codingOf, TRUTH, type Coding } from "./coding.ts";

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

/**
 * The structure of a layout: an optional is a record of `present` and `value`, a sequence one of `length` and `at`.
 * Where they are absent or past the end, cells have their first value, as in the packed state.
 */
export function structureOf<S>({ root, cells }: Layout<S>): Structure & { readonly kind: "record" } {
  const numbers = new Map(cells.map((cell, number) => [cell, number]));
  const codings = new Map<string, Coding>();
  const leaf = (cell: Cell): Structure | undefined => {
    if (cell.shape.cardinality <= 1) return undefined;
    const coding = codingOf(cell.shape);
    const known = codings.get(codingKey(coding)) ?? coding;
    codings.set(codingKey(coding), known);
    return { kind: "cell", cell: numbers.get(cell) as number, coding: known };
  };
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
  return cell?.kind === "cell" ? { ...cell, coding: TRUTH } : cell;
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

/** Every field name of a structure. */
export function fieldNames(structure: Structure): string[] {
  switch (structure.kind) {
    case "cell":
      return [];
    case "record":
      return structure.fields.flatMap(([name, field]) => [name, ...fieldNames(field)]);
    case "array":
      return structure.elements.slice(0, 1).flatMap(fieldNames);
  }
}

/** The names among the values of cells. */
export function symbolsOf(cells: readonly (ExportedCell | undefined)[]): string[] {
  const seen = new Set<string>();
  return cells.flatMap((cell) => {
    if (cell?.coding.kind !== "names" || seen.has(codingKey(cell.coding))) return [];
    seen.add(codingKey(cell.coding));
    return [...cell.coding.names];
  });
}

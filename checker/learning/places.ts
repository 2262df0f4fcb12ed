import type { Cell, Place, ScalarShape } from "../schema/index.ts";

/** Cells with more values than this are compared as types only when they are the same type object. */
const MOST_COMPARED = 4096;

const cells = new WeakMap<Place, readonly Cell[]>();

/** Every cell of a place, in the order of the layout's declaration. */
export function cellsOf(place: Place): readonly Cell[] {
  let known = cells.get(place);
  if (known === undefined) cells.set(place, (known = collected(place)));
  return known;
}

function collected(place: Place): Cell[] {
  switch (place.kind) {
    case "cell":
      return [place.cell];
    case "record":
      return place.fields.flatMap(([, field]) => collected(field));
    case "array":
      return place.elements.flatMap(collected);
    case "optional":
      return [place.present, ...collected(place.some)];
    case "sequence":
      return [place.length, ...place.elements.flatMap(collected)];
  }
}

const maps = new WeakMap<ScalarShape, WeakMap<ScalarShape, readonly number[] | "same" | null>>();

/**
 * For each value of one cell type its number in another; "same" when that is the number it has, undefined when some
 * value has none.
 */
export function mapOf(from: ScalarShape, to: ScalarShape): readonly number[] | "same" | undefined {
  if (from === to) return "same";
  let known = maps.get(from);
  if (known === undefined) maps.set(from, (known = new WeakMap()));
  let map = known.get(to);
  if (map === undefined) {
    map = null;
    if (from.cardinality <= MOST_COMPARED) {
      const numbers = Array.from({ length: from.cardinality }, (_, index) => to.indexOf(from.valueAt(index)));
      if (numbers.every((number, index) => number === index)) map = "same";
      else if (!numbers.some((number) => number < 0)) map = numbers;
    }
    known.set(to, map);
  }
  return map ?? undefined;
}

/** Whether two places have the same cells with the same values, so that bits can be copied. */
export function sameType(a: Place, b: Place): boolean {
  if (a.kind === "cell" && b.kind === "cell") {
    return a.cell.shape.cardinality === b.cell.shape.cardinality && mapOf(a.cell.shape, b.cell.shape) === "same";
  }
  if (a.kind === "record" && b.kind === "record") {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every(([name, field], index) => {
        const [other, place] = b.fields[index] as (typeof b.fields)[number];
        return name === other && sameType(field, place);
      })
    );
  }
  if (a.kind === "optional" && b.kind === "optional") return sameType(a.some, b.some);
  if ((a.kind === "array" && b.kind === "array") || (a.kind === "sequence" && b.kind === "sequence")) {
    return (
      a.elements.length === b.elements.length &&
      a.elements.every((element, index) => sameType(element, b.elements[index] as Place))
    );
  }
  return false;
}

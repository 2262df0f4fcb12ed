import type { Cell, Place } from "../../schema/index.ts";
import type { Terms, Value } from "../../terms/index.ts";
import { HeapObject, LIST_DATA, Union, type Thing } from "./values.ts";

/** A state on the heap of an interpreter. */
export interface StateHeap {
  readonly root: HeapObject;
  /** The thing that stood at a place in the beginning. */
  readonly things: ReadonlyMap<Place, Thing>;
}

/**
 * A state whose leaves are the values of cells.
 *
 * @param isFrozen whether writing to it throws
 */
export function stateHeap(terms: Terms, root: Place, thingOf: (cell: Cell) => Thing, isFrozen: boolean): StateHeap {
  // The counters of sequences and optional parts are never beyond terms.
  const valueOf = (cell: Cell): Value => thingOf(cell) as Value;

  const things = new Map<Place, Thing>();
  return { root: build(root) as HeapObject, things };

  function build(place: Place): Thing {
    const thing = make(place);
    things.set(place, thing);
    return thing;
  }

  function make(place: Place): Thing {
    switch (place.kind) {
      case "cell":
        return thingOf(place.cell);
      case "record": {
        const record = new HeapObject("record");
        for (const [name, field] of place.fields) record.slots.set(name, build(field));
        record.isFrozen = isFrozen;
        record.isDraft = !isFrozen;
        record.statePath = place.path === "" ? "" : `${place.path}.`;
        return record;
      }
      case "array":
        return list(place.elements, place.elements.length);
      case "sequence":
        return list(place.elements, valueOf(place.length));
      case "optional": {
        const present = terms.equal(valueOf(place.present), 1);
        const some = build(place.some);
        if (typeof present === "boolean") return present ? some : null;
        return new Union([
          [present, some],
          [terms.not(present), null],
        ]);
      }
    }
  }

  function list(elements: readonly Place[], length: Value): HeapObject {
    const made = new HeapObject("list");
    made.slots.set(LIST_DATA, { elements: elements.map(build), length });
    made.isFrozen = isFrozen;
    made.isDraft = !isFrozen;
    return made;
  }
}

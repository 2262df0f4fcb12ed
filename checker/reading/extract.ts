import type { Cell, Place } from "../schema/index.ts";
import { NotRead, type Bool, type Value } from "../terms/index.ts";
import { listOf, type Paths } from "./values/paths.ts";
import type { StateHeap } from "./values/state-heap.ts";
import {
  HeapObject,
  isHost,
  isScalar,
  LIST_DATA,
  Text,
  Union,
  Unreadable,
  type ListData,
  type Thing,
} from "./values/values.ts";

/** Effect of a recipe on a state. */
export interface Extracted {
  /** The values of the cells that may have changed. */
  readonly next: ReadonlyMap<Cell, Value>;
  /** Condition under which the state is outside its type. */
  readonly outside: Bool;
}

/** Reads the state off the heap, as it is at the end of a recipe. */
export function extract(paths: Paths, root: Place, heap: StateHeap, thingOf: (cell: Cell) => Thing): Extracted {
  return new Extraction(paths, heap, thingOf).of(root);
}

class Extraction {
  readonly #paths: Paths;
  readonly #heap: StateHeap;
  readonly #thingOf: (cell: Cell) => Thing;
  readonly #next = new Map<Cell, Value>();
  readonly #outside: Bool[] = [];
  readonly #written: ReadonlySet<HeapObject>;
  readonly #untouched = new Map<HeapObject, boolean>();

  constructor(paths: Paths, heap: StateHeap, thingOf: (cell: Cell) => Thing) {
    this.#paths = paths;
    this.#heap = heap;
    this.#thingOf = thingOf;
    this.#written = paths.writtenObjects();
  }

  of(root: Place): Extracted {
    this.#walk(root, this.#heap.root, true);
    return { next: this.#next, outside: this.#paths.facts.simplify(this.#paths.terms.or(...this.#outside)) };
  }

  /** @param present where the place exists: elements past the length of a sequence do not */
  #walk(place: Place, thing: Thing, present: Bool): void {
    if (present === false) return this.#blank(place);
    // Without this, every absent optional and every slot past a length would count as written.
    if (present === true && place.kind !== "cell" && this.#isAsBefore(place, thing)) return;
    switch (place.kind) {
      case "cell":
        if (this.#isUnreadable(place.cell, thing)) return;
        return this.#cell(place.cell, this.#scalar(thing, present), present);
      case "record":
        return this.#record(place, thing, present);
      case "array":
      case "sequence":
        return this.#list(place, thing, present);
      case "optional":
        return this.#optional(place, thing, present);
    }
  }

  #isAsBefore(place: Place, thing: Thing): boolean {
    return place.kind === "cell"
      ? thing === this.#thingOf(place.cell)
      : this.#heap.things.get(place) === thing && this.#isUntouched(thing);
  }

  /** Whether nothing at or below a thing was written. */
  #isUntouched(thing: Thing): boolean {
    if (thing instanceof Union) return thing.alternatives.every(([, one]) => this.#isUntouched(one));
    if (!(thing instanceof HeapObject)) return true;
    const known = this.#untouched.get(thing);
    if (known !== undefined) return known;
    let result = !this.#written.has(thing);
    if (result) {
      const parts = thing.kind === "list" ? listOf(thing).elements : (thing.slots.values() as Iterable<Thing>);
      for (const part of parts) {
        if (this.#isUntouched(part)) continue;
        result = false;
        break;
      }
    }
    this.#untouched.set(thing, result);
    return result;
  }

  /** Whether a cell that terms cannot stand for is as it was. */
  #isUnreadable(cell: Cell, thing: Thing): boolean {
    const before = this.#thingOf(cell);
    if (!(before instanceof Unreadable)) return false;
    if (before === thing) return true;
    throw new NotRead(before.why);
  }

  #cell(cell: Cell, value: Value, present: Bool): void {
    const { terms } = this.#paths;
    const { shape } = cell;
    const domain = terms.domainOf(value);
    if (domain === undefined) {
      const [low, high] = [shape.valueAt(0), shape.valueAt(shape.cardinality - 1)];
      if (typeof low !== "number" || typeof high !== "number" || high - low !== shape.cardinality - 1) {
        throw new NotRead(`it assigns an integer of a large range to ${cell.path}, which has other values`);
      }
      this.#refuse(terms.and(present, terms.or(terms.less(value, low), terms.less(high, value))));
    } else if (domain.values.some((one) => shape.indexOf(one) < 0)) {
      this.#refuse(
        terms.and(
          present,
          terms.test(value, (one) => shape.indexOf(one) < 0),
        ),
      );
    }
    if (shape.cardinality > 1) this.#set(cell, terms.ite(present, value, shape.valueAt(0)));
  }

  #set(cell: Cell, value: Value): void {
    if (value !== this.#thingOf(cell)) this.#next.set(cell, value);
  }

  #refuse(condition: Bool): void {
    const simple = this.#paths.facts.simplify(condition);
    if (simple !== false && !this.#paths.facts.refutes(simple)) this.#outside.push(simple);
  }

  #scalar(thing: Thing, present: Bool): Value {
    if (isScalar(thing)) return this.#paths.facts.value(thing);
    const { terms } = this.#paths;
    let value: Value;
    let isFirst = true;
    for (const [condition, one] of this.#paths.alternatives(thing)) {
      if (one instanceof Text) throw new NotRead("it stores a string that depends on the state in the state");
      if (!isScalar(one)) {
        this.#refuse(terms.and(present, condition));
        continue;
      }
      value = isFirst ? one : terms.ite(condition, one, value);
      isFirst = false;
    }
    return value;
  }

  #record(place: Place & { readonly kind: "record" }, thing: Thing, present: Bool): void {
    const { terms } = this.#paths;
    const fields: [Bool, Thing][][] = place.fields.map(() => []);
    for (const [condition, one] of this.#paths.alternatives(thing)) {
      if (one instanceof HeapObject && one.kind === "record") {
        if (one.uncertain !== undefined && [...one.uncertain].some((name) => one.slots.has(name)))
          throw new NotRead("it stores an object in the state with a field that exists on some paths only");
        if (one.slots.size !== place.fields.length) this.#refuse(terms.and(present, condition));
        for (const [index, [name]] of place.fields.entries()) {
          fields[index]?.push([condition, one.slots.has(name) ? (one.slots.get(name) as Thing) : undefined]);
        }
      } else if (isHost(one) && !Array.isArray(one) && typeof one === "object") {
        if (Object.keys(one).length !== place.fields.length) this.#refuse(terms.and(present, condition));
        for (const [index, [name]] of place.fields.entries()) {
          fields[index]?.push([condition, (one as Record<string, Thing>)[name]]);
        }
      } else this.#refuse(terms.and(present, condition));
    }
    for (const [index, [, field]] of place.fields.entries()) {
      const values = fields[index] as [Bool, Thing][];
      if (values.length === 0) this.#blank(field);
      else this.#walk(field, this.#paths.mergeAll(values), present);
    }
  }

  #list(place: Place & { readonly kind: "array" | "sequence" }, thing: Thing, present: Bool): void {
    const { terms } = this.#paths;
    let data: ListData | undefined;
    for (const [condition, one] of this.#paths.alternatives(thing)) {
      let own: ListData | undefined;
      if (one instanceof HeapObject && one.kind === "list") own = one.slots.get(LIST_DATA) as ListData;
      else if (Array.isArray(one)) own = { elements: one, length: one.length };
      if (own === undefined) this.#refuse(terms.and(present, condition));
      else data = data === undefined ? own : this.#paths.mergeLists(condition, own, data);
    }
    if (data === undefined) return this.#blank(place);
    const { elements, length } = data;
    const count = place.elements.length;
    if (place.kind === "array") {
      this.#refuse(terms.and(present, terms.not(terms.equal(length, count))));
      for (const [index, element] of place.elements.entries()) this.#walk(element, elements[index], present);
      return;
    }
    this.#refuse(terms.and(present, terms.less(count, length)));
    const before = this.#thingOf(place.length) as Value;
    const was = (index: number): Bool => this.#paths.facts.simplify(terms.less(index, before));
    const capped = terms.map(length, (value) => Math.min(value as number, count));
    this.#set(place.length, terms.ite(present, capped, 0));
    for (const [index, element] of place.elements.entries()) {
      const isInside = this.#paths.facts.simplify(terms.and(present, terms.less(index, length)));
      const thing = elements[index];
      if (isInside === false || index >= elements.length) this.#blank(element);
      else if (isInside !== was(index) || !this.#isAsBefore(element, thing)) this.#walk(element, thing, isInside);
    }
  }

  #optional(place: Place & { readonly kind: "optional" }, thing: Thing, present: Bool): void {
    const { terms } = this.#paths;
    const some: [Bool, Thing][] = [];
    let none: Bool = false;
    for (const [condition, one] of this.#paths.alternatives(thing)) {
      if (!isScalar(one)) {
        some.push([condition, one]);
        continue;
      }
      const isNull = terms.equal(one, null);
      none = terms.or(none, terms.and(condition, isNull));
      this.#refuse(terms.and(present, condition, terms.not(isNull)));
    }
    const isThere = some.length === 0 ? false : this.#paths.facts.simplify(terms.and(present, terms.not(none)));
    this.#set(place.present, terms.ite(isThere, 1, 0));
    if (isThere === false) this.#blank(place.some);
    else this.#walk(place.some, this.#paths.mergeAll(some), isThere);
  }

  /** Absent parts have the first value of their type. */
  #blank(place: Place): void {
    switch (place.kind) {
      case "cell":
        if (this.#thingOf(place.cell) instanceof Unreadable)
          throw new NotRead((this.#thingOf(place.cell) as Unreadable).why);
        if (place.cell.shape.cardinality > 1) this.#set(place.cell, place.cell.shape.valueAt(0));
        return;
      case "record":
        for (const [, field] of place.fields) this.#blank(field);
        return;
      case "array":
        for (const element of place.elements) this.#blank(element);
        return;
      case "sequence":
        this.#set(place.length, 0);
        for (const element of place.elements) this.#blank(element);
        return;
      case "optional":
        this.#set(place.present, 0);
        this.#blank(place.some);
    }
  }
}

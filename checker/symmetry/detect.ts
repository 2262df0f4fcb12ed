import type { Model } from "../language/index.ts";
import type { ReadAction, Reading } from "../reading/index.ts";
import type { Cell, Dimension, IndexValues, Place, ScalarShape } from "../schema/index.ts";
import { cellsOf, inOrder, Term, type Value } from "../terms/index.ts";
import { isSingle, onlyBit } from "../terms/mask.ts";
import type { Refusal } from "./equivariance.ts";
import { declaredIn, type Assignment } from "./structure.ts";

/**
 * A part of a model that may belong to a dimension: the elements of an array, the integers of a cell, those of a
 * parameter; of arrays and cells that differ in indices only there is one slot.
 */
type Slot = string;

/** Kind of each slot of a model, and the slots that seem to belong to one dimension. */
class Slots<S> {
  /** Number of indices. */
  readonly sizes = new Map<Slot, number>();
  readonly #parents = new Map<Slot, Slot>();
  readonly #shapes = new Map<ScalarShape, Slot>();
  readonly #reading: Reading<S>;

  constructor(reading: Reading<S>) {
    this.#reading = reading;
    const { layout, instances } = reading.model;
    const walk = (place: Place): void => {
      if (place.kind === "record") for (const [, field] of place.fields) walk(field);
      if (place.kind === "optional") walk(place.some);
      if (place.kind === "sequence") for (const element of place.elements) walk(element);
      if (place.kind !== "array") return;
      if (place.dimension === undefined) this.#add(arraySlot(place.path), place.elements.length);
      for (const element of place.elements) walk(element);
    };
    walk(layout.root);
    for (const cell of layout.cells) {
      // A number of elements is none of a dimension.
      if (cell.shape.indices !== undefined || cell.path.endsWith(".length") || cell.path.endsWith(".present")) continue;
      this.#addScalar(cellSlot(cell), cell.shape);
    }
    const byName = new Map<string, Slot>();
    for (const { action, domains } of instances) {
      for (const [name, { shape }] of Object.entries(domains)) {
        if (shape.kind !== "scalar" || shape.indices !== undefined) continue;
        const slot = parameterSlot(action, name);
        if (this.sizes.has(slot)) continue;
        this.#addScalar(slot, shape);
        const size = this.sizes.get(slot);
        if (size === undefined) continue;
        // One name means one kind of thing.
        const key = `${name} ${size}`;
        const other = byName.get(key);
        if (other === undefined) byName.set(key, slot);
        else this.unite(slot, other);
      }
    }
    const pairs = new Pairs();
    for (const instance of instances) this.#relate(reading.action(instance), pairs);
    for (const [one, other] of pairs.consistent()) this.unite(one, other);
  }

  find(slot: Slot): Slot {
    let root = slot;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    return root;
  }

  unite(one: Slot, other: Slot): void {
    if (this.sizes.get(one) === undefined || this.sizes.get(one) !== this.sizes.get(other)) return;
    const [a, b] = [this.find(one), this.find(other)];
    if (a !== b) this.#parents.set(a, b);
  }

  /** The slots that belong together. */
  classes(): Slot[][] {
    const classes = new Map<Slot, Slot[]>();
    for (const slot of this.sizes.keys()) {
      const root = this.find(slot);
      classes.set(root, [...(classes.get(root) ?? []), slot]);
    }
    return [...classes.values()];
  }

  #add(slot: Slot, size: number): void {
    if (size > 1) this.sizes.set(slot, size);
  }

  /** Cells and parameters of one type belong together. */
  #addScalar(slot: Slot, shape: ScalarShape): void {
    const values = indexValues(shape);
    if (values === undefined) return;
    this.#add(slot, values.size);
    const other = this.#shapes.get(shape);
    if (other === undefined) this.#shapes.set(shape, slot);
    else this.unite(slot, other);
  }

  /** Relates indices that a step always uses together. */
  #relate({ instance, guard, next, unread }: ReadAction<S>, pairs: Pairs): void {
    if (unread !== undefined) return;
    const { cells } = this.#reading.model.layout;
    const parameters = Object.entries(instance.parameters).flatMap(([name, value]) =>
      typeof value === "number" ? [[parameterSlot(instance.action, name), value] as const] : [],
    );
    const read = guard instanceof Term ? cellsOf(guard.support) : [];
    for (const number of new Set([...next.keys(), ...read])) {
      for (const [slot, index] of indicesIn(cells[number] as Cell)) {
        for (const [parameter, value] of parameters)
          pairs.add(`${slot} of ${instance.action}`, parameter, index, value, slot);
      }
    }
    for (const [number, value] of next) {
      const cell = cells[number] as Cell;
      const own = cellSlot(cell);
      for (const leaf of leavesOf(value)) {
        if (leaf instanceof Term) {
          if (leaf.operator === "cell") this.unite(own, cellSlot(cells[leaf.cell] as Cell));
        } else if (typeof leaf === "number") {
          for (const [parameter, given] of parameters)
            pairs.add(`${own} by ${instance.action}`, parameter, leaf, given, own);
        }
      }
      for (const [tested, index] of testsIn(value, cells)) {
        for (const [slot, at] of indicesIn(cell)) pairs.add(`${slot} where`, tested, at, index, slot);
      }
    }
    for (const term of inOrder([guard, ...next.values()])) {
      if (term.operator !== "eq") continue;
      const [one, other] = term.operands;
      if (one instanceof Term && other instanceof Term && one.operator === "cell" && other.operator === "cell") {
        this.unite(cellSlot(cells[one.cell] as Cell), cellSlot(cells[other.cell] as Cell));
      }
    }
  }
}

/** Pairs of indices of two slots that occur together: slots of one dimension always have the same. */
class Pairs {
  readonly #found = new Map<string, { one: Slot; other: Slot; isConsistent: boolean; readonly indices: Set<number> }>();

  /** @param where pairs that are to be looked at together */
  add(where: string, other: Slot, index: number, otherIndex: number, one: Slot): void {
    const key = `${where} ${other}`;
    let known = this.#found.get(key);
    if (known === undefined) this.#found.set(key, (known = { one, other, isConsistent: true, indices: new Set() }));
    known.isConsistent &&= index === otherIndex;
    known.indices.add(index);
  }

  consistent(): [Slot, Slot][] {
    return [...this.#found.values()].flatMap(({ one, other, isConsistent, indices }) =>
      isConsistent && indices.size > 1 ? [[one, other] as [Slot, Slot]] : [],
    );
  }
}

/** Guesses for one model about what else belongs to a dimension whose exchanges are refused without it. */
const MAX_FURTHER_GUESSES = 24;

/**
 * The dimensions that a model seems to have, beside those that its types declare. It is a guess: what it assigns is only
 * used as far as it is verified. Where a guess is refused because of a cell, the arrays and values of that cell are tried
 * as members, too.
 *
 * @param whyNone reasons why no two indices of a dimension are interchangeable under an assignment; undefined where some are
 */
export function detectedIn<S>(
  reading: Reading<S>,
  whyNone: (assignment: Assignment, dimension: Dimension) => readonly Refusal[] | undefined,
): Assignment {
  const { model } = reading;
  const slots = new Slots(reading);
  const found = new Map<Slot, Dimension>();
  const names = new Set(model.dimensions.map(({ name }) => name));
  const dimensionOf = (members: readonly Slot[]): Dimension => {
    const name = unusedName(nameOf(members), names);
    return { name, size: slots.sizes.get(members[0] as Slot) as number };
  };
  let guesses = 0;
  const why = (members: readonly Slot[]): readonly Refusal[] | undefined => {
    const dimension = dimensionOf(members);
    return whyNone(assignmentOf(model, new Map(members.map((slot) => [slot, dimension]))), dimension);
  };
  const take = (members: readonly Slot[]): void => {
    const dimension = dimensionOf(members);
    names.add(dimension.name);
    for (const slot of members) found.set(slot, dimension);
  };
  const open: (readonly Slot[])[] = [];
  for (const members of slots.classes()) {
    // A parameter or a cell alone, such as a counter, is exchanged with nothing.
    if (!members.some((slot) => slot.startsWith(ARRAY)) && members.length < 2) continue;
    const refusals = why(members);
    if (refusals === undefined) take(members);
    else if (refusals.length > 0 && members.length > 1) open.push(members);
  }
  for (const members of open) {
    if (members.some((slot) => found.has(slot))) continue;
    const further = (more: readonly Slot[]): readonly Refusal[] | undefined | "no more" =>
      guesses++ < MAX_FURTHER_GUESSES ? why(more) : "no more";
    take(withMembers(members, model, slots, found, further));
  }
  return assignmentOf(model, found);
}

/** The members of a dimension, with others without which it is not interchangeable. */
function withMembers<S>(
  members: readonly Slot[],
  { layout }: Model<S>,
  slots: Slots<S>,
  found: ReadonlyMap<Slot, Dimension>,
  why: (members: readonly Slot[]) => readonly Refusal[] | undefined | "no more",
): readonly Slot[] {
  const size = slots.sizes.get(members[0] as Slot);
  let tried = [...members];
  let refusals = why(tried);
  while (refusals !== undefined && refusals !== "no more") {
    const [first] = refusals;
    const named = new Set((first?.cells ?? []).flatMap((number) => slotsOf(layout.cells[number] as Cell)));
    const classes = slots
      .classes()
      .filter(
        (one) =>
          slots.sizes.get(one[0] as Slot) === size &&
          one.some((slot) => named.has(slot)) &&
          !one.some((slot) => tried.includes(slot) || found.has(slot)),
      );
    let next: { readonly members: Slot[]; readonly refusals: readonly Refusal[] | undefined } | undefined;
    // One by one, then all together.
    for (const [index, more] of [...classes, classes.flat()].entries()) {
      if (index === classes.length && (next !== undefined || classes.length < 2)) break;
      const left = why([...tried, ...more]);
      if (left === "no more") return next?.members ?? tried;
      // A step further: the same function is not refused for the same reason any more.
      if (left === undefined || (next === undefined && left[0]?.why !== first?.why)) {
        next = { members: [...tried, ...more], refusals: left };
      }
      if (left === undefined) break;
    }
    if (next === undefined) return tried;
    tried = next.members;
    refusals = next.refusals;
  }
  return tried;
}

function assignmentOf<S>(model: Model<S>, found: ReadonlyMap<Slot, Dimension>): Assignment {
  const declared = declaredIn(model);
  const valuesIn = (slot: Slot, shape: ScalarShape): IndexValues | undefined => {
    const dimension = found.get(slot);
    const values = indexValues(shape);
    return dimension === undefined || values === undefined ? undefined : { dimension, first: values.first };
  };
  return {
    dimensions: [...declared.dimensions, ...new Set(found.values())],
    array: (place) => declared.array(place) ?? found.get(arraySlot(place.path)),
    values: (cell) => declared.values(cell) ?? valuesIn(cellSlot(cell), cell.shape),
    parameter: (action, name, shape) =>
      declared.parameter(action, name, shape) ?? valuesIn(parameterSlot(action, name), shape),
  };
}

const ARRAY = "array ";

function arraySlot(path: string): Slot {
  return `${ARRAY}${withoutIndices(path)}`;
}

function cellSlot({ path }: Cell): Slot {
  return `cell ${withoutIndices(path)}`;
}

function parameterSlot(action: string, name: string): Slot {
  return `parameter ${action} ${name}`;
}

/** The slots that a cell's path and its values are of. */
function slotsOf(cell: Cell): Slot[] {
  return [...indicesIn(cell).map(([slot]) => slot), cellSlot(cell)];
}

function withoutIndices(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "[]");
}

/** The indices in the path of a cell, with the arrays that they are of. */
function indicesIn({ path }: Cell): (readonly [Slot, number])[] {
  return [...path.matchAll(/\[(\d+)\]/g)].map((match) => [arraySlot(path.slice(0, match.index)), Number(match[1])]);
}

/** The integers from 0 on among the values of a scalar: where they begin, and how many there are. */
function indexValues(shape: ScalarShape): { readonly first: number; readonly size: number } | undefined {
  if (shape.cardinality > MAX_LISTED_VALUES) return undefined;
  const first = shape.indexOf(0);
  if (first < 0) return undefined;
  let size = 1;
  while (first + size < shape.cardinality && shape.valueAt(first + size) === size) size++;
  // Another integer could not be distinguished from an index.
  for (let number = 0; number < shape.cardinality; number++) {
    const isInside = number >= first && number < first + size;
    if (!isInside && typeof shape.valueAt(number) === "number") return undefined;
  }
  return size > 1 ? { first, size } : undefined;
}

const MAX_LISTED_VALUES = 64;

/** Possible values: the branches of a value's choices. */
function leavesOf(value: Value): Value[] {
  const leaves: Value[] = [];
  const seen = new Set<Value>();
  const open = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (seen.has(one)) continue;
    seen.add(one);
    if (one instanceof Term && one.operator === "ite") open.push(one.operands[1], one.operands[2]);
    else leaves.push(one);
  }
  return leaves;
}

/** The tests of cells for one integer in a value. */
function testsIn(value: Value, cells: readonly Cell[]): (readonly [Slot, number])[] {
  return inOrder([value]).flatMap((term): (readonly [Slot, number])[] => {
    const [operand] = term.operands;
    if (term.operator !== "in" || !(operand instanceof Term) || operand.operator !== "cell") return [];
    const { domain } = operand;
    if (domain === undefined || !isSingle(term.mask)) return [];
    const index = domain.values[onlyBit(term.mask)];
    return typeof index === "number" ? [[cellSlot(cells[operand.cell] as Cell), index]] : [];
  });
}

/** A name for things: that of a parameter, else the last one in the path of an array. */
function nameOf(members: readonly Slot[]): string {
  const parameter = members.find((slot) => slot.startsWith("parameter "));
  if (parameter !== undefined) return parameter.slice(parameter.lastIndexOf(" ") + 1);
  const [first = ""] = members;
  return first.replaceAll("[]", "").split(/[ .]/).at(-1) || "index";
}

function unusedName(name: string, used: ReadonlySet<string>): string {
  let unused = name;
  for (let number = 2; used.has(unused); number++) unused = `${name}-${number}`;
  return unused;
}

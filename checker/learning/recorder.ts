import { compose } from "../language/index.ts";
import type { Cell, Layout, Place, ScalarShape } from "../schema/index.ts";
import type { Diagram } from "./diagram.ts";

/** What a written cell becomes: a value's number, or, for each number of another cell before the step, one. */
export type Source = number | { readonly from: number; readonly map: readonly number[] };

/** One cell of the state after a step; cells are named by their position in the layout. */
export interface Write {
  readonly cell: number;
  readonly source: Source;
}

/** What a function asks of the state: the value of a cell, or whether a predicate, already learned, holds. */
export type Question = number | Diagram;

/** A value outside the state's type was written, or the draft was used in a way that only the reference can judge. */
export class Unlearnable extends Error {}

/** More draft operations than this in one run: a loop that some unreachable combination of values makes endless. */
const MOST_OPERATIONS = 200_000;
/** Cells with more values than this are compared as types only when they are the same type object. */
const MOST_COMPARED = 4096;

/** A place of the state before the step, not changed by it. One object for each place, so that identity tells. */
class Original {
  readonly place: Place;
  constructor(place: Place) {
    this.place = place;
  }
}

/** Asks a proxy for the draft behind it. */
const BEHIND = Symbol("draft");

function draftBehind<S>(value: object): Draft<S> | undefined {
  return (value as { readonly [BEHIND]?: Draft<S> })[BEHIND];
}

type Slots = Record<string, unknown> | unknown[];

/**
 * Runs guards, recipes and predicates on drafts that record which cells of the state are read. Values of cells come
 * from `values`; a cell that has none there (-1) is given its first value when it is read. So one run is one path
 * through the function's decision tree.
 *
 * A part that is moved without being looked at keeps standing for the place it came from; `writes` then says that
 * cells are copied, and the values of those cells decide nothing.
 */
export class Recorder<S> {
  /** The number of each cell's value, or -1 while it is open. */
  readonly values: Int32Array;
  /** What was asked, each question once, in order. */
  questions: Question[] = [];
  answers: number[] = [];
  /** Answers decided before the run, for predicates; cells have theirs in `values`. */
  #decided: readonly number[] = [];
  #decidedQuestions: readonly Question[] = [];
  readonly #layout: Layout<S>;
  readonly #numbers: ReadonlyMap<Cell, number>;
  readonly #originals = new Map<Place, Original>();
  readonly #seen: Uint8Array;
  /** Parts of the state before the step look the same in every run, so their proxies are kept. */
  readonly #views = new Map<Place, object>();
  readonly #snapshots = new WeakMap<object, object>();
  #run = 0;
  #operations = 0;
  #foreign = false;

  constructor(layout: Layout<S>) {
    this.#layout = layout;
    this.#numbers = new Map(layout.cells.map((cell, number) => [cell, number]));
    this.values = new Int32Array(layout.cells.length).fill(-1);
    this.#seen = new Uint8Array(layout.cells.length);
  }

  shapeOf(cell: number): ScalarShape {
    return (this.#layout.cells[cell] as Cell).shape;
  }

  /**
   * Begins a run; the values of cells stay.
   *
   * @param questions what the run will ask first, with the answers
   */
  begin(questions: readonly Question[], answers: readonly number[]): void {
    for (const question of this.questions) if (typeof question === "number") this.#seen[question] = 0;
    this.questions.length = 0;
    this.answers.length = 0;
    this.#decided = answers.slice(0, questions.length);
    this.#decidedQuestions = questions;
    this.#run++;
    this.#operations = 0;
    this.#foreign = false;
  }

  /** The answer to the next question if it is a predicate whose answer was decided before the run. */
  answered(): number | undefined {
    const position = this.questions.length;
    const question = this.#decidedQuestions[position];
    if (question === undefined || typeof question === "number") return undefined;
    return this.#answer(question, this.#decided[position] as number);
  }

  /** Asks a predicate that nothing has decided. */
  ask(predicate: Diagram, answer: number): number {
    return this.#answer(predicate, answer);
  }

  #answer(question: Question, answer: number): number {
    this.questions.push(question);
    this.answers.push(answer);
    return answer;
  }

  /** Puts the current run aside, so that others can be made with what it has read decided. */
  suspend(): () => void {
    const before = [this.questions, this.answers, this.#decided, this.#decidedQuestions, this.#operations] as const;
    this.questions = [];
    this.answers = [];
    return () => {
      this.begin([], []);
      [this.questions, this.answers, this.#decided, this.#decidedQuestions, this.#operations] = before;
    };
  }

  resume(suspended: () => void): void {
    suspended();
  }

  /** The state before the step; writing to it throws, as it does on the frozen state of the reference. */
  view(): S {
    return this.viewOf(this.#layout.root) as S;
  }

  /** A draft of the state. */
  draft(): S {
    return this.draftOf(this.#layout.root) as S;
  }

  /**
   * What has become of a draft: the cells that it changed.
   *
   * @throws Unlearnable when the state would be outside its type.
   */
  writes(draft: S): readonly Write[] {
    if (this.#foreign) throw new Unlearnable();
    const writes: Write[] = [];
    this.#encode(this.#layout.root, draft, writes);
    return writes.sort((a, b) => a.cell - b.cell);
  }

  read(cell: Cell): number {
    const number = this.#numbers.get(cell) as number;
    if (this.#seen[number] === 0) {
      this.#seen[number] = 1;
      if ((this.values[number] as number) < 0) this.values[number] = 0;
      this.#answer(number, this.values[number] as number);
    }
    return this.values[number] as number;
  }

  original(place: Place): Original {
    let original = this.#originals.get(place);
    if (original === undefined) this.#originals.set(place, (original = new Original(place)));
    return original;
  }

  /** Counts the runs: what is remembered of a sequence's length is good for one. */
  get run(): number {
    return this.#run;
  }

  viewOf(place: Place): object {
    let view = this.#views.get(place);
    if (view === undefined) {
      view = this.#wrap(new Draft(this, place.kind === "record" ? {} : [], place, false));
      this.#views.set(place, view);
    }
    return view;
  }

  draftOf(place: Place): object {
    return this.#wrap(new Draft(this, place.kind === "record" ? {} : [], place, true));
  }

  /** A new array that is no part of the state yet. */
  detached(slots: unknown[]): object {
    return this.#wrap(new Draft(this, slots, undefined, true));
  }

  #wrap(draft: Draft<S>): object {
    const proxy = new Proxy(draft.target, draft);
    draft.proxy = proxy;
    return proxy;
  }

  /** What has become of a draft, to be read only: it looks the same in every run that asks for it. */
  after(draft: S): S {
    return this.snapshotOf(draft as object) as S;
  }

  snapshotOf(value: object): object {
    const draft = draftBehind<S>(value);
    if (draft?.place !== undefined && !draft.forced) return this.viewOf(draft.place);
    const known = draft === undefined ? this.#snapshots.get(value) : draft.snapshot;
    if (known !== undefined) return known;
    const target = draft?.target ?? (value as Slots);
    const copy = new Draft(this, Array.isArray(target) ? [...target] : { ...target }, undefined, false);
    const snapshot = this.#wrap(copy);
    if (draft === undefined) this.#snapshots.set(value, snapshot);
    else draft.snapshot = snapshot;
    return snapshot;
  }

  tick(): void {
    if (++this.#operations > MOST_OPERATIONS) throw new Unlearnable();
  }

  /** The draft was used in a way that immer refuses or treats specially. */
  markForeign(): void {
    this.#foreign = true;
  }

  #encode(place: Place, value: unknown, writes: Write[]): void {
    if (value instanceof Original) {
      if (value.place !== place) this.#copy(value.place, place, writes);
      return;
    }
    const draft = typeof value === "object" && value !== null ? draftBehind<S>(value) : undefined;
    if (draft?.place !== undefined && !draft.forced) {
      if (draft.place !== place) this.#copy(draft.place, place, writes);
      return;
    }
    // What a recipe put into the state is frozen after the step, as immer does: a constant that it changes later
    // must fail in the same way.
    if (draft === undefined && typeof value === "object" && value !== null) Object.freeze(value);
    const slots = draft === undefined ? value : draft.target;
    switch (place.kind) {
      case "cell": {
        const index = place.cell.shape.indexOf(value);
        if (index < 0) throw new Unlearnable();
        this.#write(place.cell, index, writes);
        return;
      }
      case "record": {
        if (typeof slots !== "object" || slots === null || Array.isArray(slots)) throw new Unlearnable();
        const given = slots as Record<string, unknown>;
        if (Object.keys(given).length !== place.fields.length) throw new Unlearnable();
        for (const [name, field] of place.fields) {
          if (!Object.hasOwn(given, name)) throw new Unlearnable();
          this.#encode(field, given[name], writes);
        }
        return;
      }
      case "array":
        if (!Array.isArray(slots) || slots.length !== place.elements.length) throw new Unlearnable();
        for (const [index, element] of place.elements.entries()) this.#encode(element, slots[index], writes);
        return;
      case "optional":
        if (value === null) {
          this.#clear(place, writes);
          return;
        }
        if (draft?.place !== place.some) this.#write(place.present, 1, writes);
        this.#encode(place.some, value, writes);
        return;
      case "sequence": {
        if (!Array.isArray(slots) || slots.length > place.elements.length) throw new Unlearnable();
        const before = draft !== undefined && draft.place === place ? this.read(place.length) : undefined;
        if (before !== slots.length) this.#write(place.length, slots.length, writes);
        for (const [index, element] of place.elements.entries()) {
          if (index < slots.length) this.#encode(element, slots[index], writes);
          // Slots past the end before the step are zero already.
          else if (before === undefined || index < before) this.#clear(element, writes);
        }
      }
    }
  }

  #write(cell: Cell, source: Source, writes: Write[]): void {
    if (cell.width > 0) writes.push({ cell: this.#numbers.get(cell) as number, source });
  }

  /** Unused slots are zero, so that equal states have equal words. */
  #clear(place: Place, writes: Write[]): void {
    for (const cell of cellsOf(place)) this.#write(cell, 0, writes);
  }

  #copy(from: Place, to: Place, writes: Write[]): void {
    if (from.kind === "cell" && to.kind === "cell") {
      const map = mapOf(from.cell.shape, to.cell.shape);
      if (map === undefined) {
        const index = to.cell.shape.indexOf(from.cell.shape.valueAt(this.read(from.cell)));
        if (index < 0) throw new Unlearnable();
        this.#write(to.cell, index, writes);
      } else this.#write(to.cell, { from: this.#numbers.get(from.cell) as number, map }, writes);
      return;
    }
    if (from.kind === "record" && to.kind === "record") {
      const fields = new Map(from.fields);
      if (fields.size !== to.fields.length) throw new Unlearnable();
      for (const [name, field] of to.fields) {
        const source = fields.get(name);
        if (source === undefined) throw new Unlearnable();
        this.#copy(source, field, writes);
      }
      return;
    }
    if (from.kind === "array" && to.kind === "array") {
      if (from.elements.length !== to.elements.length) throw new Unlearnable();
      for (const [index, element] of to.elements.entries()) this.#copy(from.elements[index] as Place, element, writes);
      return;
    }
    // Where bits may be unused they are copied only between equal types: there zero stays zero.
    if ((from.kind === "optional" || from.kind === "sequence") && sameType(from, to)) {
      const sources = cellsOf(from);
      for (const [index, cell] of cellsOf(to).entries()) {
        const source = sources[index] as Cell;
        const map = Array.from({ length: source.shape.cardinality }, (_, value) => value);
        this.#write(cell, { from: this.#numbers.get(source) as number, map }, writes);
      }
      return;
    }
    if (from.kind === "optional") {
      if (this.read(from.present) === 0) this.#encode(to, null, writes);
      else this.#copy(from.some, to, writes);
      return;
    }
    if (to.kind === "optional") {
      this.#write(to.present, 1, writes);
      this.#copy(from, to.some, writes);
      return;
    }
    if (from.kind === "sequence") {
      const length = this.read(from.length);
      this.#encode(
        to,
        from.elements.slice(0, length).map((element) => this.original(element)),
        writes,
      );
      return;
    }
    if (from.kind === "array" && to.kind === "sequence") {
      this.#encode(
        to,
        from.elements.map((element) => this.original(element)),
        writes,
      );
      return;
    }
    throw new Unlearnable();
  }
}

/** The traps of one record, array or sequence of a draft. Its target holds values, other drafts, and originals. */
class Draft<S> implements ProxyHandler<Slots> {
  readonly target: Slots;
  /** Where it came from; undefined for an array made by a method of another. */
  readonly place: Place | undefined;
  proxy: object | undefined;
  /** What it was at the end of a recipe, to be read only. */
  snapshot: object | undefined;
  /** Whether the target is filled: before that, nothing of the part was looked at. */
  forced: boolean;
  #forcedIn = 0;
  readonly #recorder: Recorder<S>;
  readonly #writable: boolean;

  constructor(recorder: Recorder<S>, target: Slots, place: Place | undefined, writable: boolean) {
    this.#recorder = recorder;
    this.target = target;
    this.place = place;
    this.forced = place === undefined;
    this.#writable = writable;
  }

  #force(): void {
    const recorder = this.#recorder;
    recorder.tick();
    if (this.forced && (this.#forcedIn === recorder.run || this.place?.kind !== "sequence")) return;
    this.forced = true;
    this.#forcedIn = recorder.run;
    const { target } = this;
    const place = this.place as Place;
    if (place.kind === "record") {
      const fields = target as Record<string, unknown>;
      for (const [name, field] of place.fields) fields[name] = recorder.original(field);
    } else if (place.kind === "array" || place.kind === "sequence") {
      const length = place.kind === "array" ? place.elements.length : recorder.read(place.length);
      const elements = target as unknown[];
      elements.length = length;
      for (let index = 0; index < length; index++) elements[index] = recorder.original(place.elements[index] as Place);
    }
  }

  /** The value of a slot; a part of a draft becomes a draft in place, so that it is the same when read again. */
  #resolve(slot: unknown, keep: (draft: object) => void): unknown {
    if (!(slot instanceof Original)) {
      return this.#writable || typeof slot !== "object" || slot === null ? slot : this.#recorder.snapshotOf(slot);
    }
    let { place } = slot;
    if (place.kind === "cell") return place.cell.shape.valueAt(this.#recorder.read(place.cell));
    if (place.kind === "optional") {
      if (this.#recorder.read(place.present) === 0) return null;
      place = place.some;
    }
    if (!this.#writable) return this.#recorder.viewOf(place);
    const draft = this.#recorder.draftOf(place);
    keep(draft);
    return draft;
  }

  get(target: Slots, name: string | symbol): unknown {
    if (name === BEHIND) return this;
    this.#force();
    const slot: unknown = Reflect.get(target, name);
    if (typeof slot === "object" && slot !== null && Object.hasOwn(target, name))
      return this.#resolve(slot, (draft) => Reflect.set(target, name, draft));
    if (typeof slot === "function" && typeof name === "string" && Array.isArray(target)) {
      return this.#method(name) ?? slot;
    }
    return slot;
  }

  set(target: Slots, name: string | symbol, value: unknown): boolean {
    this.#force();
    if (!this.#writable) return false;
    if (Array.isArray(target) && (typeof name === "symbol" || !/^(length|0|[1-9]\d*)$/.test(name))) {
      this.#recorder.markForeign();
    }
    return Reflect.set(target, name, value);
  }

  deleteProperty(target: Slots, name: string | symbol): boolean {
    this.#force();
    return this.#writable && Reflect.deleteProperty(target, name);
  }

  has(target: Slots, name: string | symbol): boolean {
    this.#force();
    return Reflect.has(target, name);
  }

  ownKeys(target: Slots): (string | symbol)[] {
    this.#force();
    return Reflect.ownKeys(target);
  }

  getOwnPropertyDescriptor(target: Slots, name: string | symbol): PropertyDescriptor | undefined {
    this.#force();
    const descriptor = Reflect.getOwnPropertyDescriptor(target, name);
    if (!(descriptor?.value instanceof Original)) return descriptor;
    // Asking for keys must not read the values, so the value is behind a getter.
    return { get: () => this.get(target, name), enumerable: true, configurable: true };
  }

  defineProperty(): boolean {
    throw new TypeError("Object.defineProperty cannot be used on a draft");
  }

  setPrototypeOf(): boolean {
    throw new TypeError("Object.setPrototypeOf cannot be used on a draft");
  }

  preventExtensions(): boolean {
    throw new TypeError("a draft cannot be frozen");
  }

  /** Array methods that move elements: done on the slots, so that what is moved is not read. */
  #method(name: string): unknown {
    const slots = this.target as unknown[];
    if (name === "slice") {
      return (...given: [number?, number?]) => {
        // The copy shares the drafts of the elements, as it does with immer: make them before they are copied.
        for (const [index, slot] of this.#writable ? slots.entries() : []) {
          if (!(slot instanceof Original) || slot.place.kind === "cell") continue;
          this.#resolve(slot, (draft) => (slots[index] = draft));
        }
        return this.#recorder.detached(slots.slice(...given));
      };
    }
    if (!this.#writable) return this.#quantifier(name);
    switch (name) {
      case "push":
        return (...items: unknown[]) => slots.push(...items);
      case "unshift":
        return (...items: unknown[]) => slots.unshift(...items);
      case "pop":
        return () => this.#resolve(slots.pop(), () => {});
      case "shift":
        return () => this.#resolve(slots.shift(), () => {});
      case "splice":
        return (...given: [number, number, ...unknown[]]) => this.#recorder.detached(slots.splice(...given));
      default:
        return undefined;
    }
  }

  /** `some` and `every` of an array that cannot change: their operands are learned one by one where they can be. */
  #quantifier(name: string): unknown {
    if (name !== "some" && name !== "every") return undefined;
    return (predicate: (item: unknown, index: number, items: unknown) => unknown, self?: unknown) => {
      const items = this.proxy as unknown[];
      const every = name === "every";
      if (typeof predicate === "function") {
        const operands = items.length;
        const composed = compose(
          Array.from({ length: operands }, (_, index) => () => {
            const result = Boolean(predicate.call(self, items[index], index, items));
            return every ? result : !result;
          }),
          [predicate],
        );
        if (composed !== undefined) return every ? composed : !composed;
      }
      return every
        ? Array.prototype.every.call(items, predicate, self)
        : Array.prototype.some.call(items, predicate, self);
    };
  }
}

/** Every cell of a place, in the order of the layout's declaration. */
export function cellsOf(place: Place): Cell[] {
  switch (place.kind) {
    case "cell":
      return [place.cell];
    case "record":
      return place.fields.flatMap(([, field]) => cellsOf(field));
    case "array":
      return place.elements.flatMap(cellsOf);
    case "optional":
      return [place.present, ...cellsOf(place.some)];
    case "sequence":
      return [place.length, ...place.elements.flatMap(cellsOf)];
  }
}

const maps = new WeakMap<ScalarShape, WeakMap<ScalarShape, readonly number[] | null>>();

/** For each value of one cell type its number in another; undefined when some value has none. */
function mapOf(from: ScalarShape, to: ScalarShape): readonly number[] | undefined {
  let known = maps.get(from);
  if (known === undefined) maps.set(from, (known = new WeakMap()));
  let map = known.get(to);
  if (map === undefined) {
    map = null;
    if (from.cardinality <= MOST_COMPARED) {
      const numbers = Array.from({ length: from.cardinality }, (_, index) => to.indexOf(from.valueAt(index)));
      if (!numbers.some((index) => index < 0)) map = numbers;
    }
    known.set(to, map);
  }
  return map ?? undefined;
}

/** Whether two places have the same cells with the same values, so that bits can be copied. */
function sameType(a: Place, b: Place): boolean {
  if (a.kind === "cell" && b.kind === "cell") {
    const map = mapOf(a.cell.shape, b.cell.shape);
    return (
      map !== undefined &&
      a.cell.shape.cardinality === b.cell.shape.cardinality &&
      map.every((value, index) => value === index)
    );
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

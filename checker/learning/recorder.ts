import type { Cell, Layout, Place, ScalarShape } from "../schema/index.ts";
import type { Diagram } from "./diagram.ts";
import { Draft, draftBehind, Original, type Slots } from "./draft.ts";
import { cellsOf, mapOf, sameType } from "./places.ts";

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
  readonly values: Float64Array;
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
    this.values = new Float64Array(layout.cells.length).fill(-1);
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

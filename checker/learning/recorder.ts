import type { Cell, Layout, Place, ScalarShape } from "../schema/index.ts";
import type { Diagram } from "./diagram.ts";
import { Draft, draftBehind, Original, Unlearnable, type Recording, type Slots } from "./draft.ts";
import type { Write } from "./outcome.ts";
import type { Question } from "./tree.ts";
import { Writer } from "./writes.ts";

/** More draft operations than this in one run: a loop that some unreachable combination of values makes endless. */
const MOST_OPERATIONS = 200_000;

/** A run, and the one that has been put aside for it. */
interface Run {
  readonly outer: Run | undefined;
}

/**
 * Runs guards, recipes and predicates on drafts that record which cells of the state are read. Values of cells come
 * from `values`; a cell that has none there (-1) is given its first value when it is read. So one run is one path
 * through the function's decision tree.
 *
 * A part that is moved without being looked at keeps standing for the place it came from; `writes` then says that
 * cells are copied, and the values of those cells decide nothing.
 */
export class Recorder<S> implements Recording {
  /** The number of each cell's value, or -1 while it is open. */
  readonly values: Float64Array;
  /** Chooses the value of an open cell; without it, the first is taken. */
  choose: ((cell: number) => number) | undefined;
  /** Runs so far. */
  runs = 0;
  /** What was asked in this run, each question once, in order; every run has lists of its own. */
  questions: Question[] = [];
  answers: number[] = [];
  /** Answers decided before the run, for predicates; cells have theirs in `values`. */
  #decided: readonly number[] = [];
  #decidedQuestions: readonly Question[] = [];
  readonly #layout: Layout<S>;
  readonly #numbers: ReadonlyMap<Cell, number>;
  readonly #originals = new Map<Place, Original>();
  /** The targets of drafts that nobody has changed. */
  readonly #templates = new Map<Place, Slots>();
  readonly #seen: Uint8Array;
  /** Parts of the state before the step look the same in every run, so their proxies are kept. */
  readonly #views = new Map<Place, object>();
  readonly #snapshots = new WeakMap<object, object>();
  #operations = 0;
  #foreign = false;
  #run: Run = { outer: undefined };
  /** The run that has been put aside for this one. */
  #outer: Run | undefined;

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
    this.questions = [];
    this.answers = [];
    this.#decided = answers;
    this.#decidedQuestions = questions;
    this.runs++;
    this.#run = { outer: this.#outer };
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
    const runs = [this.#run, this.#outer] as const;
    this.questions = [];
    this.answers = [];
    this.#outer = this.#run;
    return () => {
      this.begin([], []);
      [this.questions, this.answers, this.#decided, this.#decidedQuestions, this.#operations] = before;
      [this.#run, this.#outer] = runs;
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
    const writer = new Writer(this);
    writer.encode(this.#layout.root, draft);
    return writer.writes.sort((a, b) => a.cell - b.cell);
  }

  read(cell: Cell): number {
    const number = this.#numbers.get(cell) as number;
    if (this.#seen[number] === 0) {
      this.#seen[number] = 1;
      if ((this.values[number] as number) < 0) this.values[number] = this.choose?.(number) ?? 0;
      this.#answer(number, this.values[number] as number);
    }
    return this.values[number] as number;
  }

  original(place: Place): Original {
    let original = this.#originals.get(place);
    if (original === undefined) this.#originals.set(place, (original = new Original(place)));
    return original;
  }

  numberOf(cell: Cell): number {
    return this.#numbers.get(cell) as number;
  }

  viewOf(place: Place): object {
    let view = this.#views.get(place);
    if (view === undefined) this.#views.set(place, (view = this.#wrap(this.#fresh(place, false))));
    return view;
  }

  draftOf(place: Place): object {
    return this.#wrap(this.#fresh(place, true));
  }

  #fresh(place: Place, writable: boolean): Draft {
    let template = this.#templates.get(place);
    if (template === undefined) {
      if (place.kind === "array") template = place.elements.map((element) => this.original(element));
      else if (place.kind !== "record") template = [];
      else template = Object.fromEntries(place.fields.map(([name, field]) => [name, this.original(field)]));
      this.#templates.set(place, template);
    }
    return new Draft(this, Array.isArray(template) ? template.slice() : { ...template }, place, writable);
  }

  /** A new array that is no part of the state yet. */
  detached(slots: unknown[]): object {
    return this.#wrap(new Draft(this, slots, undefined, true));
  }

  #wrap(draft: Draft): object {
    const proxy = new Proxy(draft.target, draft);
    draft.proxy = proxy;
    return proxy;
  }

  /** What has become of a draft, to be read only: it looks the same in every run that asks for it. */
  after(draft: S): S {
    return this.snapshotOf(draft as object, this.#layout.root) as S;
  }

  /**
   * A part of the state that is made when somebody looks at it: once for a run, and for the runs for which that one is put
   * aside.
   */
  later(make: () => S): S {
    let made: { readonly run: Run; readonly part: object } | undefined;
    const it = (): object => {
      // What was made in another run took the values that cells had there.
      if (made === undefined || !this.#isWithin(made.run)) made = { run: this.#run, part: make() as object };
      return made.part;
    };
    return new Proxy(
      {},
      {
        get: (_, name) => Reflect.get(it(), name) as unknown,
        has: (_, name) => Reflect.has(it(), name),
        ownKeys: () => Reflect.ownKeys(it()),
        getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(it(), name),
        set: () => false,
        deleteProperty: () => false,
        defineProperty: () => false,
      },
    ) as S;
  }

  #isWithin(run: Run): boolean {
    for (let now: Run | undefined = this.#run; now !== undefined; now = now.outer) if (now === run) return true;
    return false;
  }

  snapshotOf(value: object, type: Place | undefined): object {
    const draft = draftBehind(value);
    if (draft?.place !== undefined && draft.isOriginal) return this.viewOf(draft.place);
    const known = draft === undefined ? this.#snapshots.get(value) : draft.snapshot;
    if (known !== undefined) return known;
    const target = draft?.target ?? (value as Slots);
    const snapshot = this.#wrap(new Draft(this, copyOf(target, type), undefined, false, type));
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
}

/** Fields come in the order of the type, as in every state: a recipe may have written them in another. */
function copyOf(target: Slots, type: Place | undefined): Slots {
  if (Array.isArray(target)) return [...target];
  if (type?.kind !== "record") return { ...target };
  return Object.fromEntries(type.fields.map(([name]) => [name, target[name]]));
}

import { ModelError } from "../errors.ts";
import { composingWith, watchingPurity, type Composer } from "../language/index.ts";
import { visitNodes, type Diagram, type DiagramStore } from "./diagram.ts";
import { ASK, outcomeKey, type Outcome } from "./outcome.ts";
import type { Recorder } from "./recorder.ts";
import { changesVariables } from "./source.ts";
import type { Path, Question, Tree } from "./tree.ts";

/** Of the paths of a function the first are taken twice, then one of so many. */
const FIRST_CHECKED = 8;
const CHECKED_EVERY = 32;
const FIRST_WATCHED = 64;
/** After so many paths, and whenever they have doubled, a function is given up that will need far too many. */
const FIRST_ESTIMATED = 64;
/** So many times the budget is far too many: the estimate is a rough one. */
export const FAR_TOO_MANY = 8;
/** The share of a tree that must be explored where the budget ends, to go on. */
const NEARLY = 1 / 3;
/** Tests of cells with more values than this stay in the tree: no code is made of them. */
const MOST_CHILDREN = 4_096;
/** Nodes of a condition that are looked at to find out whether a value is possible. */
const MOST_LOOKED_AT = 2_000;

const OUTSIDE = "something outside the state";

/** Runs one function again and again, and makes a tree of what it does. */
export class Explorer {
  /** Runs so far that added a path, those of operands included. */
  paths = 0;
  /** Whether the last exploration learned a conjunction part by part. */
  composed = false;
  /** Paths that the function needs, as far as the last exploration could tell before it was given up. */
  projected = 0;
  readonly #where: string;
  readonly #recorder: Recorder<unknown>;
  readonly #store: DiagramStore;
  readonly #run: () => Outcome;
  #budget = 0;
  /** Whether the function is given up: it may catch what is thrown to leave it, and nothing is taken from it then. */
  #over = false;
  #condition: Diagram | undefined;
  readonly #conditionCells = new Set<number>();
  /** Which part of the function's tree has been explored, and how deep in operands this is. */
  #explored = 0;
  #operands = 0;
  #looked = new Map<Diagram, number>();
  #look = 0;

  /** @param run the function on the recorder's drafts, whatever it throws taken for "ask" */
  constructor(where: string, recorder: Recorder<unknown>, store: DiagramStore, run: () => Outcome) {
    this.#where = where;
    this.#recorder = recorder;
    this.#store = store;
    this.#run = run;
  }

  /**
   * The tree of all paths; undefined when the budget was not enough.
   *
   * @param condition only states that hit it matter; others may end anywhere
   * @param composes whether the operands of conjunctions may be learned one by one
   */
  tree(budget: number, condition: Diagram | undefined, composes: boolean): Tree {
    const recorder = this.#recorder;
    recorder.values.fill(-1);
    this.#budget = budget;
    this.#condition = condition;
    this.#conditionCells.clear();
    if (condition !== undefined) {
      visitNodes(condition, (node) => node.kind === "branch" && this.#conditionCells.add(node.cell));
    }
    this.#over = false;
    this.#explored = 0;
    this.projected = 0;
    this.paths = 0;
    this.composed = false;
    const explore = (): Tree => this.#explore(this.#run, [], [], 1);
    recorder.choose = (cell) => this.#possible(cell)[0] ?? 0;
    try {
      const tree = this.watched(() => (composes ? composingWith(this.#composer, explore) : explore()));
      return this.#over ? undefined : tree;
    } finally {
      recorder.choose = undefined;
    }
  }

  /** What is asked in the state whose cell values the recorder holds. */
  path(): Path {
    this.#budget = Infinity;
    this.#over = false;
    const path = (): Path => this.#path([], [], this.#run);
    // Watching costs as much as a run.
    return this.paths < FIRST_WATCHED || this.paths % CHECKED_EVERY === 0 ? this.watched(path) : path();
  }

  /** One run with cell values as the recorder holds them, or with what is given to it decided. */
  once(questions: readonly Question[] = [], answers: readonly number[] = [], run = this.#run): Path {
    this.#recorder.begin(questions, answers);
    let outcome = ASK;
    try {
      outcome = run();
    } catch (error) {
      if (error instanceof ImpureError) throw error;
    }
    // The next run begins new lists.
    return { outcome, questions: this.#recorder.questions, answers: this.#recorder.answers };
  }

  /** A tree's diagram; what the tree does not know is asked, or, if every path is known, nowhere. */
  diagramOf(tree: Tree, isComplete: boolean): Diagram {
    const store = this.#store;
    const convert = (node: Tree): Diagram | undefined => {
      if (node === undefined) return isComplete ? undefined : store.ask;
      if (node.kind !== "test") return store.leaf(node);
      const count = this.#answersTo(node.question);
      if (count > MOST_CHILDREN) return store.ask;
      const children: (Diagram | undefined)[] = [];
      for (let answer = 0; answer < count; answer++) children.push(convert(node.children[answer]));
      if (typeof node.question === "number") return store.branch(node.question, children);
      const [none, hit] = children;
      return store.compose(node.question, (hit ?? none) as Diagram, (none ?? hit) as Diagram);
    };
    return convert(tree) ?? store.none;
  }

  /** The tree of all paths that begin with these questions and answers; `share` of the whole tree, it is thought. */
  #explore(run: () => Outcome, questions: readonly Question[], answers: readonly number[], share: number): Tree {
    if (this.#isSpent()) return undefined;
    const path = this.#path(questions, answers, run);
    if (!begins(path.questions, questions) && !this.#over) throw this.impure(OUTSIDE);
    if (this.#over) return undefined;
    const first = questions.length;
    if (path.questions.length === first) {
      if (this.#operands === 0) this.#explored += share;
      return path.outcome;
    }
    const { values } = this.#recorder;
    // Which answers are possible depends on the cells that were read before, and on no others.
    const possible: (readonly number[])[] = [];
    const shares: number[] = [];
    for (let position = first; position < path.questions.length; position++) this.#open(path.questions[position]);
    let part = share;
    for (let position = first; position < path.questions.length; position++) {
      const question = path.questions[position] as Question;
      const answersHere = this.#isDecided(question)
        ? [path.answers[position] as number]
        : typeof question === "number"
          ? this.#possible(question)
          : EITHER;
      possible[position] = answersHere;
      shares[position] = part /= Math.max(1, answersHere.length);
      if (typeof question === "number") values[question] = path.answers[position] as number;
    }
    if (this.#operands === 0) this.#explored += part;
    let tree: Tree = path.outcome;
    for (let position = path.questions.length - 1; position >= first; position--) {
      const question = path.questions[position] as Question;
      if (this.#isDecided(question)) continue;
      const taken = path.answers[position] as number;
      const others = possible[position] as readonly number[];
      if (others.length === 0 || this.paths + others.length - 1 > this.#budget) this.#over = true;
      if (this.#over) return undefined;
      const asked = path.questions.slice(0, position + 1);
      const children: Tree[] = [];
      children[taken] = tree;
      for (const answer of others) {
        if (answer === taken) continue;
        if (typeof question === "number") values[question] = answer;
        const given = path.answers.slice(0, position + 1);
        given[position] = answer;
        children[answer] = this.#explore(run, asked, given, shares[position] as number);
        if (this.#over) return undefined;
      }
      this.#open(question);
      tree = { kind: "test", question, children };
    }
    return tree;
  }

  #open(question: Question | undefined): void {
    if (typeof question === "number") this.#recorder.values[question] = -1;
  }

  /** Whether nothing more should be tried. */
  #isSpent(): boolean {
    const { paths } = this;
    if (paths >= this.#budget) {
      // So near to the end, to go on costs less than to begin again some time.
      if (this.#explored < NEARLY) this.#over = true;
      else this.#budget *= 2;
    }
    const isTime = this.#operands === 0 && paths >= FIRST_ESTIMATED && (paths & (paths - 1)) === 0;
    if (isTime && this.#explored > 0) {
      this.projected = paths / this.#explored;
      if (this.projected > this.#budget * FAR_TOO_MANY) this.#over = true;
    }
    return this.#over;
  }

  /** Also what turned out to be certain is a question, so that the questions of a repeated run keep their places. */
  #isDecided(question: Question): boolean {
    return question === this.#store.hit || question === this.#store.none;
  }

  #answersTo(question: Question): number {
    return typeof question === "number" ? this.#recorder.shapeOf(question).cardinality : 2;
  }

  /** The values of an open cell with which the condition can still be hit; none where they are too many to try. */
  #possible(cell: number): readonly number[] {
    const { values } = this.#recorder;
    const count = this.#recorder.shapeOf(cell).cardinality;
    if (count > this.#budget) return [];
    const all = numbersTo(count);
    if (!this.#conditionCells.has(cell)) return all;
    const possible = all.filter((value) => {
      values[cell] = value;
      this.#look++;
      return this.#canHit(this.#condition as Diagram, { left: MOST_LOOKED_AT });
    });
    values[cell] = -1;
    return possible.length === 0 ? all : possible;
  }

  #canHit(node: Diagram, budget: { left: number }): boolean {
    if (node.kind === "leaf") return node === this.#store.hit;
    if (budget.left-- <= 0) return true;
    if (this.#looked.get(node) === this.#look) return false;
    this.#looked.set(node, this.#look);
    const value = this.#recorder.values[node.cell] as number;
    if (value >= 0) return this.#canHit(node.children[value] as Diagram, budget);
    return node.children.some((child) => this.#canHit(child, budget));
  }

  /**
   * Whether all operands hold, as one question. Called while a function runs; each operand is explored with what the
   * run has read so far, and nothing else, decided.
   */
  readonly #composer: Composer = (operands, functions) => {
    if (functions.some(changesVariables)) return undefined;
    this.composed = true;
    const recorder = this.#recorder;
    const answered = recorder.answered();
    if (answered !== undefined) return answered === 1;
    const outer = recorder.suspend();
    this.#operands++;
    let whole: Diagram = this.#store.hit;
    try {
      for (const operand of operands.toReversed()) {
        const tree = this.#explore(() => ({ kind: operand() ? "hit" : "none" }), [], [], 1);
        if (this.#over) throw new OverBudget();
        whole = this.#store.compose(this.diagramOf(tree, true), whole, this.#store.none);
      }
    } finally {
      this.#operands--;
      recorder.resume(outer);
    }
    return recorder.ask(whole, whole === this.#store.none ? 0 : 1) === 1;
  };

  /** One run, now and then taken twice, which must do the same. */
  #path(questions: readonly Question[], answers: readonly number[], run: () => Outcome): Path {
    const first = this.once(questions, answers, run);
    if (++this.paths <= FIRST_CHECKED || this.paths % CHECKED_EVERY === 0) {
      const second = this.once(first.questions, first.answers, run);
      const same =
        first.questions.length === second.questions.length &&
        begins(second.questions, first.questions) &&
        outcomeKey(first.outcome) === outcomeKey(second.outcome);
      if (!same && !this.#over) throw this.impure(OUTSIDE);
    }
    return first;
  }

  /** @throws ImpureError when random numbers or clocks are used meanwhile */
  watched<Result>(work: () => Result): Result {
    let forbidden: string | undefined;
    const result = watchingPurity((name) => (forbidden = name), work);
    if (forbidden !== undefined) throw this.impure(forbidden);
    return result;
  }

  impure(what = OUTSIDE): ImpureError {
    return new ImpureError(
      `${this.#where} depends on ${what}: guards, recipes and predicates may use only the state and their parameters`,
    );
  }
}

/** The answers to a predicate: no and yes. */
const EITHER: readonly number[] = [0, 1];

function begins(questions: readonly Question[], first: readonly Question[]): boolean {
  for (let position = 0; position < first.length; position++) {
    if (questions[position] !== first[position]) return false;
  }
  return true;
}

const ranges = new Map<number, readonly number[]>();

function numbersTo(count: number): readonly number[] {
  let range = ranges.get(count);
  if (range === undefined) ranges.set(count, (range = Array.from({ length: count }, (_, value) => value)));
  return range;
}

/** Thrown through the function that is being explored. */
class OverBudget extends Error {}

/** A function does not depend on the state alone. Thrown through the function, too: what it does then does not count. */
export class ImpureError extends ModelError {}

import { ModelError } from "../errors.ts";
import { composingWith, type Composer } from "../language/index.ts";
import { outcomeKey, type Diagram, type DiagramStore, type Outcome } from "./diagram.ts";
import { watchingPurity } from "./purity.ts";
import type { Recorder, Question } from "./recorder.ts";
import { changesVariables } from "./source.ts";

/** Of the paths of a function the first are taken twice, then one of so many. */
const FIRST_CHECKED = 8;
const CHECKED_EVERY = 32;
const FIRST_WATCHED = 64;
/** Paths that may be added one by one without most of them being taken again. */
const MOST_VAIN = 2_000;
/** Past this budget, such a function is not tried again as a whole. */
const MOST_TRIED = 8_000;

/** States on which a function learned part by part is run as it stands, at most. */
const MOST_SAMPLES = 256;

/** Tests of cells with more values than this stay in the tree: no code is made of them. */
const MOST_CHILDREN = 4_096;

const OUTSIDE = "something outside the state";
const ASK: Outcome = { kind: "ask" };

/** A decision tree; where nothing is known yet, undefined. */
type Tree = Outcome | Test | undefined;

interface Test {
  readonly kind: "test";
  readonly question: Question;
  readonly children: Tree[];
}

interface Path {
  readonly outcome: Outcome;
  readonly questions: readonly Question[];
  readonly answers: readonly number[];
}

/**
 * What is known of one function of a model: a decision tree over the cells that it reads. The tree is exact where it
 * is known; elsewhere one run of the function makes it so, for the values of one state or for all values in turn.
 *
 * A function that throws, or leaves the state's type, does so perhaps only where no reachable state gets: such a path
 * ends in "ask", and the reference semantics raises the error if a search gets there.
 *
 * The operands of `some`, `every`, `all` and the like are learned one by one, each over the cells that it reads
 * alone, and the whole is one question of the tree: a conjunction over ten devices has ten small parts, not the
 * product of them. That is right as long as an operand changes no variable outside itself; those whose text shows
 * that they might are run as they stand, and every search compares what was learned with the reference semantics on
 * some of its states.
 */
export class Learned {
  /** How an error calls the function: `action raise(device=0)`. */
  readonly where: string;
  readonly #recorder: Recorder<unknown>;
  readonly #store: DiagramStore;
  readonly #run: () => Outcome;
  #tree: Tree;
  #paths = 0;
  #budget = 0;
  /** Whether conjunctions may be learned part by part, and whether one was. */
  #composes = true;
  #composed = false;
  /** Paths added one by one, and questions that known paths have answered since. */
  #extended = 0;
  #found = 0;
  #hopeless = false;
  /** The largest budget that was not enough. */
  #tried = 0;
  readonly #ends = new Map<Diagram, Set<Diagram>>();
  #complete = false;
  #diagram: Diagram | undefined;

  /** @param run the function on the recorder's drafts, whatever it throws taken for "ask" */
  constructor(where: string, recorder: Recorder<unknown>, store: DiagramStore, run: () => Outcome) {
    this.where = where;
    this.#recorder = recorder;
    this.#store = store;
    this.#run = run;
  }

  /** Runs that were needed: known paths, those of operands included, before equal parts are joined. */
  get paths(): number {
    return this.#paths;
  }

  /** The largest budget that was tried in vain. */
  get tried(): number {
    return this.#complete ? 0 : this.#tried;
  }

  /** Whether every path is known. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The cell values for which the tree says nothing yet are given to the reference semantics: "ask". */
  diagram(): Diagram {
    return (this.#diagram ??= this.#convert(this.#tree));
  }

  /**
   * Whether learning path by path is given up: nearly every state takes a path of its own, so that remembering paths
   * costs more than running the function.
   */
  get hopeless(): boolean {
    return this.#hopeless;
  }

  /** The outcome for one state, by what is known; undefined where nothing is. */
  known(valueOf: (cell: number) => number): Outcome | undefined {
    let tree = this.#tree;
    if (!this.#complete) this.#found++;
    while (tree?.kind === "test") {
      const { question } = tree;
      if (typeof question === "number") tree = tree.children[valueOf(question)];
      else {
        let node = question;
        while (node.kind === "branch") node = node.children[valueOf(node.cell)] as Diagram;
        if (node.outcome.kind === "ask") return ASK;
        tree = tree.children[node.outcome.kind === "hit" ? 1 : 0];
      }
    }
    return tree;
  }

  /** The outcome for the state whose cell values the recorder holds, by one run that is not remembered. */
  run(): Outcome {
    return watchingPurity(
      () => {},
      () => this.#once([], []).outcome,
    );
  }

  /**
   * The outcome for the state whose cell values the recorder holds, by one run; its path is known from then on.
   *
   * @throws ModelError when the function does not depend on the state alone.
   */
  extend(): Outcome {
    this.#budget = Infinity;
    // Watching costs as much as a run.
    const path = (): Path => this.#path([], []);
    const watched = this.#paths < FIRST_WATCHED || this.#paths % CHECKED_EVERY === 0;
    const { outcome, questions, answers } = watched ? this.#watched(path) : path();
    this.#diagram = undefined;
    this.#extended++;
    // Walk down what is known, and hang the rest of the path there.
    let above: Test | undefined;
    let tree = this.#tree;
    let depth = 0;
    while (tree?.kind === "test") {
      if (questions[depth] !== tree.question) throw this.#impure(OUTSIDE);
      above = tree;
      tree = tree.children[answers[depth] as number];
      depth++;
    }
    if (tree !== undefined) return tree;
    let grown: Tree = outcome;
    for (let position = questions.length - 1; position >= depth; position--) {
      const test: Test = { kind: "test", question: questions[position] as Question, children: [] };
      test.children[answers[position] as number] = grown;
      grown = test;
    }
    if (this.#extended > MOST_VAIN && this.#extended > this.#found / 2) {
      this.#hopeless = true;
      this.#tree = undefined;
    } else if (above === undefined) this.#tree = grown;
    else above.children[answers[depth - 1] as number] = grown;
    return outcome;
  }

  /**
   * Learns every path.
   *
   * @param budget the most paths that are tried
   * @returns whether it was enough; if not, what is known has not changed
   * @throws ModelError when the function does not depend on the state alone.
   */
  completeWithin(budget: number): boolean {
    if (this.#complete) return true;
    if (this.#tried >= budget || (this.#hopeless && this.#tried >= MOST_TRIED)) return false;
    this.#tried = budget;
    const paths = this.#paths;
    this.#recorder.values.fill(-1);
    this.#paths = 0;
    this.#budget = budget;
    this.#composed = false;
    const explore = (): Tree => this.#explore(this.#run, [], []);
    let tree: Tree;
    try {
      tree = this.#watched(() => (this.#composes ? composingWith(this.#composer, explore) : explore()));
    } catch (error) {
      if (!this.#composed || !(error instanceof ImpureError)) throw error;
      // It may only have seemed so, because an operand changes a variable that the function looks at.
      this.#composes = false;
      this.#tried = 0;
      return this.completeWithin(budget);
    }
    if (tree === undefined || this.#budget === 0) {
      this.#paths = paths;
      return false;
    }
    this.#tree = tree;
    this.#diagram = undefined;
    this.#complete = true;
    this.#hopeless = false;
    if (!this.#composed || this.#isConfirmed()) return true;
    // An operand does change a variable that the function looks at: the whole must be run as it stands.
    this.#composes = false;
    this.#complete = false;
    this.#tried = 0;
    this.#tree = undefined;
    return this.completeWithin(budget);
  }

  /** Runs the function as it stands on states that take each turn of the tree, and compares. */
  #isConfirmed(): boolean {
    const { values } = this.#recorder;
    const random = generator();
    for (let sample = Math.min(MOST_SAMPLES, 2 * this.#paths); sample > 0; sample--) {
      values.fill(-1);
      const learned = this.#descend(random);
      for (const cell of values.keys()) {
        if ((values[cell] as number) < 0) values[cell] = random(this.#recorder.shapeOf(cell).cardinality);
      }
      const said = this.#watched(() => this.#once([], []).outcome);
      if (outcomeKey(said) !== outcomeKey(learned) && !this.#agree(said, learned)) return false;
    }
    return true;
  }

  /** Copies and constants can say the same of one state. */
  #agree(a: Outcome, b: Outcome): boolean {
    if (a.kind !== "update" || b.kind !== "update") return false;
    const { values } = this.#recorder;
    const applied = ({ writes }: typeof a): string =>
      writes
        .map(({ cell, source }) => [
          cell,
          typeof source === "number" ? source : source.map[values[source.from] as number],
        ])
        .filter(([cell, value]) => values[cell as number] !== value)
        .join(";");
    return applied(a) === applied(b);
  }

  /** Goes down the tree by chance, fixing the cells that it asks about; returns where it ends. */
  #descend(random: (below: number) => number): Outcome {
    const { values } = this.#recorder;
    const valueOf = (cell: number): number => {
      if ((values[cell] as number) < 0) values[cell] = random(this.#recorder.shapeOf(cell).cardinality);
      return values[cell] as number;
    };
    let tree = this.#tree;
    while (tree?.kind === "test") {
      const { question } = tree;
      if (typeof question === "number") {
        tree = tree.children[valueOf(question)];
        continue;
      }
      // Prefer one of the two answers, so that conjunctions of many parts come out true now and then.
      const wanted = random(2) === 1 ? this.#store.hit : this.#store.none;
      let node = question;
      while (node.kind === "branch") {
        if ((values[node.cell] as number) < 0) {
          const fit = node.children.flatMap((child, value) => (this.#reaches(child, wanted) ? [value] : []));
          if (fit.length > 0) values[node.cell] = fit[random(fit.length)] as number;
        }
        node = node.children[valueOf(node.cell)] as Diagram;
      }
      if (node.outcome.kind === "ask") return ASK;
      tree = tree.children[node === this.#store.hit ? 1 : 0];
    }
    return tree ?? ASK;
  }

  #reaches(node: Diagram, wanted: Diagram): boolean {
    if (node.kind === "leaf") return node === wanted;
    let ends = this.#ends.get(node);
    if (ends === undefined) {
      ends = new Set(node.children.flatMap((child) => (child.kind === "leaf" ? [child] : this.#endsOf(child))));
      this.#ends.set(node, ends);
    }
    return ends.has(wanted);
  }

  #endsOf(node: Diagram): Diagram[] {
    this.#reaches(node, this.#store.hit);
    return [...(this.#ends.get(node) ?? [])];
  }

  /** The tree of all paths that begin with these questions and answers; undefined past the budget. */
  #explore(run: () => Outcome, questions: readonly Question[], answers: readonly number[]): Tree {
    if (this.#paths >= this.#budget) return undefined;
    const path = this.#path(questions, answers, run);
    const same = questions.every((question, position) => path.questions[position] === question);
    if (!same && this.#budget > 0) throw this.#impure(OUTSIDE);
    if (!same) return undefined;
    const { values } = this.#recorder;
    let tree: Tree = path.outcome;
    for (let position = path.questions.length - 1; position >= questions.length; position--) {
      const question = path.questions[position] as Question;
      if (typeof question === "object" && (question === this.#store.hit || question === this.#store.none)) continue;
      const taken = path.answers[position] as number;
      const count = this.#answersTo(question);
      if (this.#paths + count - 1 > this.#budget) return undefined;
      const asked = path.questions.slice(0, position + 1);
      const children: Tree[] = [];
      for (let answer = 0; answer < count; answer++) {
        if (typeof question === "number") values[question] = answer;
        const child = answer === taken ? tree : this.#explore(run, asked, [...path.answers.slice(0, position), answer]);
        if (child === undefined) return undefined;
        children.push(child);
      }
      if (typeof question === "number") values[question] = -1;
      tree = { kind: "test", question, children };
    }
    return tree;
  }

  #answersTo(question: Question): number {
    return typeof question === "number" ? this.#recorder.shapeOf(question).cardinality : 2;
  }

  /**
   * Whether all operands hold, as one question. Called while a function runs; each operand is explored with what the
   * run has read so far, and nothing else, decided.
   */
  readonly #composer: Composer = (operands, functions) => {
    if (functions.some(changesVariables)) return undefined;
    this.#composed = true;
    const recorder = this.#recorder;
    const answered = recorder.answered();
    if (answered !== undefined) return answered === 1;
    const outer = recorder.suspend();
    let whole: Diagram = this.#store.hit;
    try {
      for (const operand of operands.toReversed()) {
        const tree = this.#explore(() => ({ kind: operand() ? "hit" : "none" }), [], []);
        if (tree === undefined) {
          // The function may catch what is thrown here; nothing is taken from it any more.
          this.#budget = 0;
          throw new OverBudget();
        }
        whole = this.#store.compose(this.#convert(tree), whole, this.#store.none);
      }
    } finally {
      recorder.resume(outer);
    }
    // Also what turns out to be certain is a question, so that the questions of a repeated run keep their places.
    return recorder.ask(whole, whole === this.#store.none ? 0 : 1) === 1;
  };

  #convert(tree: Tree): Diagram {
    if (tree === undefined) return this.#store.ask;
    if (tree.kind !== "test") return this.#store.leaf(tree);
    const children: Diagram[] = [];
    const count = this.#answersTo(tree.question);
    if (count > MOST_CHILDREN) return this.#store.ask;
    for (let answer = 0; answer < count; answer++) children.push(this.#convert(tree.children[answer]));
    if (typeof tree.question === "number") return this.#store.branch(tree.question, children);
    return this.#store.compose(tree.question, children[1] as Diagram, children[0] as Diagram);
  }

  /** One run, now and then taken twice, which must do the same. */
  #path(questions: readonly Question[], answers: readonly number[], run = this.#run): Path {
    const first = this.#once(questions, answers, run);
    if (++this.#paths <= FIRST_CHECKED || this.#paths % CHECKED_EVERY === 0) {
      const second = this.#once(first.questions, first.answers, run);
      const same =
        first.questions.length === second.questions.length &&
        first.questions.every((question, position) => second.questions[position] === question) &&
        outcomeKey(first.outcome) === outcomeKey(second.outcome);
      if (!same && this.#budget > 0) throw this.#impure(OUTSIDE);
    }
    return first;
  }

  #once(questions: readonly Question[], answers: readonly number[], run = this.#run): Path {
    this.#recorder.begin(questions, answers);
    let outcome = ASK;
    try {
      outcome = run();
    } catch (error) {
      if (error instanceof ImpureError) throw error;
    }
    return { outcome, questions: [...this.#recorder.questions], answers: [...this.#recorder.answers] };
  }

  #watched<Result>(work: () => Result): Result {
    let forbidden: string | undefined;
    const result = watchingPurity((name) => (forbidden = name), work);
    if (forbidden !== undefined) throw this.#impure(forbidden);
    return result;
  }

  #impure(what: string): ImpureError {
    return new ImpureError(
      `${this.where} depends on ${what}: guards, recipes and predicates may use only the state and their parameters`,
    );
  }
}

/** Thrown through the function that is being explored; the exploration around it sees that the budget is used up. */
class OverBudget extends Error {}

/** Thrown through the function, too: what it does then does not count. */
class ImpureError extends ModelError {}

/** Numbers that look random and are the same in every run. */
function generator(): (below: number) => number {
  let seed = 0x2545f491;
  return (below) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
}

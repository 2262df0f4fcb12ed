import { watchingPurity } from "../language/index.ts";
import type { Diagram, DiagramStore } from "./diagram.ts";
import { Explorer, FAR_TOO_MANY, ImpureError } from "./explorer.ts";
import { HIT, NONE, type Outcome } from "./outcome.ts";
import type { Recorder } from "./recorder.ts";
import { isConfirmed } from "./sampling.ts";
import { follow, grown, type Tree } from "./tree.ts";

/** Paths that may be added one by one without most of them being taken again; fewer where there are very many. */
const MOST_VAIN = 2_000;
const FEW_VAIN = 250;
/** So many paths, as far as it could be told, that states rarely share one. */
const VERY_MANY = 30_000;
/** Past this budget, such a function is not tried again as a whole. */
const MOST_TRIED = 8_000;

/**
 * What is known of one function of a model: a decision tree over the cells that it reads. The tree is exact where it
 * is known; elsewhere one run of the function makes it so, for the values of one state or for all values in turn.
 *
 * A function may have a condition: another function, learned by itself, that is run before it. Where the condition
 * does not hold, the function ends in "none"; so its own tree need not tell these states apart, and what condition and
 * function read need not be multiplied.
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
  readonly #condition: Learned | undefined;
  readonly #recorder: Recorder<unknown>;
  readonly #store: DiagramStore;
  readonly #explorer: Explorer;
  #tree: Tree;
  /** Whether conjunctions may be learned part by part. */
  #composes = true;
  /** Paths added one by one, and questions that known paths have answered since. */
  #extended = 0;
  #found = 0;
  #hopeless = false;
  /** The largest budget that was not enough. */
  #tried = 0;
  #complete = false;
  #paths = 0;
  #diagram: { readonly condition: Diagram | undefined; readonly own: Diagram } | undefined;

  /**
   * @param run the function on the recorder's drafts, whatever it throws taken for "ask"
   * @param condition where it does not hold, this function ends in "none"
   */
  constructor(
    where: string,
    recorder: Recorder<unknown>,
    store: DiagramStore,
    run: () => Outcome,
    condition?: Learned,
  ) {
    this.where = where;
    this.#recorder = recorder;
    this.#store = store;
    this.#explorer = new Explorer(where, recorder, store, run);
    this.#condition = condition;
  }

  /** Runs that were needed: known paths, those of operands and of a condition that does not always hold included. */
  get paths(): number {
    const before = this.#condition?.paths ?? 0;
    return this.#paths + (before > 1 ? before : 0);
  }

  /** The largest budget that was tried in vain. */
  get tried(): number {
    return this.#complete ? 0 : this.#tried;
  }

  /** Whether every path is known. */
  get complete(): boolean {
    return this.#complete && this.#condition?.complete !== false;
  }

  /** The cell values for which the tree says nothing yet are given to the reference semantics: "ask". */
  diagram(): Diagram {
    const condition = this.#condition?.diagram();
    if (this.#diagram === undefined || this.#diagram.condition !== condition) {
      const body = this.#explorer.diagramOf(this.#tree, this.#complete);
      const own = condition === undefined ? body : this.#store.compose(condition, body, this.#store.none);
      this.#diagram = { condition, own };
    }
    return this.#diagram.own;
  }

  /**
   * Whether learning path by path is given up: nearly every state takes a path of its own, so that remembering paths
   * costs more than running the function.
   */
  get hopeless(): boolean {
    return this.#hopeless || this.#condition?.hopeless === true;
  }

  /** The outcome for one state, by what is known; undefined where nothing is. */
  known(valueOf: (cell: number) => number): Outcome | undefined {
    const before = this.#condition === undefined ? HIT : this.#condition.known(valueOf);
    if (before?.kind !== "hit") return before;
    if (!this.#complete) this.#found++;
    return follow(this.#tree, valueOf);
  }

  /** The outcome for the state whose cell values the recorder holds, by runs that are not remembered. */
  run(): Outcome {
    const before = this.#condition === undefined ? HIT : this.#condition.run();
    if (before.kind !== "hit") return before;
    return watchingPurity(
      () => {},
      () => this.#explorer.once().outcome,
    );
  }

  /**
   * The outcome for the state whose cell values the recorder holds, by one run; its path is known from then on.
   *
   * @throws ModelError when the function does not depend on the state alone.
   */
  extend(): Outcome {
    const { values } = this.#recorder;
    const valueOf = (cell: number): number => values[cell] as number;
    const before = this.#condition === undefined ? HIT : (this.#condition.known(valueOf) ?? this.#condition.extend());
    if (before.kind !== "hit") return before;
    const known = follow(this.#tree, valueOf);
    if (known !== undefined) return known;
    const path = this.#explorer.path();
    this.#paths++;
    this.#diagram = undefined;
    this.#extended++;
    const tree = grown(this.#tree, path);
    if (tree === "differs") throw this.#explorer.impure();
    this.#tree = tree;
    const vain = this.#explorer.projected > VERY_MANY ? FEW_VAIN : MOST_VAIN;
    if (this.#extended > vain && this.#extended > this.#found / 2) {
      this.#hopeless = true;
      this.#tree = undefined;
    }
    return path.outcome;
  }

  /**
   * Learns every path.
   *
   * @param budget the most paths that are tried
   * @returns whether it was enough; if not, what is known has not changed
   * @throws ModelError when the function does not depend on the state alone.
   */
  completeWithin(budget: number): boolean {
    if (this.complete) return true;
    if (this.#tried >= budget || (this.#hopeless && this.#tried >= MOST_TRIED)) return false;
    this.#tried = budget;
    if (this.#condition !== undefined && !this.#condition.completeWithin(budget)) return false;
    const condition = this.#condition?.diagram();
    const explorer = this.#explorer;
    const tree = condition === this.#store.none ? NONE : this.#explored(budget, condition);
    if (tree === undefined) {
      // The estimate is a rough one: where it is far too much for the budget, less of it may do.
      this.#tried = Math.max(budget, explorer.projected / FAR_TOO_MANY);
      return false;
    }
    if (explorer.composed && !isConfirmed(explorer, this.#recorder, this.#store, tree, condition)) {
      // An operand changes a variable that the function looks at: the whole must be run as it stands.
      this.#composes = false;
      this.#tried = 0;
      return this.completeWithin(budget);
    }
    this.#tree = tree;
    this.#paths = explorer.paths;
    this.#diagram = undefined;
    this.#complete = true;
    this.#hopeless = false;
    return true;
  }

  #explored(budget: number, condition: Diagram | undefined): Tree {
    try {
      return this.#explorer.tree(budget, condition, this.#composes);
    } catch (error) {
      if (!this.#explorer.composed || !(error instanceof ImpureError)) throw error;
      // It may only have seemed so, because an operand changes a variable that the function looks at.
      this.#composes = false;
      return this.#explored(budget, condition);
    }
  }
}

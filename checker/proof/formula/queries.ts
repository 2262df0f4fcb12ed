import { cellsOf, Term } from "../../terms/index.ts";
import type { SystemAction } from "../../system/system.ts";
import type { Belief } from "../invariant/candidate-facts.ts";
import { now, OutOfTime } from "../../sat/deadline.ts";
import { negated, type Literal } from "../../sat/literal.ts";
import { StateFormula } from "./state-formula.ts";
import { StepFormula } from "./step-formula.ts";
import type { Bad, Fact, Task } from "../states/task.ts";

/** The formula of an action, and what has been asked of it. */
export interface Step {
  readonly formula: StepFormula;
  /** The facts added to the formula, and those that answered questions to it. */
  readonly added: Set<Fact>;
  /** Cubes and lemmas that no step was found to reach. */
  readonly checked: Set<unknown>;
  readonly lemmas: Map<Bad, Literal>;
  /** Conflicts that a question about a lemma may take. */
  patience: number;
}

/** Conflicts for the first question about a lemma; it becomes easier when more facts are known. */
export const INITIAL_LEMMA_CONFLICTS = 3_000;

/** A state that no fact excludes, "undecided" where none was found in time, undefined where there is none. */
export type Answer = Uint8Array | "undecided" | undefined;

/** Questions about states, and steps from states, that no fact and no lemma excludes. */
export class Questions {
  readonly #task: Task;
  readonly #belief: Belief;
  readonly #reads = new Map<Bad, ReadonlySet<number>>();

  constructor(task: Task, belief: Belief) {
    this.#task = task;
    this.#belief = belief;
    for (const lemma of task.lemmas) {
      const { condition } = lemma;
      this.#reads.set(lemma, new Set(condition instanceof Term ? cellsOf(condition.support) : []));
    }
  }

  step(action: SystemAction<unknown>): Step {
    const formula = new StepFormula(this.#task.parts, this.#task.system.terms, action);
    this.#assume(formula);
    return { formula, added: new Set(), checked: new Set(), lemmas: new Map(), patience: INITIAL_LEMMA_CONFLICTS };
  }

  /** A bad state; asked until there is none, or `look` throws. */
  bad({ condition }: Bad, added: Set<Fact>, look: (state: Uint8Array) => void): void {
    const formula = new StateFormula(this.#task.parts, this.#task.system.terms);
    this.#assume(formula);
    const root = formula.holds(condition);
    for (;;) {
      const state = this.ask(formula, added, () => formula.solver.solve([root], Infinity, this.#task.until));
      if (state === undefined || state === "undecided") return;
      look(state);
    }
  }

  /** A state from which the step leads to a violation of a lemma. */
  leavesLemma({ formula, lemmas, added }: Step, lemma: Bad, patience: number): Answer {
    const reads = this.#reads.get(lemma) as ReadonlySet<number>;
    if (![...formula.affected].some((part) => reads.has(part))) return undefined;
    let root = lemmas.get(lemma);
    if (root === undefined) lemmas.set(lemma, (root = formula.holdsAfter(lemma.condition)));
    const assumed = [root];
    return this.ask(formula, added, () => formula.solver.solve(assumed, patience, this.#task.until));
  }

  /** A state from which the step leads to one in which a part that is not in use has not its first value. */
  leavesRest({ formula, added }: Step, part: number): Answer {
    if (!formula.affected.has(part)) return undefined;
    return this.ask(formula, added, () => formula.leavesRest(part, this.#task.until));
  }

  /** A state from which the step leads into the cube. */
  leadsInto({ formula, added }: Step, cube: Fact["cube"]): Answer {
    if (!formula.touches(cube)) return undefined;
    return this.ask(formula, added, () => formula.leadsInto(cube, this.#task.until));
  }

  #assume(formula: StateFormula): void {
    for (const { condition } of this.#task.lemmas) formula.solver.add([negated(formula.holds(condition))]);
  }

  /** A state of the answer that no fact excludes; facts are added to the formula when they are needed. */
  ask(formula: StateFormula, added: Set<Fact>, question: () => boolean | undefined): Answer {
    for (;;) {
      if (now() > this.#task.until) throw new OutOfTime();
      const answer = question();
      if (answer !== true) return answer === undefined ? "undecided" : undefined;
      const state = formula.state();
      if (this.#belief.exclude(state, formula, added) === 0) return state;
    }
  }
}

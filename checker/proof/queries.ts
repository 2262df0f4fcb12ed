import { cellsOf, Term } from "../terms/index.ts";
import type { SystemAction } from "../system/system.ts";
import type { Belief } from "./candidate-facts.ts";
import { now, OutOfTime } from "./deadline.ts";
import { negated, type Literal } from "./sat/literal.ts";
import { StateFormula } from "./state-formula.ts";
import { StepFormula } from "./step-formula.ts";
import type { Bad, Fact, Task } from "./task.ts";

/** The formula of an action, and what has been asked of it. */
export interface Step {
  readonly formula: StepFormula;
  /** The facts that the formula has been told, and those by which questions to it were answered. */
  readonly told: Set<Fact>;
  /** What has been found not to be reached by a step. */
  readonly checked: Set<unknown>;
  readonly lemmas: Map<Bad, Literal>;
  /** Conflicts that a question about a lemma may take. */
  patience: number;
}

/** Conflicts for the first question about a lemma; it becomes easier when more facts are known. */
export const FIRST_PATIENCE = 3_000;

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
    return { formula, told: new Set(), checked: new Set(), lemmas: new Map(), patience: FIRST_PATIENCE };
  }

  /** A bad state; asked until there is none, or `look` throws. */
  bad({ condition }: Bad, told: Set<Fact>, look: (state: Uint8Array) => void): void {
    const formula = new StateFormula(this.#task.parts, this.#task.system.terms);
    this.#assume(formula);
    const root = formula.holds(condition);
    for (;;) {
      const state = this.ask(formula, told, () => formula.solver.solve([root], Infinity, this.#task.until));
      if (state === undefined || state === "undecided") return;
      look(state);
    }
  }

  /** A state from which the step leads to a violation of a lemma. */
  leavesLemma({ formula, lemmas, told }: Step, lemma: Bad, patience: number): Answer {
    const reads = this.#reads.get(lemma) as ReadonlySet<number>;
    if (![...formula.affected].some((part) => reads.has(part))) return undefined;
    let root = lemmas.get(lemma);
    if (root === undefined) lemmas.set(lemma, (root = formula.holdsAfter(lemma.condition)));
    const assumed = [root];
    return this.ask(formula, told, () => formula.solver.solve(assumed, patience, this.#task.until));
  }

  /** A state from which the step leads to one in which a part that is not in use has not its first value. */
  leavesRest({ formula, told }: Step, part: number): Answer {
    if (!formula.affected.has(part)) return undefined;
    return this.ask(formula, told, () => formula.leavesRest(part, this.#task.until));
  }

  /** A state from which the step leads into the cube. */
  leadsInto({ formula, told }: Step, cube: Fact["cube"]): Answer {
    if (!formula.touches(cube)) return undefined;
    return this.ask(formula, told, () => formula.leadsInto(cube, this.#task.until));
  }

  #assume(formula: StateFormula): void {
    for (const { condition } of this.#task.lemmas) formula.solver.add([negated(formula.holds(condition))]);
  }

  /** A state of the answer that no fact excludes; facts are told to the formula when they are needed. */
  ask(formula: StateFormula, told: Set<Fact>, question: () => boolean | undefined): Answer {
    for (;;) {
      if (now() > this.#task.until) throw new OutOfTime();
      const answer = question();
      if (answer !== true) return answer === undefined ? "undecided" : undefined;
      const state = formula.state();
      if (this.#belief.exclude(state, formula, told) === 0) return state;
    }
  }
}

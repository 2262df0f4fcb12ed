import { InternalError } from "../../errors.ts";
import type { SystemAction } from "../../system/system.ts";
import { Belief } from "./candidate-facts.ts";
import { Generaliser } from "./generalise.ts";
import { inherit } from "./reuse.ts";
import { Lifting } from "./lifting.ts";
import { neededOf } from "./minimise.ts";
import { Questions, type Step } from "../formula/queries.ts";
import { cellsOf, cubeKey, cubeOf, fullMask, valuesOf, type Cube } from "../states/states.ts";
import { NotAtRest, Refuted, type Bad, type Fact, type Task } from "../states/task.ts";
import { Interpreter } from "../../system/interpreter.ts";
import { Random, Walker } from "../states/walker.ts";

/** When a rare state turns up: walks from there, and steps of each. */
const RARE_STATE_WALKS = 8;
const RARE_STATE_STEPS = 30;

/**
 * Looks for facts that make up an inductive invariant. Whenever a solver finds a step from a state that no fact excludes to
 * one that must not be reached, the state before is excluded by a fact that holds for all samples; it must not be reached
 * either from then on. Where a sample already stands in the way, the state after the step is reachable, and the facts that
 * exclude it are given up (Bradley, SAT-based model checking without unrolling, VMCAI 2011; Garg et al., ICE, CAV 2014).
 */
export class Learner {
  readonly #task: Task;
  readonly #random = new Random(7);
  readonly #walker: Walker;
  readonly #generaliser: Generaliser;
  readonly #belief: Belief;
  readonly #questions: Questions;
  readonly #steps = new Map<number, Step>();

  /** With facts that were found elsewhere, hard questions are left to who confirms the invariant. */
  readonly #mayLeave: boolean;
  #isLeft = false;

  constructor(task: Task) {
    this.#mayLeave = task.guesses.length > 0 && !task.thorough;
    const { system, parts, samples } = task;
    this.#task = task;
    this.#walker = new Walker(system, this.#random);
    this.#belief = new Belief(task, this.#random, (wrong) => {
      for (const [index, { added }] of this.#steps) {
        if ([...wrong].some((fact) => added.has(fact))) this.#steps.delete(index);
      }
    });
    this.#generaliser = new Generaliser(parts, samples, this.#random);
    this.#questions = new Questions(task, this.#belief);
  }

  /**
   * The facts that are needed: with the lemmas they are true at the start, no step leads out of them, and they exclude
   * what is bad.
   *
   * @throws Refuted, NotAtRest, OutOfTime
   */
  run(): readonly Fact[] {
    const { system, lemmas, bad, thorough } = this.#task;
    const { facts } = this.#belief;
    this.#excludeUnseen();
    inherit(this.#task, this.#belief, this.#questions, (action) => this.#step(action));
    for (let open = true; open;) {
      open = false;
      for (const one of bad) if (this.#excludeBad(one)) open = true;
      for (const action of system.actions) {
        for (const lemma of lemmas) open = this.#once(action, lemma, () => this.#keepLemma(action, lemma)) || open;
        open = this.#once(action, "rest", () => this.#keepRest(action)) || open;
      }
      for (const fact of facts) {
        for (const action of system.actions) {
          if (facts.has(fact)) open = this.#once(action, fact, () => this.#keep(action, fact, fact.cube)) || open;
        }
      }
      if (open || !thorough) continue;
      for (const fact of facts) {
        for (const cube of fact.cubes) {
          for (const action of system.actions) {
            if (facts.has(fact)) open = this.#once(action, cube, () => this.#keep(action, fact, cube)) || open;
          }
        }
      }
    }
    if (this.#isLeft) return [...facts];
    return neededOf(this.#task, this.#questions, (action) => this.#step(action));
  }

  /** Whether it had to be looked at. */
  #once(action: SystemAction<unknown>, what: unknown, look: () => boolean): boolean {
    if (this.#steps.get(action.instance.index)?.checked.has(what) === true) return false;
    if (look()) this.#step(action).checked.add(what);
    return true;
  }

  #step(action: SystemAction<unknown>): Step {
    const { index } = action.instance;
    let step = this.#steps.get(index);
    if (step === undefined) this.#steps.set(index, (step = this.#questions.step(action)));
    return step;
  }

  /** A value that no sample has is one that no state has. */
  #excludeUnseen(): void {
    for (const part of this.#task.parts) {
      if (part === undefined) continue;
      for (let value = 0; fullMask(part) >> value > 0; value++) {
        const cube = new Map([[part.number, 1 << value]]);
        if (!this.#belief.implies(cube) && this.#task.samples.first(cube) === undefined) this.#belief.admit(cube);
      }
    }
  }

  /** @returns whether there was something to exclude */
  #excludeBad(bad: Bad): boolean {
    const { lemmas } = this.#task;
    let found = false;
    this.#questions.bad(bad, new Set(), (state) => {
      found = true;
      const cubes = this.#lifted(state, (lifting) => {
        for (const { condition } of [bad, ...lemmas]) lifting.follow(condition);
      });
      this.#excludeWhatLeadsTo(bad.id, cubes, state);
    });
    return found;
  }

  #keepLemma(action: SystemAction<unknown>, lemma: Bad): boolean {
    const { lemmas } = this.#task;
    for (;;) {
      const step = this.#step(action);
      const state = this.#questions.leavesLemma(step, lemma, step.patience);
      if (state === undefined) return true;
      if (state === "undecided") {
        if (this.#mayLeave) {
          this.#isLeft = true;
          return true;
        }
        step.patience *= 4;
        this.#belief.addAll(step.formula, step.added);
        return false;
      }
      const cubes = this.#lifted(state, (lifting) => {
        lifting.stepAndFollow(action, lemma.condition);
        for (const { condition } of lemmas) lifting.follow(condition);
      });
      this.#excludeWhatLeadsTo(lemma.id, cubes, state);
    }
  }

  /** Relevant parts of a state, in several ways: where one of several reasons is enough, it depends which is taken. */
  #lifted(state: Uint8Array, follow: (lifting: Lifting) => void): Cube[] {
    const { system, parts } = this.#task;
    const cells = cellsOf(parts, state);
    const picks = [() => 0, (count: number) => count - 1, (count: number) => this.#random.next(count)];
    const cubes = picks.map((pick) => {
      const lifting = new Lifting(system, parts, cells, pick);
      follow(lifting);
      return lifting.cube;
    });
    return [...new Map(cubes.map((cube) => [cubeKey(cubeOf([...cube])), cube])).values()];
  }

  #sampleIn(cubes: readonly Cube[]): Uint8Array | undefined {
    return cubes.map((cube) => this.#task.samples.first(cube)).find((known) => known !== undefined);
  }

  #excludeWhatLeadsTo(id: string, cubes: readonly Cube[], state: Uint8Array): void {
    if (this.#sampleIn(cubes) !== undefined) throw new Refuted(id);
    this.#exclude(cubes, state);
  }

  /** Parts that are not in use have their first value: what is of no use must not come back as something else. */
  #keepRest(action: SystemAction<unknown>): boolean {
    const { parts, samples } = this.#task;
    for (const part of parts) {
      if (part === undefined || part.unused.length === 0) continue;
      for (;;) {
        const state = this.#questions.leavesRest(this.#step(action), part.number);
        if (state === undefined) break;
        if (state === "undecided") return false;
        const whole = new Map(
          parts.flatMap((one) => (one === undefined ? [] : [[one.number, 1 << (state[one.number] as number)]])),
        );
        if (samples.first(whole) !== undefined) throw new NotAtRest(part.family);
        this.#exclude([whole], state);
      }
    }
    return true;
  }

  /** Excludes whatever a step leads into a cube of the fact from, or gives the fact up. */
  #keep(action: SystemAction<unknown>, fact: Fact, cube: Cube): boolean {
    const { system, parts } = this.#task;
    const belief = this.#belief;
    while (belief.facts.has(fact)) {
      const state = this.#questions.leadsInto(this.#step(action), cube);
      if (state === undefined) return true;
      if (state === "undecided") return false;
      const cubes = this.#lifted(state, (lifting) => lifting.stepInto(action, cube));
      const known = this.#sampleIn(cubes);
      if (known === undefined) {
        this.#exclude(cubes, state);
        continue;
      }
      const next = new Interpreter(system).enter(cellsOf(parts, known)).step(action.instance.index);
      if (next === undefined) throw new InternalError(`${action.instance.text} is not enabled as expected`);
      belief.note(valuesOf(parts, next));
      this.#lookAround(next);
      belief.giveUpWrong();
      if (belief.facts.has(fact)) {
        throw new InternalError(`a step by ${action.instance.text} does not lead to the expected state`);
      }
    }
    return true;
  }

  /** States reachable from a rare state are rare as well. */
  #lookAround(start: readonly number[]): void {
    const belief = this.#belief;
    for (let walk = 0; walk < RARE_STATE_WALKS; walk++) {
      let cells: readonly number[] | undefined = start;
      const without = this.#walker.some();
      for (let step = 0; step < RARE_STATE_STEPS; step++) {
        cells = this.#walker.after(cells, without);
        if (cells === undefined) break;
        for (let count = 0; count < 3; count++) belief.note(belief.mixed(valuesOf(this.#task.parts, cells)));
      }
    }
  }

  /** Excludes a cube without samples by a fact, or finds a sample in it: then the caller must ask again. */
  #exclude(cubes: readonly Cube[], state: Uint8Array): void {
    this.#belief.admit(this.#generaliser.generalised(cubes, state));
  }
}

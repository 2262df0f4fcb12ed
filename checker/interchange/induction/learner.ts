import { InternalError } from "../../errors.ts";
import { visitNodes, type Diagram } from "../../learning/diagram.ts";
import type { Expression } from "../expression.ts";
import type { SystemAction, TransitionSystem } from "../system.ts";
import { Generaliser } from "./generalise.ts";
import { Lifting } from "./lifting.ts";
import type { Samples } from "./samples.ts";
import { negated, type Literal } from "./solver.ts";
import { StateFormula } from "./state-formula.ts";
import { StepFormula } from "./step-formula.ts";
import { cellsOf, fullMask, isIn, valuesOf, type Cube, type Parts } from "./states.ts";
import { exchanged, imagesOf, mixesOf, type Exchange } from "./symmetry.ts";
import { Random, stepOf, Walker } from "./walker.ts";

/** States that must not be reached. */
export interface Bad {
  /** What they mean: the id of a property. */
  readonly id: string;
  readonly condition: Expression;
  /** The diagrams that the condition was made from. */
  readonly diagrams: readonly Diagram[];
}

/** That no state of a cube can be reached, nor of any that it becomes when things of a kind are exchanged. */
export interface Fact {
  readonly number: number;
  readonly cube: Cube;
  readonly cubes: readonly Cube[];
}

/** A state that must not be reached is thought to be reachable. */
export class Refuted extends Error {
  readonly id: string;

  constructor(id: string) {
    super(id);
    this.id = id;
  }
}

/** A part that was thought to be out of use at times is not. */
export class NotAtRest extends Error {
  /** The family of the part. */
  readonly family: string;

  constructor(family: string) {
    super(family);
    this.family = family;
  }
}

/** The time is up. */
export class OutOfTime extends Error {}

/** What the learner is told. */
export interface Task {
  readonly system: TransitionSystem<unknown>;
  readonly parts: Parts;
  readonly exchanges: readonly Exchange[];
  readonly samples: Samples;
  /** What holds in every reachable state, and is proved along with the facts: no state of these can be reached. */
  readonly lemmas: readonly Bad[];
  /** What the facts and lemmas must exclude. */
  readonly bad: readonly Bad[];
  /** When to give up, by `performance.now()`. */
  readonly until: number;
  readonly onProgress?: (facts: number, clauses: number, samples: number) => void;
}

interface Step {
  readonly formula: StepFormula;
  /** The facts that the formula has been told, and those by which questions to it were answered. */
  readonly facts: Set<Fact>;
  /** What has been found not to be reached by a step. */
  readonly checked: Set<unknown>;
  readonly lemmas: Map<Bad, Literal>;
  /** Conflicts that a question about a lemma may take. */
  patience: number;
}

/** Conflicts for the first question about a lemma; it becomes easier when more facts are known. */
const FIRST_PATIENCE = 3_000;
/** Facts that a formula is told at once. */
const TOLD_AT_ONCE = 20;
/** When a rare state turns up: walks from there, and steps of each. */
const WALKS = 8;
const STEPS = 30;

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
  readonly #mixes: readonly Exchange[];
  readonly #generaliser: Generaliser;
  readonly #facts = new Set<Fact>();
  #clauses: { readonly fact: Fact; readonly cube: Cube; readonly parts: Int32Array; readonly masks: Int32Array }[] = [];
  readonly #steps = new Map<number, Step>();
  readonly #reads = new Map<Bad, ReadonlySet<number>>();
  #made = 0;

  constructor(task: Task) {
    const { system, parts, exchanges, samples, lemmas } = task;
    this.#task = task;
    this.#walker = new Walker(system, this.#random);
    this.#mixes = mixesOf(exchanges, this.#random);
    this.#generaliser = new Generaliser(parts, samples, this.#random);
    for (const lemma of lemmas) {
      const cells = new Set<number>();
      for (const diagram of lemma.diagrams)
        visitNodes(diagram, (node) => node.kind === "branch" && cells.add(node.cell));
      this.#reads.set(lemma, cells);
    }
  }

  /**
   * The facts that are needed: with the lemmas they are true at the start, no step leads out of them, and they exclude
   * what is bad.
   *
   * @throws Refuted, OutOfTime
   */
  run(): readonly Fact[] {
    const { system, lemmas, bad } = this.#task;
    this.#excludeUnseen();
    for (let open = true; open;) {
      open = false;
      for (const one of bad) if (this.#excludeBad(one)) open = true;
      for (const action of system.actions) {
        for (const lemma of lemmas) open = this.#once(action, lemma, () => this.#keepLemma(action, lemma)) || open;
        open = this.#once(action, "rest", () => this.#keepRest(action)) || open;
      }
      for (const fact of this.#facts) {
        for (const action of system.actions) {
          if (this.#facts.has(fact)) open = this.#once(action, fact, () => this.#keep(action, fact)) || open;
        }
      }
    }
    return this.#needed();
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
    if (step === undefined) this.#steps.set(index, (step = this.#newStep(action)));
    return step;
  }

  #newStep(action: SystemAction<unknown>): Step {
    const formula = new StepFormula(this.#task.parts, action);
    this.#assume(formula);
    return { formula, facts: new Set(), checked: new Set(), lemmas: new Map(), patience: FIRST_PATIENCE };
  }

  #assume(formula: StateFormula): void {
    for (const { condition } of this.#task.lemmas) formula.solver.add([negated(formula.holds(condition))]);
  }

  /** A state of the answer that no fact excludes; facts are told to the formula when they are needed. */
  #ask(
    formula: StateFormula,
    facts: Set<Fact>,
    question: () => boolean | undefined,
  ): Uint8Array | "undecided" | undefined {
    for (;;) {
      if (performance.now() > this.#task.until) throw new OutOfTime();
      const answer = question();
      if (answer !== true) return answer === undefined ? "undecided" : undefined;
      const state = formula.state();
      let told = 0;
      for (const { fact, cube, parts, masks } of this.#clauses) {
        let at = 0;
        while (at < parts.length && ((masks[at] as number) >> (state[parts[at] as number] as number)) & 1) at++;
        if (at < parts.length) continue;
        formula.exclude(cube);
        facts.add(fact);
        if (++told >= TOLD_AT_ONCE) break;
      }
      if (told === 0) return state;
    }
  }

  /** A value that no sample has is one that no state has. */
  #excludeUnseen(): void {
    for (const part of this.#task.parts) {
      if (part === undefined) continue;
      for (let value = 0; fullMask(part) >> value > 0; value++) {
        const cube = new Map([[part.number, 1 << value]]);
        const isKnown = this.#clauses.some((one) => one.cube.size === 1 && one.cube.get(part.number) === 1 << value);
        if (!isKnown && this.#task.samples.first(cube) === undefined) this.#admit(cube);
      }
    }
  }

  /** @returns whether there was something to exclude */
  #excludeBad({ id, condition, diagrams }: Bad): boolean {
    const { parts, lemmas } = this.#task;
    const formula = new StateFormula(parts);
    this.#assume(formula);
    const root = formula.holds(condition);
    for (let found = false; ; found = true) {
      const state = this.#ask(formula, new Set(), () => formula.solver.solve([root]));
      if (state === undefined || state === "undecided") return found;
      const lifting = new Lifting(parts, cellsOf(parts, state));
      for (const diagram of diagrams) lifting.follow(diagram);
      for (const lemma of lemmas) for (const diagram of lemma.diagrams) lifting.follow(diagram);
      this.#excludeWhatLeadsTo(id, lifting.cube, state);
    }
  }

  #keepLemma(action: SystemAction<unknown>, lemma: Bad): boolean {
    const { parts, lemmas } = this.#task;
    for (;;) {
      const step = this.#step(action);
      const { formula } = step;
      const reads = this.#reads.get(lemma) as ReadonlySet<number>;
      if (![...formula.affected].some((part) => reads.has(part))) return true;
      const root = this.#after(step, lemma);
      const state = this.#ask(formula, step.facts, () => formula.solver.solve([root], step.patience));
      if (state === undefined) return true;
      if (state === "undecided") {
        step.patience *= 4;
        this.#tellAll(step);
        return false;
      }
      const lifting = new Lifting(parts, cellsOf(parts, state));
      for (const diagram of lemma.diagrams) lifting.stepAndFollow(action, diagram);
      for (const other of lemmas) for (const diagram of other.diagrams) lifting.follow(diagram);
      this.#excludeWhatLeadsTo(lemma.id, lifting.cube, state);
    }
  }

  #after({ formula, lemmas }: Step, lemma: Bad): Literal {
    let root = lemmas.get(lemma);
    if (root === undefined) lemmas.set(lemma, (root = formula.holdsAfter(lemma.condition)));
    return root;
  }

  #tellAll({ formula, facts }: Step): void {
    for (const { fact, cube } of this.#clauses) if (!facts.has(fact)) formula.exclude(cube);
    for (const fact of this.#facts) facts.add(fact);
  }

  #excludeWhatLeadsTo(id: string, cube: Cube, state: Uint8Array): void {
    if (this.#task.samples.first(cube) !== undefined) throw new Refuted(id);
    this.#exclude(cube, state);
  }

  /** Parts that are not in use have their first value: what is of no use must not come back as something else. */
  #keepRest(action: SystemAction<unknown>): boolean {
    const { parts, samples } = this.#task;
    for (const part of parts) {
      if (part === undefined || part.unused.length === 0) continue;
      for (;;) {
        const { formula, facts } = this.#step(action);
        if (!formula.affected.has(part.number)) break;
        const state = this.#ask(formula, facts, () => formula.leavesRest(part.number));
        if (state === undefined || state === "undecided") break;
        const whole = new Map(
          parts.flatMap((one) => (one === undefined ? [] : [[one.number, 1 << (state[one.number] as number)]])),
        );
        if (samples.first(whole) !== undefined) throw new NotAtRest(part.family);
        this.#exclude(whole, state);
      }
    }
    return true;
  }

  #keep(action: SystemAction<unknown>, fact: Fact): boolean {
    const { system, parts, samples } = this.#task;
    while (this.#facts.has(fact)) {
      const { formula, facts } = this.#step(action);
      if (!formula.touches(fact.cube)) return true;
      const state = this.#ask(formula, facts, () => formula.leadsInto(fact.cube));
      if (state === undefined || state === "undecided") return true;
      const lifting = new Lifting(parts, cellsOf(parts, state));
      lifting.stepInto(action, fact.cube);
      const known = samples.first(lifting.cube);
      if (known === undefined) {
        this.#exclude(lifting.cube, state);
        continue;
      }
      const next = stepOf(system, action.instance.index, cellsOf(parts, known));
      if (next === undefined) throw new InternalError(`${action.instance.text} is not enabled where it must be`);
      this.#noteReachable(valuesOf(parts, next));
      this.#lookAround(next);
      this.#giveUpWrong();
      if (this.#facts.has(fact))
        throw new InternalError(`a step by ${action.instance.text} does not lead where it must`);
    }
    return true;
  }

  /** What can be reached from a rare state is rare as well. */
  #lookAround(start: readonly number[]): void {
    for (let walk = 0; walk < WALKS; walk++) {
      let cells: readonly number[] | undefined = start;
      const without = this.#walker.some();
      for (let step = 0; step < STEPS; step++) {
        cells = this.#walker.after(cells, without);
        if (cells === undefined) break;
        for (let count = 0; count < 3; count++) this.#noteReachable(this.#mixed(valuesOf(this.#task.parts, cells)));
      }
    }
  }

  #mixed(values: Uint8Array): Uint8Array {
    const mix = this.#mixes[this.#random.next(this.#mixes.length)];
    return mix === undefined ? values : exchanged(values, mix);
  }

  readonly #noted: Uint8Array[] = [];

  #noteReachable(values: Uint8Array): void {
    if (this.#task.samples.add(values)) this.#noted.push(values);
  }

  /** Gives up the facts that exclude what has been noted. */
  #giveUpWrong(): void {
    const wrong = new Set<Fact>();
    for (const { fact, cube } of this.#clauses) {
      if (!wrong.has(fact) && this.#noted.some((state) => isIn(state, cube))) wrong.add(fact);
    }
    this.#noted.length = 0;
    if (wrong.size === 0) return;
    for (const fact of wrong) this.#facts.delete(fact);
    this.#clauses = this.#clauses.filter(({ fact }) => !wrong.has(fact));
    for (const [index, { facts }] of this.#steps) {
      if ([...wrong].some((fact) => facts.has(fact))) this.#steps.delete(index);
    }
  }

  /** Excludes a cube without samples by a fact, or finds a sample in it: whoever asked must ask again. */
  #exclude(cube: Cube, state: Uint8Array): void {
    this.#admit(this.#generaliser.generalised(cube, state));
  }

  #admit(cube: Cube): void {
    const { samples, exchanges, onProgress } = this.#task;
    const images = imagesOf(cube, exchanges);
    for (const image of images) {
      const known = samples.first(image.cube);
      if (known === undefined) continue;
      // What it becomes when things are exchanged is as reachable.
      const state = image.back.reduce(exchanged, known);
      this.#noteReachable(state);
      for (let count = 0; count < 8; count++) this.#noteReachable(this.#mixed(state));
      this.#giveUpWrong();
      return;
    }
    const fact: Fact = { number: this.#made++, cube, cubes: images.map((image) => image.cube) };
    this.#facts.add(fact);
    for (const one of fact.cubes) {
      this.#clauses.push({ fact, cube: one, parts: Int32Array.from(one.keys()), masks: Int32Array.from(one.values()) });
    }
    onProgress?.(this.#facts.size, this.#clauses.length, samples.count);
  }

  /** Asks everything once more, and keeps the facts by which it is answered. */
  #needed(): Fact[] {
    const { system, parts, lemmas, bad } = this.#task;
    const needed = new Set<Fact>();
    const expect = (answer: Uint8Array | "undecided" | undefined): void => {
      if (answer !== undefined) throw new InternalError("what was found to be an invariant is none");
    };
    const steps = system.actions.map((action) => ({ action, step: this.#newStep(action) }));
    for (const { condition } of bad) {
      const formula = new StateFormula(parts);
      this.#assume(formula);
      const root = formula.holds(condition);
      expect(this.#ask(formula, needed, () => formula.solver.solve([root])));
    }
    for (const { action, step } of steps) {
      const { formula } = step;
      for (const lemma of lemmas) {
        const reads = this.#reads.get(lemma) as ReadonlySet<number>;
        if (![...formula.affected].some((part) => reads.has(part))) continue;
        const root = this.#after(step, lemma);
        const answer = this.#ask(formula, needed, () => formula.solver.solve([root], FIRST_PATIENCE * 4));
        if (answer !== "undecided") expect(answer);
        else {
          // By all facts it was answered before.
          const known = this.#step(action);
          for (const fact of known.facts) needed.add(fact);
          const again = this.#after(known, lemma);
          expect(this.#ask(known.formula, needed, () => known.formula.solver.solve([again])));
        }
      }
      for (const part of parts) {
        if (part === undefined || part.unused.length === 0 || !formula.affected.has(part.number)) continue;
        expect(this.#ask(formula, needed, () => formula.leavesRest(part.number)));
      }
    }
    for (const { cube } of needed) {
      for (const { step } of steps) {
        if (step.formula.touches(cube)) expect(this.#ask(step.formula, needed, () => step.formula.leadsInto(cube)));
      }
    }
    return [...needed].sort((a, b) => a.number - b.number);
  }
}

import { InternalError } from "../../errors.ts";
import { StateFormula } from "../../proof/formula/state-formula.ts";
import type { Parts } from "../../proof/states/states.ts";
import { negated, positive, type Literal } from "../../sat/literal.ts";
import { Terms, type Bool, type Value } from "../../terms/index.ts";
import { FiniteSystem, type Sizes, type State } from "../evaluate.ts";
import { cellsRead } from "../expressions.ts";
import { finiteCells, isRigid, TermsOf } from "../instance.ts";
import type { Action, AnySizeSystem, Cell, Expression } from "../system.ts";

/** A step at a fixed size from a state of all claims to one in which one of them is false. */
export interface FiniteFailure {
  readonly action: Action;
  readonly parameters: readonly number[];
  readonly before: State;
  readonly after: State;
}

/** Questions about induction at a fixed size, for a SAT solver. */
export class FiniteInduction {
  readonly finite: FiniteSystem;
  readonly terms = new Terms();
  readonly parts: Parts;
  readonly before: TermsOf;
  readonly instances: readonly InstanceFormula[];
  readonly claims: Expression[] = [];
  readonly #cells: readonly Value[];
  readonly #bools: Bool[] = [];

  constructor(system: AnySizeSystem, sizes: Sizes) {
    const finite = new FiniteSystem(system, sizes);
    this.finite = finite;
    // A cell that stays the same index is the first element.
    const cells = finiteCells(finite, this.terms, (cell) => {
      const values = finite.valuesOf(cell);
      return isRigid(system, cell) && values[0] === 0 ? [0] : values;
    });
    this.#cells = cells.values;
    this.parts = cells.parts;
    this.before = new TermsOf(finite, this.terms, (cell, indices) => this.#cells[finite.at(cell, indices)] as Value);
    this.instances = system.actions.flatMap((action) =>
      this.#combinations(action).map((parameters) => new InstanceFormula(this, action, parameters)),
    );
  }

  /** Parameters of an action, but for those that differ in the names of elements only; rigid cells are element 0. */
  #combinations({ parameters }: Action): number[][] {
    const { finite } = this;
    const fixed = new Set(
      finite.system.cells.flatMap((cell) =>
        isRigid(finite.system, cell) && cell.type.kind === "index" ? [cell.type.sort.name] : [],
      ),
    );
    return finite.combinations(parameters.map(({ sort }) => sort)).filter((values) => {
      const used = new Map<string, number>([...fixed].map((name) => [name, 1]));
      return values.every((value, place) => {
        const name = parameters[place]?.sort.name as string;
        const most = used.get(name) ?? 0;
        used.set(name, Math.max(most, value + 1));
        return value <= most;
      });
    });
  }

  cellAt(cell: Cell, indices: readonly number[]): Value {
    return this.#cells[this.finite.at(cell, indices)] as Value;
  }

  add(claim: Expression): void {
    this.claims.push(claim);
    this.#bools.push(this.before.bool(claim, new Map()));
  }

  boolOf(index: number): Bool {
    return this.#bools[index] as Bool;
  }
}

/** An action with its parameters at a fixed size, and the questions about its steps. */
export class InstanceFormula {
  readonly action: Action;
  readonly parameters: readonly number[];
  readonly #of: FiniteInduction;
  readonly #changed: ReadonlySet<Cell>;
  #formula: StateFormula | undefined;
  #after: TermsOf | undefined;
  /** After a question to which no step is the answer: the claims that exclude one. */
  core: readonly number[] = [];
  #guard: Literal = 0;
  #asserted: Literal[] = [];
  readonly #refuted = new Map<Expression, Literal>();

  constructor(of: FiniteInduction, action: Action, parameters: readonly number[]) {
    this.#of = of;
    this.action = action;
    this.parameters = parameters;
    this.#changed = new Set(action.updates.map(({ cell }) => cell));
  }

  changes(claim: Expression): boolean {
    for (const cell of cellsRead(claim)) if (this.#changed.has(cell)) return true;
    return false;
  }

  /** A state of all claims from which this step leads to one where a claim is false. */
  failure(claim: Expression, assumed: readonly number[]): FiniteFailure | undefined {
    const { finite } = this.#of;
    const formula = this.#prepared();
    for (let index = this.#asserted.length; index < this.#of.claims.length; index++) {
      const own = positive(formula.solver.variable(true));
      formula.solver.add([negated(own), formula.holds(this.#of.boolOf(index))]);
      this.#asserted.push(own);
    }
    let refuted = this.#refuted.get(claim);
    if (refuted === undefined) {
      refuted = negated(formula.holds((this.#after as TermsOf).bool(claim, new Map())));
      this.#refuted.set(claim, refuted);
    }
    const labels = assumed.map((index) => this.#asserted[index] as Literal);
    if (formula.solver.solve([...labels, this.#guard, refuted]) !== true) {
      const failed = new Set(formula.solver.failed);
      this.core = assumed.filter((index) => failed.has(this.#asserted[index] as Literal));
      return undefined;
    }
    const before = formula.state();
    const after = finite.step(this.action, this.parameters, before);
    if (after === undefined || finite.evaluate(claim, after) === true)
      throw new InternalError(`a step by ${this.action.name} that the SAT solver found is none`);
    return { action: this.action, parameters: this.parameters, before, after };
  }

  #prepared(): StateFormula {
    if (this.#formula !== undefined) return this.#formula;
    const { finite, before } = this.#of;
    const formula = new StateFormula(this.#of.parts, this.#of.terms);
    const env = new Map(this.action.parameters.map((one, place) => [one, this.parameters[place] as number]));
    this.#guard = formula.holds(before.bool(this.action.guard, env));
    const next = new Map<number, Value>();
    for (const update of this.action.updates) {
      for (const indices of finite.combinations(update.cell.parameters)) {
        const inner = new Map([...env, ...update.parameters.map((one, at) => [one, indices[at] as number] as const)]);
        next.set(finite.at(update.cell, indices), before.value(update.value, inner));
      }
    }
    this.#after = new TermsOf(finite, this.#of.terms, (cell, indices) => {
      const at = finite.at(cell, indices);
      return next.has(at) ? next.get(at) : this.#of.cellAt(cell, indices);
    });
    this.#formula = formula;
    return formula;
  }
}

import { InternalError } from "../errors.ts";
import type { Action, AnySizeSystem, Cell, Expression, Sort, Variable } from "./system.ts";

/** The number of elements of each sort, by its name. */
export type Sizes = Readonly<Record<string, number>>;

/** As in "cpu=2 vector=2 device=1". */
export function sizesText(sizes: Sizes): string {
  return Object.entries(sizes)
    .map(([name, count]) => `${name}=${count}`)
    .join(" ");
}

/** A value in a finite state: a boolean, a name, or the number of an element; undefined where a read has no index. */
export type Scalar = boolean | string | number | undefined;

/** A state of a system at some size: the number of the value of each cell at each combination of indices. */
export type State = Uint8Array;

type Compiled = (state: State, environment: number[]) => Scalar;

/** An action with a value for each parameter. */
export interface ActionInstance {
  readonly action: Action;
  readonly parameters: readonly number[];
}

/**
 * A system at some size, evaluated by direct recursion over its expressions. What solvers say of a state or a step is
 * not believed unless this agrees.
 *
 * A boolean read, an equality or a test for an index is false if it reads a cell at a name in place of an index.
 */
export class FiniteSystem {
  readonly system: AnySizeSystem;
  readonly sizes: Sizes;
  /** Values of all cells at all combinations of indices. */
  readonly length: number;
  readonly #offsets = new Map<Cell, number>();
  readonly #actions = new Map<Action, CompiledAction>();
  readonly #slots = new Map<Variable, number>();

  constructor(system: AnySizeSystem, sizes: Sizes) {
    this.system = system;
    this.sizes = sizes;
    let length = 0;
    for (const cell of system.cells) {
      this.#offsets.set(cell, length);
      length += cell.parameters.reduce((product, sort) => product * this.count(sort), 1);
    }
    this.length = length;
  }

  count(sort: Sort): number {
    const count = this.sizes[sort.name];
    if (count === undefined) throw new InternalError(`no number of elements is given for ${sort.name}`);
    return count;
  }

  /** The position of a cell's value in a state. */
  at(cell: Cell, indices: readonly number[]): number {
    const offset = this.#offsets.get(cell);
    if (offset === undefined) throw new InternalError(`${cell.name} is not a cell of ${this.system.name}`);
    return (
      offset + cell.parameters.reduce((sum, sort, place) => sum * this.count(sort) + (indices[place] as number), 0)
    );
  }

  /** The values that a cell can have; the number of a value is its position here. */
  valuesOf({ type }: Pick<Cell, "type">): readonly Exclude<Scalar, undefined>[] {
    switch (type.kind) {
      case "boolean":
        return [false, true];
      case "names":
        return type.names;
      case "index":
        return [...type.names, ...Array.from({ length: this.count(type.sort) }, (_, index) => index)];
    }
  }

  /** All combinations of elements of some sorts. */
  combinations(sorts: readonly Sort[]): number[][] {
    return sorts.reduce<number[][]>(
      (all, sort) => all.flatMap((some) => Array.from({ length: this.count(sort) }, (_, index) => [...some, index])),
      [[]],
    );
  }

  /** All actions with all values of their parameters. */
  instances(): ActionInstance[] {
    return this.system.actions.flatMap((action) =>
      this.combinations(action.parameters.map(({ sort }) => sort)).map((parameters) => ({ action, parameters })),
    );
  }

  /** @returns the value of an expression in a state, for values of its free variables */
  evaluate(expression: Expression, state: State, values: ReadonlyMap<Variable, number> = new Map()): Scalar {
    const compiled = this.compile(expression);
    const environment: number[] = [];
    for (const [one, value] of values) environment[this.slotOf(one)] = value;
    return compiled(state, environment);
  }

  /** Number of a variable in the environments of compiled expressions. */
  slotOf(one: Variable): number {
    let slot = this.#slots.get(one);
    if (slot === undefined) this.#slots.set(one, (slot = this.#slots.size));
    return slot;
  }

  /** A function that evaluates the expression. */
  compile(expression: Expression): Compiled {
    switch (expression.kind) {
      case "constant": {
        const { value } = expression;
        return () => value;
      }
      case "variable": {
        const slot = this.slotOf(expression.variable);
        return (_, environment) => environment[slot];
      }
      case "read":
        return this.#compileRead(expression);
      case "equal": {
        const [left, right] = [this.compile(expression.left), this.compile(expression.right)];
        return (state, environment) => {
          const value = left(state, environment);
          return value !== undefined && value === right(state, environment);
        };
      }
      case "not": {
        const operand = this.compile(expression.operand);
        return (state, environment) => operand(state, environment) !== true;
      }
      case "and": {
        const operands = expression.operands.map((operand) => this.compile(operand));
        return (state, environment) => {
          for (const operand of operands) if (operand(state, environment) !== true) return false;
          return true;
        };
      }
      case "or": {
        const operands = expression.operands.map((operand) => this.compile(operand));
        return (state, environment) => {
          for (const operand of operands) if (operand(state, environment) === true) return true;
          return false;
        };
      }
      case "choice": {
        const condition = this.compile(expression.condition);
        const [then, otherwise] = [this.compile(expression.then), this.compile(expression.otherwise)];
        return (state, environment) => (condition(state, environment) === true ? then : otherwise)(state, environment);
      }
      case "is-index": {
        const operand = this.compile(expression.operand);
        return (state, environment) => typeof operand(state, environment) === "number";
      }
      case "some":
      case "every": {
        const slot = this.slotOf(expression.variable);
        const count = this.count(expression.variable.sort);
        const body = this.compile(expression.body);
        const sought = expression.kind === "some";
        return (state, environment) => {
          // The same variable may be bound around this.
          const before = environment[slot] as number;
          let result = !sought;
          for (let index = 0; index < count && result !== sought; index++) {
            environment[slot] = index;
            if ((body(state, environment) === true) === sought) result = sought;
          }
          environment[slot] = before;
          return result;
        };
      }
    }
  }

  #compileRead({ cell, indices }: Extract<Expression, { kind: "read" }>): Compiled {
    const values = this.valuesOf(cell);
    const start = this.at(
      cell,
      cell.parameters.map(() => 0),
    );
    const counts = cell.parameters.map((sort) => this.count(sort));
    const compiled = indices.map((index) => this.compile(index));
    const nowhere = cell.type.kind === "boolean" ? false : undefined;
    return (state, environment) => {
      let place = 0;
      for (let at = 0; at < compiled.length; at++) {
        const index = (compiled[at] as Compiled)(state, environment);
        if (typeof index !== "number") return nowhere;
        place = place * (counts[at] as number) + index;
      }
      return values[state[start + place] as number];
    };
  }

  /** The state after a step; undefined where the action is not enabled with these parameters. */
  step(action: Action, parameters: readonly number[], state: State): State | undefined {
    let compiled = this.#actions.get(action);
    if (compiled === undefined) this.#actions.set(action, (compiled = new CompiledAction(this, action)));
    return compiled.step(parameters, state);
  }
}

/** An action at some size. */
class CompiledAction {
  readonly #guard: Compiled;
  readonly #slots: readonly number[];
  readonly #updates: readonly {
    readonly at: number;
    readonly cell: string;
    readonly numbers: ReadonlyMap<Scalar, number>;
    readonly slots: readonly number[];
    readonly combinations: readonly (readonly number[])[];
    readonly value: Compiled;
  }[];

  constructor(finite: FiniteSystem, action: Action) {
    this.#guard = finite.compile(action.guard);
    this.#slots = action.parameters.map((one) => finite.slotOf(one));
    this.#updates = action.updates.map(({ cell, parameters, value }) => ({
      at: finite.at(
        cell,
        cell.parameters.map(() => 0),
      ),
      cell: cell.name,
      numbers: new Map(finite.valuesOf(cell).map((one, number) => [one, number])),
      slots: parameters.map((one) => finite.slotOf(one)),
      combinations: finite.combinations(cell.parameters),
      value: finite.compile(value),
    }));
  }

  step(parameters: readonly number[], state: State): State | undefined {
    const environment: number[] = [];
    const enter = (): void => {
      for (const [place, slot] of this.#slots.entries()) environment[slot] = parameters[place] as number;
    };
    enter();
    if (this.#guard(state, environment) !== true) return undefined;
    const next = state.slice();
    for (const { at, cell, numbers, slots, combinations, value } of this.#updates) {
      // The parameters of an update may hide those of the action.
      enter();
      for (const [place, indices] of combinations.entries()) {
        for (const [number, slot] of slots.entries()) environment[slot] = indices[number] as number;
        const result = value(state, environment);
        const number = numbers.get(result ?? false);
        if (number === undefined) throw new InternalError(`${cell} becomes ${String(result)}, which it cannot be`);
        next[at + place] = number;
      }
    }
    return next;
  }
}

import { NotRead } from "../../../terms/index.ts";
import type { Cell, Expression, Sort, Variable } from "../../system.ts";
import { and, choose, equal, freshVariable, read, substitute, variable } from "./expressions.ts";
import type { RunState } from "./explorer.ts";

/** A cell's values: a function of its parameters. */
interface Values {
  readonly parameters: readonly Variable[];
  readonly value: Expression;
}

/** A use of a cell's value at some indices. */
export interface Access {
  readonly cell: Cell;
  readonly indices: readonly Expression[];
}

/** The state while a recipe changes it. Each cell is a function of its parameters, over the state before the step. */
export class Store implements RunState {
  #values = new Map<Cell, Values>();
  readonly #parameters = new Map<Cell, readonly Variable[]>();
  #locks = 0;
  #reads: Access[] | undefined;

  begin(): void {
    this.#values = new Map();
    this.#locks = 0;
    this.#reads = undefined;
  }

  save(): () => void {
    const values = this.#values;
    return () => {
      this.#values = values;
    };
  }

  /** The parameters by which a cell's values after the step are given. */
  parametersOf(cell: Cell): readonly Variable[] {
    let own = this.#parameters.get(cell);
    if (own === undefined) {
      const count = new Map<Sort, number>();
      own = cell.parameters.map((sort) => {
        const number = (count.get(sort) ?? 0) + 1;
        count.set(sort, number);
        return freshVariable(sort, number === 1 ? `any ${sort.name}` : `any ${sort.name} ${number}`);
      });
      this.#parameters.set(cell, own);
    }
    return own;
  }

  get(cell: Cell, indices: readonly Expression[]): Expression {
    this.#reads?.push({ cell, indices });
    const values = this.#values.get(cell);
    if (values === undefined) return read(cell, indices);
    return substitute(values.value, new Map(values.parameters.map((one, at) => [one, indices[at] as Expression])));
  }

  set(cell: Cell, indices: readonly Expression[], value: Expression): void {
    const parameters = this.parametersOf(cell);
    const here = and(...parameters.map((one, at) => equal(variable(one), indices[at] as Expression)));
    this.replace(cell, choose(here, value, this.valueAt(cell)));
  }

  /** The cell's value at its parameters. */
  valueAt(cell: Cell): Expression {
    return this.#values.get(cell)?.value ?? read(cell, this.parametersOf(cell).map(variable));
  }

  /** Gives a cell new values at all indices. */
  replace(cell: Cell, value: Expression): void {
    if (this.#locks > 0)
      throw new NotRead("it changes the state in a function that decides something for each element of a dimension");
    this.#values = new Map(this.#values).set(cell, { parameters: this.parametersOf(cell), value });
  }

  /** The cells that have been written. */
  get changed(): readonly Cell[] {
    return [...this.#values.keys()];
  }

  /** Refuses writes during the work. */
  locked<Result>(work: () => Result): Result {
    this.#locks++;
    try {
      return work();
    } finally {
      this.#locks--;
    }
  }

  /** Notes what is read during the work. */
  logged<Result>(work: () => Result): { readonly result: Result; readonly reads: readonly Access[] } {
    const before = this.#reads;
    const reads: Access[] = [];
    this.#reads = reads;
    try {
      return { result: work(), reads };
    } finally {
      this.#reads = before;
      // What an inner loop reads, the outer one reads as well.
      this.#reads?.push(...reads);
    }
  }
}

import { InternalError } from "../errors.ts";
import { hasBit, Term, type Bool, type Domain, type Scalar, type Value } from "../terms/index.ts";
import type { TransitionSystem } from "./system.ts";

/** Evaluates the terms of a system in one state after another, each term at most once for each state. */
export class Interpreter {
  readonly #system: TransitionSystem<unknown>;
  /** The numbers of the cells' values. */
  #cells: readonly number[] = [];
  #state = 0;
  /** By the ids of terms: the state in which each was last evaluated, and its value there. */
  readonly #when: number[] = [];
  readonly #values: Scalar[] = [];

  constructor(system: TransitionSystem<unknown>) {
    this.#system = system;
  }

  /** Goes to a state, given by the numbers of its cells' values. */
  enter(cells: readonly number[]): this {
    if (cells !== this.#cells) {
      this.#cells = cells;
      this.#state++;
    }
    return this;
  }

  holds(bool: Bool): boolean {
    return this.value(bool) === true;
  }

  value(value: Value): Scalar {
    if (!(value instanceof Term)) return value;
    const { id } = value;
    if (this.#when[id] === this.#state) return this.#values[id];
    const result = this.#evaluated(value);
    this.#when[id] = this.#state;
    this.#values[id] = result;
    return result;
  }

  /** The state after a step by an instance; undefined where it is not enabled, or a function fails. */
  step(instance: number): number[] | undefined {
    const action = this.#system.actions[instance];
    if (action === undefined || this.holds(action.fault) || !this.holds(action.guard)) return undefined;
    const next = [...this.#cells];
    for (const [cell, value] of action.next) {
      const scalar = this.value(value);
      const number = this.#system.model.layout.cells[cell]?.shape.indexOf(scalar) ?? -1;
      if (number < 0) throw new InternalError(`${action.instance.text} sets cell ${cell} to ${String(scalar)}`);
      next[cell] = number;
    }
    return next;
  }

  /** The position of a term's value in its domain. */
  #position(term: Term): number {
    // The values of a cell's domain are in the order of their numbers.
    return term.operator === "cell"
      ? (this.#cells[term.cell] as number)
      : (term.domain as Domain).positionOf(this.value(term));
  }

  #evaluated(term: Term): Scalar {
    const [a, b, c] = term.operands;
    switch (term.operator) {
      case "cell": {
        const number = this.#cells[term.cell] as number;
        return term.domain === undefined ? term.low + number : term.domain.values[number];
      }
      case "map":
        return term.table[this.#position(a as Term)];
      case "in":
        return hasBit(term.mask, this.#position(a as Term));
      case "ite":
        return this.value(this.holds(a as Bool) ? b : c);
      case "and":
        return term.operands.every((operand) => this.holds(operand as Bool));
      case "or":
        return term.operands.some((operand) => this.holds(operand as Bool));
      case "not":
        return !this.holds(a as Bool);
      case "eq":
        return this.value(a) === this.value(b);
      case "lt":
        return (this.value(a) as number) < (this.value(b) as number);
      default:
        return this.#system.terms.arithmetic(term.operator, this.value(a), this.value(b)) as Scalar;
    }
  }
}

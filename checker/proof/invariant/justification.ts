import {
  cellsOf,
  hasBit,
  Term,
  type Bool,
  type Domain,
  type Scalar,
  type Terms,
  type Value,
} from "../../terms/index.ts";
import type { Interpreter } from "../../system/interpreter.ts";

/** Requirement on cells: the number of a cell's value is one of these. */
export interface Requirements {
  require(cell: number, isIn: (number: number) => boolean): void;
  /** By how many bits it narrows the states to require this of a cell, or, without a second argument, to require anything. */
  cost(cell: number, isIn?: (number: number) => boolean): number;
}

/**
 * Finds out what of a state suffices for a term to have the value that it has there. Where one of several operands is
 * enough, it is the one that requires something of the fewest further cells.
 */
export class Justification {
  readonly #terms: Terms;
  /** Must be in the state. */
  readonly #interpreter: Interpreter;
  readonly #requirements: Requirements;
  readonly #pick: (count: number) => number;
  readonly #done = new Set<Term>();

  /** @param pick chooses among equally good operands, given their number */
  constructor(
    terms: Terms,
    interpreter: Interpreter,
    requirements: Requirements,
    pick: (count: number) => number = () => 0,
  ) {
    this.#terms = terms;
    this.#interpreter = interpreter;
    this.#requirements = requirements;
    this.#pick = pick;
  }

  /** A condition is as true or false as it is. */
  condition(bool: Bool): void {
    if (typeof bool === "boolean" || this.#done.has(bool)) return;
    this.#done.add(bool);
    const isTrue = this.#interpreter.holds(bool);
    const [a, b, c] = bool.operands;
    switch (bool.operator) {
      case "and":
      case "or": {
        const operands = bool.operands as readonly Term[];
        if (isTrue === (bool.operator === "and")) for (const operand of operands) this.condition(operand);
        else this.condition(this.#cheapest(operands.filter((operand) => this.#interpreter.holds(operand) === isTrue)));
        return;
      }
      case "not":
        this.condition(a as Bool);
        return;
      case "ite":
        this.condition(a as Bool);
        this.condition((this.#interpreter.holds(a as Bool) ? b : c) as Bool);
        return;
      case "in": {
        const domain = (a as Term).domain as Domain;
        this.value(a, (value) => hasBit(bool.mask, domain.positionOf(value)) === isTrue);
        return;
      }
      case "eq":
        this.#related(a, b, (one, other) => (one === other) === isTrue);
        return;
      default:
        this.#related(a, b, (one, other) => (one as number) < (other as number) === isTrue);
    }
  }

  /** A scalar has one of the values that are accepted, as it does. */
  value(value: Value, accepts: (value: Scalar) => boolean): void {
    if (!(value instanceof Term)) return;
    const domain = this.#terms.domainOf(value);
    if (domain?.values.every(accepts) === true) return;
    if (value.isBoolean) {
      this.condition(value);
      return;
    }
    const [a, b, c] = value.operands;
    switch (value.operator) {
      case "cell": {
        const { low } = value;
        this.#requirements.require(value.cell, (number) =>
          accepts(domain === undefined ? low + number : domain.values[number]),
        );
        return;
      }
      case "map": {
        const base = (a as Term).domain as Domain;
        this.value(a, (one) => accepts(value.table[base.positionOf(one)]));
        return;
      }
      case "ite":
        this.condition(a as Bool);
        this.value(this.#interpreter.holds(a as Bool) ? b : c, accepts);
        return;
      default:
        this.#related(a, b, (one, other) =>
          accepts(this.#terms.arithmetic(value.operator as "+", one, other) as Scalar),
        );
    }
  }

  /** The first keeps its value, and the second one for which the relation holds. */
  #related(a: Value, b: Value, holds: (one: Scalar, other: Scalar) => boolean): void {
    const own = this.#interpreter.value(a);
    this.value(a, (value) => value === own);
    this.value(b, (value) => holds(own, value));
  }

  /** Bits of what is left of the state, about, if a condition must stay as it is. */
  #cost(term: Term): number {
    const [base] = term.operands;
    if (term.operator === "in" && base instanceof Term && base.operator === "cell") {
      const isTrue = this.#interpreter.holds(term);
      return this.#requirements.cost(base.cell, (number) => hasBit(term.mask, number) === isTrue);
    }
    return cellsOf(term.support).reduce((sum, cell) => sum + this.#requirements.cost(cell), 0);
  }

  #cheapest(terms: readonly Term[]): Term {
    const costs = terms.map((term) => this.#cost(term));
    const least = Math.min(...costs);
    const best = terms.filter((_, index) => costs[index] === least);
    return best[this.#pick(best.length)] as Term;
  }
}

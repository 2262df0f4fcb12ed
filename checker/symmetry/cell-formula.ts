import { SatGates } from "../sat/gates.ts";
import { positive, type Literal } from "../sat/literal.ts";
import { FALSE, not, TRUE } from "../system/gates.ts";
import { Lowering } from "../system/lowering.ts";
import type { Cell } from "../schema/index.ts";
import { MAX_DOMAIN_VALUES, type Bool, type Terms } from "../terms/index.ts";
import type { Steps } from "./steps.ts";
import type { CellPlace } from "./structure.ts";

/** Conflicts of the solver after which a question is left open, and those between two steps. */
const MAX_CONFLICTS = 20_000;
const STEP_CONFLICTS = 500;

/** Any packed state of a model: each cell has one value of its shape, and 0 where it is not in use. */
export class CellFormula {
  readonly #gates = new SatGates();
  readonly #cells: readonly Cell[];
  readonly #places: readonly CellPlace[];
  readonly #literals: (readonly Literal[] | undefined)[] = [];
  readonly #bits: (readonly Literal[] | undefined)[] = [];
  readonly #tests = new Map<string, Literal>();
  readonly #lowering: Lowering;

  constructor(cells: readonly Cell[], places: readonly CellPlace[], terms: Terms) {
    this.#cells = cells;
    this.#places = places;
    this.#lowering = new Lowering(terms, this.#gates, {
      test: (cell, isIn) => this.#test(cell, isIn),
      bits: (cell) => this.#bitsOf(cell),
    });
  }

  /** Whether all conditions can hold in one state; undefined where that took too much work. */
  *canHold(conditions: readonly Bool[]): Steps<boolean | undefined> {
    const literals = conditions.map((condition) => this.#lowering.condition(condition));
    const { solver } = this.#gates;
    for (const last = solver.conflicts + MAX_CONFLICTS; solver.conflicts < last;) {
      const answer = solver.solve(literals, STEP_CONFLICTS);
      if (answer !== undefined) return answer;
      yield;
    }
    return undefined;
  }

  #test(cell: number, isIn: (number: number) => boolean): Literal {
    const own = this.#valuesOf(cell);
    const inside = own.filter((_, value) => isIn(value));
    if (inside.length === 0) return FALSE;
    if (inside.length === own.length) return TRUE;
    if (inside.length === 1) return inside[0] as Literal;
    const key = inside.join();
    let literal = this.#tests.get(key);
    if (literal === undefined) this.#tests.set(key, (literal = this.#gates.any(inside)));
    return literal;
  }

  /** A literal for each value of a cell, of which one holds. */
  #valuesOf(cell: number): readonly Literal[] {
    const known = this.#literals[cell];
    if (known !== undefined) return known;
    const { solver } = this.#gates;
    const { cardinality } = this.#cells[cell]!.shape;
    const own = Array.from({ length: cardinality }, () => positive(solver.variable(true)));
    this.#literals[cell] = own;
    solver.add(own);
    for (const [index, literal] of own.entries()) {
      for (let other = 0; other < index; other++) solver.add([not(own[other] as Literal), not(literal)]);
    }
    const { use } = this.#places[cell]!;
    if (use !== undefined) solver.add([own[0] as Literal, this.#test(use.cell, (number) => number > use.above)]);
    return own;
  }

  #bitsOf(cell: number): readonly Literal[] {
    let bits = this.#bits[cell];
    if (bits !== undefined) return bits;
    const { shape, width } = this.#cells[cell]!;
    if (shape.cardinality <= MAX_DOMAIN_VALUES) {
      bits = Array.from({ length: width }, (_, bit) => this.#test(cell, (number) => ((number >> bit) & 1) === 1));
    } else {
      // Any number of this width: more states than there are, so a "cannot hold" is right all the same.
      const { solver } = this.#gates;
      bits = Array.from({ length: width }, () => positive(solver.variable(true)));
    }
    return (this.#bits[cell] = bits);
  }
}

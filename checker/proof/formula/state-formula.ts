import type { Bool, Terms } from "../../terms/index.ts";
import { FALSE, TRUE } from "../../system/gates.ts";
import { Lowering } from "../../system/lowering.ts";
import { SatGates } from "../../sat/gates.ts";
import type { Cube, Parts } from "../states/states.ts";
import { negated, positive, type Literal } from "../../sat/literal.ts";
import type { Solver } from "../../sat/solver.ts";

/** For each part and value, "not in use" included, the literal that it has it. */
export type PartLiterals = readonly (readonly Literal[])[];

/** Any state, and questions about it: each part has one value, and is not in use exactly where others say so. */
export class StateFormula {
  protected readonly gates = new SatGates();
  protected readonly parts: Parts;
  protected readonly before: PartLiterals;
  protected readonly lowering: Lowering;
  readonly #terms: Terms;

  constructor(parts: Parts, terms: Terms) {
    this.parts = parts;
    this.#terms = terms;
    const { solver } = this;
    this.before = parts.map((part) =>
      part === undefined
        ? []
        : Array.from({ length: part.values + (part.unused.length > 0 ? 1 : 0) }, () => positive(solver.variable(true))),
    );
    for (const part of parts) {
      if (part === undefined) continue;
      const own = this.before[part.number] as Literal[];
      solver.add(own);
      this.atMostOne(own);
      const isUnused = own[part.values];
      if (isUnused === undefined) continue;
      const reasons = part.unused.flatMap(({ part: other, values }) =>
        (this.before[other] as Literal[]).filter((_, value) => values.has(value)),
      );
      for (const reason of reasons) solver.add([negated(reason), isUnused]);
      solver.add([negated(isUnused), ...reasons]);
    }
    this.lowering = this.loweringOver(this.before);
  }

  get solver(): Solver {
    return this.gates.solver;
  }

  /** Adds for good: no state of the formula is in the cube. */
  exclude(cube: Cube): void {
    const clause: Literal[] = [];
    for (const [part, mask] of cube) {
      const outside = (this.before[part] as Literal[]).filter((_, value) => ((mask >> value) & 1) === 0);
      const inside = (this.before[part] as Literal[]).filter((_, value) => ((mask >> value) & 1) === 1);
      if (inside.length === 1) clause.push(negated(inside[0] as Literal));
      else clause.push(...outside);
    }
    this.solver.add(clause);
  }

  /** The state of the last answer "yes". */
  state(): Uint8Array {
    const values = new Uint8Array(this.parts.length);
    for (const part of this.parts) {
      if (part === undefined) continue;
      values[part.number] = (this.before[part.number] as Literal[]).findIndex((literal) => this.solver.holds(literal));
    }
    return values;
  }

  /** Literal: a condition holds in the state. */
  holds(condition: Bool): Literal {
    return this.lowering.condition(condition);
  }

  protected atMostOne(literals: readonly Literal[]): void {
    for (const [index, literal] of literals.entries()) {
      for (let other = 0; other < index; other++) {
        this.solver.add([negated(literals[other] as Literal), negated(literal)]);
      }
    }
  }

  protected loweringOver(literals: PartLiterals): Lowering {
    const test = (cell: number, isIn: (number: number) => boolean): Literal =>
      this.#test(literals[cell] as readonly Literal[], this.parts[cell]?.values ?? 0, isIn);
    return new Lowering(this.#terms, this.gates, {
      test,
      bits: (cell) => {
        const width = 32 - Math.clz32((this.parts[cell]?.values ?? 1) - 1);
        return Array.from({ length: width }, (_, bit) => test(cell, (number) => ((number >> bit) & 1) === 1));
      },
    });
  }

  readonly #tests = new Map<string, Literal>();

  /** Literal: a cell has one of these values; where the part is not in use, its first. */
  #test(own: readonly Literal[], values: number, isAccepted: (number: number) => boolean): Literal {
    const isIn = (value: number): boolean => isAccepted(value === values ? 0 : value);
    const inside = own.filter((_, value) => isIn(value));
    const outside = own.filter((_, value) => !isIn(value));
    if (inside.length === 0 || outside.length === 0) return inside.length === 0 ? FALSE : TRUE;
    if (inside.length === 1) return inside[0] as Literal;
    if (outside.length === 1) return negated(outside[0] as Literal);
    const key = inside.join();
    let literal = this.#tests.get(key);
    if (literal === undefined) {
      const { solver } = this;
      literal = positive(solver.variable(false));
      this.#tests.set(key, literal);
      for (const one of inside) solver.add([negated(one), literal]);
      for (const one of outside) solver.add([negated(one), negated(literal)]);
      solver.add([negated(literal), ...inside]);
      solver.add([literal, ...outside]);
    }
    return literal;
  }
}

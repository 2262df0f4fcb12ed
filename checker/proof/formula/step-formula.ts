import type { Bool, Terms } from "../../terms/index.ts";
import type { Lowering } from "../../system/lowering.ts";
import type { SystemAction } from "../../system/system.ts";
import type { Part } from "../states/parts.ts";
import { negated, type Literal } from "../../sat/literal.ts";
import { StateFormula, type PartLiterals } from "./state-formula.ts";
import type { Cube, Parts } from "../states/states.ts";

/** Any step by one action instance. */
export class StepFormula extends StateFormula {
  /** The parts that may differ after the step. */
  readonly affected: ReadonlySet<number>;
  /** For each part and value, that the cell has it after the step. */
  readonly #after: PartLiterals;
  /** The same with "not in use". */
  readonly #used: PartLiterals;
  #lowering: Lowering | undefined;

  constructor(parts: Parts, terms: Terms, { guard, fault, next }: SystemAction<unknown>) {
    super(parts, terms);
    const { solver } = this;
    solver.add([this.holds(guard)]);
    solver.add([negated(this.holds(fault))]);
    const written = [...next.keys()].filter((cell) => parts[cell] !== undefined);
    const affected = new Set(written);
    for (let size = -1; size !== affected.size;) {
      size = affected.size;
      for (const part of parts) {
        if (part?.unused.some((other) => affected.has(other.part)) === true) affected.add(part.number);
      }
    }
    this.affected = affected;
    const unchanged = this.before.map((own, number) => {
      const part = parts[number];
      const isUnused = part === undefined ? undefined : own[part.values];
      if (part === undefined || isUnused === undefined) return own;
      return own
        .slice(0, part.values)
        .map((literal, value) => (value === 0 ? this.gates.any([literal, isUnused]) : literal));
    });
    this.#after = unchanged.map((own, number) => {
      if (!next.has(number)) return own;
      const value = next.get(number);
      const { shape } = (parts[number] as Part).cell;
      const after = own.map((_, wanted) => this.lowering.is(value, shape.valueAt(wanted)));
      // It has one value, and no other; which helps the solver.
      solver.add(after);
      this.atMostOne(after);
      return after;
    });
    const used: (readonly Literal[])[] = [];
    const usedOf = (number: number): readonly Literal[] => {
      if (!affected.has(number)) return this.before[number] as readonly Literal[];
      return (used[number] ??= this.#withUnused(parts[number] as Part, usedOf));
    };
    this.#used = parts.map((_, number) => usedOf(number));
  }

  /** Whether a step may change what the cube is about. */
  touches(cube: Cube): boolean {
    for (const part of cube.keys()) if (this.affected.has(part)) return true;
    return false;
  }

  /** Whether a step leads into the cube. */
  leadsInto(cube: Cube, until = Infinity): boolean {
    const assumptions: Literal[] = [];
    for (const [part, mask] of cube) {
      const own = this.#used[part] as readonly Literal[];
      const isIn = (value: number): boolean => ((mask >> value) & 1) === 1;
      const inside = own.filter((_, value) => isIn(value));
      if (inside.length === 1) assumptions.push(inside[0] as Literal);
      else assumptions.push(...own.filter((_, value) => !isIn(value)).map(negated));
    }
    return this.solver.solve(assumptions, Infinity, until) === true;
  }

  /** Whether a step leads to a state in which the part is not in use and its cell has not the first value. */
  leavesRest(number: number, until = Infinity): boolean {
    const part = this.parts[number] as Part;
    const first = this.#after[number]?.[0];
    const unused = this.#used[number]?.[part.values];
    if (first === undefined || unused === undefined) return false;
    return this.solver.solve([unused, negated(first)], Infinity, until) === true;
  }

  /** Literal: a condition holds after the step. */
  holdsAfter(condition: Bool): Literal {
    this.#lowering ??= this.loweringOver(this.#after);
    return this.#lowering.condition(condition);
  }

  #withUnused({ number, values, unused }: Part, usedOf: (part: number) => readonly Literal[]): readonly Literal[] {
    const own = this.#after[number] as readonly Literal[];
    if (unused.length === 0) return own;
    const reasons = unused.flatMap(({ part, values: some }) => usedOf(part).filter((_, value) => some.has(value)));
    const isUnused = this.gates.any(reasons);
    const used = own.slice(0, values).map((literal) => this.gates.all([literal, negated(isUnused)]));
    return [...used, isUnused];
  }
}

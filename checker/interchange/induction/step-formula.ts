import type { Source, Write } from "../../learning/outcome.ts";
import type { Expression } from "../expression.ts";
import type { SystemAction } from "../system.ts";
import type { Part } from "./parts.ts";
import { negated, positive, type Literal } from "./solver.ts";
import { StateFormula } from "./state-formula.ts";
import type { Cube, Parts } from "./states.ts";

/** Any step by one action instance. */
export class StepFormula extends StateFormula {
  /** The parts that may differ after the step. */
  readonly affected: ReadonlySet<number>;
  /** For each affected part and value, that the cell has it after the step. */
  readonly #after = new Map<number, readonly Literal[]>();
  /** The same with "not in use". */
  readonly #used = new Map<number, readonly Literal[]>();
  readonly #afterwards: readonly (readonly Literal[])[];

  constructor(parts: Parts, { diagram }: SystemAction<unknown>) {
    super(parts);
    const { solver } = this;
    const { root, leaves } = this.follow(diagram, (cell, values) => this.outside(this.before, cell, values));
    solver.add([root]);
    const updates: (readonly [Literal, ReadonlyMap<number, Source>])[] = [];
    const written = new Set<number>();
    for (const [leaf, literal] of leaves) {
      if (leaf.outcome.kind !== "update") solver.add([negated(literal)]);
      else {
        const writes = leaf.outcome.writes.filter(({ cell }: Write) => parts[cell] !== undefined);
        updates.push([literal, new Map(writes.map(({ cell, source }) => [cell, source]))]);
        for (const { cell } of writes) written.add(cell);
      }
    }
    const affected = new Set(written);
    for (let size = -1; size !== affected.size;) {
      size = affected.size;
      for (const part of parts) {
        if (part?.unused.some((other) => affected.has(other.part)) === true) affected.add(part.number);
      }
    }
    this.affected = affected;
    for (const number of affected) {
      const part = parts[number] as Part;
      const own = Array.from({ length: part.values }, () => positive(solver.variable(false)));
      this.#after.set(number, own);
      for (const [value, literal] of own.entries()) {
        for (let other = 0; other < value; other++) solver.add([negated(own[other] as Literal), negated(literal)]);
      }
      for (const [literal, writes] of updates) {
        const source = writes.get(number) ?? { from: number, map: undefined };
        if (typeof source === "number") solver.add([negated(literal), own[source] as Literal]);
        else {
          const from = parts[source.from];
          if (from === undefined) solver.add([negated(literal), own[source.map?.[0] ?? 0] as Literal]);
          for (const [value, has] of (this.before[source.from] ?? []).entries()) {
            const raw = value === from?.values ? 0 : value;
            const becomes = own[source.map === undefined ? raw : (source.map[raw] ?? -1)];
            if (becomes !== undefined) solver.add([negated(literal), negated(has), becomes]);
          }
        }
      }
    }
    for (const number of affected) {
      const part = parts[number] as Part;
      const own = this.#after.get(number) as readonly Literal[];
      if (part.unused.length === 0) this.#used.set(number, own);
      else
        this.#used.set(
          number,
          Array.from({ length: part.values + 1 }, () => positive(solver.variable(false))),
        );
    }
    this.#afterwards = parts.map((_, number) => this.#used.get(number) ?? this.before[number] ?? []);
    for (const number of affected) {
      const part = parts[number] as Part;
      if (part.unused.length === 0) continue;
      const own = this.#after.get(number) as readonly Literal[];
      const used = this.#used.get(number) as readonly Literal[];
      for (const [value, literal] of used.entries()) {
        for (let other = 0; other < value; other++) solver.add([negated(used[other] as Literal), negated(literal)]);
      }
      const reasons = part.unused.flatMap(({ part: other, values }) =>
        (this.#afterwards[other] as Literal[]).filter((_, value) => values.has(value)),
      );
      for (const reason of reasons) solver.add([negated(reason), used[part.values] as Literal]);
      for (const [value, literal] of own.entries()) solver.add([negated(literal), ...reasons, used[value] as Literal]);
    }
  }

  /** Whether a step may change what the cube speaks of. */
  touches(cube: Cube): boolean {
    for (const part of cube.keys()) if (this.affected.has(part)) return true;
    return false;
  }

  /** Whether a step leads into the cube. */
  leadsInto(cube: Cube, until = Infinity): boolean {
    const assumptions: Literal[] = [];
    for (const [part, mask] of cube) {
      for (const [value, literal] of (this.#afterwards[part] as Literal[]).entries()) {
        if (((mask >> value) & 1) === 0) assumptions.push(negated(literal));
      }
    }
    return this.solver.solve(assumptions, Infinity, until) === true;
  }

  /** Whether a step leads to a state in which the part is not in use and its cell has not the first value. */
  leavesRest(number: number, until = Infinity): boolean {
    const part = this.parts[number] as Part;
    const own = this.#after.get(number);
    const unused = this.#used.get(number)?.[part.values];
    if (own === undefined || unused === undefined) return false;
    return this.solver.solve([unused, negated(own[0] as Literal)], Infinity, until) === true;
  }

  /** That a condition holds after the step. What the step does not affect is as it was before. */
  holdsAfter(condition: Expression): Literal {
    this.holds(condition);
    const known = new Map<Expression, Literal>();
    const isSame = (expression: Expression): boolean => {
      const same =
        expression.kind === "test"
          ? !this.#after.has(expression.cell)
          : expression.kind === "not"
            ? isSame(expression.operand)
            : expression.kind === "and" || expression.kind === "or"
              ? expression.operands.map(isSame).every(Boolean)
              : true;
      const before = this.conditions.get(expression);
      if (same && before !== undefined) known.set(expression, before);
      return same;
    };
    isSame(condition);
    const after = this.parts.map((_, number) => this.#after.get(number) ?? this.before[number] ?? []);
    return this.literalOf(condition, known, after, "after ");
  }
}

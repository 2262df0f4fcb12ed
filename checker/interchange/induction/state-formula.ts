import type { Diagram, Leaf } from "../../learning/diagram.ts";
import { InternalError } from "../../errors.ts";
import type { Expression } from "../expression.ts";
import { topDown } from "../aiger/encode.ts";
import type { Cube, Parts } from "./states.ts";
import { negated, positive, Solver, type Literal } from "./solver.ts";

/** Any state, and questions about it: each part has one value, and is not in use exactly where others say so. */
export class StateFormula {
  readonly solver = new Solver();
  protected readonly parts: Parts;
  /** For each part and value, the literal that it has it. */
  protected readonly before: readonly (readonly Literal[])[];

  constructor(parts: Parts) {
    this.parts = parts;
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
      for (const [value, literal] of own.entries()) {
        for (let other = 0; other < value; other++) solver.add([negated(own[other] as Literal), negated(literal)]);
      }
      const isUnused = own[part.values];
      if (isUnused === undefined) continue;
      const reasons = part.unused.flatMap(({ part: other, values }) =>
        (this.before[other] as Literal[]).filter((_, value) => values.has(value)),
      );
      for (const reason of reasons) solver.add([negated(reason), isUnused]);
      solver.add([negated(isUnused), ...reasons]);
    }
  }

  /** That no state of the formula is in the cube, for good. */
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

  /** That a condition holds in the state. */
  holds(condition: Expression): Literal {
    return this.literalOf(condition, this.#conditions, this.before, "");
  }

  readonly #conditions = new Map<Expression, Literal>();
  readonly #tests = new Map<string, Literal>();

  protected get conditions(): ReadonlyMap<Expression, Literal> {
    return this.#conditions;
  }

  protected literalOf(
    condition: Expression,
    known: Map<Expression, Literal>,
    values: readonly (readonly Literal[])[],
    mark: string,
  ): Literal {
    const found = known.get(condition);
    if (found !== undefined) return found;
    const { solver } = this;
    const make = (): Literal => {
      switch (condition.kind) {
        case "test":
          return this.#test(condition.cell, condition.values, values, mark);
        case "not":
          return negated(this.literalOf(condition.operand, known, values, mark));
        case "and":
        case "or": {
          const operands = condition.operands.map((operand) => this.literalOf(operand, known, values, mark));
          const own = positive(solver.variable(false));
          // A disjunction is what is not the conjunction of the opposites.
          const flip = (literal: Literal): Literal => (condition.kind === "and" ? literal : negated(literal));
          for (const operand of operands) solver.add([negated(flip(own)), flip(operand)]);
          solver.add([flip(own), ...operands.map((operand) => negated(flip(operand)))]);
          return own;
        }
        case "constant": {
          const own = positive(solver.variable(false));
          solver.add([condition.value ? own : negated(own)]);
          return own;
        }
        case "name":
          throw new InternalError(`condition ${condition.name} has no meaning here`);
      }
    };
    const literal = make();
    known.set(condition, literal);
    return literal;
  }

  #test(cell: number, numbers: readonly number[], values: readonly (readonly Literal[])[], mark: string): Literal {
    const part = this.parts[cell];
    const own = values[cell] ?? [];
    const isIn = (value: number): boolean => numbers.includes(value === part?.values ? 0 : value);
    const inside = own.filter((_, value) => isIn(value));
    const outside = own.filter((_, value) => !isIn(value));
    if (part !== undefined && inside.length === 1) return inside[0] as Literal;
    if (part !== undefined && outside.length === 1) return negated(outside[0] as Literal);
    const key = `${mark}${cell}:${numbers.join()}`;
    let literal = this.#tests.get(key);
    if (literal === undefined) {
      const { solver } = this;
      literal = positive(solver.variable(false));
      this.#tests.set(key, literal);
      if (part === undefined) solver.add([numbers.includes(0) ? literal : negated(literal)]);
      for (const one of inside) solver.add([negated(one), literal]);
      for (const one of outside) solver.add([negated(one), negated(literal)]);
      solver.add([negated(literal), ...inside]);
      solver.add([literal, ...outside]);
    }
    return literal;
  }

  /** Literals of the values that the cell does not have if it has one of these. */
  protected outside(
    literals: readonly (readonly Literal[])[],
    cell: number,
    values: ReadonlySet<number>,
  ): readonly Literal[] {
    const part = this.parts[cell];
    return (literals[cell] ?? []).filter((_, value) => !values.has(value === part?.values ? 0 : value));
  }

  /** Where the root's literal is true, so are those of the nodes on the way through the diagram. */
  protected follow(
    diagram: Diagram,
    outside: (cell: number, values: ReadonlySet<number>) => readonly Literal[],
  ): { root: Literal; leaves: Map<Leaf, Literal> } {
    const { solver } = this;
    const literals = new Map<Diagram, Literal>();
    const leaves = new Map<Leaf, Literal>();
    const order = topDown(diagram);
    for (const node of order) literals.set(node, positive(solver.variable(false)));
    for (const node of order) {
      const own = literals.get(node) as Literal;
      if (node.kind === "leaf") {
        leaves.set(node, own);
        continue;
      }
      for (const child of new Set(node.children)) {
        const values = new Set(node.children.flatMap((other, value) => (other === child ? [value] : [])));
        solver.add([negated(own), ...outside(node.cell, values), literals.get(child) as Literal]);
      }
      solver.add([negated(own), ...[...new Set(node.children)].map((child) => literals.get(child) as Literal)]);
    }
    return { root: literals.get(diagram) as Literal, leaves };
  }
}

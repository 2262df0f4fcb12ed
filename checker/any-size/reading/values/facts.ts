import type { Expression } from "../../system.ts";
import { and, constant, FALSE, mapParts, not, or, read, TRUE, typeOf } from "./expressions.ts";

/** Stands for all elements of the sort among the possible values of an expression. */
const ELEMENT = Symbol("element");
type Possible = ReadonlySet<string | typeof ELEMENT>;

/** Facts on a path of a function: conditions that were decided, and what follows from them by equality. */
export class Facts {
  #known = new Map<Expression, boolean>();
  #possible = new Map<Expression, Possible>();
  /** For an expression that equals another one: that one. */
  #same = new Map<Expression, Expression>();
  #clauses: Expression[] = [];
  #simplified = new Map<Expression, Expression>();
  #isConsistent = true;

  copy(): Facts {
    const copy = new Facts();
    copy.#known = new Map(this.#known);
    copy.#possible = new Map(this.#possible);
    copy.#same = new Map(this.#same);
    copy.#clauses = [...this.#clauses];
    copy.#isConsistent = this.#isConsistent;
    return copy;
  }

  /** @returns whether this does not contradict what is known */
  assume(condition: Expression, value: boolean): boolean {
    this.#learn(this.simplify(condition), value);
    this.#propagate();
    return this.#isConsistent;
  }

  /** The expression, with the same value wherever the facts hold. */
  simplify(expression: Expression): Expression {
    let result = this.#simplified.get(expression);
    if (result === undefined) this.#simplified.set(expression, (result = this.#simple(expression)));
    return result;
  }

  #simple(expression: Expression): Expression {
    const go = (part: Expression): Expression => this.simplify(part);
    switch (expression.kind) {
      case "constant":
        return expression;
      case "variable":
        return this.#representative(expression);
      case "read": {
        const made = read(expression.cell, expression.indices.map(go));
        if (typeOf(made).kind === "boolean") return this.#value(made);
        const possible = this.#possible.get(made);
        if (possible?.size === 1) {
          const [only] = possible;
          if (typeof only === "string") return constant(only);
        }
        return this.#representative(made);
      }
      default:
        return this.#value(mapParts(expression, go));
    }
  }

  /** A condition that is made of simplified parts. */
  #value(condition: Expression): Expression {
    const known = this.#known.get(condition) ?? this.#decided(condition);
    return known === undefined ? condition : known ? TRUE : FALSE;
  }

  #decided(condition: Expression): boolean | undefined {
    if (condition.kind === "equal") {
      const [left, right] = [this.#possibleOf(condition.left), this.#possibleOf(condition.right)];
      if (![...left].some((value) => right.has(value))) return false;
      const [one] = left;
      if (left.size === 1 && right.size === 1 && typeof one === "string") return true;
    }
    if (condition.kind === "is-index") {
      const possible = this.#possibleOf(condition.operand);
      if (!possible.has(ELEMENT)) return false;
      if (possible.size === 1) return true;
    }
    return undefined;
  }

  /** The values that an expression may have, as far as they are names. */
  #possibleOf(expression: Expression): Possible {
    const known = this.#possible.get(expression);
    if (known !== undefined) return known;
    const type = typeOf(expression);
    if (type.kind === "boolean") return new Set(["true", "false"]);
    return new Set<string | typeof ELEMENT>(type.kind === "index" ? [...type.names, ELEMENT] : type.names);
  }

  /** The names that an expression may have, and whether it may be an element of its sort. */
  valuesOf(expression: Expression): { readonly names: readonly string[]; readonly isElement: boolean } {
    const possible = this.#possibleOf(this.simplify(expression));
    return {
      names: [...possible].filter((value) => typeof value === "string"),
      isElement: possible.has(ELEMENT),
    };
  }

  #representative(expression: Expression): Expression {
    let own = expression;
    for (let next = this.#same.get(own); next !== undefined; next = this.#same.get(own)) own = next;
    return own;
  }

  #learn(condition: Expression, value: boolean): void {
    if (condition === TRUE || condition === FALSE) {
      if ((condition === TRUE) !== value) this.#isConsistent = false;
      return;
    }
    if (condition.kind === "not") {
      this.#learn(condition.operand, !value);
      return;
    }
    this.#known.set(condition, value);
    this.#simplified.clear();
    switch (condition.kind) {
      case "and":
      case "or":
        if ((condition.kind === "and") === value) {
          for (const operand of condition.operands) this.#learn(this.simplify(operand), value);
        } else {
          this.#clauses.push(value ? condition : or(...condition.operands.map(not)));
        }
        return;
      case "is-index":
        this.#restrict(condition.operand, (one) => (one === ELEMENT) === value);
        return;
      case "equal":
        this.#learnEqual(condition.left, condition.right, value);
        return;
      default:
    }
  }

  #learnEqual(left: Expression, right: Expression, value: boolean): void {
    if (right.kind === "constant") {
      this.#restrict(left, (one) => (one === right.value) === value);
      return;
    }
    if (!value) return;
    const [a, b] = [this.#possibleOf(left), this.#possibleOf(right)];
    this.#restrict(left, (one) => b.has(one));
    this.#restrict(right, (one) => a.has(one));
    // The simpler one stands for both.
    const [simple, other] = weight(left) <= weight(right) ? [left, right] : [right, left];
    // Nothing but variables and reads is replaced.
    if (other.kind !== "variable" && other.kind !== "read") return;
    if (this.#representative(simple) === this.#representative(other)) return;
    this.#same.set(other, simple);
    this.#again();
  }

  #restrict(expression: Expression, keep: (value: string | typeof ELEMENT) => boolean): void {
    const possible = new Set([...this.#possibleOf(expression)].filter(keep));
    if (possible.size === 0) this.#isConsistent = false;
    this.#possible.set(expression, possible);
    this.#simplified.clear();
  }

  /** What is known has other forms after two expressions were found to be equal. */
  #again(): void {
    this.#simplified.clear();
    const known = this.#known;
    const possible = this.#possible;
    this.#known = new Map();
    this.#possible = new Map();
    for (const [expression, values] of possible) {
      const own = this.simplify(expression);
      if (own.kind === "constant") {
        if (!values.has(own.value as string)) this.#isConsistent = false;
      } else this.#restrict(own, (one) => values.has(one));
    }
    for (const [condition, value] of known) this.#learn(this.simplify(condition), value);
  }

  /** Disjunctions of which one part is left. */
  #propagate(): void {
    for (let isNew = true; isNew && this.#isConsistent;) {
      isNew = false;
      const clauses = this.#clauses;
      this.#clauses = [];
      for (const clause of clauses) {
        const operands = clause.kind === "or" ? clause.operands : [clause];
        const left = or(...operands.map((operand) => this.#simpleApart(operand)));
        if (left === TRUE) continue;
        if (left === FALSE) this.#isConsistent = false;
        else if (left.kind === "or") this.#clauses.push(left);
        else {
          this.#learn(left, true);
          isNew = true;
        }
      }
    }
  }

  #simpleApart(operand: Expression): Expression {
    return operand.kind === "and" ? and(...operand.operands.map((one) => this.simplify(one))) : this.simplify(operand);
  }
}

/** Nodes of an expression. */
function weight(expression: Expression): number {
  switch (expression.kind) {
    case "variable":
      return 1;
    case "read":
      return 2 + expression.indices.reduce((sum, index) => sum + weight(index), 0);
    default:
      return 100;
  }
}

import type { Expression } from "./expression.ts";

/** A condition with fewer tests than this is written out wherever it is needed. */
const LEAST_TESTS = 4;

/** Conditions that several others have in common, by name. */
export class Definitions {
  /** Number N is named `condition:N`; each may refer to those before it. */
  readonly all: Expression[] = [];
  readonly #known = new Map<string, Expression>();
  readonly #keys = new Map<Expression, string>();
  readonly #uses = new Map<Expression, number>();
  readonly #interned = new Map<Expression, Expression>();
  readonly #made = new Map<Expression, Expression>();

  /** Announces a condition: all must be announced before one is shared. */
  announce(expression: Expression): void {
    this.#use(this.#intern(expression));
  }

  /** The condition, with names for what it has in common with others. */
  shared(expression: Expression): Expression {
    return this.#share(this.#intern(expression));
  }

  /** The condition that a name stands for; undefined for other names. */
  meaning(name: string): Expression | undefined {
    return name.startsWith("condition:") ? this.all[Number(name.slice("condition:".length))] : undefined;
  }

  /** Adds the cells that a condition looks at, by whatever name. */
  addCells(expression: Expression, cells: Set<number>): void {
    switch (expression.kind) {
      case "test":
        cells.add(expression.cell);
        return;
      case "and":
      case "or":
        for (const operand of expression.operands) this.addCells(operand, cells);
        return;
      case "not":
        this.addCells(expression.operand, cells);
        return;
      case "name": {
        const meaning = this.meaning(expression.name);
        if (meaning !== undefined) this.addCells(meaning, cells);
      }
    }
  }

  #use(expression: Expression): void {
    const uses = (this.#uses.get(expression) ?? 0) + 1;
    this.#uses.set(expression, uses);
    // What is inside of something shared is written once, with it.
    if (uses === 1) for (const part of partsOf(expression)) this.#use(this.#intern(part));
  }

  /** Equal conditions as one object. */
  #intern(expression: Expression): Expression {
    const done = this.#interned.get(expression);
    if (done !== undefined) return done;
    const parts = partsOf(expression).map((part) => this.#keys.get(this.#intern(part)) as string);
    const own =
      expression.kind === "test"
        ? `${expression.cell}=${expression.values.join()}`
        : expression.kind === "name"
          ? expression.name
          : expression.kind === "constant"
            ? String(expression.value)
            : parts.join();
    const text = `${expression.kind}(${own})`;
    const known = this.#known.get(text) ?? expression;
    if (known === expression) {
      this.#known.set(text, expression);
      this.#keys.set(expression, `#${this.#keys.size}`);
    }
    this.#interned.set(expression, known);
    return known;
  }

  #share(expression: Expression): Expression {
    let made = this.#made.get(expression);
    if (made !== undefined) return made;
    made = this.#withParts(expression);
    if ((this.#uses.get(expression) ?? 0) > 1 && tests(made) >= LEAST_TESTS) {
      made = { kind: "name", name: `condition:${this.all.push(made) - 1}` };
    }
    this.#made.set(expression, made);
    return made;
  }

  #withParts(expression: Expression): Expression {
    switch (expression.kind) {
      case "and":
      case "or":
        return { ...expression, operands: expression.operands.map((operand) => this.#share(this.#intern(operand))) };
      case "not":
        return { ...expression, operand: this.#share(this.#intern(expression.operand)) };
      default:
        return expression;
    }
  }
}

function partsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === "and" || expression.kind === "or") return expression.operands;
  return expression.kind === "not" ? [expression.operand] : [];
}

/** How long a condition is as text, in tests and names. */
function tests(expression: Expression): number {
  const parts = partsOf(expression);
  return parts.length === 0 ? 1 : parts.reduce((sum, part) => sum + tests(part), 0);
}

import type { Domain, Scalar } from "./domain.ts";
import type { Mask } from "./mask.ts";

/**
 * Kinds of terms:
 *
 * - `cell`: the value of a cell of the state;
 * - `map`: a function of one scalar, as a table over the operand's domain;
 * - `in`: whether a scalar is among some values of its domain;
 * - `ite`: one of two scalars, or of two booleans, by a condition;
 * - `eq`, `lt`: equality, and the order of two numbers;
 * - `not` of `eq`, `lt` and `ite`; every other negation is pushed to the leaves;
 * - `and`, `or`: two or more distinct operands, sorted by their ids;
 * - arithmetic of two integers, at least one of which has a large range.
 */
export type Operator = "cell" | "map" | "in" | "ite" | "eq" | "lt" | "not" | "and" | "or" | ArithmeticOperator;

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>";

/** A constant, or a term. */
export type Value = Scalar | Term;

/** A constant, or a term for which `isBoolean` holds. */
export type Bool = boolean | Term;

/** The cells that a term depends on, a bit for each, without trailing zeros. */
export type Support = Int32Array;

/**
 * A scalar function of the cells of a state. Terms are made by `Terms` alone, each once: within one `Terms`, equal terms
 * are one object.
 */
export class Term {
  readonly id: number;
  readonly operator: Operator;
  /** Whether it stands for true or false; then it has no domain. */
  readonly isBoolean: boolean;
  /** The operands; a constant among them is an operand of `ite`, `eq`, `lt` or arithmetic. */
  readonly operands: readonly Value[];
  /** For a cell: its number. */
  readonly cell: number;
  /** For a map: the value for each position in the operand's domain. */
  readonly table: readonly Scalar[];
  /** Of `in`: positions in the operand's domain. */
  readonly mask: Mask;
  /** The values that it can have; undefined where they are too many: then it is an integer from `low` to `high`. */
  readonly domain: Domain | undefined;
  readonly low: number;
  readonly high: number;
  readonly support: Support;
  /** The negation, once it has been made. */
  negation: Bool | undefined;

  // The facts in force (see `Facts`): kept here because looking them up is the most frequent step of reading.
  /** For a scalar with a domain: the positions that are possible; undefined: all. */
  allowed: Mask | undefined;
  /** For a boolean: its value. */
  known: boolean | undefined;
  /** For an integer of a large range: the bounds in force. */
  least: number;
  most: number;

  constructor(id: number, operator: Operator, parts: Partial<Term>) {
    this.id = id;
    this.operator = operator;
    this.isBoolean = parts.isBoolean === true;
    this.operands = parts.operands ?? [];
    this.cell = parts.cell ?? -1;
    this.table = parts.table ?? [];
    this.mask = parts.mask ?? 0;
    this.domain = parts.domain;
    this.low = parts.low ?? parts.domain?.low ?? NaN;
    this.high = parts.high ?? parts.domain?.high ?? NaN;
    this.support = operator === "cell" ? cellSupport(this.cell) : supportOf(this.operands);
    this.negation = undefined;
    this.allowed = undefined;
    this.known = undefined;
    this.least = this.low;
    this.most = this.high;
  }
}

function cellSupport(cell: number): Support {
  const support = new Int32Array((cell >>> 5) + 1);
  support[cell >>> 5] = 1 << (cell & 31);
  return support;
}

function supportOf(operands: readonly Value[]): Support {
  let length = 0;
  let only: Support | undefined;
  let terms = 0;
  for (const operand of operands) {
    if (!(operand instanceof Term)) continue;
    terms++;
    only = operand.support;
    if (operand.support.length > length) length = operand.support.length;
  }
  if (terms === 1) return only as Support;
  const support = new Int32Array(length);
  for (const operand of operands) {
    if (operand instanceof Term) unite(support, operand.support);
  }
  return support;
}

/** Adds the cells of `other`, which is not longer, to `support`. */
export function unite(support: Support, other: Support): void {
  for (let word = 0; word < other.length; word++) support[word] = (support[word] as number) | (other[word] as number);
}

/** Whether two sets of cells have one in common. */
export function intersect(one: Support, other: Support): boolean {
  const length = one.length < other.length ? one.length : other.length;
  for (let word = 0; word < length; word++) {
    if (((one[word] as number) & (other[word] as number)) !== 0) return true;
  }
  return false;
}

/** The numbers of the cells, in ascending order. */
export function cellsOf(support: Support): number[] {
  const cells: number[] = [];
  for (let word = 0; word < support.length; word++) {
    for (let bits = support[word] as number; bits !== 0; bits &= bits - 1) {
      cells.push(word * 32 + 31 - Math.clz32(bits & -bits));
    }
  }
  return cells;
}

/** All terms below the roots, each once, operands before the terms that use them. */
export function inOrder(roots: Iterable<Value>): Term[] {
  const seen = new Set<Term>();
  const order: Term[] = [];
  for (const root of roots) {
    if (!(root instanceof Term) || seen.has(root)) continue;
    // Without recursion: a chain of conditions can be deeper than the stack.
    const open: Term[] = [root];
    while (open.length > 0) {
      const term = open[open.length - 1] as Term;
      if (seen.has(term)) {
        open.pop();
        continue;
      }
      let isReady = true;
      for (const operand of term.operands) {
        if (operand instanceof Term && !seen.has(operand)) {
          open.push(operand);
          isReady = false;
        }
      }
      if (!isReady) continue;
      seen.add(term);
      order.push(term);
      open.pop();
    }
  }
  return order;
}

import type { Domain, Scalar } from "./domain.ts";
import { both, hasBit, isEmpty, isSingle, onlyBit, without, type Mask } from "./mask.ts";
import type { Terms } from "./terms.ts";
import { inOrder, intersect, Term, unite, type Bool, type Support, type Value } from "./term.ts";

/** A disjunction with more operands is not watched: it seldom becomes a fact, and looking at it costs time. */
const MAX_WATCHED_OPERANDS = 6;
/** Cells by whose values a contradiction is looked for, one in the cases of another, and the values that such a cell may have. */
const MAX_CASE_DEPTH = 2;
const MAX_CASE_VALUES = 8;
/** Depth of nested choices whose branches are distinguished to find the possible values: each one doubles the work. */
const MAX_CHOICE_DEPTH = 4;
/** Disjunctions that are watched at once, the latest ones. */
const MAX_WATCHED = 24;

/** Effect of one fact on a term. */
interface Change {
  readonly term: Term;
  readonly before: Known;
  readonly after: Known;
}

interface Known {
  readonly allowed: Mask | undefined;
  readonly known: boolean | undefined;
  readonly least: number;
  readonly most: number;
}

interface Watched {
  readonly clause: Term;
  readonly next: Watched | undefined;
}

/**
 * Facts as a stack of assumptions. A stack is immutable and has the one below as its parent, so that one can return to
 * it; `Facts` writes the facts of the stack in force into the terms.
 */
export class Stack {
  readonly parent: Stack | undefined;
  readonly depth: number;
  readonly changes: Change[] = [];
  /** Knowledge about terms from this assumption and those below it. */
  readonly own = new Map<Term, Known>();
  /** The stacks with one more assumption, by its condition. */
  assumed: Map<Term, Stack | "contradiction"> | undefined;
  /** Results of this assumption for terms that those below it have simplified. */
  memo: Map<Term, Value> | undefined;
  /** Results of the whole stack for terms. */
  results: Map<Term, Value> | undefined;
  /** The cells whose values this assumption restricts, and those of the whole stack. */
  touched: Support = NO_CELLS;
  all: Support;
  /**
   * The least id of the other terms that it has facts about, and of the whole stack. A term is younger than its
   * operands, so that an older one cannot contain any of them.
   */
  since = Infinity;
  allSince: number;
  watched: Watched | undefined;

  constructor(parent: Stack | undefined) {
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.all = parent?.all ?? NO_CELLS;
    this.allSince = parent?.allSince ?? Infinity;
    this.watched = parent?.watched;
  }

  /** Whether simplifying a term may depend on this assumption. */
  concerns(term: Term): boolean {
    return term.id >= this.since || intersect(this.touched, term.support);
  }

  /** Whether it may depend on any of the stack. */
  anyConcerns(term: Term): boolean {
    return term.id >= this.allSince || intersect(this.all, term.support);
  }

  /** Notes that it has a fact about a term. */
  touch(term: Term): void {
    if (term.operator === "cell") {
      this.touched = united(this.touched, term.support);
      this.all = united(this.all, term.support);
      return;
    }
    this.since = Math.min(this.since, term.id);
    this.allSince = Math.min(this.allSince, this.since);
  }
}

const NO_CELLS: Support = new Int32Array(0);

/**
 * Facts known at the place of an expression: the conditions of the branches that lead there. Simplification uses
 * the tests of single scalars, the truth of other conditions and short disjunctions; it asks no solver, so a condition
 * may be left that has only one value.
 */
export class Facts {
  readonly #terms: Terms;
  readonly none = new Stack(undefined);
  #now: Stack = this.none;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  /** The assumptions in force. */
  get now(): Stack {
    return this.#now;
  }

  /** Drops all assumptions, and what is kept of them. */
  clear(): void {
    this.use(this.none);
    this.none.assumed = undefined;
  }

  /** Puts other assumptions in force. */
  use(stack: Stack): void {
    if (stack === this.#now) return;
    const redo: Stack[] = [];
    let [current, target]: [Stack, Stack] = [this.#now, stack];
    while (current !== target) {
      if (current.depth >= target.depth) {
        for (let index = current.changes.length - 1; index >= 0; index--) {
          const { term, before } = current.changes[index] as Change;
          put(term, before);
        }
        current = current.parent as Stack;
      } else {
        redo.push(target);
        target = target.parent as Stack;
      }
    }
    for (const one of redo.toReversed()) for (const { term, after } of one.changes) put(term, after);
    this.#now = stack;
  }

  /**
   * Assumes one more condition.
   *
   * @returns false where it contradicts what is assumed already; then nothing changes
   */
  assume(condition: Bool): boolean {
    const start = this.simplify(condition);
    if (typeof start === "boolean") return start;
    const before = this.#now;
    const known = before.assumed?.get(start);
    if (known !== undefined) {
      if (known === "contradiction") return false;
      for (const { term, after } of known.changes) put(term, after);
      this.#now = known;
      return true;
    }
    const stack = new Stack(before);
    this.#now = stack;
    if (this.#propagate(stack, start)) {
      forget(stack);
      (before.assumed ??= new Map()).set(start, stack);
      return true;
    }
    for (let index = stack.changes.length - 1; index >= 0; index--) {
      const { term, before: old } = stack.changes[index] as Change;
      put(term, old);
    }
    this.#now = before;
    (before.assumed ??= new Map()).set(start, "contradiction");
    return false;
  }

  #propagate(stack: Stack, start: Term): boolean {
    const queue: Bool[] = [start];
    for (;;) {
      for (let bool = queue.pop(); bool !== undefined; bool = queue.pop()) {
        if (bool === true) continue;
        if (bool === false || !this.#learn(stack, bool, queue)) return false;
      }
      forget(stack);
      if (!this.#units(stack, queue)) return false;
      if (queue.length === 0) return true;
    }
  }

  /** Notes a condition that is true. False: it contradicts a fact. */
  #learn(stack: Stack, bool: Term, queue: Bool[]): boolean {
    switch (bool.operator) {
      case "and":
        for (const operand of bool.operands) queue.push(operand as Term);
        break;
      case "in":
        return this.#allow(stack, bool.operands[0] as Term, bool.mask);
      case "or":
        if (bool.operands.length <= MAX_WATCHED_OPERANDS) stack.watched = { clause: bool, next: stack.watched };
        break;
      case "ite":
        stack.watched = { clause: bool, next: stack.watched };
        break;
      case "lt":
      case "eq":
        if (!this.#bound(stack, bool, true)) return false;
        break;
      case "not": {
        const operand = bool.operands[0] as Term;
        if (operand.operator === "ite") stack.watched = { clause: bool, next: stack.watched };
        else if (!this.#bound(stack, operand, false)) return false;
        break;
      }
    }
    if (bool.known === false) return false;
    if (bool.known === undefined) {
      change(stack, bool, { ...knownOf(bool), known: true });
      const negation = this.#terms.not(bool);
      if (negation instanceof Term) change(stack, negation, { ...knownOf(negation), known: false });
    }
    return true;
  }

  #allow(stack: Stack, term: Term, mask: Mask): boolean {
    const old = term.allowed ?? (term.domain as Domain).full;
    const allowed = both(old, mask);
    if (isEmpty(allowed)) return false;
    if (allowed !== old) change(stack, term, { ...knownOf(term), allowed });
    return true;
  }

  /** The bounds of an integer of a large range that is compared with a constant. */
  #bound(stack: Stack, comparison: Term, isTrue: boolean): boolean {
    const [a, b] = comparison.operands as readonly [Value, Value];
    const [term, constant] = a instanceof Term ? [a, b] : [b as Term, a];
    if (typeof constant !== "number" || term.domain !== undefined || term.isBoolean) return true;
    let { least, most } = term;
    if (comparison.operator === "eq") {
      if (isTrue) [least, most] = [Math.max(least, constant), Math.min(most, constant)];
      else if (least === constant) least++;
      else if (most === constant) most--;
    } else if (term === a) {
      if (isTrue) most = Math.min(most, Math.ceil(constant) - 1);
      else least = Math.max(least, Math.ceil(constant));
    } else if (isTrue) least = Math.max(least, Math.floor(constant) + 1);
    else most = Math.min(most, Math.floor(constant));
    if (least > most) return false;
    change(stack, term, { ...knownOf(term), least, most });
    return true;
  }

  /** Looks at the disjunctions that the new facts are about. False: one has become false. */
  #units(stack: Stack, queue: Bool[]): boolean {
    let looked = 0;
    for (let watched = stack.watched; watched !== undefined && looked < MAX_WATCHED; watched = watched.next) {
      looked++;
      const { clause } = watched;
      if (!stack.concerns(clause)) continue;
      if (clause.operator !== "or") {
        const chosen = this.#chosen(clause);
        if (chosen !== undefined) queue.push(chosen);
        continue;
      }
      let open: Bool = false;
      let count = 0;
      for (const operand of clause.operands as readonly Term[]) {
        const part = this.simplify(operand);
        if (part === false) continue;
        open = part;
        if (part === true || ++count > 1) break;
      }
      if (open === false) return false;
      if (count > 1 || open === true) continue;
      queue.push(open);
    }
    // A disjunction with one operand left, which is known, is no news.
    for (let index = queue.length - 1; index >= 0; index--) {
      if (this.simplify(queue[index] as Bool) === true) queue.splice(index, 1);
    }
    return true;
  }

  /** Value of a choice between booleans, or of its negation, once its condition is known. */
  #chosen(clause: Term): Bool | undefined {
    const isTrue = clause.operator === "ite";
    const [condition, yes, no] = (isTrue ? clause : (clause.operands[0] as Term)).operands as readonly [
      Term,
      Bool,
      Bool,
    ];
    const known = this.simplify(condition);
    if (typeof known !== "boolean") return undefined;
    const branch = known ? yes : no;
    return isTrue ? branch : this.#terms.not(branch);
  }

  /**
   * Whether a condition contradicts the facts, which is looked for by cases of the cells that it tests most often. False:
   * it was not found.
   */
  refutes(condition: Bool): boolean {
    return this.#refutes(condition, condition, MAX_CASE_DEPTH);
  }

  #refutes(assumption: Bool, condition: Bool, depth: number): boolean {
    const before = this.#now;
    if (!this.assume(assumption)) return true;
    try {
      const left = this.simplify(condition);
      const cell = depth === 0 ? undefined : this.#mostTested(left === true ? condition : left);
      const values = cell === undefined ? undefined : this.possible(cell);
      return values?.every((value) => this.#refutes(this.#terms.equal(cell, value), condition, depth - 1)) === true;
    } finally {
      this.use(before);
    }
  }

  /** The cell that most conditions in a term are tests of, among those with few possible values. */
  #mostTested(condition: Bool): Term | undefined {
    const counts = new Map<Term, number>();
    for (const term of inOrder([condition])) {
      if (term.operator !== "in") continue;
      const cell = term.operands[0] as Term;
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    let best: Term | undefined;
    for (const [cell, count] of counts) {
      const values = this.possible(cell)?.length ?? 1;
      if (values < 2 || values > MAX_CASE_VALUES) continue;
      if (count > (best === undefined ? 0 : (counts.get(best) as number))) best = cell;
    }
    return best;
  }

  /** A condition, under the facts. */
  simplify(bool: Bool): Bool {
    return typeof bool === "boolean" ? bool : (bool.known ?? (this.#under(this.#now, bool) as Bool));
  }

  /** A scalar, under the facts. */
  value(value: Value): Value {
    return value instanceof Term ? this.#under(this.#now, value) : value;
  }

  /**
   * A term under a whole stack: what the topmost assumption makes of what those below it have made of the term. So each
   * assumption looks only at the parts that it is about, and branches share what they have in common.
   */
  #under(stack: Stack, term: Term): Value {
    if (stack.parent === undefined || !stack.anyConcerns(term)) return term;
    const known = stack.results?.get(term);
    if (known !== undefined || stack.results?.has(term) === true) return known;
    const below = this.#under(stack.parent, term);
    const result = below instanceof Term ? this.#by(stack, below) : below;
    (stack.results ??= new Map()).set(term, result);
    return result;
  }

  /** A term as one assumption simplifies it. */
  #by(stack: Stack, term: Term): Value {
    if (!stack.concerns(term)) return term;
    const own = stack.own.get(term);
    if (own !== undefined) {
      if (own.known !== undefined) return own.known;
      if (own.allowed !== undefined && isSingle(own.allowed))
        return (term.domain as Domain).values[onlyBit(own.allowed)];
      if (term.domain === undefined && !term.isBoolean && own.least === own.most) return own.least;
    }
    if (term.operator === "cell") return term;
    const known = stack.memo?.get(term);
    if (known !== undefined || stack.memo?.has(term) === true) return known;
    this.#terms.spend(term.operands.length);
    const result = this.#simplified(stack, term);
    (stack.memo ??= new Map()).set(term, result);
    return result;
  }

  #operand(stack: Stack, value: Value): Value {
    return value instanceof Term ? this.#by(stack, value) : value;
  }

  #simplified(stack: Stack, term: Term): Value {
    const terms = this.#terms;
    const { operands } = term;
    switch (term.operator) {
      case "in": {
        const operand = operands[0] as Term;
        const allowed = stack.own.get(operand)?.allowed;
        if (allowed !== undefined) {
          if (isEmpty(both(allowed, term.mask))) return false;
          if (isEmpty(without(allowed, term.mask))) return true;
        }
        const simple = this.#by(stack, operand);
        if (simple === operand) return term;
        const domain = operand.domain as Domain;
        return terms.test(simple, (value) => hasBit(term.mask, domain.positionOf(value)));
      }
      case "and":
      case "or": {
        const absorbing = term.operator === "or";
        let parts: Bool[] | undefined;
        for (let index = 0; index < operands.length; index++) {
          const operand = operands[index] as Term;
          const part = this.#by(stack, operand) as Bool;
          if (part === absorbing) return absorbing;
          if (part !== operand) parts ??= operands.slice(0, index) as Bool[];
          parts?.push(part);
        }
        if (parts === undefined) return term;
        return absorbing ? terms.or(...parts) : terms.and(...parts);
      }
      case "not": {
        const simple = this.#by(stack, operands[0] as Term) as Bool;
        return simple === operands[0] ? term : terms.not(simple);
      }
      case "map": {
        const base = operands[0] as Term;
        const allowed = stack.own.get(base)?.allowed;
        if (allowed !== undefined) {
          const left = term.table.filter((_, position) => hasBit(allowed, position));
          const [first] = left;
          if (left.every((value) => Object.is(value, first))) return first;
        }
        const simple = this.#by(stack, base);
        if (simple === base) return term;
        const domain = base.domain as Domain;
        return terms.map(simple, (value) => term.table[domain.positionOf(value)]);
      }
      case "ite": {
        const [condition, yes, no] = operands as readonly [Term, Value, Value];
        const simple = this.#by(stack, condition) as Bool;
        if (simple === true) return this.#operand(stack, yes);
        if (simple === false) return this.#operand(stack, no);
        const [a, b] = [this.#operand(stack, yes), this.#operand(stack, no)];
        if (simple === condition && a === yes && b === no) return term;
        return terms.ite(simple, a, b);
      }
      case "eq":
      case "lt":
        return this.#compared(stack, term);
      default: {
        const [a, b] = operands as readonly [Value, Value];
        const [x, y] = [this.#operand(stack, a), this.#operand(stack, b)];
        return x === a && y === b ? term : terms.arithmetic(term.operator as "+", x, y);
      }
    }
  }

  #compared(stack: Stack, comparison: Term): Bool {
    const [a, b] = comparison.operands as readonly [Value, Value];
    const [x, y] = [this.#operand(stack, a), this.#operand(stack, b)];
    const [one, other] = [this.#range(stack, x), this.#range(stack, y)];
    const isLess = comparison.operator === "lt";
    if (one !== undefined && other !== undefined) {
      if (one[1] < other[0]) return isLess;
      if (isLess ? one[0] >= other[1] : one[0] > other[1]) return false;
    }
    if (!isLess) {
      const [p, q] = [this.#values(stack, x), this.#values(stack, y)];
      if (p !== undefined && q !== undefined && !p.some((value) => q.includes(value))) return false;
    }
    if (x === a && y === b) return comparison;
    return isLess ? this.#terms.less(x, y) : this.#terms.equal(x, y);
  }

  /** The facts about a term in a stack. */
  #known(stack: Stack, term: Term): Known | undefined {
    for (let level: Stack | undefined = stack; level !== undefined; level = level.parent) {
      const known = level.own.get(term);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  /** Possible values of a scalar, by the facts of a stack about it or about the scalar that it is a function of. */
  #values(stack: Stack, value: Value): readonly Scalar[] | undefined {
    if (!(value instanceof Term)) return [value];
    if (value.isBoolean) return BOTH;
    const { domain } = value;
    if (domain === undefined) return undefined;
    const allowed = this.#known(stack, value)?.allowed;
    if (allowed !== undefined) return domain.values.filter((_, position) => hasBit(allowed, position));
    if (value.operator === "map") {
      const possible = this.#known(stack, value.operands[0] as Term)?.allowed;
      if (possible !== undefined) return [...new Set(value.table.filter((_, position) => hasBit(possible, position)))];
    }
    return domain.values;
  }

  /** The values that a scalar can have under the facts, as far as they are seen; undefined for a large range. */
  possible(given: Value): readonly Scalar[] | undefined {
    return this.#possible(given, MAX_CHOICE_DEPTH);
  }

  /** @param depth choices inside choices whose branches are looked at, each under its condition */
  #possible(given: Value, depth: number): readonly Scalar[] | undefined {
    this.#terms.spend(1);
    const value = this.value(given);
    if (!(value instanceof Term)) return [value];
    if (value.isBoolean) return BOTH;
    const values = this.#values(this.#now, value);
    if (values === undefined) return undefined;
    if (value.operator === "ite" && depth > 0) {
      const [condition, yes, no] = value.operands as readonly [Term, Value, Value];
      const a = this.#possibleUnder(condition, yes, depth - 1);
      const b = this.#possibleUnder(this.#terms.not(condition), no, depth - 1);
      if (a !== undefined && b !== undefined) return [...new Set([...a, ...b])];
    }
    return values;
  }

  #possibleUnder(condition: Bool, value: Value, depth: number): readonly Scalar[] | undefined {
    if (!(value instanceof Term)) return [value];
    const before = this.#now;
    if (!this.assume(condition)) return [];
    try {
      return this.#possible(value, depth);
    } finally {
      this.use(before);
    }
  }

  /** The bounds of an integer, as far as they are seen. */
  #range(stack: Stack, value: Value): readonly [number, number] | undefined {
    if (typeof value === "number") return [value, value];
    if (!(value instanceof Term) || value.isBoolean) return undefined;
    const { domain } = value;
    const known = this.#known(stack, value);
    if (domain !== undefined) {
      if (!domain.isInteger) return undefined;
      const allowed = known?.allowed;
      if (allowed === undefined) return [domain.low, domain.high];
      const left = domain.values.filter((_, position) => hasBit(allowed, position)) as number[];
      return [Math.min(...left), Math.max(...left)];
    }
    const [least, most] = known === undefined ? [value.low, value.high] : [known.least, known.most];
    if (value.operator !== "+" && value.operator !== "-") return [least, most];
    const [a, b] = value.operands as readonly [Value, Value];
    const [x, y] = [this.#range(stack, a), this.#range(stack, b)];
    if (x === undefined || y === undefined) return [least, most];
    const [low, high] = value.operator === "+" ? [x[0] + y[0], x[1] + y[1]] : [x[0] - y[1], x[1] - y[0]];
    return [Math.max(low, least), Math.min(high, most)];
  }
}

const BOTH: readonly Scalar[] = [false, true];

function knownOf({ allowed, known, least, most }: Term): Known {
  return { allowed, known, least, most };
}

function put(term: Term, { allowed, known, least, most }: Known): void {
  term.allowed = allowed;
  term.known = known;
  term.least = least;
  term.most = most;
}

function forget(stack: Stack): void {
  stack.memo = undefined;
  stack.results = undefined;
}

function change(stack: Stack, term: Term, after: Known): void {
  stack.touch(term);
  stack.changes.push({ term, before: knownOf(term), after });
  stack.own.set(term, after);
  put(term, after);
}

function united(one: Support, other: Support): Support {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const result = longer.slice();
  unite(result, shorter);
  return result;
}

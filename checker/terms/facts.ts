import type { Domain, Scalar } from "./domain.ts";
import { both, hasBit, isEmpty, isSingle, onlyBit, without, type Mask } from "./mask.ts";
import type { Terms } from "./terms.ts";
import { intersect, Term, unite, type Bool, type Support, type Value } from "./term.ts";

/** A disjunction with more operands is not watched: it seldom becomes a fact, and looking at it costs time. */
const MAX_WATCHED_OPERANDS = 6;
/** Disjunctions that are watched at once, the latest ones. */
const MAX_WATCHED = 24;

/** What one fact changed in a term. */
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
  readonly count: number;
}

/**
 * Facts as a stack of assumptions. A stack is immutable and has the one below as its parent, so that one can return to
 * it; `Facts` writes the facts of the stack in force into the terms.
 */
export class Stack {
  readonly parent: Stack | undefined;
  readonly depth: number;
  readonly changes: Change[] = [];
  /** Results of simplification that depend on this assumption, and on none above it. */
  readonly memo = new Map<Term, Value>();
  /** The cells that this assumption is about, and those of the whole stack. */
  touched: Support;
  all: Support;
  watched: Watched | undefined;

  constructor(parent: Stack | undefined, touched: Support) {
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.touched = touched;
    this.all = touched;
    this.watched = parent?.watched;
  }
}

/**
 * What is known where an expression is evaluated: the conditions of the branches that lead there. Simplification uses
 * the tests of single scalars, the truth of other conditions and short disjunctions; it asks no solver, so a condition
 * may be left that has only one value.
 */
export class Facts {
  readonly #terms: Terms;
  readonly none = new Stack(undefined, new Int32Array(0));
  #now: Stack = this.none;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  /** The assumptions in force. */
  get now(): Stack {
    return this.#now;
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
    const stack = new Stack(before, start.support);
    this.#now = stack;
    if (this.#propagate(stack, start)) {
      stack.memo.clear();
      return true;
    }
    for (let index = stack.changes.length - 1; index >= 0; index--) {
      const { term, before: old } = stack.changes[index] as Change;
      put(term, old);
    }
    this.#now = before;
    return false;
  }

  #propagate(stack: Stack, start: Term): boolean {
    const queue: Bool[] = [start];
    for (;;) {
      for (let bool = queue.pop(); bool !== undefined; bool = queue.pop()) {
        if (bool === true) continue;
        if (bool === false || !this.#learn(stack, bool, queue)) return false;
      }
      stack.memo.clear();
      if (!this.#units(stack, queue)) return false;
      if (queue.length === 0) return true;
    }
  }

  /** Notes a condition that is true. False: it contradicts a fact. */
  #learn(stack: Stack, bool: Term, queue: Bool[]): boolean {
    touch(stack, bool.support);
    switch (bool.operator) {
      case "and":
        for (const operand of bool.operands) queue.push(operand as Term);
        break;
      case "in":
        return this.#allow(stack, bool.operands[0] as Term, bool.mask);
      case "or":
        if (bool.operands.length <= MAX_WATCHED_OPERANDS) {
          stack.watched = { clause: bool, next: stack.watched, count: (stack.watched?.count ?? 0) + 1 };
        }
        break;
      case "lt":
      case "eq":
        if (!this.#bound(stack, bool, true)) return false;
        break;
      case "not":
        if (!this.#bound(stack, bool.operands[0] as Term, false)) return false;
        break;
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
      if (!intersect(clause.support, stack.touched)) continue;
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
    // A disjunction of which one operand is left and known is no news.
    for (let index = queue.length - 1; index >= 0; index--) {
      if (this.simplify(queue[index] as Bool) === true) queue.splice(index, 1);
    }
    return true;
  }

  /** The level whose memo serves a term: the topmost one that is about one of its cells. */
  #levelOf(term: Term): Stack | undefined {
    const { support } = term;
    let level: Stack | undefined = this.#now;
    if (!intersect(level.all, support)) return undefined;
    while (level !== undefined && !intersect(level.touched, support)) level = level.parent;
    return level;
  }

  /** A condition, under the facts. */
  simplify(bool: Bool): Bool {
    if (typeof bool === "boolean") return bool;
    if (bool.known !== undefined) return bool.known;
    const level = this.#levelOf(bool);
    if (level === undefined) return bool;
    const memo = level.memo.get(bool);
    if (memo !== undefined) return memo as Bool;
    const result = this.#simplified(bool);
    level.memo.set(bool, result);
    return result;
  }

  #simplified(bool: Term): Bool {
    const terms = this.#terms;
    switch (bool.operator) {
      case "in": {
        const term = bool.operands[0] as Term;
        const { allowed } = term;
        if (allowed !== undefined) {
          if (isEmpty(both(allowed, bool.mask))) return false;
          if (isEmpty(without(allowed, bool.mask))) return true;
        }
        if (term.operator === "cell") return bool;
        const simple = this.value(term);
        if (simple === term) return bool;
        const domain = term.domain as Domain;
        return terms.test(simple, (value) => hasBit(bool.mask, domain.positionOf(value)));
      }
      case "and":
      case "or": {
        const absorbing = bool.operator === "or";
        let parts: Bool[] | undefined;
        const { operands } = bool;
        for (let index = 0; index < operands.length; index++) {
          const operand = operands[index] as Term;
          const part = this.simplify(operand);
          if (part === absorbing) return absorbing;
          if (part !== operand) parts ??= operands.slice(0, index) as Bool[];
          parts?.push(part);
        }
        if (parts === undefined) return bool;
        return absorbing ? terms.or(...parts) : terms.and(...parts);
      }
      case "not": {
        const operand = bool.operands[0] as Term;
        const simple = this.simplify(operand);
        return simple === operand ? bool : terms.not(simple);
      }
      default: {
        const [a, b] = bool.operands as readonly [Value, Value];
        const [x, y] = [this.value(a), this.value(b)];
        if (bool.operator === "lt") {
          const [one, other] = [this.#range(x), this.#range(y)];
          if (one !== undefined && other !== undefined) {
            if (one[1] < other[0]) return true;
            if (one[0] >= other[1]) return false;
          }
          return x === a && y === b ? bool : terms.less(x, y);
        }
        const [p, q] = [this.possible(x), this.possible(y)];
        if (p !== undefined && q !== undefined && !p.some((value) => q.includes(value))) return false;
        const [one, other] = [this.#range(x), this.#range(y)];
        if (one !== undefined && other !== undefined && (one[1] < other[0] || other[1] < one[0])) return false;
        return x === a && y === b ? bool : terms.equal(x, y);
      }
    }
  }

  /** A scalar, under the facts. */
  value(value: Value): Value {
    if (!(value instanceof Term)) return value;
    if (value.isBoolean) return this.simplify(value);
    const level = this.#levelOf(value);
    if (level === undefined) return value;
    const memo = level.memo;
    if (memo.has(value)) return memo.get(value);
    const result = this.#simplifiedValue(value);
    memo.set(value, result);
    return result;
  }

  #simplifiedValue(term: Term): Value {
    const terms = this.#terms;
    const { allowed } = term;
    if (allowed !== undefined && isSingle(allowed)) return (term.domain as Domain).values[onlyBit(allowed)];
    if (term.domain === undefined && term.least === term.most) return term.least;
    switch (term.operator) {
      case "cell":
        return term;
      case "map": {
        const base = term.operands[0] as Term;
        const possible = base.allowed;
        if (possible !== undefined) {
          const left = term.table.filter((_, position) => hasBit(possible, position));
          const [first] = left;
          if (left.every((value) => Object.is(value, first))) return first;
        }
        if (base.operator === "cell") return term;
        const simple = this.value(base);
        if (simple === base) return term;
        const domain = base.domain as Domain;
        return terms.map(simple, (value) => term.table[domain.positionOf(value)]);
      }
      case "ite": {
        const [condition, yes, no] = term.operands as readonly [Term, Value, Value];
        const simple = this.simplify(condition);
        if (simple === true) return this.value(yes);
        if (simple === false) return this.value(no);
        const [a, b] = [this.value(yes), this.value(no)];
        return simple === condition && a === yes && b === no ? term : terms.ite(simple, a, b);
      }
      default: {
        const [a, b] = term.operands as readonly [Value, Value];
        const [x, y] = [this.value(a), this.value(b)];
        return x === a && y === b ? term : terms.arithmetic(term.operator as "+", x, y);
      }
    }
  }

  /** The values that a scalar can have under the facts, as far as they are seen; undefined for a large range. */
  possible(given: Value): readonly Scalar[] | undefined {
    const value = this.value(given);
    if (!(value instanceof Term)) return [value];
    if (value.isBoolean) return BOTH;
    const { domain, allowed } = value;
    if (domain === undefined) return undefined;
    if (allowed !== undefined) return domain.values.filter((_, position) => hasBit(allowed, position));
    if (value.operator === "map") {
      const possible = (value.operands[0] as Term).allowed;
      if (possible !== undefined) return [...new Set(value.table.filter((_, position) => hasBit(possible, position)))];
    }
    if (value.operator === "ite") {
      const [condition, yes, no] = value.operands as readonly [Term, Value, Value];
      const [a, b] = [this.#possibleUnder(condition, yes), this.#possibleUnder(this.#terms.not(condition), no)];
      if (a !== undefined && b !== undefined) return [...new Set([...a, ...b])];
    }
    return domain.values;
  }

  #possibleUnder(condition: Bool, value: Value): readonly Scalar[] | undefined {
    if (!(value instanceof Term)) return [value];
    const before = this.#now;
    if (!this.assume(condition)) return [];
    try {
      return this.possible(value);
    } finally {
      this.use(before);
    }
  }

  /** The bounds of an integer, as far as they are seen. */
  #range(value: Value): readonly [number, number] | undefined {
    if (typeof value === "number") return [value, value];
    if (!(value instanceof Term) || value.isBoolean) return undefined;
    const { domain, allowed } = value;
    if (domain !== undefined) {
      if (!domain.isInteger) return undefined;
      if (allowed === undefined) return [domain.low, domain.high];
      const left = domain.values.filter((_, position) => hasBit(allowed, position)) as number[];
      return [Math.min(...left), Math.max(...left)];
    }
    if (value.operator === "cell" || value.operator === "ite") return [value.least, value.most];
    const [a, b] = value.operands as readonly [Value, Value];
    const [x, y] = [this.#range(a), this.#range(b)];
    if (x === undefined || y === undefined) return [value.least, value.most];
    const low = value.operator === "+" ? x[0] + y[0] : value.operator === "-" ? x[0] - y[1] : value.least;
    const high = value.operator === "+" ? x[1] + y[1] : value.operator === "-" ? x[1] - y[0] : value.most;
    return [Math.max(low, value.least), Math.min(high, value.most)];
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

function change(stack: Stack, term: Term, after: Known): void {
  stack.changes.push({ term, before: knownOf(term), after });
  put(term, after);
}

function touch(stack: Stack, support: Support): void {
  stack.touched = united(stack.touched, support);
  stack.all = united(stack.parent?.all ?? stack.touched, stack.touched);
}

function united(one: Support, other: Support): Support {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const result = longer.slice();
  unite(result, shorter);
  return result;
}

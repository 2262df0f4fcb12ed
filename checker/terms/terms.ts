import type { ScalarShape } from "../schema/index.ts";
import { boundsOf, compute } from "./arithmetic.ts";
import { Domains, type Domain, type Scalar } from "./domain.ts";
import { bitAt, both, either, hasBit, isEmpty, isSingle, maskWhere, onlyBit, without, type Mask } from "./mask.ts";
import { NotRead, TooMuchWork } from "./not-read.ts";
import { Table } from "./table.ts";
import { Term, type ArithmeticOperator, type Bool, type Value } from "./term.ts";

/** A term has a domain of at most this many values; a larger set must be a range of integers. */
export const MAX_DOMAIN_VALUES = 256;
/** Pairs of values that a function of two scalars is computed for, to find its results. */
const MAX_VALUE_PAIRS = 4096;
/** Operands among which the absorption rules are tried: they look at every pair. */
const MAX_ABSORBED = 60;

const same = (a: Scalar, b: Scalar): boolean => a === b || (a !== a && b !== b);

/**
 * The terms over the cells of one model. Every method simplifies: it returns a constant or the one term for what its
 * arguments mean, and the result has the same value in every state.
 */
export class Terms {
  readonly domains = new Domains();
  readonly #table = new Table(this.domains);
  readonly #booleans: Domain = this.domains.of([false, true]);
  #allowance = Infinity;
  // Results for choices, whose branches are shared: without them, a function of a choice takes time for every path to it.
  readonly #tests = new Map<Term, Map<Mask, Bool>>();
  readonly #equalities = new Map<Value, Map<Value, Bool>>();
  readonly #orders = new Map<Value, Map<Value, Bool>>();
  readonly #results = new Map<ArithmeticOperator, Map<Value, Map<Value, Value>>>();

  /** Terms made so far. */
  get size(): number {
    return this.#table.size;
  }

  /**
   * Limits what may be done from now on, in operands looked at (see `spend`).
   *
   * @returns what was left of the allowance before
   */
  allow(operands: number): number {
    const left = this.#allowance;
    this.#allowance = operands;
    return left;
  }

  /** @throws NotRead where the allowance is used up */
  spend(operands: number): void {
    this.#allowance -= operands;
    if (this.#allowance < 0) throw new TooMuchWork();
  }

  /** The value of a cell: a constant where the cell has one value, a boolean term where it is boolean. */
  cell(number: number, shape: ScalarShape): Value {
    const { cardinality } = shape;
    if (cardinality === 1) return shape.valueAt(0);
    if (cardinality <= MAX_DOMAIN_VALUES) {
      const values = Array.from({ length: cardinality }, (_, index) => shape.valueAt(index));
      const cell = this.#table.cell(number, { domain: this.domains.of(values) });
      return values.every((value) => typeof value === "boolean") ? this.among(cell, this.#where(cell, Boolean)) : cell;
    }
    const [low, high] = [shape.valueAt(0), shape.valueAt(cardinality - 1)];
    if (typeof low !== "number" || typeof high !== "number" || high - low !== cardinality - 1) {
      throw new NotRead(`a part of the state has ${cardinality} values and is no range of integers`);
    }
    return this.#table.cell(number, { low, high });
  }

  /** Whether a scalar with a domain is at one of the positions. */
  among(term: Term, positions: Mask): Bool {
    const domain = term.domain as Domain;
    const mask = both(positions, domain.full);
    if (isEmpty(mask)) return false;
    if (mask === domain.full) return true;
    if (term.operator === "map") {
      const base = term.operands[0] as Term;
      const { table } = term;
      let inner: Mask = without(base.domain!.full, base.domain!.full);
      for (let position = 0; position < table.length; position++) {
        if (hasBit(mask, domain.positionOf(table[position]))) inner = either(inner, bitAt(position, table.length));
      }
      return this.among(base, inner);
    }
    if (term.operator === "ite") {
      return remembered(this.#tests, term, mask, () => {
        const [condition, yes, no] = term.operands;
        const keep = (value: Scalar): boolean => hasBit(mask, domain.positionOf(value));
        return this.choose(condition as Term, this.test(yes, keep), this.test(no, keep));
      });
    }
    return this.#table.among(term, mask);
  }

  /** Whether a scalar satisfies a predicate, which is asked for each value of its domain. */
  test(value: Value, keep: (value: Scalar) => boolean): Bool {
    if (!(value instanceof Term)) return keep(value);
    if (value.isBoolean) return this.choose(value, keep(true), keep(false));
    if (value.domain === undefined) throw new NotRead("a predicate of an integer of a large range");
    return this.among(value, this.#where(value, keep));
  }

  not(bool: Bool): Bool {
    if (typeof bool === "boolean") return !bool;
    if (bool.negation !== undefined) return bool.negation;
    let negation: Bool;
    switch (bool.operator) {
      case "in": {
        const term = bool.operands[0] as Term;
        negation = this.#table.among(term, without(term.domain!.full, bool.mask));
        break;
      }
      case "and":
        negation = this.or(...(bool.operands as Term[]).map((part) => this.not(part)));
        break;
      case "or":
        negation = this.and(...(bool.operands as Term[]).map((part) => this.not(part)));
        break;
      case "not":
        negation = bool.operands[0] as Term;
        break;
      default:
        negation = this.#table.operation("not", true, [bool], {});
    }
    bool.negation = negation;
    if (negation instanceof Term) negation.negation ??= bool;
    return negation;
  }

  and(...bools: readonly Bool[]): Bool {
    return bools.length === 2 ? this.#pair("and", bools[0] as Bool, bools[1] as Bool) : this.#junction("and", bools);
  }

  or(...bools: readonly Bool[]): Bool {
    return bools.length === 2 ? this.#pair("or", bools[0] as Bool, bools[1] as Bool) : this.#junction("or", bools);
  }

  /** One of two booleans. */
  choose(condition: Bool, yes: Bool, no: Bool): Bool {
    if (condition === true) return yes;
    if (condition === false) return no;
    if (yes === no) return yes;
    if (yes === true) return this.or(condition, no);
    if (yes === false) return this.and(this.not(condition), no);
    if (no === true) return this.or(this.not(condition), yes);
    if (no === false) return this.and(condition, yes);
    if (condition.operator === "not") return this.choose(condition.operands[0] as Term, no, yes);
    if (condition === yes) return this.or(condition, no);
    if (condition === no) return this.and(condition, yes);
    if (isTest(condition) && isTest(yes) && isTest(no)) {
      return this.or(this.and(condition, yes), this.and(this.not(condition), no));
    }
    if (yes.operator === "ite") {
      const [inner, first, second] = yes.operands as [Term, Bool, Bool];
      if (inner === condition) return this.choose(condition, first, no);
      if (second === no) return this.choose(this.and(condition, inner), first, no);
      if (first === no) return this.choose(this.and(condition, this.not(inner)), second, no);
    }
    if (no.operator === "ite") {
      const [inner, first, second] = no.operands as [Term, Bool, Bool];
      if (inner === condition) return this.choose(condition, yes, second);
      if (first === yes) return this.choose(this.or(condition, inner), yes, second);
      if (second === yes) return this.choose(this.or(condition, this.not(inner)), yes, first);
    }
    return this.#table.operation("ite", true, [condition, yes, no], {});
  }

  /** One of two scalars. */
  ite(condition: Bool, yes: Value, no: Value): Value {
    if (condition === true) return yes;
    if (condition === false) return no;
    if (yes === no || (!(yes instanceof Term) && !(no instanceof Term) && same(yes, no))) return yes;
    if (isBool(yes) && isBool(no)) return this.choose(condition, yes, no);
    if (condition.operator === "in") {
      const base = condition.operands[0] as Term;
      const mask = condition.mask;
      const one = tableOver(yes, base);
      const other = tableOver(no, base);
      if (one !== undefined && other !== undefined) {
        return this.tabulate(
          base,
          one.map((value, position) => (hasBit(mask, position) ? value : (other[position] as Scalar))),
        );
      }
      // A branch that is a function of what the condition fixes is a constant.
      if (one !== undefined && yes instanceof Term && isSingle(mask))
        return this.ite(condition, one[onlyBit(mask)], no);
      const rest = without(base.domain!.full, mask);
      if (other !== undefined && no instanceof Term && isSingle(rest))
        return this.ite(condition, yes, other[onlyBit(rest)]);
    }
    if (yes instanceof Term && yes.operator === "ite") {
      const [inner, first, second] = yes.operands as [Term, Value, Value];
      if (inner === condition) return this.ite(condition, first, no);
      if (this.not(condition) === inner) return this.ite(condition, second, no);
      if (same(first as Scalar, no as Scalar)) return this.ite(this.and(condition, this.not(inner)), second, no);
      if (same(second as Scalar, no as Scalar)) return this.ite(this.and(condition, inner), first, no);
    }
    if (no instanceof Term && no.operator === "ite") {
      const [inner, first, second] = no.operands as [Term, Value, Value];
      if (inner === condition) return this.ite(condition, yes, second);
      if (this.not(condition) === inner) return this.ite(condition, yes, first);
      if (same(first as Scalar, yes as Scalar)) return this.ite(this.or(condition, inner), yes, second);
      if (same(second as Scalar, yes as Scalar)) return this.ite(this.or(condition, this.not(inner)), yes, first);
    }
    const [one, other] = [this.domainOf(yes), this.domainOf(no)];
    if (one !== undefined && other !== undefined) {
      const domain = this.domains.union(one, other);
      if (domain.size <= MAX_DOMAIN_VALUES)
        return this.#table.operation("ite", false, [condition, yes, no], { domain });
    }
    const [a, b] = [this.boundsOf(yes), this.boundsOf(no)];
    const range = { low: Math.min(a[0], b[0]), high: Math.max(a[1], b[1]) };
    return this.#table.operation("ite", false, [condition, yes, no], range);
  }

  /** A function of one scalar; `f` is called for each value of its domain, and must be pure. */
  map(value: Value, f: (value: Scalar) => Scalar): Value {
    if (!(value instanceof Term)) return f(value);
    if (value.isBoolean) return this.ite(value, f(true), f(false));
    return value.operator === "ite" ? this.#mapChoice(value, f, new Map()) : this.#mapTerm(value, f);
  }

  #mapChoice(choice: Term, f: (value: Scalar) => Scalar, known: Map<Term, Value>): Value {
    if (known.has(choice)) return known.get(choice);
    this.spend(1);
    const [condition, yes, no] = choice.operands as [Term, Value, Value];
    const branch = (value: Value): Value =>
      value instanceof Term && value.operator === "ite" && !value.isBoolean
        ? this.#mapChoice(value, f, known)
        : this.map(value, f);
    const result = this.ite(condition, branch(yes), branch(no));
    known.set(choice, result);
    return result;
  }

  #mapTerm(value: Term, f: (value: Scalar) => Scalar): Value {
    if (value.domain === undefined) throw new NotRead("a function of an integer of a large range");
    return this.tabulate(value, value.domain.values.map(f));
  }

  /** A function of one scalar with a domain, by position. */
  tabulate(term: Term, results: readonly Scalar[]): Value {
    const [first] = results;
    if (results.every((result) => same(result, first))) return first;
    if (results.every((result) => typeof result === "boolean")) return this.among(term, maskWhere(results, Boolean));
    const domain = term.domain as Domain;
    if (results.every((result, position) => same(result, domain.values[position]))) return term;
    if (term.operator === "map") {
      return this.tabulate(
        term.operands[0] as Term,
        term.table.map((value) => results[domain.positionOf(value)]),
      );
    }
    const table = results.map((result) => (result === 0 ? 0 : result));
    return this.#table.map(term, table, this.domains.of([...new Set(table)]));
  }

  /** Whether two scalars are strictly equal. */
  equal(a: Value, b: Value): Bool {
    if (!(a instanceof Term)) return b instanceof Term ? this.#equalTo(b, a) : a === b;
    if (!(b instanceof Term)) return this.#equalTo(a, b);
    if (a === b) return a.isBoolean || a.domain === undefined ? true : this.test(a, (value) => value === value);
    if (a.isBoolean && b.isBoolean) return this.choose(a, b, this.not(b));
    if (a.isBoolean) return this.choose(a, this.equal(b, true), this.equal(b, false));
    if (b.isBoolean) return this.choose(b, this.equal(a, true), this.equal(a, false));
    if (a.operator === "ite") return remembered(this.#equalities, a, b, () => this.#equalIte(a, b));
    if (b.operator === "ite") return remembered(this.#equalities, b, a, () => this.#equalIte(b, a));
    if (a.domain !== undefined && b.domain !== undefined) {
      const common = a.domain.values.filter((value) => value === value && b.domain!.positionOf(value) >= 0);
      const [only] = common;
      if (common.length === 0) return false;
      if (common.length === 1) return this.and(this.equal(a, only), this.equal(b, only));
      const base = a.operator === "map" ? (a.operands[0] as Term) : a;
      if (base === (b.operator === "map" ? b.operands[0] : b)) {
        const [one, other] = [tableOver(a, base) as readonly Scalar[], tableOver(b, base) as readonly Scalar[]];
        const equal = one.map((value, position) => value === other[position]);
        return this.among(base, maskWhere(equal, Boolean));
      }
      // Values that only one of them has are tests of that one.
      const inA = this.#where(a, (value) => common.includes(value));
      const inB = this.#where(b, (value) => common.includes(value));
      if (inA !== a.domain.full || inB !== b.domain.full) {
        return this.and(this.among(a, inA), this.among(b, inB), this.#equality(a, b));
      }
    }
    return this.#equality(a, b);
  }

  /** Whether a number is less than another. */
  less(a: Value, b: Value): Bool {
    if (!(a instanceof Term)) {
      if (!(b instanceof Term)) return (a as number) < (b as number);
      if (b.isBoolean || b.domain !== undefined) return this.test(b, (value) => (a as number) < (value as number));
      if (b.operator === "ite") return this.#lessIte(a, b, b, (value) => this.less(a, value));
      if (typeof a !== "number") throw new NotRead("a comparison of a number with something else");
      if (a < b.low) return true;
      if (!(a < b.high)) return false;
    } else if (!(b instanceof Term)) {
      if (a.isBoolean || a.domain !== undefined) return this.test(a, (value) => (value as number) < (b as number));
      if (a.operator === "ite") return this.#lessIte(a, b, a, (value) => this.less(value, b));
      if (typeof b !== "number") throw new NotRead("a comparison of a number with something else");
      if (a.high < b) return true;
      if (!(a.low < b)) return false;
    } else {
      if (a === b) return false;
      if (a.isBoolean || b.isBoolean) throw new NotRead("a comparison of booleans by order");
      if (a.operator === "ite") return this.#lessIte(a, b, a, (value) => this.less(value, b));
      if (b.operator === "ite") return this.#lessIte(a, b, b, (value) => this.less(a, value));
      const [one, other] = [this.boundsOf(a), this.boundsOf(b)];
      if (one[1] < other[0]) return true;
      if (one[0] >= other[1]) return false;
    }
    return this.#table.operation("lt", true, [a, b], {});
  }

  #lessIte(a: Value, b: Value, choice: Term, f: (value: Value) => Bool): Bool {
    return remembered(this.#orders, a, b, () => this.#iteOf(choice, f));
  }

  arithmetic(operator: ArithmeticOperator, a: Value, b: Value): Value {
    if (!isChoice(a) && !isChoice(b)) return this.#computed(operator, a, b);
    let known = this.#results.get(operator);
    if (known === undefined) this.#results.set(operator, (known = new Map()));
    return remembered(known, a, b, () => this.#computed(operator, a, b));
  }

  #computed(operator: ArithmeticOperator, a: Value, b: Value): Value {
    if (!(a instanceof Term) && !(b instanceof Term)) return compute(operator, a, b);
    if (!(b instanceof Term) && this.domainOf(a) !== undefined)
      return this.map(a, (value) => compute(operator, value, b));
    if (!(a instanceof Term) && this.domainOf(b) !== undefined)
      return this.map(b, (value) => compute(operator, a, value));
    if (a instanceof Term && a.isBoolean)
      return this.#iteValue(a, 1, 0, (value) => this.arithmetic(operator, value, b));
    if (b instanceof Term && b.isBoolean)
      return this.#iteValue(b, 1, 0, (value) => this.arithmetic(operator, a, value));
    if (a instanceof Term && b instanceof Term && a.domain !== undefined && b.domain !== undefined) {
      const base = a.operator === "map" ? (a.operands[0] as Term) : a;
      if (base === (b.operator === "map" ? b.operands[0] : b)) {
        const [one, other] = [tableOver(a, base) as readonly Scalar[], tableOver(b, base) as readonly Scalar[]];
        return this.tabulate(
          base,
          one.map((value, position) => compute(operator, value, other[position])),
        );
      }
      if (a.operator === "ite" && b.operator !== "ite") {
        const [condition, yes, no] = a.operands as [Term, Value, Value];
        return this.#iteValue(condition, yes, no, (value) => this.arithmetic(operator, value, b));
      }
      if (b.operator === "ite" && a.operator !== "ite") {
        const [condition, yes, no] = b.operands as [Term, Value, Value];
        return this.#iteValue(condition, yes, no, (value) => this.arithmetic(operator, a, value));
      }
      if (a.domain.size * b.domain.size <= MAX_VALUE_PAIRS) {
        const results = new Set<Scalar>();
        for (const one of a.domain.values) {
          for (const other of b.domain.values) results.add(compute(operator, one, other));
        }
        if (results.size <= MAX_DOMAIN_VALUES) {
          if (![...a.domain.values, ...b.domain.values, ...results].every((value) => Number.isInteger(value))) {
            throw new NotRead(`${operator} of values that are not all integers`);
          }
          return this.#table.operation(operator, false, [a, b], { domain: this.domains.of([...results]) });
        }
      }
    }
    const bounds = boundsOf(operator, this.boundsOf(a), this.boundsOf(b));
    if (bounds === undefined) throw new NotRead(`${operator} of integers of a large range`);
    const [low, high] = bounds;
    // A remainder of a large integer may be small.
    const isSmall = high - low < MAX_DOMAIN_VALUES;
    const extent = isSmall ? { domain: this.domains.of(integers(low, high)) } : { low, high };
    return this.#table.operation(operator, false, [a, b], extent);
  }

  /** The values that a scalar can have; undefined for an integer of a large range. */
  domainOf(value: Value): Domain | undefined {
    if (!(value instanceof Term)) return this.domains.of([value]);
    return value.isBoolean ? this.#booleans : value.domain;
  }

  /** The least and the greatest value of an integer. */
  boundsOf(value: Value): readonly [number, number] {
    if (typeof value === "number" && Number.isInteger(value)) return [value, value];
    if (value instanceof Term && !value.isBoolean && Number.isInteger(value.low)) return [value.low, value.high];
    throw new NotRead("an integer of a large range together with something that is none");
  }

  #where(term: Term, keep: (value: Scalar) => boolean): Mask {
    return maskWhere(term.domain!.values, keep);
  }

  #iteOf(term: Term, f: (value: Value) => Bool): Bool {
    const [condition, yes, no] = term.operands as [Term, Value, Value];
    return this.choose(condition, f(yes), f(no));
  }

  #iteValue(condition: Term, yes: Value, no: Value, f: (value: Value) => Value): Value {
    return this.ite(condition, f(yes), f(no));
  }

  #equalTo(term: Term, value: Scalar): Bool {
    if (term.isBoolean) return value === true ? term : value === false ? this.not(term) : false;
    if (term.domain !== undefined) {
      const position = value === value ? term.domain.positionOf(value) : -1;
      return position < 0 ? false : this.among(term, bitAt(position, term.domain.size));
    }
    if (typeof value !== "number" || !Number.isInteger(value) || value < term.low || value > term.high) return false;
    if (term.operator === "ite") {
      return remembered(this.#equalities, term, value, () => this.#iteOf(term, (branch) => this.equal(branch, value)));
    }
    return this.#table.operation("eq", true, [term, value], {});
  }

  #equalIte(term: Term, other: Term): Bool {
    return this.#iteOf(term, (branch) => this.equal(branch, other));
  }

  #equality(a: Term, b: Term): Bool {
    return this.#table.operation("eq", true, a.id < b.id ? [a, b] : [b, a], {});
  }

  #pair(operator: "and" | "or", a: Bool, b: Bool): Bool {
    const absorbing = operator === "or";
    if (typeof a === "boolean") return a === absorbing ? a : b;
    if (typeof b === "boolean") return b === absorbing ? b : a;
    if (a === b) return a;
    const key = a.id < b.id ? a.id * 2 ** 26 + b.id : b.id * 2 ** 26 + a.id;
    const pairs = operator === "and" ? this.#table.ands : this.#table.ors;
    let result = pairs.get(key);
    if (result === undefined) pairs.set(key, (result = this.#junction(operator, [a, b])));
    return result;
  }

  /** A conjunction or disjunction of any number of operands, in normal form. */
  #junction(operator: "and" | "or", bools: readonly Bool[]): Bool {
    this.spend(bools.length);
    const absorbing = operator === "or";
    const parts = new Map<number, Term>();
    let tests: Map<Term, Mask> | undefined;
    const queue = bools.slice();
    for (let index = 0; index < queue.length; index++) {
      const bool = queue[index] as Bool;
      if (bool === absorbing) return absorbing;
      if (typeof bool === "boolean") continue;
      if (bool.operator === operator) {
        for (const operand of bool.operands) queue.push(operand as Term);
      } else if (bool.operator === "in") {
        tests ??= new Map();
        const term = bool.operands[0] as Term;
        const known = tests.get(term);
        tests.set(
          term,
          known === undefined ? bool.mask : absorbing ? either(known, bool.mask) : both(known, bool.mask),
        );
      } else {
        const { negation } = bool;
        if (negation instanceof Term && parts.has(negation.id)) return absorbing;
        parts.set(bool.id, bool);
      }
    }
    if (tests !== undefined) {
      for (const [term, mask] of tests) {
        // A test is never of a map or a choice (see `among`), so it stays a test.
        const test = this.among(term, mask);
        if (test === absorbing) return absorbing;
        if (test instanceof Term) parts.set(test.id, test);
      }
      const narrowed = this.#narrow(operator, parts, tests);
      if (narrowed !== undefined) return narrowed;
    }
    if (parts.size > 1 && parts.size < MAX_ABSORBED) {
      const absorbed = this.#absorb(operator, parts);
      if (absorbed !== undefined) return absorbed;
    }
    if (parts.size === 0) return !absorbing;
    const operands = [...parts.values()];
    if (operands.length === 1) return operands[0] as Term;
    operands.sort((a, b) => a.id - b.id);
    return this.#table.operation(operator, true, operands, {});
  }

  /**
   * Drops from operands of the dual operator what the tests beside them decide. Changes `parts`; the whole result where
   * the rules must begin anew.
   */
  #narrow(operator: "and" | "or", parts: Map<number, Term>, tests: ReadonlyMap<Term, Mask>): Bool | undefined {
    const absorbing = operator === "or";
    const dual = absorbing ? "and" : "or";
    for (const [id, part] of parts) {
      if (part.operator !== dual) continue;
      this.spend(part.operands.length);
      let kept: Term[] | undefined;
      let isNeutral = false;
      for (const inner of part.operands as readonly Term[]) {
        const verdict = decided(inner, tests, operator);
        if (verdict === undefined) continue;
        if (verdict === "neutral") {
          isNeutral = true;
          break;
        }
        kept ??= [...(part.operands as readonly Term[])];
        kept.splice(kept.indexOf(inner), 1);
      }
      if (isNeutral) parts.delete(id);
      else if (kept !== undefined) {
        parts.delete(id);
        const changed = this.#junction(dual, kept);
        if (changed === absorbing) return absorbing;
        if (changed instanceof Term) return this.#junction(operator, [...parts.values(), changed]);
      }
    }
    return undefined;
  }

  /** x and (x or y) is x; x and (not x or y) is x and y; and the same with the operators exchanged. */
  #absorb(operator: "and" | "or", parts: Map<number, Term>): Bool | undefined {
    const dual = operator === "or" ? "and" : "or";
    for (const [id, part] of parts) {
      if (part.operator !== dual) continue;
      let kept: Set<Term> | undefined;
      let isAbsorbed = false;
      for (const inner of part.operands as readonly Term[]) {
        if (parts.has(inner.id)) {
          isAbsorbed = true;
          break;
        }
        const { negation } = inner;
        if (negation instanceof Term && parts.has(negation.id))
          (kept ??= new Set(part.operands as readonly Term[])).delete(inner);
      }
      if (isAbsorbed) parts.delete(id);
      else if (kept !== undefined) {
        parts.delete(id);
        return this.#junction(operator, [...parts.values(), this.#junction(dual, [...kept])]);
      }
    }
    return undefined;
  }
}

/**
 * Decision about a part of an operand by the tests beside the operand: "neutral", the whole operand adds nothing;
 * "drop", the part adds nothing to the operand.
 */
function decided(part: Term, tests: ReadonlyMap<Term, Mask>, operator: "and" | "or"): "neutral" | "drop" | undefined {
  if (part.operator === "in") {
    const term = part.operands[0] as Term;
    const known = tests.get(term);
    if (known === undefined) return undefined;
    // Beside a conjunction's tests the scalar is in them; beside a disjunction's it is outside of them.
    const left = operator === "and" ? known : without(term.domain!.full, known);
    const isTrue = isEmpty(without(left, part.mask));
    const isFalse = isEmpty(both(left, part.mask));
    if (operator === "and") return isFalse ? "drop" : isTrue ? "neutral" : undefined;
    return isFalse ? "neutral" : isTrue ? "drop" : undefined;
  }
  if (part.operator !== operator) return undefined;
  for (const inner of part.operands as readonly Term[]) {
    if (inner.operator !== "in") continue;
    const term = inner.operands[0] as Term;
    const known = tests.get(term);
    if (known === undefined) continue;
    if (operator === "and" && isEmpty(both(known, inner.mask))) return "drop";
    if (operator === "or" && isEmpty(without(without(term.domain!.full, known), inner.mask))) return "drop";
  }
  return undefined;
}

function isChoice(value: Value): boolean {
  return value instanceof Term && value.operator === "ite";
}

function remembered<One, Other, Result>(
  known: Map<One, Map<Other, Result>>,
  one: One,
  other: Other,
  make: () => Result,
): Result {
  let results = known.get(one);
  if (results === undefined) known.set(one, (results = new Map()));
  if (results.has(other)) return results.get(other) as Result;
  const result = make();
  results.set(other, result);
  return result;
}

function integers(low: number, high: number): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => low + index);
}

/** Whether a condition is so small that it may stand twice. */
function isTest(term: Term): boolean {
  return term.operator === "in";
}

function isBool(value: Value): value is Bool {
  return typeof value === "boolean" || (value instanceof Term && value.isBoolean);
}

/** A value as a table over a term's domain, where it is a function of that term alone. */
function tableOver(value: Value, base: Term): readonly Scalar[] | undefined {
  if (!(value instanceof Term)) return base.domain!.values.map(() => value);
  if (base.domain === undefined) return undefined;
  if (value === base) return base.domain.values;
  if (value.operator === "map" && value.operands[0] === base) return value.table;
  if (value.operator === "in" && value.operands[0] === base) {
    return base.domain.values.map((_, position) => hasBit(value.mask, position));
  }
  return undefined;
}

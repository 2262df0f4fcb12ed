import { hasBit, Term, type Bool, type Domain, type Scalar, type Terms, type Value } from "../terms/index.ts";
import { integers, numberIn, positions, TRUTH, type Coding, type Integers, type Names } from "./coding.ts";
import { and, choice, FALSE, not, or, TRUE, type Condition, type Expression, type Quantity } from "./expression.ts";

/** Operators that all languages have, for integers of which none is negative where `%` is concerned. */
const NATIVE: ReadonlySet<string> = new Set(["+", "-", "*", "%"]);

/**
 * Terms as expressions. Each term gives one expression, or one for each coding that it is wanted in, so what terms have
 * in common expressions have in common.
 */
export class Translation {
  readonly #terms: Terms;
  /** By the number of the layout's cell. */
  readonly #codings: readonly (Coding | undefined)[];
  readonly #cells = new Map<number, Quantity>();
  readonly #conditions = new Map<Term, Condition>();
  readonly #truths = new Map<Term, Condition>();
  readonly #quantities = new Map<Coding, Map<Term, Quantity>>();
  readonly #ranges = new Map<string, Integers>();

  constructor(terms: Terms, codings: readonly (Coding | undefined)[]) {
    this.#terms = terms;
    this.#codings = codings;
  }

  condition(bool: Bool): Condition {
    if (typeof bool === "boolean") return bool ? TRUE : FALSE;
    let made = this.#conditions.get(bool);
    if (made === undefined) {
      // Terms have negations at their leaves; what is there already is negated as a whole.
      const { negation } = bool;
      const opposite = negation instanceof Term ? this.#conditions.get(negation) : undefined;
      made = opposite !== undefined && opposite.kind !== "test" ? not(opposite) : this.#condition(bool);
      this.#conditions.set(bool, made);
    }
    return made;
  }

  /** The value that a cell gets. */
  assigned(cell: number, value: Value): Expression {
    const coding = this.#codings[cell] as Coding;
    return coding.kind === "boolean" ? this.#truth(value) : this.#quantity(value, coding);
  }

  #condition(term: Term): Condition {
    const [a, b] = term.operands;
    switch (term.operator) {
      case "and":
        return and(term.operands.map((operand) => this.condition(operand as Bool)));
      case "or":
        return or(term.operands.map((operand) => this.condition(operand as Bool)));
      case "not":
        return not(this.condition(a as Bool));
      case "ite": {
        const [condition, then, otherwise] = term.operands.map((operand) => this.condition(operand as Bool));
        return {
          kind: "if",
          condition: condition as Condition,
          then: then as Condition,
          otherwise: otherwise as Condition,
        };
      }
      case "in":
        return this.#test(a as Term, (position) => hasBit(term.mask, position));
      case "eq":
        return this.#equality(a, b);
      default:
        return this.#order(a, b);
    }
  }

  /** Condition: an operand of a test is at one of the positions of its domain. */
  #test(term: Term, isIn: (position: number) => boolean): Condition {
    const of = this.#base(term);
    const values = numbersOf(term, of.coding).flatMap((number, position) => (isIn(position) ? [number] : []));
    return { kind: "test", of, values: values.sort((x, y) => x - y) };
  }

  /** Truth values are compared and copied as conditions; so is the presence of an optional. */
  #truth(value: Value): Condition {
    if (!(value instanceof Term)) return isTrue(value) ? TRUE : FALSE;
    if (value.isBoolean) return this.condition(value);
    let made = this.#truths.get(value);
    if (made === undefined) {
      if (value.operator === "ite") {
        const [condition, then, otherwise] = value.operands;
        const is = this.condition(condition as Bool);
        made = or([and([is, this.#truth(then)]), and([not(is), this.#truth(otherwise)])]);
      } else {
        const isLarge = value.domain === undefined;
        made = this.condition(isLarge ? this.#terms.equal(value, 1) : this.#terms.test(value, isTrue));
      }
      this.#truths.set(value, made);
    }
    return made;
  }

  #equality(a: Value, b: Value): Condition {
    const [one, other] = [this.#terms.domainOf(a), this.#terms.domainOf(b)];
    const isCommon = (value: Scalar): boolean =>
      (one === undefined ? isInteger(value) : one.positionOf(value) >= 0) &&
      (other === undefined ? isInteger(value) : other.positionOf(value) >= 0);
    const common = (one ?? other)?.values.filter(isCommon);
    const coding = this.#codingFor(a, b, common);
    const compared = [a, b].map((operand) => {
      // A test separates the values that the coding does not have from all others.
      const isKnown = (value: Scalar): boolean => numberIn(coding, value) >= 0;
      const domain = this.#terms.domainOf(operand);
      const isWhole = domain === undefined || domain.values.every(isKnown);
      return { known: isWhole ? TRUE : this.condition(this.#terms.test(operand, isKnown)), operand };
    });
    const [left, right] = compared.map(({ operand }) => this.#quantity(operand, coding)) as [Quantity, Quantity];
    return and([...compared.map(({ known }) => known), { kind: "equal", left, right }]);
  }

  /** Coding in which two scalars are compared: integers if these are all that they have in common. */
  #codingFor(a: Value, b: Value, common: readonly Scalar[] | undefined): Coding {
    if (common === undefined || common.every(isInteger)) {
      const bounds = [a, b].map((operand) => {
        const domain = this.#terms.domainOf(operand);
        if (domain === undefined) return this.#terms.boundsOf(operand);
        const whole = domain.values.filter(isInteger) as number[];
        return [Math.min(...whole), Math.max(...whole)] as const;
      });
      return this.#range(Math.min(...bounds.map(([low]) => low)), Math.max(...bounds.map(([, high]) => high)));
    }
    for (const operand of [a, b]) {
      const own = operand instanceof Term && operand.operator === "cell" ? this.#codings[operand.cell] : undefined;
      if (own !== undefined && own.kind !== "boolean") return own;
    }
    return positions(common);
  }

  #order(a: Value, b: Value): Condition {
    // A constant beside an integer of a large range may be a fraction.
    const [one, other] = [typeof a === "number" ? Math.floor(a) : a, typeof b === "number" ? Math.ceil(b) : b];
    const bounds = [one, other].map((operand) => this.#terms.boundsOf(operand));
    const coding = this.#range(Math.min(...bounds.map(([low]) => low)), Math.max(...bounds.map(([, high]) => high)));
    return { kind: "less", left: this.#quantity(one, coding), right: this.#quantity(other, coding) };
  }

  /** A scalar in a coding; a value that the coding does not have does not matter. */
  #quantity(value: Value, coding: Coding): Quantity {
    if (!(value instanceof Term)) return { kind: "value", coding, number: Math.max(0, numberIn(coding, value)) };
    let made = this.#quantities.get(coding);
    if (made === undefined) this.#quantities.set(coding, (made = new Map()));
    let quantity = made.get(value);
    if (quantity === undefined) made.set(value, (quantity = this.#made(value, coding)));
    return quantity;
  }

  #made(term: Term, coding: Coding): Quantity {
    if (term.isBoolean) {
      return choice(this.condition(term), this.#quantity(true, coding), this.#quantity(false, coding));
    }
    switch (term.operator) {
      case "ite": {
        const [condition, then, otherwise] = term.operands;
        return choice(
          this.condition(condition as Bool),
          this.#quantity(then, coding),
          this.#quantity(otherwise, coding),
        );
      }
      case "map": {
        const base = term.operands[0] as Term;
        return this.#table(base, term.table, coding);
      }
      default: {
        if (term.operator !== "cell" && !isNative(term)) return this.#quantity(this.#byCases(term), coding);
        const of = this.#base(term);
        if (of.coding === coding) return of;
        if (coding.kind === "integer" && isSameInteger(term.domain, of.coding, coding)) {
          return { kind: "integer", coding, of };
        }
        if (term.domain === undefined) return this.#named(term, coding as Names);
        return this.#table(term, term.domain.values, coding);
      }
    }
  }

  /** An integer of a large range, where it is one of few values. */
  #named(term: Term, coding: Names): Quantity {
    return coding.values.reduce<Quantity>(
      (otherwise, value, number) => {
        if (!isInteger(value)) return otherwise;
        return choice(this.condition(this.#terms.equal(term, value)), { kind: "value", coding, number }, otherwise);
      },
      this.#quantity(coding.values[0], coding),
    );
  }

  #table(base: Term, results: readonly Scalar[], coding: Coding): Quantity {
    const of = this.#base(base);
    const entries = numbersOf(base, of.coding).map((number, position): [number, number] => [
      number,
      numberIn(coding, results[position]),
    ]);
    return { kind: "table", coding, of, entries: entries.filter(([, to]) => to >= 0) };
  }

  /** A cell, or a result of arithmetic, in the coding of its own. */
  #base(term: Term): Quantity {
    if (term.operator === "cell") {
      let cell = this.#cells.get(term.cell);
      if (cell === undefined) {
        this.#cells.set(
          term.cell,
          (cell = { kind: "cell", cell: term.cell, coding: this.#codings[term.cell] as Coding }),
        );
      }
      return cell;
    }
    const coding = this.#range(term.low, term.high);
    if (!isNative(term)) return this.#quantity(this.#byCases(term), coding);
    let made = this.#quantities.get(coding);
    if (made === undefined) this.#quantities.set(coding, (made = new Map()));
    let quantity = made.get(term);
    if (quantity === undefined) {
      const [left, right] = term.operands.map((operand) =>
        this.#quantity(operand, this.#range(...this.#terms.boundsOf(operand))),
      ) as [Quantity, Quantity];
      quantity = { kind: "arithmetic", coding, operator: term.operator as "+", left, right };
      made.set(term, quantity);
    }
    return quantity;
  }

  /** Arithmetic that a language does not have, or has in another way: case by case of the second operand. */
  #byCases(term: Term): Value {
    const terms = this.#terms;
    const [a, b] = term.operands;
    const values = (terms.domainOf(b) as Domain).values;
    return values.reduce<Value>(
      (otherwise, value) =>
        terms.ite(terms.equal(b, value), terms.arithmetic(term.operator as "/", a, value), otherwise),
      terms.arithmetic(term.operator as "/", a, values[0]),
    );
  }

  /** Equal ranges are one object. */
  #range(low: number, high: number): Integers {
    const key = `${low}..${high}`;
    let range = this.#ranges.get(key);
    if (range === undefined) this.#ranges.set(key, (range = integers(low, high)));
    return range;
  }
}

/** For each position in the term's domain, the number in the coding of its own. */
function numbersOf({ operator, domain }: Term, coding: Coding): number[] {
  // The values of a cell's domain are in the order of their numbers.
  return (domain as Domain).values.map((value, position) => (operator === "cell" ? position : numberIn(coding, value)));
}

function isNative({ operator, operands }: Term): boolean {
  if (operator !== "%") return NATIVE.has(operator);
  const [a, b] = operands;
  const least = (value: Value): number => (value instanceof Term ? value.low : Number(value));
  return least(a) >= 0 && least(b) > 0;
}

function isTrue(value: Scalar): boolean {
  return numberIn(TRUTH, value) === 1;
}

function isInteger(value: Scalar): boolean {
  return Number.isInteger(value);
}

/** Whether values of a domain are written in one coding as in another, as far as it has them. */
function isSameInteger(domain: Domain | undefined, from: Coding, to: Integers): boolean {
  if (from.kind !== "integer") return false;
  return (domain?.values ?? []).every((value) => {
    const number = numberIn(to, value);
    return number < 0 || to.at(number) === (value === null ? from.none : value);
  });
}

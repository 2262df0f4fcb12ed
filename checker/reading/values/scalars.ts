import {
  NotRead,
  Term,
  type ArithmeticOperator,
  type Bool,
  type Scalar,
  type Terms,
  type Value,
} from "../../terms/index.ts";
import { isText, sameTexts } from "./comparable.ts";
import type { Objects } from "./objects.ts";
import type { Paths } from "./paths.ts";
import {
  BoundMethod,
  Closure,
  HeapObject,
  isConstant,
  isFunction,
  isHost,
  isScalar,
  TEXT,
  Text,
  Union,
  Unreadable,
  type Thing,
} from "./values.ts";

/** Values of a scalar for which a text is made of each. */
const MAX_TEXTS = 40;
/** Values of a scalar by which another is computed with it. */
const MAX_CASES = 16;
/** The largest integer on which JavaScript's bitwise operators do not wrap around. */
const MAX_INT32 = 2 ** 31 - 1;

/** Results of the operators of JavaScript. */
export class Scalars {
  readonly #paths: Paths;
  readonly #objects: Objects;
  readonly #terms: Terms;

  constructor(paths: Paths, objects: Objects) {
    this.#paths = paths;
    this.#objects = objects;
    this.#terms = paths.terms;
  }

  // ------------------------------------------------------------------------------------------------ truth and equality

  /** Condition under which a thing is true in a boolean context. */
  truthy(thing: Thing): Bool {
    if (isScalar(thing)) {
      if (isLarge(thing)) return this.#terms.not(this.#terms.equal(thing, 0));
      return this.#paths.facts.simplify(this.#terms.test(thing, Boolean));
    }
    if (thing instanceof Union) {
      return this.#terms.or(
        ...this.#paths.alternatives(thing).map(([condition, one]) => this.#terms.and(condition, this.truthy(one))),
      );
    }
    if (thing instanceof Text) throw new NotRead("it tests whether a string that depends on the state is empty");
    if (thing instanceof Unreadable) throw new NotRead(thing.why);
    return true;
  }

  /** Whether two things are strictly equal. */
  same(a: Thing, b: Thing): Bool {
    const [one, other] = [this.#paths.now(a), this.#paths.now(b)];
    if (isScalar(one) && isScalar(other)) return this.#paths.facts.simplify(this.#terms.equal(one, other));
    if (one instanceof Union || other instanceof Union) {
      const parts: Bool[] = [];
      for (const [g, x] of this.#paths.alternatives(one)) {
        for (const [h, y] of this.#paths.alternatives(other)) parts.push(this.#terms.and(g, h, this.same(x, y)));
      }
      return this.#terms.or(...parts);
    }
    if (one instanceof Text || other instanceof Text) {
      if (one instanceof Text && other instanceof Text) return sameTexts(this.#paths, one, other);
      const rest = one instanceof Text ? other : one;
      if (!isScalar(rest)) return false;
      const text = (one === rest ? other : one) as Text;
      const texts = this.#paths.facts.possible(rest)?.filter((value) => typeof value === "string") ?? [];
      return this.#terms.or(
        ...texts.map((value) => this.#terms.and(this.#terms.equal(rest, value), isText(this.#paths, text, value))),
      );
    }
    if (one === other) return true;
    if (isFunction(one) && isFunction(other) && !(isHost(one) && isHost(other))) return this.#sameFunctions(one, other);
    return false;
  }

  /** A function's own name, and a method taken from an object, are made anew each time. */
  #sameFunctions(one: Thing, other: Thing): Bool {
    if (one instanceof Closure && other instanceof Closure && one.node !== other.node) return false;
    throw new NotRead("it compares functions");
  }

  /** The same, but that NaN equals itself: as `includes`, sets and maps compare. */
  sameValue(a: Thing, b: Thing): Bool {
    const equal = this.same(a, b);
    const [one, other] = [this.#paths.now(a), this.#paths.now(b)];
    if (!this.#mayBeNaN(one) || !this.#mayBeNaN(other)) return equal;
    const isNaN = (value: Value): Bool => this.#terms.test(value, (each) => each !== each);
    return this.#terms.or(equal, this.#terms.and(isNaN(one as Value), isNaN(other as Value)));
  }

  #mayBeNaN(thing: Thing): boolean {
    if (!isScalar(thing)) {
      return thing instanceof Union && thing.alternatives.some(([, one]) => isScalar(one) && this.#mayBeNaN(one));
    }
    if (isConstant(thing)) return thing !== thing;
    return thing.domain?.values.some((value) => value !== value) === true;
  }

  /** a == b. */
  #looselySame(a: Thing, b: Thing): Bool {
    if (b === null || b === undefined) return this.#objects.isNullish(a);
    if (a === null || a === undefined) return this.#objects.isNullish(b);
    const kinds = new Set<string>();
    for (const thing of [a, b]) {
      const value = this.#paths.now(thing);
      if (!isScalar(value)) throw new NotRead("it compares with == a value that is not primitive");
      const domain = this.#terms.domainOf(value);
      for (const one of domain?.values ?? [0]) kinds.add(typeof one);
    }
    if (kinds.size > 1) throw new NotRead("it compares with == values of different types");
    return this.same(a, b);
  }

  typeOf(thing: Thing): Thing {
    if (isScalar(thing)) return isLarge(thing) ? "number" : this.#terms.map(thing, (value) => typeof value);
    if (thing instanceof Union) {
      return this.#paths.mergeAll(
        this.#paths.alternatives(thing).map(([condition, one]) => [condition, this.typeOf(one)]),
      );
    }
    if (thing instanceof Unreadable) throw new NotRead(thing.why);
    if (thing instanceof Text) return "string";
    return isFunction(thing) ? "function" : "object";
  }

  // ------------------------------------------------------------------------------------------------ texts

  /** The text that a template or `String` makes of a thing. */
  text(given: Thing): Thing {
    const thing = this.#paths.now(given);
    if (!isScalar(thing)) {
      this.#requirePlain(thing);
      return TEXT;
    }
    if (typeof thing === "symbol") throw new NotRead("it converts a symbol to a string");
    return this.#textOf(thing, String);
  }

  /** A text of a scalar; TEXT where there are too many. */
  #textOf(value: Value, make: (value: Scalar) => Scalar): Thing {
    const domain = this.#terms.domainOf(value);
    return domain === undefined || domain.size > MAX_TEXTS ? TEXT : this.#terms.map(value, make);
  }

  /** Objects that define their own conversion to a text or number are not read. */
  #requirePlain(thing: Thing): void {
    if (thing instanceof Union) {
      for (const [, one] of this.#paths.alternatives(thing)) this.#requirePlain(one);
    } else if (isHost(thing) && !Array.isArray(thing)) {
      const prototype = Object.getPrototypeOf(thing) as unknown;
      if (typeof thing === "function" || (prototype !== Object.prototype && prototype !== null)) {
        throw new NotRead("it converts an object to a string");
      }
    } else if (thing instanceof HeapObject && (thing.slots.has("toString") || thing.slots.has("valueOf"))) {
      throw new NotRead("it converts an object to a string");
    } else if (thing instanceof Closure || thing instanceof BoundMethod) {
      throw new NotRead("it converts a function to a string");
    }
  }

  /** Whether a thing may be a text when it is added, and whether it may be something else. */
  #textuality(thing: Thing): { readonly may: boolean; readonly must: boolean } {
    if (thing instanceof Union) {
      const all = this.#paths.alternatives(thing).map(([, one]) => this.#textuality(one));
      return { may: all.some(({ may }) => may), must: all.every(({ must }) => must) };
    }
    if (!isScalar(thing)) return { may: true, must: true };
    const possible = this.#paths.facts.possible(thing);
    if (possible === undefined) return { may: false, must: false };
    const isText = (value: Scalar): boolean => typeof value === "string";
    return { may: possible.some(isText), must: possible.every(isText) };
  }

  add(a: Thing, b: Thing): Thing {
    const [one, other] = [this.#paths.now(a), this.#paths.now(b)];
    const [first, second] = [this.#textuality(one), this.#textuality(other)];
    if (!first.may && !second.may) return this.arithmetic("+", one, other);
    this.#requirePlain(one);
    this.#requirePlain(other);
    const isText = first.must || second.must;
    if (isScalar(one) && isScalar(other) && !(one instanceof Term && other instanceof Term)) {
      const make = (value: Scalar): Scalar =>
        one instanceof Term ? (value as string) + (other as string) : (one as string) + (value as string);
      const term = one instanceof Term ? one : other;
      const made = this.#textOf(term, make);
      if (!(made instanceof Text) || isText) return made;
    }
    if (!isText) throw new NotRead("it adds a value that may be a string or a number");
    return TEXT;
  }

  // ------------------------------------------------------------------------------------------------ numbers

  arithmetic(operator: ArithmeticOperator, a: Thing, b: Thing): Value {
    const [one, other] = [this.#paths.now(a), this.#paths.now(b)];
    if (!isScalar(one) || !isScalar(other)) throw new NotRead(`it uses ${operator} with a value that is not a number`);
    const [left, right] = [this.#narrowed(one), this.#narrowed(other)];
    // Terms do not distinguish zero from negative zero, but the sign of a quotient depends on it.
    if (operator === "/" && this.#mayBeZero(right)) throw new NotRead("it divides by a value that may be zero");
    if (operator === "**" && this.#mayBeZero(left) && this.#mayBeNegative(right))
      throw new NotRead("it raises a value that may be zero to a power");
    return this.#byCases(left, right, (x, y) => this.#terms.arithmetic(operator, x, y)) as Value;
  }

  /** A function of two scalars, which terms have of integers only: of others by the values of one of them. */
  #byCases(left: Value, right: Value, f: (left: Value, right: Value) => Value): Value {
    if (!(left instanceof Term) || !(right instanceof Term)) return f(left, right);
    const [one, other] = [this.#terms.domainOf(left), this.#terms.domainOf(right)];
    if (one === undefined || other === undefined || (one.isInteger && other.isInteger)) return f(left, right);
    if (Math.min(one.size, other.size) > MAX_CASES) return f(left, right);
    return one.size < other.size
      ? (this.#paths.cases(left, (value) => f(value, right)) as Value)
      : (this.#paths.cases(right, (value) => f(left, value)) as Value);
  }

  #mayBeZero(value: Value): boolean {
    const possible = this.#paths.facts.possible(value);
    return possible === undefined
      ? this.#paths.facts.simplify(this.#terms.equal(value, 0)) !== false
      : possible.some((one) => Number(one) === 0);
  }

  #mayBeNegative(value: Value): boolean {
    const possible = this.#paths.facts.possible(value);
    return possible === undefined || possible.some((one) => !(Number(one) >= 0));
  }

  /** Result of `Object.is`, which distinguishes zero from negative zero; terms do not. */
  is(a: Thing, b: Thing): Bool {
    const [one, other] = [this.#paths.now(a), this.#paths.now(b)];
    const mayBeZero = (thing: Thing): boolean => {
      if (thing instanceof Union) return thing.alternatives.some(([, part]) => mayBeZero(part));
      if (!isScalar(thing)) return false;
      return this.#paths.facts.possible(thing)?.includes(0) !== false;
    };
    if (mayBeZero(one) && mayBeZero(other)) throw new NotRead("it distinguishes zero from negative zero");
    return this.sameValue(one, other);
  }

  /** Result of `++` and of unary plus. */
  number(thing: Thing): Value {
    const value = this.#paths.now(thing);
    if (!isScalar(value)) throw new NotRead("it converts a value that is not primitive to a number");
    if (isLarge(value)) return value;
    return this.#terms.map(this.#narrowed(value), Number);
  }

  #complement(thing: Thing): Value {
    const value = this.number(thing);
    if (!isLarge(value)) return this.#terms.map(value, (one) => ~(one as number));
    if (value.low < -MAX_INT32 || value.high > MAX_INT32)
      throw new NotRead("it uses ~ with an integer of a large range");
    return this.#terms.arithmetic("-", -1, value);
  }

  /** Without the values that are impossible here, such as null of an optional number. */
  #narrowed(value: Value): Value {
    if (!(value instanceof Term) || value.isBoolean || value.domain === undefined || value.domain.isInteger)
      return value;
    const possible = this.#paths.facts.possible(value) as readonly Scalar[];
    if (possible.length === value.domain.size || possible.length === 0) return value;
    // Any possible value stands for the impossible ones.
    const [any] = possible;
    const kept = new Set(possible);
    return this.#terms.map(value, (one) => (kept.has(one) ? one : any));
  }

  less(a: Thing, b: Thing): Bool {
    const [one, other] = [this.#paths.now(a), this.#paths.now(b)];
    if (!isScalar(one) || !isScalar(other)) throw new NotRead("it orders values that are not numbers");
    const less = this.#byCases(this.#narrowed(one), this.#narrowed(other), (x, y) => this.#terms.less(x, y));
    return this.#paths.facts.simplify(less as Bool);
  }

  /** a <= b, which is the same as not (b < a) only where both are numbers. */
  #atMost(a: Thing, b: Thing): Bool {
    const [one, other] = [this.#paths.now(a), this.#paths.now(b)];
    if (this.#isNumber(one) && this.#isNumber(other)) return this.#terms.not(this.less(b, a));
    if (!isScalar(one) || !isScalar(other)) throw new NotRead("it orders values that are not numbers");
    const isAtMost = (x: Value, y: Value): Bool => {
      if (!(x instanceof Term)) return this.#terms.test(y, (each) => (x as number) <= (each as number));
      if (!(y instanceof Term)) return this.#terms.test(x, (each) => (each as number) <= (y as number));
      throw new NotRead("it orders values that may not be numbers");
    };
    return this.#paths.facts.simplify(this.#byCases(one, other, isAtMost) as Bool);
  }

  /** Whether a thing can only be a number, and not NaN. */
  #isNumber(thing: Thing): boolean {
    if (!isScalar(thing)) return false;
    const possible = this.#paths.facts.possible(thing);
    return possible === undefined || possible.every((each) => typeof each === "number" && each === each);
  }

  // ------------------------------------------------------------------------------------------------ operators

  unary(operator: "!" | "-" | "+" | "~" | "typeof", thing: Thing): Thing {
    switch (operator) {
      case "typeof":
        return this.typeOf(thing);
      case "!":
        return this.#terms.not(this.truthy(thing));
      case "-":
        return this.arithmetic("-", 0, thing);
      case "+":
        return this.number(thing);
      case "~":
        return this.#complement(thing);
    }
  }

  binary(operator: string, a: Thing, b: Thing): Thing {
    switch (operator) {
      case "===":
        return this.same(a, b);
      case "!==":
        return this.#terms.not(this.same(a, b));
      case "==":
        return this.#looselySame(a, b);
      case "!=":
        return this.#terms.not(this.#looselySame(a, b));
      case "<":
        return this.less(a, b);
      case ">":
        return this.less(b, a);
      case "<=":
        return this.#atMost(a, b);
      case ">=":
        return this.#atMost(b, a);
      case "+":
        return this.add(a, b);
      case "in":
        return this.#objects.has(b, a, false);
      case "instanceof":
        throw new NotRead("it uses instanceof");
      default:
        return this.arithmetic(operator as ArithmeticOperator, a, b);
    }
  }
}

/** Whether a scalar is an integer of a range too large to be listed. */
function isLarge(value: Value): value is Term {
  return value instanceof Term && !value.isBoolean && value.domain === undefined;
}

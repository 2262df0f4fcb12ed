import { hasBit, Term, type Bool, type Domain, type Scalar, type Terms, type Value } from "../terms/index.ts";
import { Arithmetic } from "./binary.ts";
import { FALSE, not, TRUE, type Gates, type Signal } from "./gates.ts";

/** The cells of a state as signals. */
export interface CellSignals {
  /** Whether the number of a cell's value is one of these. */
  test(cell: number, isIn: (number: number) => boolean): Signal;
  /** The bits of the number of a cell's value, the lowest first. */
  bits(cell: number): readonly Signal[];
}

/** A question about a scalar; equal questions should be one object. */
export interface Question {
  accepts(value: Scalar): boolean;
}

/** Terms as gates over the signals of cells. Each term, and each question about it, becomes one signal. */
export class Lowering {
  readonly #terms: Terms;
  readonly #gates: Gates;
  readonly #cells: CellSignals;
  readonly #arithmetic: Arithmetic;
  readonly #conditions = new Map<Term, Signal>();
  readonly #answers = new Map<Question, Map<Term, Signal>>();
  readonly #equalities = new Map<Scalar, Question>();
  readonly #bitQuestions: Question[] = [];
  readonly #integers = new Map<Term, readonly Signal[]>();

  constructor(terms: Terms, gates: Gates, cells: CellSignals) {
    this.#terms = terms;
    this.#gates = gates;
    this.#cells = cells;
    this.#arithmetic = new Arithmetic(gates);
  }

  condition(bool: Bool): Signal {
    if (typeof bool === "boolean") return bool ? TRUE : FALSE;
    const known = this.#conditions.get(bool);
    if (known !== undefined) return known;
    const { negation } = bool;
    const opposite = negation instanceof Term ? this.#conditions.get(negation) : undefined;
    const signal = opposite === undefined ? this.#condition(bool) : not(opposite);
    this.#conditions.set(bool, signal);
    return signal;
  }

  /** Whether a scalar is as asked for. */
  test(value: Value, question: Question): Signal {
    if (!(value instanceof Term)) return question.accepts(value) ? TRUE : FALSE;
    let answers = this.#answers.get(question);
    if (answers === undefined) this.#answers.set(question, (answers = new Map()));
    let signal = answers.get(value);
    if (signal === undefined) answers.set(value, (signal = this.#tested(value, question)));
    return signal;
  }

  /** Whether a scalar has a value. */
  is(value: Value, wanted: Scalar): Signal {
    if (this.#terms.domainOf(value) !== undefined) return this.test(value, this.#equals(wanted));
    const arithmetic = this.#arithmetic;
    return Number.isInteger(wanted)
      ? arithmetic.equal(this.integer(value), arithmetic.constant(wanted as number))
      : FALSE;
  }

  /** An integer in two's complement, the lowest bit first; anything else that a scalar may be does not matter. */
  integer(value: Value): readonly Signal[] {
    if (!(value instanceof Term)) return this.#arithmetic.constant(Number.isInteger(value) ? (value as number) : 0);
    let bits = this.#integers.get(value);
    if (bits === undefined) this.#integers.set(value, (bits = this.#integer(value)));
    return bits;
  }

  /** The bits of an integer above another. */
  distance(value: Value, low: number, width: number): readonly Signal[] {
    const bits = this.#arithmetic.subtract(this.integer(value), this.#arithmetic.constant(low));
    return Array.from({ length: width }, (_, bit) => bits[bit] ?? (bits.at(-1) as Signal));
  }

  #condition(term: Term): Signal {
    const gates = this.#gates;
    const [a, b] = term.operands;
    switch (term.operator) {
      case "and":
        return gates.all(term.operands.map((operand) => this.condition(operand as Bool)));
      case "or":
        return gates.any(term.operands.map((operand) => this.condition(operand as Bool)));
      case "not":
        return not(this.condition(a as Bool));
      case "ite":
        return this.#arithmetic.choose(
          ...(term.operands.map((one) => this.condition(one as Bool)) as [Signal, Signal, Signal]),
        );
      case "in": {
        const { mask } = term;
        const domain = (a as Term).domain as Domain;
        return this.#tested(a as Term, { accepts: (value) => hasBit(mask, domain.positionOf(value)) });
      }
      case "eq":
        return this.#compared(
          a,
          b,
          (one, other) => one === other,
          (left, right) => this.#arithmetic.equal(left, right),
          false,
        );
      default:
        return this.#compared(
          a,
          b,
          (one, other) => (one as number) < (other as number),
          (left, right) => this.#arithmetic.less(left, right),
          true,
        );
    }
  }

  /** Value by value where there are few values, else bit by bit. */
  #compared(
    a: Value,
    b: Value,
    accepts: (one: Scalar, other: Scalar) => boolean,
    byBits: (one: readonly Signal[], other: readonly Signal[]) => Signal,
    isOrder: boolean,
  ): Signal {
    const [one, other] = [this.#terms.domainOf(a), this.#terms.domainOf(b)];
    if (one === undefined && other === undefined) return byBits(this.integer(a), this.integer(b));
    if (one !== undefined && other !== undefined) {
      return this.#gates.any(
        one.values.map((value) => {
          const isMet = { accepts: (beside: Scalar) => accepts(value, beside) };
          if (!other.values.some(isMet.accepts)) return FALSE;
          return this.#gates.all([this.test(a, this.#equals(value)), this.#fresh(b, isMet)]);
        }),
      );
    }
    // An integer of a large range beside few values, some of which may be no integers: no integer equals these, and
    // their order is that of the integers next to them.
    const arithmetic = this.#arithmetic;
    const [few, values] = one === undefined ? [b, (other as Domain).values] : [a, one.values];
    return this.#gates.any(
      values.map((value) => {
        if (typeof value !== "number" || !Number.isFinite(value)) return FALSE;
        if (!isOrder && !Number.isInteger(value)) return FALSE;
        const next = arithmetic.constant(few === a ? Math.floor(value) : Math.ceil(value));
        const compared = few === a ? byBits(next, this.integer(b)) : byBits(this.integer(a), next);
        return this.#gates.all([this.test(few, this.#equals(value)), compared]);
      }),
    );
  }

  /** A question that will not be asked again. */
  #fresh(value: Value, question: Question): Signal {
    return value instanceof Term ? this.#tested(value, question) : question.accepts(value) ? TRUE : FALSE;
  }

  #tested(term: Term, question: Question): Signal {
    const gates = this.#gates;
    if (term.isBoolean) {
      const [yes, no] = [question.accepts(true), question.accepts(false)];
      if (yes === no) return yes ? TRUE : FALSE;
      return yes ? this.condition(term) : not(this.condition(term));
    }
    const [a, b, c] = term.operands;
    switch (term.operator) {
      case "cell": {
        const { values } = term.domain as Domain;
        return this.#cells.test(term.cell, (number) => question.accepts(values[number]));
      }
      case "map": {
        const domain = (a as Term).domain as Domain;
        return this.#tested(a as Term, { accepts: (value) => question.accepts(term.table[domain.positionOf(value)]) });
      }
      case "ite":
        return this.#arithmetic.choose(this.condition(a as Bool), this.test(b, question), this.test(c, question));
      default: {
        // Both operands have few values.
        const { operator } = term;
        const { values } = this.#terms.domainOf(a) as Domain;
        return gates.any(
          values.map((value) => {
            const accepts = (other: Scalar): boolean =>
              question.accepts(this.#terms.arithmetic(operator as "+", value, other) as Scalar);
            return gates.all([this.test(a, this.#equals(value)), this.#fresh(b, { accepts })]);
          }),
        );
      }
    }
  }

  #equals(value: Scalar): Question {
    let question = this.#equalities.get(value);
    if (question === undefined) {
      this.#equalities.set(
        value,
        (question = { accepts: (other) => other === value || (value !== value && other !== other) }),
      );
    }
    return question;
  }

  #integer(term: Term): readonly Signal[] {
    const arithmetic = this.#arithmetic;
    const domain = this.#terms.domainOf(term);
    if (domain !== undefined) {
      const whole = domain.values.filter((value) => Number.isInteger(value)) as number[];
      const width = arithmetic.widthOf(Math.min(0, ...whole), Math.max(0, ...whole));
      return Array.from({ length: width }, (_, bit) => this.test(term, this.#bitQuestion(bit)));
    }
    const [a, b, c] = term.operands;
    switch (term.operator) {
      case "cell":
        return arithmetic.add([...this.#cells.bits(term.cell), FALSE], arithmetic.constant(term.low));
      case "ite": {
        const is = this.condition(a as Bool);
        const [then, otherwise] = arithmetic.aligned(this.integer(b), this.integer(c));
        return then.map((signal, bit) => arithmetic.choose(is, signal, otherwise[bit] as Signal));
      }
      case "+":
        return arithmetic.add(this.integer(a), this.integer(b));
      case "-":
        return arithmetic.subtract(this.integer(a), this.integer(b));
      case "*":
        return arithmetic.multiply(this.integer(a), this.integer(b));
      default:
        return arithmetic.remainder(this.integer(a), this.integer(b));
    }
  }

  #bitQuestion(bit: number): Question {
    return (this.#bitQuestions[bit] ??= {
      accepts: (value) => Number.isInteger(value) && Math.floor((value as number) / 2 ** bit) % 2 !== 0,
    });
  }
}

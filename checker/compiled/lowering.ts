import { InternalError } from "../errors.ts";
import { compute } from "../terms/arithmetic.ts";

import { hasBit, Term, type ArithmeticOperator, type Bool, type Domain, type Scalar, type Terms, type Value } from "../terms/index.ts"; // prettier-ignore
import { bitsOf, bitTests, type Bits } from "./bits.ts";
import { INTEGERS, INTEGERS_APART, Positions, type Encoding } from "./encoding.ts";
import { Nodes, type Node } from "./nodes.ts";
import type { Field, Packing } from "../schema/packing.ts";
import type { Odds } from "./odds.ts";
import { lookup, member, plus, type Tables } from "./tables.ts";
import {
  choice,
  get,
  I32,
  i32,
  I64,
  i64,
  select,
  set,
  when,
  type Code,
  type FunctionBuilder,
  type ValueType,
} from "../wasm/assembler.ts";

/** Instructions that are executed rather than branched around: a branch that is not predicted costs more. */
const CHEAP = 16;
/** The most values between the least and the greatest for which a function of integers is a table. */
const MAX_SPAN = 4096;

/** The shared part of all functions of a module. */
export interface Context {
  readonly terms: Terms;
  readonly packing: Packing;
  /** The values of the cells; see `Reading`. */
  readonly cells: readonly Value[];
  readonly tables: Tables;
  readonly odds: Odds;
  /** Tests of one cell: their code is the same in all functions. */
  readonly tests: Map<Term, Node>;
}

const ARITHMETIC: Readonly<Record<Exclude<ArithmeticOperator, "**">, (a: Code, b: Code) => Code>> = {
  "+": i64.add,
  "-": i64.sub,
  "*": i64.mul,
  "/": i64.signedDivide,
  "%": i64.signedRemainder,
  "&": narrow(i32.and),
  "|": narrow(i32.or),
  "^": narrow(i32.xor),
  "<<": narrow(i32.shl),
  ">>": narrow(i32.signedShr),
  ">>>": (a, b) => i64.extend(i32.shr(i32.wrap(a), i32.wrap(b))),
};

/** JavaScript's bitwise operators work on 32 bits, with a sign. */
function narrow(operator: (a: Code, b: Code) => Code): (a: Code, b: Code) => Code {
  return (a, b) => i64.signedExtend(operator(i32.wrap(a), i32.wrap(b)));
}

/** The local that holds the first word of the state, in every function; the others follow. */
const FIRST_WORD = 2;

/** Makes nodes of terms, for one function. Scalars are 64-bit integers, conditions 0 or 1 in 32 bits. */
export class Lowering {
  readonly nodes: Nodes;
  readonly #made: FunctionBuilder;
  readonly #context: Context;
  readonly #stored: ReadonlyMap<Term, number>;
  readonly #bools = new Map<Term, Node>();
  readonly #scalars = new Map<Encoding, Map<Term, Node>>();
  readonly #positions = new Map<Domain, Positions>();

  /** @param stored addresses of conditions that have been computed by another function */
  constructor(context: Context, made: FunctionBuilder, stored: ReadonlyMap<Term, number>) {
    this.#context = context;
    this.#stored = stored;
    this.#made = made;
    this.nodes = new Nodes(made);
  }

  /** A word of the state. */
  word(word: number): Code {
    return get(FIRST_WORD + word);
  }

  /** The number in a cell of the state. */
  raw(cell: number): Code {
    const { word, shift, width } = this.#context.packing.fields[cell] as Field;
    const bits = this.word(word);
    const low = shift === 0 ? bits : i64.shr(bits, i64.const(shift));
    return shift + width === 64 ? low : i64.and(low, i64.const(2 ** width - 1));
  }

  /** The same in 32 bits. */
  index(cell: number): Node {
    return this.nodes.leaf(I32, 4, i32.wrap(this.raw(cell)));
  }

  /** A condition. */
  bool(bool: Bool): Node {
    if (typeof bool === "boolean") return this.nodes.leaf(I32, 1, i32.const(bool ? 1 : 0));
    const address = this.#stored.get(bool);
    if (address !== undefined) return this.nodes.leaf(I32, 2, i32.load8(i32.const(address)));
    const isTest = bool.operator === "in" && (bool.operands[0] as Term).operator === "cell";
    const known = isTest ? this.#context.tests : this.#bools;
    let node = known.get(bool);
    if (node === undefined) known.set(bool, (node = this.#condition(bool)));
    return node;
  }

  /** The number by which a cell of the state holds a value. */
  inCell(value: Value, cell: number): Node {
    const { domain, low } = cellTerm(this.#context.cells[cell]);
    if (domain !== undefined) return this.#scalar(value, this.#positionsIn(domain));
    return this.#after(this.#scalar(value, INTEGERS), (code) => plus(code, -low));
  }

  /** A statement that is executed where a condition holds. */
  when(condition: Bool, statement: Node): Node {
    return condition === false ? this.sequence([]) : this.#when(this.bool(condition), statement);
  }

  /** The same, where several conditions hold. */
  whenAll(conditions: readonly Term[], statement: Node): Node {
    return this.#when(this.#junction("and", conditions), statement);
  }

  /** The same, where code gives the condition. */
  whenCode(condition: Code, statement: Node): Node {
    return this.#when(this.plain(condition, I32), statement);
  }

  #when(condition: Node, statement: Node): Node {
    return this.nodes.add(undefined, "branch", [condition, statement], 1, ([test, body]) =>
      when(test as Code, body as Code),
    );
  }

  /** Statements one after another. */
  sequence(statements: readonly Node[]): Node {
    return this.nodes.add(undefined, "strict", statements, 0, (codes) => codes);
  }

  /** A statement or a value without operands. */
  plain(code: Code, type?: ValueType): Node {
    return this.nodes.leaf(type, 3, code);
  }

  #positionsIn(domain: Domain): Positions {
    let positions = this.#positions.get(domain);
    if (positions === undefined) this.#positions.set(domain, (positions = new Positions(domain)));
    return positions;
  }

  #after(node: Node, compose: (code: Code) => Code, cost = 1): Node {
    if (node.operands.length === 0) return this.nodes.leaf(I64, node.cost + cost, compose(node.compose([])));
    return this.nodes.add(I64, "strict", [node], cost, ([code]) => compose(code as Code));
  }

  #scalar(value: Value, encoding: Encoding): Node {
    if (!(value instanceof Term)) return this.nodes.leaf(I64, 1, i64.const(encoding.of(value)));
    let known = this.#scalars.get(encoding);
    if (known === undefined) this.#scalars.set(encoding, (known = new Map()));
    let node = known.get(value);
    if (node === undefined) known.set(value, (node = this.#number(value, encoding)));
    return node;
  }

  #number(term: Term, encoding: Encoding): Node {
    if (term.isBoolean) {
      const numbers = [encoding.of(false), encoding.of(true)];
      return this.#after(this.bool(term), (code) => lookup(numbers, i64.extend(code), this.#context.tables), 2);
    }
    switch (term.operator) {
      case "cell":
        if (term.domain !== undefined) return this.#table(term, term.domain.values, encoding);
        return this.#integer(this.nodes.leaf(I64, 3, plus(this.raw(term.cell), term.low)), term, encoding);
      case "map":
        return this.#table(term.operands[0] as Term, term.table, encoding);
      case "ite": {
        const [condition, yes, no] = term.operands as readonly [Term, Value, Value];
        return this.#choice(I64, condition, this.#scalar(yes, encoding), this.#scalar(no, encoding));
      }
      default:
        return this.#integer(this.#arithmetic(term), term, encoding);
    }
  }

  #choice(type: ValueType, condition: Term, yes: Node, no: Node): Node {
    if (yes.cost + no.cost <= CHEAP) {
      return this.nodes.add(type, "strict", [yes, no, this.bool(condition)], 1, ([a, b, test]) =>
        select(a as Code, b as Code, test as Code),
      );
    }
    return this.nodes.add(type, "branch", [this.bool(condition), yes, no], 2, ([test, a, b]) =>
      choice(type, test as Code, a as Code, b as Code),
    );
  }

  #arithmetic(term: Term): Node {
    const [a, b] = term.operands as readonly [Value, Value];
    if (term.operator === "**") {
      const [one, other] = [a, b].map((value) => (value as Term).domain as Domain) as [Domain, Domain];
      const numbers = one.values.flatMap((x) => other.values.map((y) => INTEGERS.of(compute("**", x, y))));
      const positions = [this.#scalar(a, this.#positionsIn(one)), this.#scalar(b, this.#positionsIn(other))];
      return this.nodes.add(I64, "strict", positions, 6, ([x, y]) =>
        lookup(numbers, i64.add(i64.mul(x as Code, i64.const(other.size)), y as Code), this.#context.tables),
      );
    }
    const operator = ARITHMETIC[term.operator as Exclude<ArithmeticOperator, "**">];
    const cost = term.operator === "%" || term.operator === "/" ? 20 : 2;
    return this.nodes.add(I64, "strict", [this.#scalar(a, INTEGERS), this.#scalar(b, INTEGERS)], cost, ([x, y]) =>
      operator(x as Code, y as Code),
    );
  }

  /** A term that has been computed as an integer, in an encoding. */
  #integer(integer: Node, { domain, low, high }: Term, encoding: Encoding): Node {
    if (encoding.isInteger) return integer;
    const { values } = (encoding as Positions).domain;
    const first = values.findIndex((value) => Number.isSafeInteger(value));
    const offset = first - (values[first] as number);
    if (first >= 0 && values.every((value, position) => position < first || value === position - offset)) {
      return this.#after(integer, (code) => plus(code, offset));
    }
    if (domain !== undefined && high - low < MAX_SPAN) {
      const numbers = Array.from({ length: high - low + 1 }, (_, index) => encoding.of(low + index));
      return this.#after(integer, (code) => lookup(numbers, plus(code, -low), this.#context.tables), 3);
    }
    const local = this.#made.local(I64);
    const known = [...values.entries()].filter((entry): entry is [number, number] => Number.isSafeInteger(entry[1]));
    const compared = known.reduce<Code>(
      (otherwise, [position, value]) => select(i64.const(position), otherwise, i64.eq(get(local), i64.const(value))),
      i64.const(0),
    );
    return this.#after(integer, (code) => [set(local, code), compared], 2 * known.length);
  }

  /** A function of a term with a domain, given by position. */
  #table(term: Term, results: readonly Scalar[], encoding: Encoding): Node {
    const numbers = results.map((result) => encoding.of(result));
    const { tables } = this.#context;
    return this.#indexed(term, numbers, 0, I64, (index, all) => lookup(all, index, tables));
  }

  #indexed<Result>(
    term: Term,
    results: readonly Result[],
    otherwise: Result,
    type: typeof I32 | typeof I64,
    compose: (index: Code, results: readonly Result[]) => Code,
  ): Node {
    if (term.operator === "cell") return this.nodes.leaf(type, 4, compose(this.raw(term.cell), results));
    const domain = term.domain as Domain;
    const { low, high } = domain;
    if (term.operator !== "ite" && term.operator !== "map" && domain.isInteger && high - low < MAX_SPAN) {
      const byValue = Array.from({ length: high - low + 1 }, (_, index) => {
        const position = domain.positionOf(low + index);
        return position < 0 ? otherwise : (results[position] as Result);
      });
      return this.nodes.add(type, "strict", [this.#scalar(term, INTEGERS)], 3, ([code]) =>
        compose(plus(code as Code, -low), byValue),
      );
    }
    return this.nodes.add(type, "strict", [this.#scalar(term, this.#positionsIn(domain))], 3, ([code]) =>
      compose(code as Code, results),
    );
  }

  #condition(term: Term): Node {
    const [a, b] = term.operands as readonly [Value, Value];
    switch (term.operator) {
      case "in": {
        const tested = a as Term;
        const bits = bitsOf(term, this.#context.packing);
        if (bits !== undefined) return this.nodes.leaf(I32, 3, bitTests([bits], this.word(bits.word)));
        const flags = (tested.domain as Domain).values.map((_, position) => hasBit(term.mask, position));
        const { tables } = this.#context;
        return this.#indexed(tested, flags, false, I32, (index, all) => member(all, index, tables));
      }
      case "eq": {
        const encoding = this.#common(a, b);
        return this.nodes.add(I32, "strict", [this.#scalar(a, encoding), this.#scalar(b, encoding)], 1, ([x, y]) =>
          i64.eq(x as Code, y as Code),
        );
      }
      case "lt":
        return this.nodes.add(I32, "strict", [this.#scalar(a, INTEGERS), this.#scalar(b, INTEGERS)], 1, ([x, y]) =>
          i64.signedLt(x as Code, y as Code),
        );
      case "ite":
        return this.#choice(I32, a as Term, this.bool(b as Bool), this.bool(term.operands[2] as Bool));
      case "not":
        return this.nodes.add(I32, "strict", [this.bool(a as Term)], 1, ([code]) => i32.eqz(code as Code));
      case "and":
      case "or":
        return this.#junction(term.operator, term.operands as readonly Term[]);
      default:
        throw new InternalError(`a term ${term.operator} is used as a condition`);
    }
  }

  #junction(operator: "and" | "or", terms: readonly Term[]): Node {
    const isAnd = operator === "and";
    const parts: { readonly node: Node; readonly odds: number }[] = [];
    const byWord = new Map<number, Bits[]>();
    for (const term of terms) {
      const bits = bitsOf(term, this.#context.packing);
      if (bits === undefined || bits.isEqual !== isAnd) {
        parts.push({ node: this.bool(term), odds: this.#context.odds.of(term) });
        continue;
      }
      const known = byWord.get(bits.word);
      if (known === undefined) byWord.set(bits.word, [bits]);
      else known.push(bits);
    }
    for (const tests of byWord.values()) {
      const [only] = tests as [Bits];
      const code = bitTests(tests, this.word(only.word));
      const odds = tests.reduce((all, bits) => all * bits.odds, 1);
      parts.push({ node: this.nodes.leaf(I32, 4, code), odds: isAnd ? odds : 1 - odds });
    }
    // The test that decides most for its cost comes first.
    const weight = ({ node, odds }: { readonly node: Node; readonly odds: number }): number =>
      node.cost / (1.001 - (isAnd ? odds : 1 - odds));
    parts.sort((one, other) => weight(one) - weight(other));
    const groups: Node[] = [];
    for (let from = 0; from < parts.length;) {
      let cost = (parts[from] as { readonly node: Node }).node.cost;
      let end = from + 1;
      for (; end < parts.length; end++) {
        cost += 1 + (parts[end] as { readonly node: Node }).node.cost;
        if (cost > CHEAP) break;
      }
      const together = parts.slice(from, end).map(({ node }) => node);
      groups.push(together.length === 1 ? (together[0] as Node) : this.#together(together, isAnd));
      from = end;
    }
    if (groups.length === 1) return groups[0] as Node;
    return this.nodes.add(I32, "chain", groups, groups.length, (codes) =>
      codes.reduceRight((rest, code) =>
        isAnd ? choice(I32, code, rest, i32.const(0)) : choice(I32, code, i32.const(1), rest),
      ),
    );
  }

  #together(nodes: readonly Node[], isAnd: boolean): Node {
    return this.nodes.add(I32, "strict", nodes, nodes.length - 1, (codes) =>
      codes.reduce((one, other) => (isAnd ? i32.and(one, other) : i32.or(one, other))),
    );
  }

  /** An encoding in which equal values of both have equal numbers. */
  #common(a: Value, b: Value): Encoding {
    const [one, other] = [this.#domainOf(a), this.#domainOf(b)];
    if (one?.isInteger !== false && other?.isInteger !== false) return INTEGERS;
    if (one === undefined || other === undefined) return INTEGERS_APART;
    return this.#positionsIn(this.#context.terms.domains.union(one, other));
  }

  #domainOf(value: Value): Domain | undefined {
    return this.#context.terms.domainOf(value);
  }
}

/** The term of a cell that has more than one value. */
export function cellTerm(value: Value | undefined): Term {
  if (!(value instanceof Term)) throw new InternalError("a cell of one value has no term");
  return value.isBoolean ? (value.operands[0] as Term) : value;
}

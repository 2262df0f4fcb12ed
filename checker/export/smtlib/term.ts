/** A term of SMT-LIB: a symbol or literal, or an application of the first part to the others. */
export type Term = string | readonly Term[];

/** Lines get no longer than this where a term can be broken. */
const WIDTH = 110;

/** Words that mean something in SMT-LIB, or to Z3 or cvc5 with bit vectors. */
const RESERVED = `and or not xor distinct ite true false let forall exists match par as _ ! = => < <= > >= + - * /
div mod abs concat extract repeat zero_extend sign_extend rotate_left rotate_right bvnot bvneg bvand bvor bvadd bvsub
bvmul bvudiv bvurem bvshl bvlshr bvult bvule bvugt bvuge bvslt bvsle bvsgt bvsge bvcomp bvxor bvnand bvnor bvxnor
Bool Int Real Array String RegLan BitVec select store bv2nat int2bv nat2bv implies iff if is set-logic
BINARY DECIMAL HEXADECIMAL NUMERAL STRING assert check-sat check-sat-assuming declare-const declare-datatype
declare-datatypes declare-fun declare-sort define-const define-fun define-fun-rec define-funs-rec define-sort echo exit
get-assertions get-assignment get-info get-model get-option get-proof get-unsat-assumptions get-unsat-core get-value pop
push reset reset-assertions set-info set-option sat unsat unknown lambda default map simplify eval minimize maximize
bvredor bvredand bvneg bvnot bvsmod bvsdiv bvsrem bvashr rotate ext_rotate_left ext_rotate_right bvumul_noovfl
bvsmul_noovfl bvsmul_noudfl bvuaddo bvsaddo bvumulo bvsmulo bvnego bvsdivo bvusubo bvssubo to_real to_int is_int Seq RegEx
Unicode List nil cons head tail insert Tuple UnitTuple Set Bag Table Relation RoundingMode FloatingPoint Float16 Float32
Float64 Float128 RNE RNA RTP RTN RTZ fp pi sin cos tan exp sqrt divisible root-obj pble pbge pbeq at-most at-least
`.split(/\s+/);

/** Symbols, each taken only once; what is no plain symbol stands between bars. */
export class Symbols {
  readonly #taken = new Set(RESERVED);

  /** A unique symbol, as near to the given text as possible. It has no `@` and no apostrophe. */
  take(wanted: string): string {
    const base = wanted.replace(/[|\\@'\r\n\t]/g, "_").replace(/[^\x20-\x7e]/g, "_");
    for (let count = 1; ; count++) {
      const name = count === 1 ? base : `${base} ${count}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return quoted(name);
    }
  }
}

function quoted(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_.-]*$/.test(name) ? name : `|${name}|`;
}

/** A symbol without its bars. */
export function plain(symbol: string): string {
  return symbol.replaceAll("|", "");
}

/** The same symbol with a suffix, such as that of a state. */
export function suffixed(symbol: string, suffix: string): string {
  return `|${plain(symbol)}${suffix}|`;
}

/** A conjunction or disjunction of any number of terms. */
export function joined(operator: "and" | "or", terms: readonly Term[]): Term {
  const [first] = terms;
  if (first === undefined) return operator === "and" ? "true" : "false";
  return terms.length === 1 ? first : [operator, ...terms];
}

/** The term on one line. */
export function flat(term: Term): string {
  return typeof term === "string" ? term : `(${term.map(flat).join(" ")})`;
}

/** Lays terms out on lines. */
export class Printer {
  readonly #widths = new WeakMap<readonly Term[], number>();

  /** @param indent what the lines after the first begin with */
  text(term: Term, indent = ""): string {
    if (typeof term === "string" || indent.length + this.#width(term) <= WIDTH) return flat(term);
    const inner = `${indent}  `;
    if (term.every((part) => typeof part === "string")) return filled(term, inner);
    const [head, ...rest] = term;
    if (head === "ite" && rest.length === 3) return this.#cases(term, indent);
    return `(${[this.text(head as Term, inner), ...rest.map((part) => `\n${inner}${this.text(part, inner)}`)].join("")})`;
  }

  /** Each case below the last, not further and further to the right. */
  #cases(term: Term, indent: string): string {
    const parts: string[] = [];
    let rest = term;
    while (typeof rest !== "string" && rest[0] === "ite" && indent.length + this.#width(rest) > WIDTH) {
      const [, condition, then, otherwise] = rest as [Term, Term, Term, Term];
      const inner = `${indent}  `;
      parts.push(`(ite ${this.text(condition, `${indent}     `)}\n${inner}${this.text(then, inner)}`);
      rest = otherwise;
    }
    return `${[...parts, this.text(rest, indent)].join(`\n${indent}`)}${")".repeat(parts.length)}`;
  }

  #width(term: Term): number {
    if (typeof term === "string") return term.length;
    let width = this.#widths.get(term);
    if (width === undefined) {
      width = 1 + term.reduce<number>((sum, part) => sum + 1 + this.#width(part), 0);
      this.#widths.set(term, width);
    }
    return width;
  }
}

function filled(parts: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    if (line !== "" && indent.length + line.length + part.length >= WIDTH) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? part : ` ${part}`;
  }
  return `(${[...lines, line].join(`\n${indent}`)})`;
}

import type { Expression } from "../expression.ts";
import type { Program } from "../program.ts";
import type { Choice, Origin } from "../step.ts";
import type { Coding } from "../structure.ts";
import { joined, type Symbols, type Term } from "./term.ts";

/** A cell as a bit vector, or, where its values are false and true, as a truth value. */
export interface SmtCell {
  readonly number: number;
  readonly symbol: string;
  readonly width: number;
  readonly coding: Coding;
  readonly sort: Term;
}

/** A definition over cells of one state. */
export interface Defined {
  readonly symbol: string;
  /** The cells that it is given, in ascending order. */
  readonly reads: readonly number[];
}

/** The set of cells that a term reads, as it grows. */
type Reads = Set<number>;

/** Writes conditions and values of a program as terms over the symbols of its cells. */
export class TermWriter {
  /** By the number of the layout's cell; undefined for a cell of one value. */
  readonly cells: readonly (SmtCell | undefined)[];
  /** What a name of an expression stands for: `condition:N` or `enabled:N`. */
  readonly names = new Map<string, Defined>();
  /** Symbols of the values of types whose values have names, in their order. */
  readonly values = new Map<Coding, readonly string[]>();
  /** The same by what the names are, which several codings may have in common. */
  readonly #symbols = new Map<string, readonly string[]>();

  constructor({ cells, model }: Program<unknown>, symbols: Symbols) {
    this.cells = cells.map((exported, number) => {
      const cell = model.layout.cells[number];
      if (exported === undefined || cell === undefined) return undefined;
      const { coding } = exported;
      const sort: Term = coding.kind === "boolean" ? "Bool" : ["_", "BitVec", String(cell.width)];
      return { number, symbol: symbols.take(cell.path), width: cell.width, coding, sort };
    });
    for (const cell of this.cells) {
      if (cell?.coding.kind !== "names") continue;
      const { names } = cell.coding;
      const key = names.join("\n");
      const known = this.#symbols.get(key) ?? names.map((name) => symbols.take(name));
      this.#symbols.set(key, known);
      this.values.set(cell.coding, known);
    }
  }

  /** The cells that have more than one value. */
  present(): SmtCell[] {
    return this.cells.filter((cell) => cell !== undefined);
  }

  condition(expression: Expression, reads: Reads): Term {
    switch (expression.kind) {
      case "constant":
        return String(expression.value);
      case "and":
      case "or":
        return joined(
          expression.kind,
          expression.operands.map((operand) => this.condition(operand, reads)),
        );
      case "not":
        return ["not", this.condition(expression.operand, reads)];
      case "name":
        return this.applied(this.names.get(expression.name) as Defined, reads);
      case "test":
        return this.test(expression.cell, expression.values, reads);
    }
  }

  /** A definition, given what it reads. */
  applied({ symbol, reads: given }: Defined, reads: Reads): Term {
    for (const cell of given) reads.add(cell);
    return given.length === 0 ? symbol : [symbol, ...given.map((cell) => (this.cells[cell] as SmtCell).symbol)];
  }

  /** That a cell has one of these values. */
  test(number: number, given: readonly number[], reads: Reads): Term {
    const cell = this.cells[number];
    // The only value of a cell that is left out has number 0.
    if (cell === undefined) return String(given.includes(0));
    const { symbol, coding, width } = cell;
    const count = coding.kind === "boolean" ? 2 : (coding.kind === "integer" ? coding.values : coding.names).length;
    const values = [...new Set(given)].filter((value) => value < count).sort((a, b) => a - b);
    if (values.length === 0 || values.length === count) return String(values.length > 0);
    reads.add(number);
    if (coding.kind === "boolean") return values[0] === 1 ? symbol : ["not", symbol];
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    if (values.length > 2 && last - first === values.length - 1) {
      return joined("and", [
        ...(first > 0 ? [["bvuge", symbol, this.value(coding, width, first)]] : []),
        ...(last < count - 1 ? [["bvule", symbol, this.value(coding, width, last)]] : []),
      ]);
    }
    const equal = (value: number): Term => ["=", symbol, this.value(coding, width, value)];
    if (values.length * 2 <= count) return joined("or", values.map(equal));
    const others = Array.from({ length: count }, (_, value) => value).filter((value) => !values.includes(value));
    return ["not", joined("or", others.map(equal))];
  }

  /** The value of that number. */
  value(coding: Coding, width: number, number: number): Term {
    if (coding.kind === "boolean") return String(number === 1);
    return this.values.get(coding)?.[number] ?? ["_", `bv${number}`, String(width)];
  }

  /** What a cell becomes by a choice that may assign to it. */
  chosen(cell: SmtCell, { cases }: Choice, reads: Reads): Term {
    let value: Term = cell.symbol;
    for (const { condition, assignments } of cases.toReversed()) {
      const assignment = assignments.find((one) => one.cell === cell.number);
      const own = assignment === undefined ? cell.symbol : this.origin(cell, assignment.origin, reads);
      if (condition.kind === "constant") value = condition.value ? own : value;
      else if (own !== value) value = ["ite", this.condition(condition, reads), own, value];
    }
    reads.add(cell.number);
    return value;
  }

  /** The value that a cell gets. */
  origin({ coding, width }: SmtCell, origin: Origin, reads: Reads): Term {
    if (typeof origin === "number") return this.value(coding, width, origin);
    const { from, map } = origin;
    const source = this.cells[from];
    if (source === undefined) return this.value(coding, width, map?.[0] ?? 0);
    const count = 2 ** source.width;
    const numbers = map ?? Array.from({ length: count }, (_, value) => value);
    const entries = [...numbers.entries()].filter((entry): entry is [number, number] => entry[1] !== undefined);
    if (coding.kind === "boolean") {
      const hits = entries.filter(([, to]) => to === 1).map(([value]) => value);
      return this.test(from, hits, reads);
    }
    const differences = new Set(entries.map(([value, to]) => to - value));
    const [difference = 0] = differences;
    if (differences.size === 1 && source.coding.kind !== "boolean" && (difference === 0 || source.width === width)) {
      reads.add(from);
      if (difference === 0) return resized(source.symbol, source.width, width);
      const distance: Term = ["_", `bv${Math.abs(difference)}`, String(width)];
      return [difference < 0 ? "bvsub" : "bvadd", source.symbol, distance];
    }
    const groups = new Map<number, number[]>();
    for (const [value, to] of entries) groups.set(to, [...(groups.get(to) ?? []), value]);
    const ordered = [...groups].sort(([, a], [, b]) => a.length - b.length);
    const last = ordered.pop();
    return ordered.reduceRight<Term>(
      (otherwise, [to, values]) => ["ite", this.test(from, values, reads), this.value(coding, width, to), otherwise],
      this.value(coding, width, last?.[0] ?? 0),
    );
  }
}

function resized(symbol: string, from: number, to: number): Term {
  if (from === to) return symbol;
  return from < to
    ? [["_", "zero_extend", String(to - from)], symbol]
    : [["_", "extract", String(to - 1), "0"], symbol];
}

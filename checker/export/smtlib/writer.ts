import type { Coding } from "../../system/coding.ts";
import { isCondition, type Condition, type Expression, type Quantity } from "../../system/expression.ts";
import type { Program } from "../../system/guarded-commands.ts";
import { joined, suffixed, type Symbols, type Term } from "./term.ts";

/** A cell as a bit vector, or, where its values are false and true, as a truth value. */
export interface SmtCell {
  readonly number: number;
  readonly symbol: string;
  readonly width: number;
  readonly coding: Coding;
  readonly sort: Term;
}

/** Symbols of the state with a number. */
export function at(symbol: string, state: number): string {
  return suffixed(symbol, `@${state}`);
}

/**
 * Writes conditions and quantities of a program as terms over the symbols of one state. A quantity is the number that
 * its value has in its coding, as a bit vector.
 */
export class TermWriter {
  /** By the number of the layout's cell; undefined for a cell of one value. */
  readonly cells: readonly (SmtCell | undefined)[];
  /** Symbols of the values of types whose values have names, in their order. */
  readonly values = new Map<Coding, readonly string[]>();
  /** The symbols of definitions. */
  definitions: readonly string[] = [];
  /** The symbols of guards. */
  guards: readonly string[] = [];

  constructor({ cells, model }: Program<unknown>, symbols: Symbols) {
    this.cells = cells.map((exported, number) => {
      const cell = model.layout.cells[number];
      if (exported === undefined || cell === undefined) return undefined;
      const { coding } = exported;
      return { number, symbol: symbols.take(cell.path), width: widthOf(coding), coding, sort: sortOf(coding) };
    });
    for (const cell of this.cells) {
      if (cell?.coding.kind !== "names" || this.values.has(cell.coding)) continue;
      this.values.set(
        cell.coding,
        cell.coding.names.map((name) => symbols.take(name)),
      );
    }
  }

  /** The cells that have more than one value. */
  present(): SmtCell[] {
    return this.cells.filter((cell) => cell !== undefined);
  }

  expression(expression: Expression, state: number): Term {
    return isCondition(expression) ? this.condition(expression, state) : this.quantity(expression, state);
  }

  condition(condition: Condition, state: number): Term {
    switch (condition.kind) {
      case "constant":
        return String(condition.value);
      case "and":
      case "or":
        return joined(
          condition.kind,
          condition.operands.map((operand) => this.condition(operand, state)),
        );
      case "not":
        return ["not", this.condition(condition.operand, state)];
      case "if":
        return [
          "ite",
          this.condition(condition.condition, state),
          this.condition(condition.then, state),
          this.condition(condition.otherwise, state),
        ];
      case "enabled":
        return at(this.guards[condition.instance] as string, state);
      case "name":
        return at(this.definitions[condition.definition] as string, state);
      case "test":
        return this.test(condition.of, condition.values, state);
      case "equal":
        return ["=", this.quantity(condition.left, state), this.quantity(condition.right, state)];
      case "less":
        return ["bvult", this.quantity(condition.left, state), this.quantity(condition.right, state)];
    }
  }

  quantity(quantity: Quantity, state: number): Term {
    const { coding } = quantity;
    switch (quantity.kind) {
      case "value":
        return this.value(coding, quantity.number);
      case "cell":
        return at((this.cells[quantity.cell] as SmtCell).symbol, state);
      case "quantity":
        return at(this.definitions[quantity.definition] as string, state);
      case "choice":
        return [
          "ite",
          this.condition(quantity.condition, state),
          this.quantity(quantity.then, state),
          this.quantity(quantity.otherwise, state),
        ];
      case "table":
        return this.#table(coding, quantity.of, quantity.entries, state);
      case "integer": {
        const from = quantity.of.coding;
        if (from.kind !== "integer") return this.quantity(quantity.of, state);
        if (from.isRange && quantity.coding.isRange) {
          return this.#moved(quantity.of, from.low - quantity.coding.low, widthOf(coding), state);
        }
        const entries = Array.from({ length: coding.count }, (_, to): [number, number] => {
          const value = quantity.coding.at(to);
          return [from.numberOf(value === quantity.coding.none ? null : value), to];
        });
        return this.#table(
          coding,
          quantity.of,
          entries.filter(([number]) => number >= 0),
          state,
        );
      }
      case "arithmetic": {
        const { left, right, operator } = quantity;
        const { low, high } = quantity.coding;
        // Wide enough for all integers on the way, and a sign.
        const reach = [low, high, ...boundsOf(left), ...boundsOf(right)].map(Math.abs);
        const width = 2 + Math.ceil(Math.log2(1 + Math.max(...reach)));
        const [a, b] = [left, right].map((operand) => this.#moved(operand, boundsOf(operand)[0], width, state));
        const names = { "+": "bvadd", "-": "bvsub", "*": "bvmul", "%": "bvurem" };
        const result: Term = [names[operator], a as Term, b as Term];
        const number: Term = low === 0 ? result : ["bvsub", result, literal(low, width)];
        return [["_", "extract", String(widthOf(coding) - 1), "0"], number];
      }
    }
  }

  /** Formula: a quantity has one of these values. */
  test(of: Quantity, given: readonly number[], state: number): Term {
    const { coding } = of;
    const { count } = coding;
    const values = [...new Set(given)].filter((value) => value < count).sort((a, b) => a - b);
    if (values.length === 0 || values.length === count) return String(values.length > 0);
    const term = this.quantity(of, state);
    if (coding.kind === "boolean") return values[0] === 1 ? term : ["not", term];
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    if (values.length > 2 && last - first === values.length - 1) {
      return joined("and", [
        ...(first > 0 ? [["bvuge", term, this.value(coding, first)]] : []),
        ...(last < count - 1 ? [["bvule", term, this.value(coding, last)]] : []),
      ]);
    }
    const equal = (value: number): Term => ["=", term, this.value(coding, value)];
    if (values.length * 2 <= count) return joined("or", values.map(equal));
    const inside = new Set(values);
    const others = Array.from({ length: count }, (_, value) => value).filter((value) => !inside.has(value));
    return ["not", joined("or", others.map(equal))];
  }

  /** The value with that number. */
  value(coding: Coding, number: number): Term {
    if (coding.kind === "boolean") return String(number === 1);
    return this.values.get(coding)?.[number] ?? literal(number, widthOf(coding));
  }

  #table(coding: Coding, of: Quantity, entries: readonly (readonly [number, number])[], state: number): Term {
    const differences = new Set(entries.map(([value, to]) => to - value));
    const [difference = 0] = differences;
    if (differences.size === 1 && of.coding.kind !== "boolean" && coding.kind !== "boolean") {
      return this.#moved(of, difference, widthOf(coding), state);
    }
    const groups = new Map<number, number[]>();
    for (const [value, to] of entries) groups.set(to, [...(groups.get(to) ?? []), value]);
    const ordered = [...groups].sort(([, a], [, b]) => a.length - b.length);
    const last = ordered.pop();
    return ordered.reduceRight<Term>(
      (otherwise, [to, values]) => ["ite", this.test(of, values, state), this.value(coding, to), otherwise],
      this.value(coding, last?.[0] ?? 0),
    );
  }

  /** A number and a distance, in some bits. */
  #moved(of: Quantity, distance: number, width: number, state: number): Term {
    const own = widthOf(of.coding);
    const wide = Math.max(own, width);
    const number = resized(this.quantity(of, state), own, wide);
    if (distance === 0) return resized(number, wide, width);
    const moved: Term = [distance < 0 ? "bvsub" : "bvadd", number, literal(Math.abs(distance), wide)];
    return resized(moved, wide, width);
  }
}

export function sortOf(coding: Coding): Term {
  return coding.kind === "boolean" ? "Bool" : ["_", "BitVec", String(widthOf(coding))];
}

/** The bits of a quantity: as many as the layout has for a cell. */
function widthOf({ count }: Coding): number {
  return (count - 1).toString(2).length;
}

function boundsOf({ coding }: Quantity): readonly [number, number] {
  return coding.kind === "integer" ? [coding.low, coding.high] : [0, coding.count - 1];
}

/** A number, or the two's complement of a negative one. */
function literal(number: number, width: number): Term {
  return ["_", `bv${BigInt.asUintN(width, BigInt(number))}`, String(width)];
}

function resized(term: Term, from: number, to: number): Term {
  if (from === to) return term;
  return from < to ? [["_", "zero_extend", String(to - from)], term] : [["_", "extract", String(to - 1), "0"], term];
}

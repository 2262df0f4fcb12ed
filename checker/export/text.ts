import { InternalError, ModelError } from "../errors.ts";
import { ascii } from "../plain-text.ts";
import type { Coding, Truth } from "../system/coding.ts";
import { isCondition, type Condition, type Expression, type Quantity } from "../system/expression.ts";
import type { ExportedCell } from "../system/structure.ts";

/** Syntax of a language for conditions and values. */
export interface Dialect {
  readonly language: string;
  /** The greatest integer; the least is that far below zero, too. */
  readonly maxInteger: number;
  readonly and: string;
  readonly or: string;
  readonly equal: string;
  readonly unequal: string;
  readonly atLeast: string;
  readonly atMost: string;
  readonly true: string;
  readonly false: string;
  /** Whether a line ends in an operator, because one that begins with it means something else. */
  readonly breaksBehind?: boolean;
  not(operand: string): string;
  conditional(condition: string, then: string, otherwise: string): string;
  /** Text of a part of the state. */
  place(cell: ExportedCell): string;
  /** Text of a value of integers or names. */
  value(coding: Exclude<Coding, Truth>, number: number): string;
  /** Text of the guard of an instance. */
  enabled(instance: number): string;
  /** Name of a definition. */
  name(definition: number): string;
}

/** Lines get no longer than this where a condition can be broken. */
const WIDTH = 100;

type Cells = readonly (ExportedCell | undefined)[];

/** Writes the conditions and values of one program in one language. */
export class Writer {
  readonly #cells: Cells;
  readonly #dialect: Dialect;

  constructor(cells: Cells, dialect: Dialect) {
    this.#cells = cells;
    this.#dialect = dialect;
    for (const cell of cells)
      if (cell?.coding.kind === "integer") this.#requireSmall(cell.coding.low, cell.coding.high);
  }

  expression(expression: Expression): string {
    return isCondition(expression) ? this.condition(expression) : this.quantity(expression);
  }

  /** The condition, in brackets where it has operators of its own. */
  inner(condition: Condition): string {
    const text = this.condition(condition);
    return condition.kind === "and" || condition.kind === "or" || (condition.kind === "test" && isCompound(text))
      ? `(${text})`
      : text;
  }

  condition(condition: Condition): string {
    const dialect = this.#dialect;
    switch (condition.kind) {
      case "constant":
        return condition.value ? dialect.true : dialect.false;
      case "enabled":
        return dialect.enabled(condition.instance);
      case "name":
        return dialect.name(condition.definition);
      case "not": {
        const { operand } = condition;
        if (operand.kind === "equal") return this.#comparison(operand, dialect.unequal);
        if (operand.kind === "less") return this.#comparison(operand, dialect.atLeast);
        return dialect.not(bracketed(this.inner(operand)));
      }
      case "if":
        return dialect.conditional(
          this.condition(condition.condition),
          this.condition(condition.then),
          this.condition(condition.otherwise),
        );
      case "equal":
        return this.#comparison(condition, dialect.equal);
      case "less":
        return this.#comparison(condition, "<");
      case "and":
      case "or": {
        const operator = condition.kind === "and" ? dialect.and : dialect.or;
        const parts = condition.operands.map((operand) => this.inner(operand));
        const line = parts.join(` ${operator} `);
        if (line.length <= WIDTH) return line;
        const lines = parts.map((part) => part.replaceAll("\n", "\n  "));
        return dialect.breaksBehind ? lines.join(` ${operator}\n  `) : lines.join(`\n  ${operator} `);
      }
      case "test":
        return this.#test(condition.of, condition.values);
    }
  }

  quantity(quantity: Quantity): string {
    const dialect = this.#dialect;
    switch (quantity.kind) {
      case "value":
        return this.value(quantity.coding, quantity.number);
      case "cell":
        return dialect.place(this.cell(quantity.cell));
      case "quantity":
        return dialect.name(quantity.definition);
      case "integer":
        return this.quantity(quantity.of);
      case "arithmetic":
        this.#requireSmall(quantity.coding.low, quantity.coding.high);
        return `(${this.quantity(quantity.left)} ${quantity.operator} ${this.quantity(quantity.right)})`;
      case "choice":
        return dialect.conditional(
          this.condition(quantity.condition),
          this.quantity(quantity.then),
          this.quantity(quantity.otherwise),
        );
      case "table":
        return this.#table(quantity);
    }
  }

  value(coding: Coding, number: number): string {
    if (coding.kind === "integer") this.#requireSmall(coding.at(number));
    if (coding.kind !== "boolean") return this.#dialect.value(coding, number);
    return number === 1 ? this.#dialect.true : this.#dialect.false;
  }

  cell(number: number): ExportedCell {
    const cell = this.#cells[number];
    if (cell === undefined) throw new InternalError(`export: cell ${number} has only one value, and is asked for`);
    return cell;
  }

  #requireSmall(...all: readonly number[]): void {
    const { language, maxInteger } = this.#dialect;
    for (const integer of all) {
      if (Math.abs(integer) <= maxInteger) continue;
      throw new ModelError(
        `the model cannot be exported to ${language}: it computes with ${integer}, and the largest integer there is ${maxInteger}`,
      );
    }
  }

  #comparison({ left, right }: Condition & { readonly kind: "equal" | "less" }, operator: string): string {
    return `${this.quantity(left)} ${operator} ${this.quantity(right)}`;
  }

  #table({ coding, of, entries }: Quantity & { readonly kind: "table" }): string {
    if (of.coding === coding && entries.every(([number, to]) => number === to)) return this.quantity(of);
    if (coding.kind === "integer" && of.coding.kind === "integer") {
      const from = of.coding;
      const differences = new Set(entries.map(([number, to]) => coding.at(to) - from.at(number)));
      const [difference = 0] = differences;
      if (differences.size === 1 && difference === 0) return this.quantity(of);
      if (differences.size === 1) {
        return `(${this.quantity(of)} ${difference < 0 ? "-" : "+"} ${Math.abs(difference)})`;
      }
    }
    const groups = new Map<number, number[]>();
    for (const [number, to] of entries) groups.set(to, [...(groups.get(to) ?? []), number]);
    const ordered = [...groups].sort(([, a], [, b]) => a.length - b.length);
    const last = ordered.pop();
    return ordered.reduceRight(
      (otherwise, [to, values]) => this.#dialect.conditional(this.#test(of, values), this.value(coding, to), otherwise),
      this.value(coding, last?.[0] ?? 0),
    );
  }

  #test(of: Quantity, values: readonly number[]): string {
    const dialect = this.#dialect;
    const { coding } = of;
    const text = this.quantity(of);
    if (coding.kind === "boolean") {
      if (values.length !== 1) return values.length === 2 ? dialect.true : dialect.false;
      return values[0] === 1 ? text : dialect.not(text);
    }
    const all = coding.count;
    if (values.length === 0 || values.length === all) return values.length === 0 ? dialect.false : dialect.true;
    const valueText = (value: number): string => this.value(coding, value);
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    if (coding.kind === "integer" && coding.isRange && last - first === values.length - 1 && values.length > 1) {
      const bounds = [
        ...(first > 0 ? [`${text} ${dialect.atLeast} ${valueText(first)}`] : []),
        ...(last < all - 1 ? [`${text} ${dialect.atMost} ${valueText(last)}`] : []),
      ];
      if (!(values.length === all - 1 && bounds.length === 1)) return bounds.join(` ${dialect.and} `);
    }
    if (values.length * 2 <= all) {
      return values.map((one) => `${text} ${dialect.equal} ${valueText(one)}`).join(` ${dialect.or} `);
    }
    const inside = new Set(values);
    const others = Array.from({ length: all }, (_, value) => value).filter((value) => !inside.has(value));
    return others.map((one) => `${text} ${dialect.unequal} ${valueText(one)}`).join(` ${dialect.and} `);
  }
}

/** Whether a text has operators outside brackets that bind less than a comparison. */
function isCompound(text: string): boolean {
  return / (?:&&|\|\||&|\||\/\\|\\\/) /.test(text);
}

/** A negated comparison needs brackets in every language. */
function bracketed(text: string): string {
  return /^\(.*\)$/s.test(text) || /^[\w.[\]]+(?:\(\))?$/.test(text) ? text : `(${text})`;
}

/** A text of the model's as part of a comment of one line, in any of the languages. */
export function commentOf(text: string): string {
  return ascii(text).replaceAll("*/", "* /").replaceAll("(*", "( *").replaceAll("*)", "* )");
}

/** The heading comment of every export, line by line. */
export function headingOf(
  model: { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> },
  language: string,
): string[] {
  const parameters = Object.entries(model.parameters).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `Model ${model.name} in ${language}, written by irqproof export.`,
    ...(parameters.length === 0 ? [] : [`Parameters: ${parameters.join(" ")}`]),
    "Fields and actions have the names of the model; an action with its parameters is one step.",
    "Unused places of sequences and absent optionals hold the first value of their type.",
  ].map(commentOf);
}

import { InternalError } from "../errors.ts";
import type { Expression } from "./expression.ts";
import type { Origin } from "./step.ts";
import { countOf, type Coding, type ExportedCell } from "./structure.ts";

/** How a language writes conditions and values. */
export interface Dialect {
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
  /** What stands for a part of the state. */
  place(cell: ExportedCell): string;
  /** What stands for a value of integers or names. */
  value(coding: Exclude<Coding, { kind: "boolean" }>, number: number): string;
  /** What stands for a definition; a condition where it must be written out instead. */
  name(name: string): string | Expression;
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
  }

  /** The condition, in brackets where it has operators of its own. */
  inner(expression: Expression): string {
    const text = this.condition(expression);
    return expression.kind === "and" || expression.kind === "or" || (expression.kind === "test" && isCompound(text))
      ? `(${text})`
      : text;
  }

  condition(expression: Expression): string {
    const dialect = this.#dialect;
    switch (expression.kind) {
      case "constant":
        return expression.value ? dialect.true : dialect.false;
      case "name": {
        const named = dialect.name(expression.name);
        return typeof named === "string" ? named : `(${this.condition(named)})`;
      }
      case "not":
        return dialect.not(bracketed(this.inner(expression.operand)));
      case "and":
      case "or": {
        const operator = expression.kind === "and" ? dialect.and : dialect.or;
        const parts = expression.operands.map((operand) => this.inner(operand));
        const line = parts.join(` ${operator} `);
        if (line.length <= WIDTH) return line;
        const lines = parts.map((part) => part.replaceAll("\n", "\n  "));
        return dialect.breaksBehind ? lines.join(` ${operator}\n  `) : lines.join(`\n  ${operator} `);
      }
      case "test":
        return this.#test(expression.cell, expression.values);
    }
  }

  /** The value that a cell gets. */
  origin(target: number, origin: Origin): string {
    const { coding } = this.cell(target);
    if (typeof origin === "number") return this.value(coding, origin);
    const { from, map } = origin;
    const source = this.cell(from);
    const numbers = map ?? Array.from({ length: countOf(source.coding) }, (_, value) => value);
    const entries = [...numbers.entries()].filter((entry): entry is [number, number] => entry[1] !== undefined);
    const same = entries.every(([value, to]) => this.value(source.coding, value) === this.value(coding, to));
    const place = this.#dialect.place(source);
    if (same && source.coding.kind === coding.kind) return place;
    if (coding.kind === "boolean") {
      const hits = entries.filter(([, to]) => to === 1).map(([value]) => value);
      return this.#test(from, hits);
    }
    if (coding.kind === "integer" && source.coding.kind === "integer") {
      const [own, other] = [coding.values, source.coding.values];
      const differences = new Set(entries.map(([value, to]) => (own[to] as number) - (other[value] as number)));
      const [difference = 0] = differences;
      if (differences.size === 1) return `${place} ${difference < 0 ? "-" : "+"} ${Math.abs(difference)}`;
    }
    const groups = new Map<number, number[]>();
    for (const [value, to] of entries) groups.set(to, [...(groups.get(to) ?? []), value]);
    const ordered = [...groups].sort(([, a], [, b]) => a.length - b.length);
    const last = ordered.pop();
    return ordered.reduceRight(
      (otherwise, [to, values]) =>
        this.#dialect.conditional(this.#test(from, values), this.value(coding, to), otherwise),
      this.value(coding, last?.[0] ?? 0),
    );
  }

  value(coding: Coding, number: number): string {
    if (coding.kind !== "boolean") return this.#dialect.value(coding, number);
    return number === 1 ? this.#dialect.true : this.#dialect.false;
  }

  cell(number: number): ExportedCell {
    const cell = this.#cells[number];
    if (cell === undefined) throw new InternalError(`export: cell ${number} has only one value, and is asked for`);
    return cell;
  }

  #test(number: number, given: readonly number[]): string {
    const dialect = this.#dialect;
    const cell = this.cell(number);
    const place = dialect.place(cell);
    const { coding } = cell;
    if (coding.kind === "boolean") {
      if (given.length !== 1) return given.length === 2 ? dialect.true : dialect.false;
      return given[0] === 1 ? place : dialect.not(place);
    }
    const all = countOf(coding);
    const values = [...given].sort((a, b) => a - b);
    if (values.length === 0 || values.length === all) return values.length === 0 ? dialect.false : dialect.true;
    const text = (value: number): string => this.value(coding, value);
    const [first = 0, last = 0] = [values[0], values.at(-1)];
    const isRun = coding.kind === "integer" && isAscending(coding.values) && last - first === values.length - 1;
    if (isRun && values.length > 1) {
      const bounds = [
        ...(first > 0 ? [`${place} ${dialect.atLeast} ${text(first)}`] : []),
        ...(last < all - 1 ? [`${place} ${dialect.atMost} ${text(last)}`] : []),
      ];
      if (!(values.length === all - 1 && bounds.length === 1)) return bounds.join(` ${dialect.and} `);
    }
    if (values.length * 2 <= all)
      return values.map((one) => `${place} ${dialect.equal} ${text(one)}`).join(` ${dialect.or} `);
    const others = Array.from({ length: all }, (_, value) => value).filter((value) => !values.includes(value));
    return others.map((one) => `${place} ${dialect.unequal} ${text(one)}`).join(` ${dialect.and} `);
  }
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value === (values[index - 1] as number) + 1);
}

/** Whether a text has operators outside brackets that bind less than a comparison. */
function isCompound(text: string): boolean {
  return / (?:&&|\|\||&|\||\/\\|\\\/) /.test(text);
}

/** A negated comparison needs brackets in every language. */
function bracketed(text: string): string {
  return /^\(.*\)$/s.test(text) || /^[\w.[\]]+(?:\(\))?$/.test(text) ? text : `(${text})`;
}

/** The heading comment of every export, line by line. */
export function headingOf(
  model: { readonly name: string; readonly parameters: Readonly<Record<string, unknown>> },
  language: string,
  reachableOnly: readonly string[],
): string[] {
  const parameters = Object.entries(model.parameters).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `Model ${model.name} in ${language}, written by irqproof export.`,
    ...(parameters.length === 0 ? [] : [`Parameters: ${parameters.join(" ")}`]),
    "Fields and actions have the names of the model; an action with its parameters is one step.",
    "Unused places of sequences and absent optionals hold the first value of their type.",
    ...(reachableOnly.length === 0
      ? []
      : [
          `${reachableOnly.length} functions were learned as far as the reachable states ask; any other state in which`,
          "they are asked is reported as unlearned.",
        ]),
  ];
}

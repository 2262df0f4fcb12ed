import { show, type Cell, type Place } from "../../schema/index.ts";
import type { Expression } from "../../system/expression.ts";
import type { Check, Program } from "../../system/guarded-commands.ts";
import { referencesOf, shared, type Shared } from "../../system/sharing.ts";
import { commentOf } from "../text.ts";
import { flat, joined, plain, Printer, Symbols, type Term } from "./term.ts";
import { at, sortOf, TermWriter, type SmtCell } from "./writer.ts";

/**
 * A system as text in SMT-LIB over states that have numbers. Each state has symbols of its own for its cells and for all
 * conditions and values that depend on them, such as `|count@2|`: functions of a state would be given nearly all cells.
 */
export interface SmtSystem {
  /** The cells, which each state has symbols for. */
  readonly cells: readonly SmtCell[];
  /** Definitions that do not depend on a state, with comments: the values of types, and the actions. */
  readonly definitions: string;
  /** Possible subjects of a query. */
  readonly checks: readonly Check[];
  /** The cells of a state, the action that is taken in it, and all that depends on them; after the first, the step to it. */
  declare(state: number): string[];
  /** Definitions needed to ask for these checks in a state that was not declared, but whose cells are defined. */
  define(state: number, checks: readonly Check[]): string[];
  /** Formula: a state is an initial one. */
  initial(state: number): string;
  /** Formula: a state is one of its type. */
  typed(state: number): string;
  /** The step from a state to the next. */
  step(state: number): string;
  /** Formula: an action, by its number, can be taken in a state. */
  enabled(state: number, action: number): string;
  /** Value of a cell after an action, by its number, that can be taken in a state. */
  next(cell: SmtCell, state: number, action: number): string;
  /** Formula: a state is a target of a check: a violation, or, of `sometimes`, a witness. */
  sought(check: Check, state: number): string;
  /** Formula: two states differ. */
  differ(one: number, other: number): string;
  /** The symbol of a cell in a state. */
  cell(cell: SmtCell, state: number): string;
  /** The symbol of the action taken in a state; its value is the number of an instance. */
  action(state: number): string;
}

/** Cells with more values are not listed in comments. */
const MAX_LISTED = 16;

export function smtSystemOf<S>(program: Program<S>): SmtSystem {
  return new System(program as unknown as Program<unknown>);
}

class System implements SmtSystem {
  readonly cells: readonly SmtCell[];
  readonly checks: readonly Check[];
  readonly definitions: string;
  readonly #program: Program<unknown>;
  readonly #symbols = new Symbols();
  readonly #writer: TermWriter;
  readonly #printer = new Printer();
  readonly #text: string[] = [];
  readonly #actionSort: Term;
  readonly #actions: readonly string[];
  readonly #sought: ReadonlyMap<Check, string>;
  /** Values of cells after the action that is taken. */
  readonly #next: ReadonlyMap<SmtCell, string>;
  readonly #shared: Shared;
  /** For each definition, the numbers of those that it refers to. */
  readonly #references: readonly (readonly number[])[];

  constructor(program: Program<unknown>) {
    const { commands, checks } = program;
    this.#program = program;
    for (const name of ["Action", "action", "enabled", "step"]) this.#symbols.take(name);
    this.#writer = new TermWriter(program, this.#symbols);
    this.cells = this.#writer.present();
    this.checks = checks;
    const bits = Math.max(1, Math.ceil(Math.log2(commands.length)));
    this.#actionSort = ["_", "BitVec", String(bits)];
    this.#actions = commands.map(({ instance }) => this.#symbols.take(instance.text));
    this.#writer.guards = commands.map(({ instance }) => this.#symbols.take(`enabled ${instance.text}`));
    this.#sought = new Map(
      checks.map((check) => {
        const what = check.kind === "sometimes" ? "witness of " : check.kind === "fault" ? "" : "violation of ";
        return [check, this.#symbols.take(`${what}${check.id}`)];
      }),
    );
    this.#next = new Map(this.cells.map((cell) => [cell, this.#symbols.take(`next ${plain(cell.symbol)}`)]));
    this.#shared = shared([
      ...commands.flatMap(({ guard, next }) => [guard, ...next.values()]),
      ...checks.map(({ sought }) => sought),
    ]);
    this.#writer.definitions = this.#shared.definitions.map(({ coding }, number) =>
      this.#symbols.take(`${coding === undefined ? "condition" : "value"} ${number}`),
    );
    this.#references = this.#shared.definitions.map(({ meaning }) => [...referencesOf(meaning).definitions]);
    this.#sorts();
    this.definitions = this.#text.join("\n");
  }

  declare(state: number): string[] {
    const { commands } = this.#program;
    const all = this.#shared.definitions.map((_, number) => number);
    return [
      ...this.cells.map((cell) => `(declare-const ${this.cell(cell, state)} ${flat(cell.sort)})`),
      `(declare-const ${this.action(state)} Action)`,
      ...all.map((number) => this.#definition(number, state)),
      ...commands.map(({ guard }, index) =>
        this.#defined(at(this.#writer.guards[index] as string, state), "Bool", guard, state),
      ),
      ...this.#program.checks.map((check) => this.#check(check, state)),
      ...(state === 0 ? [] : this.#steps(state - 1)),
    ];
  }

  define(state: number, checks: readonly Check[]): string[] {
    const guards = new Set<number>();
    const wanted = new Set<number>();
    const want = (expression: Expression): void => {
      const references = referencesOf(expression);
      for (const instance of references.guards) {
        if (guards.has(instance)) continue;
        guards.add(instance);
        want(this.#shared.of(this.#program.commands[instance]?.guard as Expression));
      }
      const open = [...references.definitions];
      for (let number = open.pop(); number !== undefined; number = open.pop()) {
        if (wanted.has(number)) continue;
        wanted.add(number);
        open.push(...(this.#references[number] as readonly number[]));
      }
    };
    for (const { sought } of checks) want(this.#shared.of(sought));
    return [
      ...[...wanted].sort((a, b) => a - b).map((number) => this.#definition(number, state)),
      ...[...guards].map((index) => {
        const { guard } = this.#program.commands[index] as Program<unknown>["commands"][number];
        return this.#defined(at(this.#writer.guards[index] as string, state), "Bool", guard, state);
      }),
      ...checks.map((check) => this.#check(check, state)),
    ];
  }

  initial(state: number): string {
    const states = this.#program.initial.map((values) =>
      joined(
        "and",
        this.cells.map((cell): Term => this.#is(cell, [values[cell.number] as number], state)),
      ),
    );
    return flat(joined("or", states));
  }

  step(state: number): string {
    return `|step@${state}|`;
  }

  enabled(state: number, action: number): string {
    return at(this.#writer.guards[action] as string, state);
  }

  next(cell: SmtCell, state: number, action: number): string {
    const next = this.#program.commands[action]?.next.get(cell.number);
    return next === undefined ? this.cell(cell, state) : flat(this.#writer.expression(this.#shared.of(next), state));
  }

  sought(check: Check, state: number): string {
    return at(this.#sought.get(check) as string, state);
  }

  differ(one: number, other: number): string {
    return `(not (and ${this.cells.map((cell) => `(= ${this.cell(cell, one)} ${this.cell(cell, other)})`).join(" ")} true))`;
  }

  cell(cell: SmtCell, state: number): string {
    return at(cell.symbol, state);
  }

  action(state: number): string {
    return `|action@${state}|`;
  }

  /** Bits that mean a value, in the one way that values have bits: unused places hold the first value of theirs. */
  typed(state: number): string {
    const { layout } = this.#program.model;
    const numbers = new Map(layout.cells.map((cell, number) => [cell, number]));
    const cellAt = (cell: Cell): SmtCell | undefined => this.#writer.cells[numbers.get(cell) as number];
    const terms: Term[] = [];
    for (const cell of this.cells) {
      const { count } = cell.coding;
      if (count === 2 ** cell.width) continue;
      terms.push(["bvule", this.cell(cell, state), this.#writer.value(cell.coding, count - 1)]);
    }
    const first = (place: Place): Term[] =>
      cellsOf(place).flatMap((one) => {
        const cell = cellAt(one);
        return cell === undefined ? [] : [this.#is(cell, [0], state)];
      });
    const walk = (place: Place): void => {
      if (place.kind === "record") for (const [, field] of place.fields) walk(field);
      else if (place.kind === "array") place.elements.forEach(walk);
      else if (place.kind === "optional") {
        const unused = first(place.some);
        const present = cellAt(place.present);
        if (present !== undefined && unused.length > 0) {
          terms.push(["or", this.cell(present, state), joined("and", unused)]);
        }
        walk(place.some);
      } else if (place.kind === "sequence") {
        const length = cellAt(place.length);
        for (const [index, element] of place.elements.entries()) {
          const unused = first(element);
          if (length !== undefined && unused.length > 0) {
            const lengths = Array.from({ length: place.elements.length - index }, (_, more) => index + 1 + more);
            terms.push(["or", this.#is(length, lengths, state), joined("and", unused)]);
          }
          walk(element);
        }
      }
    };
    walk(layout.root);
    return flat(joined("and", terms));
  }

  #is({ number: cell, coding }: SmtCell, values: readonly number[], state: number): Term {
    return this.#writer.test({ kind: "cell", cell, coding }, values, state);
  }

  #definition(number: number, state: number): string {
    const { meaning, coding } = this.#shared.definitions[number] as Shared["definitions"][number];
    const sort = coding === undefined ? "Bool" : sortOf(coding);
    const term = this.#writer.expression(meaning, state);
    return this.#written(at(this.#writer.definitions[number] as string, state), sort, term);
  }

  #check(check: Check, state: number): string {
    const { id, title, kind } = check;
    const what = kind === "sometimes" ? " (a witness is sought)" : "";
    const comment = state === 0 ? `; ${commentOf(id)}: ${commentOf(title)}${what}\n` : "";
    return `${comment}${this.#defined(this.sought(check, state), "Bool", check.sought, state)}`;
  }

  #defined(symbol: string, sort: Term, expression: Expression, state: number): string {
    return this.#written(symbol, sort, this.#writer.expression(this.#shared.of(expression), state));
  }

  #written(symbol: string, sort: Term, term: Term): string {
    const head = `(define-fun ${symbol} () ${flat(sort)}`;
    const text = this.#printer.text(term, "  ");
    const isLong = text.includes("\n") || head.length + text.length > 110;
    return isLong ? `${head}\n  ${text})` : `${head} ${text})`;
  }

  /** The step from a state to the next, with what each part becomes. */
  #steps(state: number): string[] {
    const { commands } = this.#program;
    const action = this.action(state);
    const is = (name: string): Term => ["=", action, name];
    const lines: string[] = [];
    const changes = this.cells.map((cell): Term => {
      const byValue = new Map<string, { readonly value: Term; readonly actions: string[] }>();
      for (const [index, { next }] of commands.entries()) {
        const becomes = next.get(cell.number);
        if (becomes === undefined) continue;
        const value = this.#writer.expression(this.#shared.of(becomes), state);
        const name = this.#actions[index] as string;
        const same = byValue.get(flat(value));
        if (same === undefined) byValue.set(flat(value), { value, actions: [name] });
        else same.actions.push(name);
      }
      if (byValue.size === 0) return ["=", this.cell(cell, state + 1), this.cell(cell, state)];
      const after = [...byValue.values()].reduceRight<Term>(
        (otherwise, { value, actions }) => ["ite", joined("or", actions.map(is)), value, otherwise],
        this.cell(cell, state),
      );
      const symbol = at(this.#next.get(cell) as string, state);
      lines.push(this.#written(symbol, cell.sort, after));
      return ["=", this.cell(cell, state + 1), symbol];
    });
    const enabled = this.#actions.map((name, index): Term => ["and", is(name), this.enabled(state, index)]);
    const step: Term = ["and", joined("or", enabled), ...changes];
    return [...lines, this.#written(this.step(state), "Bool", step)];
  }

  #sorts(): void {
    this.#comment("The state is given part by part; a part of several values is the number of its value:");
    for (const { number, symbol, coding } of this.cells) {
      this.#comment(`  ${symbol}${coding.kind === "names" ? "" : `: ${this.#meaning(number)}`}`);
    }
    for (const [coding, symbols] of this.#writer.values) {
      const owners = this.cells.filter((cell) => cell.coding === coding);
      const more = owners.length > 1 ? ` and ${owners.length - 1} like it` : "";
      const sort = flat(sortOf(coding));
      this.#comment("", `The values of ${owners[0]?.symbol}${more}.`);
      for (const [number, symbol] of symbols.entries()) {
        this.#text.push(`(define-fun ${symbol} () ${sort} (_ bv${number} ${sort.replace(/\D/g, "")}))`);
      }
    }
    this.#comment("", "Each action with its parameters is one step.");
    const bits = flat(this.#actionSort).replace(/\D/g, "");
    this.#text.push(`(define-sort Action () ${flat(this.#actionSort)})`);
    for (const [number, name] of this.#actions.entries()) {
      this.#text.push(`(define-fun ${name} () Action (_ bv${number} ${bits}))`);
    }
  }

  #meaning(number: number): string {
    const cell = this.#program.model.layout.cells[number];
    const coding = this.#writer.cells[number]?.coding;
    if (cell === undefined || coding?.kind === "boolean") return "false or true";
    const { cardinality } = cell.shape;
    const valueAt = (value: number): unknown => cell.shape.valueAt(value);
    if (valueAt(0) === 0 && valueAt(cardinality - 1) === cardinality - 1) return `0 to ${cardinality - 1}`;
    if (cardinality > MAX_LISTED) return `${show(valueAt(0))} to ${show(valueAt(cardinality - 1))}`;
    return Array.from({ length: cardinality }, (_, value) => `${value} is ${show(valueAt(value))}`).join(", ");
  }

  /** An empty line is one; the others are comments. */
  #comment(...lines: readonly string[]): void {
    for (const line of lines) this.#text.push(line === "" ? "" : `; ${commentOf(line)}`);
  }
}

/** Every cell of a place. */
function cellsOf(place: Place): Cell[] {
  switch (place.kind) {
    case "cell":
      return [place.cell];
    case "record":
      return place.fields.flatMap(([, field]) => cellsOf(field));
    case "array":
      return place.elements.flatMap(cellsOf);
    case "optional":
      return [place.present, ...cellsOf(place.some)];
    case "sequence":
      return [place.length, ...place.elements.flatMap(cellsOf)];
  }
}

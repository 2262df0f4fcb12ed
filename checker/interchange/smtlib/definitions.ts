import { cellsOf } from "../../learning/places.ts";
import { show, type Cell, type Place } from "../../schema/index.ts";
import type { Expression } from "../expression.ts";
import type { Program } from "../program.ts";
import { flat, joined, plain, Printer, suffixed, Symbols, type Term } from "./term.ts";
import { TermWriter, type Defined, type SmtCell } from "./writer.ts";

/** The predicate that holds where a function throws, or could not be learned: as a property, its id. */
export const UNLEARNED = "unlearned";

/** A system as definitions of SMT-LIB over the cells of states, and terms over states that have numbers. */
export interface SmtSystem {
  /** The cells, which each state has symbols for. */
  readonly cells: readonly SmtCell[];
  /** The text that defines everything, with comments. */
  readonly definitions: string;
  /** What a query can be about: the safety properties, and `unlearned` where it is not certainly nowhere. */
  readonly ids: readonly string[];
  /** Declares the cells of a state, and the action that is taken in it; after the first, also the step that leads to it. */
  declare(state: number): string[];
  /** That a state is an initial one. */
  initial(state: number): string;
  /** That a state is one of its type. */
  typed(state: number): string;
  /** The step from a state to the next. */
  step(state: number): string;
  /** That an action, by its number, can be taken in a state. */
  enabled(state: number, action: number): string;
  /** What a cell becomes by an action, by its number, that can be taken in a state. */
  next(cell: SmtCell, state: number, action: number): string;
  /** That what is sought of a property is in a state: a violation, or, of `sometimes`, a witness. */
  sought(id: string, state: number): string;
  /** That two states differ. */
  differ(one: number, other: number): string;
  /** The symbol of a cell in a state. */
  cell(cell: SmtCell, state: number): string;
  /** The symbol of the action taken in a state; its value is the number of an instance. */
  action(state: number): string;
}

/** Cells with more values are not listed in comments. */
const MOST_LISTED = 16;

export function smtSystemOf<S>(program: Program<S>): SmtSystem {
  return new System(program as unknown as Program<unknown>).whole();
}

class System {
  readonly #program: Program<unknown>;
  readonly #symbols = new Symbols();
  readonly #writer: TermWriter;
  readonly #cells: readonly SmtCell[];
  readonly #printer = new Printer();
  readonly #text: string[] = [];
  readonly #actionSort: Term;
  readonly #actions: readonly string[];
  /** What parts become that an action may change. */
  readonly #next = new Map<SmtCell, Defined>();
  #enabled: Defined | undefined;

  constructor(program: Program<unknown>) {
    this.#program = program;
    for (const name of ["Action", "action", "initial", "typed"]) this.#symbols.take(name);
    this.#writer = new TermWriter(program, this.#symbols);
    this.#cells = this.#writer.present();
    const bits = Math.max(1, Math.ceil(Math.log2(program.commands.length)));
    this.#actionSort = ["_", "BitVec", String(bits)];
    this.#actions = program.commands.map(({ instance }) => this.#symbols.take(instance.text));
  }

  whole(): SmtSystem {
    const { definitions, commands, checks, unknown } = this.#program;
    this.#sorts();
    this.#initial();
    this.#typed();
    if (definitions.all.length > 0) this.#comment("", "What several conditions have in common.");
    for (const [index, condition] of definitions.all.entries()) {
      this.#predicate(`condition:${index}`, `condition ${index}`, condition);
    }
    this.#comment("", "Where each action can be taken.");
    for (const [index, { guard, instance }] of commands.entries()) {
      this.#predicate(`enabled:${index}`, `enabled ${instance.text}`, guard);
    }
    this.#nextAndEnabled();
    const sought = new Map<string, Defined>();
    for (const { id, title, kind, sought: states } of checks) {
      this.#comment("", `${id}: ${title}`, ...(kind === "sometimes" ? ["(a witness is sought)"] : []));
      const what = kind === "sometimes" ? "witness of" : "violation of";
      sought.set(id, this.#predicate(undefined, `${what} ${id}`, states));
    }
    if (!(unknown.kind === "constant" && !unknown.value)) {
      this.#comment("", "Where a function throws or was not learned: nothing is proved if this can be reached.");
      sought.set(UNLEARNED, this.#predicate(undefined, UNLEARNED, unknown));
    }
    const all = (state: number): string => this.#cells.map((cell) => at(cell, state)).join(" ");
    const applied = (defined: Defined, state: number): string => this.#applied(defined, state);
    return {
      cells: this.#cells,
      definitions: this.#text.join("\n"),
      ids: [...sought.keys()],
      declare: (state) => [
        ...this.#cells.map((cell) => `(declare-const ${at(cell, state)} ${flat(cell.sort)})`),
        `(declare-const ${action(state)} Action)`,
        ...(state === 0 ? [] : [`(define-fun |step@${state - 1}| () Bool ${this.#step(state - 1)})`]),
      ],
      initial: (state) => `(initial ${all(state)})`,
      typed: (state) => `(typed ${all(state)})`,
      step: (state) => `|step@${state}|`,
      enabled: (state, number) => applied(this.#writer.names.get(`enabled:${number}`) as Defined, state),
      next: (cell, state, number) => {
        const next = this.#next.get(cell);
        return next === undefined ? at(cell, state) : this.#applied(next, state, this.#actions[number] as string);
      },
      sought: (id, state) => applied(sought.get(id) as Defined, state),
      differ: (one, other) =>
        `(not (and ${this.#cells.map((cell) => `(= ${at(cell, one)} ${at(cell, other)})`).join(" ")} true))`,
      cell: at,
      action,
    };
  }

  #sorts(): void {
    const { commands } = this.#program;
    this.#comment("The state is given part by part; a part of several values is the number of its value:");
    for (const { number, symbol, coding } of this.#cells) {
      this.#comment(`  ${symbol}${coding.kind === "names" ? "" : `: ${this.#meaning(number)}`}`);
    }
    const listed = new Set<readonly string[]>();
    for (const { coding, sort } of this.#cells) {
      const symbols = this.#writer.values.get(coding);
      if (symbols === undefined || listed.has(symbols)) continue;
      listed.add(symbols);
      const owners = this.#cells.filter((cell) => this.#writer.values.get(cell.coding) === symbols);
      const more = owners.length > 1 ? ` and ${owners.length - 1} like it` : "";
      this.#comment("", `The values of ${owners[0]?.symbol}${more}.`);
      for (const [number, symbol] of symbols.entries()) {
        this.#text.push(`(define-fun ${symbol} () ${flat(sort)} (_ bv${number} ${flat(sort).replace(/\D/g, "")}))`);
      }
    }
    this.#comment("", "Each action with its parameters is one step.");
    const bits = flat(this.#actionSort).replace(/\D/g, "");
    this.#text.push(`(define-sort Action () ${flat(this.#actionSort)})`);
    for (const [number] of commands.entries()) {
      this.#text.push(`(define-fun ${this.#actions[number]} () Action (_ bv${number} ${bits}))`);
    }
  }

  #meaning(number: number): string {
    const cell = this.#program.model.layout.cells[number];
    const coding = this.#writer.cells[number]?.coding;
    if (cell === undefined || coding?.kind === "boolean") return "false or true";
    const { cardinality } = cell.shape;
    const valueAt = (value: number): unknown => cell.shape.valueAt(value);
    if (valueAt(0) === 0 && valueAt(cardinality - 1) === cardinality - 1) return `0 to ${cardinality - 1}`;
    if (cardinality > MOST_LISTED) return `${show(valueAt(0))} to ${show(valueAt(cardinality - 1))}`;
    return Array.from({ length: cardinality }, (_, value) => `${value} is ${show(valueAt(value))}`).join(", ");
  }

  #initial(): void {
    const { initial } = this.#program;
    const states = initial.map((values) =>
      joined(
        "and",
        this.#cells.map(({ symbol, coding, width, number }): Term => {
          const value = values[number] as number;
          if (coding.kind === "boolean") return value === 1 ? symbol : ["not", symbol];
          return ["=", symbol, this.#writer.value(coding, width, value)];
        }),
      ),
    );
    this.#comment("");
    this.#define("initial", this.#given(this.#cells), "Bool", joined("or", states));
  }

  /** The bits of a state mean a value, in the one way that values have bits: unused places hold their first value. */
  #typed(): void {
    const { layout } = this.#program.model;
    const numbers = new Map(layout.cells.map((cell, number) => [cell, number]));
    const cellAt = (cell: Cell): SmtCell | undefined => this.#writer.cells[numbers.get(cell) as number];
    const terms: Term[] = [];
    for (const cell of this.#cells) {
      const { shape } = layout.cells[cell.number] as (typeof layout.cells)[number];
      if (shape.cardinality === 2 ** cell.width) continue;
      terms.push(["bvule", cell.symbol, this.#writer.value(cell.coding, cell.width, shape.cardinality - 1)]);
    }
    const first = (place: Place): Term[] =>
      cellsOf(place).flatMap((one) => {
        const cell = cellAt(one);
        return cell === undefined ? [] : [this.#writer.test(cell.number, [0], new Set())];
      });
    const walk = (place: Place): void => {
      if (place.kind === "record") for (const [, field] of place.fields) walk(field);
      else if (place.kind === "array") place.elements.forEach(walk);
      else if (place.kind === "optional") {
        const unused = first(place.some);
        const present = cellAt(place.present);
        if (present !== undefined && unused.length > 0) terms.push(["or", present.symbol, joined("and", unused)]);
        walk(place.some);
      } else if (place.kind === "sequence") {
        const length = cellAt(place.length);
        for (const [index, element] of place.elements.entries()) {
          const unused = first(element);
          if (length !== undefined && unused.length > 0) {
            const lengths = Array.from({ length: place.elements.length - index }, (_, more) => index + 1 + more);
            terms.push(["or", this.#writer.test(length.number, lengths, new Set()), joined("and", unused)]);
          }
          walk(element);
        }
      }
    };
    walk(layout.root);
    this.#comment("", "Bits that mean a value of the state's type: unused places hold the first value of theirs.");
    this.#define("typed", this.#given(this.#cells), "Bool", joined("and", terms));
  }

  /** What each part becomes, and whether the action can be taken. */
  #nextAndEnabled(): void {
    const { commands } = this.#program;
    this.#comment("", "What each part becomes when an action is taken; parts that are not here stay as they are.");
    for (const cell of this.#cells) {
      const reads = new Set<number>();
      const byValue = new Map<string, { readonly value: Term; readonly actions: string[] }>();
      for (const [index, { choices }] of commands.entries()) {
        for (const choice of choices) {
          if (!choice.cases.some(({ assignments }) => assignments.some((one) => one.cell === cell.number))) continue;
          const value = this.#writer.chosen(cell, choice, reads);
          const action = this.#actions[index] as string;
          const same = byValue.get(flat(value));
          if (same === undefined) byValue.set(flat(value), { value, actions: [action] });
          else same.actions.push(action);
        }
      }
      if (byValue.size === 0) continue;
      const is = (action: string): Term => ["=", "action", action];
      const after = [...byValue.values()].reduceRight<Term>(
        (otherwise, { value, actions }) => ["ite", joined("or", actions.map(is)), value, otherwise],
        cell.symbol,
      );
      this.#next.set(cell, this.#defined(`next ${plain(cell.symbol)}`, after, reads, cell.sort, "action"));
    }
    const reads = new Set<number>();
    const enabled = commands.map((_, index): Term => {
      const guard = this.#writer.applied(this.#writer.names.get(`enabled:${index}`) as Defined, reads);
      return ["and", ["=", "action", this.#actions[index] as string], guard];
    });
    this.#comment("", "Whether the action can be taken.");
    this.#enabled = this.#defined("enabled", joined("or", enabled), reads, "Bool", "action");
  }

  /**
   * The step from a state to the next. It is written out for each state and no definition with parameters, because Z3
   * takes minutes to read one of so many.
   */
  #step(state: number): string {
    const enabled = this.#applied(this.#enabled as Defined, state, action(state));
    const changes = this.#cells.map((cell) => {
      const next = this.#next.get(cell);
      const value = next === undefined ? at(cell, state) : this.#applied(next, state, action(state));
      return `(= ${at(cell, state + 1)} ${value})`;
    });
    return `(and ${[enabled, ...changes].join("\n  ")})`;
  }

  #applied({ symbol, reads }: Defined, state: number, ...others: readonly string[]): string {
    const given = [...others, ...reads.map((cell) => at(this.#writer.cells[cell] as SmtCell, state))];
    return given.length === 0 ? symbol : `(${symbol} ${given.join(" ")})`;
  }

  #predicate(name: string | undefined, wanted: string, condition: Expression): Defined {
    const reads = new Set<number>();
    const term = this.#writer.condition(condition, reads);
    const defined = this.#defined(wanted, term, reads, "Bool");
    if (name !== undefined) this.#writer.names.set(name, defined);
    return defined;
  }

  /** Defines a function of what a term reads. */
  #defined(wanted: string, term: Term, reads: ReadonlySet<number>, sort: Term, first?: "action"): Defined {
    const cells = this.#cells.filter(({ number }) => reads.has(number));
    const symbol = this.#symbols.take(wanted);
    const given = this.#given(cells);
    this.#define(symbol, first === undefined ? given : [["action", "Action"], ...given], sort, term);
    return { symbol, reads: cells.map(({ number }) => number) };
  }

  #given(cells: readonly SmtCell[]): Term[] {
    return cells.map(({ symbol, sort }) => [symbol, sort]);
  }

  #define(symbol: string, given: readonly Term[], sort: Term, body: Term): void {
    const parameters = given.length === 0 ? "()" : this.#printer.text(given.map(flat), "    ");
    const head = `(define-fun ${symbol}`;
    const tail = `${flat(sort)}\n  ${this.#printer.text(body, "  ")})`;
    const isLong = head.length + parameters.length > 100;
    this.#text.push(isLong ? `${head}\n    ${parameters}\n  ${tail}` : `${head} ${parameters} ${tail}`);
  }

  /** An empty line is one; the others are comments. */
  #comment(...lines: readonly string[]): void {
    for (const line of lines) this.#text.push(line === "" ? "" : `; ${line.replace(/[\r\n]+/g, " ")}`);
  }
}

function action(state: number): string {
  return `|action@${state}|`;
}

function at({ symbol }: SmtCell, state: number): string {
  return suffixed(symbol, `@${state}`);
}

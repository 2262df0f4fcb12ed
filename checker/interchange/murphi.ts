import { FALSE, type Expression } from "./expression.ts";
import { Identifiers } from "./identifiers.ts";
import { sequential } from "./order.ts";
import type { Program, RunsCheck } from "./program.ts";
import { UNLEARNED } from "./promela.ts";
import type { Choice } from "./step.ts";
import { codingKey, type Coding, type ExportedCell } from "./structure.ts";
import { headingOf, Writer, type Dialect } from "./text.ts";

/** Words of Murphi as Rumur and CMurphi have it. */
const RESERVED = `alias array assert assume begin boolean bind by case clear const cover do else elsif end endalias
endexists endfor endforall endfunction endif endprocedure endrecord endrule endruleset endstartstate endswitch endwhile
enum error exists false flush for forall from function if in int invariant ismember isundefined liveness log multiset
multisetadd multisetcount multisetremove multisetremovepred procedure process program property put real record return
rule ruleset scalarset startstate switch symmetry then to traceuntil true type undefine union var while old state
sqrt floor interleaved fairness strong weak`.split(/\s+/);

/** A system in Murphi. */
export interface MurphiText {
  readonly text: string;
}

/** What becomes of the properties. */
export interface MurphiOptions {
  /**
   * "invariants": a violated one ends the search with a trace. "covers" (Rumur alone): the states that are looked for
   * are counted, and the search goes on to its end. "liveness" (Rumur alone): what always stays possible. "everything":
   * invariants and liveness.
   */
  readonly checks: "invariants" | "covers" | "liveness" | "everything";
}

/**
 * A program in Murphi, for Rumur and CMurphi: one rule for each action instance, named `N: text`. A deadlock is no error
 * of its own. Each cell is a variable of its own, such as `cpu_0_irr_1`: Rumur takes ten times as long to translate
 * records of arrays of records.
 */
export function toMurphi<S>(program: Program<S>, options: MurphiOptions = { checks: "everything" }): MurphiText {
  return { text: new Murphi(program, options).text() };
}

class Murphi<S> {
  readonly #program: Program<S>;
  readonly #options: MurphiOptions;
  // CMurphi takes words for keywords in any case.
  readonly #identifiers = new Identifiers(RESERVED, { foldsCase: true });
  /** By the number of the cell. */
  readonly #variables: ReadonlyMap<number, string>;
  readonly #symbols: ReadonlyMap<string, string>;
  readonly #guards: readonly string[];
  readonly #conditions: readonly string[];
  readonly #types = new Map<string, string>();
  readonly #typeLines: string[] = [];
  readonly #writer: Writer;
  #kept: ReadonlySet<number> = new Set();

  constructor(program: Program<S>, options: MurphiOptions) {
    this.#program = program;
    this.#options = options;
    const cells = program.cells.filter((cell) => cell !== undefined);
    this.#variables = new Map(cells.map((cell) => [cell.cell, this.#identifiers.take(pathOf(cell))]));
    this.#symbols = this.#enumerated();
    this.#guards = program.commands.map(({ instance }) => this.#identifiers.take(`enabled_${instance.text}`));
    this.#conditions = program.definitions.all.map((_, index) => this.#identifiers.take(`condition_${index}`));
    this.#writer = new Writer(program.cells, this.#dialect());
  }

  text(): string {
    const { model, cells, initial, commands, checks, runs, unknown, reachableOnly } = this.#program;
    const variables = cells.flatMap((cell) =>
      cell === undefined ? [] : [`  ${this.#place(cell)}: ${this.#scalar(cell.coding, hintOf(cell))};`],
    );
    const sought = checks.map(({ id, title, sought: states }) => ({ id, title, states }));
    if (unknown !== FALSE) {
      sought.push({ id: UNLEARNED, title: "what a function does is known in every state", states: unknown });
    }
    const wanted = this.#options.checks;
    return `${[
      ...headingOf(model, "Murphi", reachableOnly).map((line) => `-- ${line}`),
      "-- A part such as cpu[0].irr[1] is called cpu_0_irr_1.",
      "--",
      "--   rumur --deadlock-detection off --symmetry-reduction off --output model.c FILE",
      "--   gcc -std=c11 -O3 -mcx16 model.c -o model -lpthread -latomic; ./model",
      "",
      ...(this.#typeLines.length === 0 ? [] : ["type", ...this.#typeLines.map((line) => `  ${line}`), ""]),
      "var",
      ...variables,
      "",
      ...this.#program.definitions.all.flatMap((condition, index) =>
        this.#function(this.#conditions[index] as string, condition),
      ),
      ...commands.flatMap(({ guard }, index) => this.#function(this.#guards[index] as string, guard)),
      "",
      ...initial.flatMap((values, index) => [
        `startstate "initial ${index}" begin`,
        ...this.#program.cells.flatMap((cell) =>
          cell === undefined
            ? []
            : [`  ${this.#place(cell)} := ${this.#writer.value(cell.coding, values[cell.cell] as number)};`],
        ),
        "end;",
      ]),
      "",
      ...commands.flatMap(({ instance, choices }, index) => this.#rule(index, instance.text, choices)),
      "",
      ...(wanted === "liveness" ? [] : sought.flatMap(({ id, title, states }) => this.#check(id, title, states))),
      ...(wanted === "liveness" || wanted === "everything" ? runs.flatMap((property) => this.#liveness(property)) : []),
    ].join("\n")}\n`;
  }

  #dialect(): Dialect {
    return {
      and: "&",
      or: "|",
      equal: "=",
      unequal: "!=",
      atLeast: ">=",
      atMost: "<=",
      true: "true",
      false: "false",
      not: (operand) => `!${operand}`,
      conditional: (condition, then, otherwise) => `((${condition}) ? ${then} : ${otherwise})`,
      place: (cell) => (this.#kept.has(cell.cell) ? `old_${cell.cell}` : this.#place(cell)),
      value: (coding, number) =>
        coding.kind === "integer"
          ? String(coding.values[number])
          : (this.#symbols.get(symbolKey(coding, number)) as string),
      name: (name) => this.#definition(name),
    };
  }

  #definition(name: string): string | Expression {
    const { definitions } = this.#program;
    const meaning = definitions.meaning(name);
    const number = Number(name.slice(name.indexOf(":") + 1));
    if (meaning === undefined) return `${this.#guards[number]}()`;
    const cells = new Set<number>();
    definitions.addCells(meaning, cells);
    // It is about the values before the step, which have another name by now.
    return [...this.#kept].some((cell) => cells.has(cell)) ? meaning : `${this.#conditions[number]}()`;
  }

  #place({ cell }: ExportedCell): string {
    return this.#variables.get(cell) as string;
  }

  /** A name belongs to one enumeration, so each enumeration has names of its own. */
  #enumerated(): Map<string, string> {
    const symbols = new Map<string, string>();
    for (const cell of this.#program.cells) {
      if (cell?.coding.kind !== "names") continue;
      for (const [number, name] of cell.coding.names.entries()) {
        const key = symbolKey(cell.coding, number);
        if (!symbols.has(key)) symbols.set(key, this.#identifiers.take(name));
      }
    }
    return symbols;
  }

  #scalar(coding: Coding, hint: string): string {
    switch (coding.kind) {
      case "boolean":
        return "boolean";
      case "integer":
        return `${Math.min(...limits(coding.values))}..${Math.max(...limits(coding.values))}`;
      case "names":
        return this.#enumeration(coding, hint);
    }
  }

  #enumeration(coding: Coding & { readonly kind: "names" }, hint: string): string {
    const key = codingKey(coding);
    let name = this.#types.get(key);
    if (name === undefined) {
      name = this.#identifiers.take(`${hint}_type`);
      this.#types.set(key, name);
      const symbols = coding.names.map((_, number) => this.#symbols.get(symbolKey(coding, number)));
      this.#typeLines.push(`${name}: enum { ${symbols.join(", ")} };`);
    }
    return name;
  }

  #function(name: string, condition: Expression): string[] {
    return [
      `function ${name}(): boolean; begin`,
      `  return ${this.#writer.condition(condition).replaceAll("\n", "\n  ")};`,
      "end;",
    ];
  }

  #rule(index: number, text: string, given: readonly Choice[]): string[] {
    const { choices, kept } = sequential(given, this.#program.definitions);
    const cells = [...kept].map((cell) => this.#writer.cell(cell));
    const keep = cells.map((cell) => `  old_${cell.cell} := ${this.#place(cell)};`);
    const declared = cells.map((cell) => `  old_${cell.cell}: ${this.#scalar(cell.coding, "value")};`);
    this.#kept = kept;
    const lines = choices.flatMap((choice) => this.#choice(choice)).map((line) => `  ${line}`);
    this.#kept = new Set();
    return [
      `rule "${index}: ${quoted(text)}"`,
      `  ${this.#guards[index]}()`,
      "==>",
      ...(declared.length === 0 ? [] : ["var", ...declared]),
      "begin",
      ...keep,
      ...lines,
      "end;",
    ];
  }

  #choice({ cases }: Choice): string[] {
    const assigned = (index: number): string[] =>
      (cases[index]?.assignments ?? []).map(
        ({ cell, origin }) => `${this.#place(this.#writer.cell(cell))} := ${this.#writer.origin(cell, origin)};`,
      );
    const [first] = cases;
    if (first === undefined) return [];
    if (first.condition.kind === "constant") return assigned(0);
    return [
      ...cases.flatMap(({ condition }, index) => [
        condition.kind === "constant"
          ? "else"
          : `${index === 0 ? "if" : "elsif"} ${this.#writer.condition(condition).replaceAll("\n", "\n    ")} then`,
        ...assigned(index).map((line) => `  ${line}`),
      ]),
      "end;",
    ];
  }

  #liveness({ id, title, kind, cases }: RunsCheck): string[] {
    const comment = `-- ${title.replaceAll("\n", " ")}`;
    if (kind !== "alwaysPossible") return [`-- Left out: ${id}, since Murphi has no words for ${RUNS[kind]}.`];
    return cases.flatMap(({ goal }) => [
      `${comment} (Rumur alone)`,
      `liveness "${quoted(id)}"`,
      `  ${this.#writer.condition(goal).replaceAll("\n", "\n  ")};`,
    ]);
  }

  #check(id: string, title: string, states: Expression): string[] {
    const condition = this.#writer.condition(states).replaceAll("\n", "\n  ");
    const comment = `-- ${title.replaceAll("\n", " ")}`;
    return this.#options.checks === "covers"
      ? [comment, `cover "${quoted(id)}"`, `  ${condition};`]
      : [comment, `invariant "${quoted(id)}"`, `  !(${condition});`];
  }
}

/** How a comment calls the kinds of properties that Murphi has no words for. */
const RUNS = { leadsTo: "a leadsTo", eventually: "an eventually" };

/** `cpu[0].irr[1]` as `cpu_0_irr_1`. */
function pathOf({ parts }: ExportedCell): string {
  return parts.map((part) => ("index" in part ? part.index : part.field)).join("_");
}

/** What the type of a cell is named after. */
function hintOf({ parts }: ExportedCell): string {
  return parts.reduce((name, part) => ("field" in part && part.field !== "value" ? part.field : name), "value");
}

function symbolKey(coding: Coding, number: number): string {
  return `${codingKey(coding)} ${number}`;
}

function limits(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [values[0] ?? 0, values[0] ?? 0],
  );
}

function quoted(text: string): string {
  return text.replaceAll('"', "'").replaceAll("\\", "/");
}

import { ModelError } from "../errors.ts";
import { codingKey, type Coding } from "./coding.ts";
import type { Statement } from "./command.ts";
import type { Expression } from "./expression.ts";
import { Identifiers, identifier, namesFor } from "./identifiers.ts";
import { sequential } from "./order.ts";
import type { Program } from "./program.ts";
import { promelaRuns, type Claim, type PromelaRuns } from "./promela-runs.ts";
import { shared, textSizes, type Definition } from "./sharing.ts";
import { structureKey, type ExportedCell, type Part, type Structure } from "./structure.ts";
import { commentOf, headingOf, Writer, type Dialect } from "./text.ts";

/** Words of Promela, of C, and of the verifier that SPIN generates. */
const RESERVED =
  `active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan cond d_proctype d_step
do else empty enabled eval false fi for full get_priority goto hidden if in init inline int len local ltl mtype nempty
never nfull notrace np_ od of pc_value pid print printf printm priority proctype provided return run select set_priority
short show skip timeout trace true typedef unless unsigned xr xs auto case char const continue default double enum extern
float long register signed sizeof static struct switch union void volatile while main now trans step state system
reported old taken begin waiting cas final max mix pptr qptr rand rot uchar uint ulong ushort wasnew unix linux`.split(
    /\s+/,
  );

/** Guards that are longer as text, in tests, values and operators, are not exported: Promela has no names inside a guard. */
const MAX_GUARD_SIZE = 100_000;

/** Statements of a `d_step` that looks for violations: SPIN takes no more than 2,048. */
const MAX_STEP_SIZE = 1_500;

/** Definitions of a check that are evaluated together. */
const MAX_CHECK_SIZE = 100;

/** Bytes of a state that SPIN stores unless it is compiled with another VECTORSZ. */
const VECTORSZ = 1_024;

/** A system in Promela, and what its checks are called. */
export interface PromelaText {
  readonly text: string;
  /** By the number that a report names. */
  readonly checks: readonly string[];
  /** The claims that violate properties of runs, where RUNS is defined. */
  readonly claims: readonly Claim[];
  /** The properties that are not in the text, each with a clause that says why. */
  readonly omitted: ReadonlyMap<string, string>;
  /** What the verifier must be compiled with, so that a state fits. */
  readonly defines: readonly string[];
  /** Steps that look for violations, and change nothing. */
  readonly searches: number;
}

/**
 * A program in Promela: one process, one loop, one indivisible step for each action instance, and others that look for
 * violations and change nothing. SPIN's stored states are the model's and one more, the one before the initial state is
 * chosen. Where RUNS is defined, the text has the claims of properties of runs instead of these, and a variable for
 * fairness beside the model's.
 */
export function toPromela<S>(program: Program<S>): PromelaText {
  return new Promela(program).whole();
}

class Promela<S> {
  readonly #program: Program<S>;
  readonly #identifiers = new Identifiers(RESERVED);
  readonly #fields: ReadonlyMap<string, string>;
  readonly #symbols: ReadonlyMap<string, string>;
  readonly #guards: readonly string[];
  readonly #types = new Map<string, string>();
  readonly #typeLines: string[] = [];
  readonly #writer: Writer;
  readonly #runs: PromelaRuns;
  /** Variables for what is needed during a step only. */
  readonly #conditions: string[] = [];
  readonly #values: string[] = [];
  #searches = 0;
  #searchSize = 0;
  /** What stands for the definitions of the step that is being written. */
  #names: readonly string[] = [];
  /** What stands for the new values of cells that this step may not overwrite yet. */
  #deferred: ReadonlyMap<number, string> = new Map();

  constructor(program: Program<S>) {
    this.#program = program;
    // A macro would replace a field of its name, so no two things share one.
    this.#fields = namesFor(this.#identifiers, fieldNames(program.structure), distinct);
    this.#symbols = namesFor(this.#identifiers, symbolsOf(program.cells), distinct);
    this.#guards = program.commands.map(({ instance }) => this.#identifiers.take(`enabled_${instance.text}`));
    this.#writer = new Writer(program.cells, this.#dialect());
    this.#runs = promelaRuns(program, {
      identifiers: this.#identifiers,
      guard: (index) => this.#guards[index] as string,
      condition: (expression) => this.#writer.condition(expression),
    });
  }

  whole(): PromelaText {
    const { model, structure, initial, commands, checks } = this.#program;
    const variables = structure.fields.map(([name, field]) => this.#declaration(name, field, name));
    const guards = this.#guardLines();
    const system = [
      "active proctype system() {",
      "  if",
      ...initial.flatMap((values, index) => this.#initial(values, index)),
      "  fi;",
      "  do",
      ...commands.flatMap(({ instance, statements }, index) => [
        `  /* ${commentOf(instance.text)} */`,
        `  :: d_step {`,
        `       ${this.#guards[index]} ->`,
        `       printf("step ${index}\\n");`,
        ...this.#taken(index),
        ...this.#step(statements).map((line) => `       ${line}`),
        "     }",
      ]),
      ...this.#search(),
      ...(this.#hasRuns ? ["  STAND_STILL"] : []),
      "  od",
      "}",
    ];
    const temporary = [
      ...this.#conditions.map((name) => `bool ${name};`),
      ...this.#values.map((name) => `int ${name};`),
    ];
    const cells = this.#program.cells.filter((cell) => cell !== undefined);
    const bytes = 64 + 4 * (cells.length + this.#values.length) + this.#conditions.length;
    const defines = bytes > VECTORSZ ? [`-DVECTORSZ=${bytes}`] : [];
    return {
      text: `${[
        "/*",
        ...headingOf(model, "Promela").map((line) => ` * ${line}`),
        " *",
        ` *   spin -a FILE; gcc -O2 ${["-DBFS", "-DSAFETY", "-DNOREDUCE", ...defines].join(" ")} -o pan pan.c; ./pan -E`,
        " *",
        " * With spin -DEACH and ./pan -E -e -c0, every violated property is reported once, and the search goes on to",
        " * its end. The state before the initial one is chosen is counted too, and steps that look for violations.",
        ...this.#runsComment().map((line) => ` *${line}`),
        " */",
        ...this.#mtype(),
        ...this.#typeLines,
        ...variables,
        ...(temporary.length === 0 ? [] : ["/* Used within steps; 0 between them. */", ...filled(temporary)]),
        "",
        ...guards,
        "",
        ...this.#checkLines(),
        "",
        ...this.#runsLines(),
        ...system,
      ].join("\n")}\n`,
      checks: checks.map(({ id }) => id),
      claims: this.#runs.claims,
      omitted: this.#runs.omitted,
      defines,
      searches: this.#searches,
    };
  }

  get #hasRuns(): boolean {
    return this.#runs.claims.length > 0;
  }

  #taken(index: number): string[] {
    return this.#hasRuns ? [`       ${this.#runs.taken(index).replaceAll("\n", "\n         ")}`] : [];
  }

  #runsComment(): string[] {
    const { claims, omitted } = this.#runs;
    const [first] = claims;
    return [
      ...(first === undefined
        ? []
        : [
            "",
            " Properties of runs, each by a claim of its own, which says what is fair; NAME is one of the claims:",
            "",
            "   spin -DRUNS -a FILE; gcc -O2 -DNOREDUCE -o pan pan.c; ./pan -a -E -m1000000 -N NAME",
          ]),
      ...(omitted.size === 0
        ? []
        : ["", ...[...omitted].map(([id, why]) => ` Left out: ${commentOf(id)}, since ${why}.`)]),
    ];
  }

  #runsLines(): string[] {
    if (!this.#hasRuns) return [];
    return [
      "#ifdef RUNS",
      ...this.#runs.lines,
      "#define TAKEN(kind) taken = (kind);",
      "#define STAND_STILL :: d_step { taken = 1 }",
      "#else",
      "#define TAKEN(kind)",
      "#define STAND_STILL",
      "#endif",
      "",
    ];
  }

  #dialect(): Dialect {
    return {
      language: "Promela",
      maxInteger: 2 ** 31 - 1,
      and: "&&",
      or: "||",
      equal: "==",
      unequal: "!=",
      atLeast: ">=",
      atMost: "<=",
      true: "true",
      false: "false",
      not: (operand) => `!${operand}`,
      conditional: (condition, then, otherwise) => `(${condition} -> ${then} : ${otherwise})`,
      place: (cell) => this.#place(cell),
      value: (coding, number) =>
        coding.kind === "integer"
          ? String(coding.at(number))
          : (this.#symbols.get(coding.names[number] as string) as string),
      enabled: (instance) => this.#guards[instance] as string,
      name: (definition) => this.#names[definition] as string,
    };
  }

  #place({ parts }: ExportedCell): string {
    let text = "";
    let before: Part | undefined;
    for (const part of parts) {
      if ("field" in part) text += `${text === "" ? "" : "."}${this.#fields.get(part.field)}`;
      // An array of arrays is an array of records with one field.
      else text += `${before !== undefined && "index" in before ? ".at" : ""}[${part.index}]`;
      before = part;
    }
    return text;
  }

  #mtype(): string[] {
    const names = [...this.#symbols.values()];
    return names.length === 0 ? [] : [`mtype = { ${names.join(", ")} };`];
  }

  #declaration(name: string, structure: Structure, hint: string): string {
    const own = this.#fields.get(name) as string;
    if (structure.kind !== "array") return `${this.#type(structure, hint)} ${own};`;
    const element = structure.elements[0] as Structure;
    const type = element.kind === "array" ? this.#wrapped(element, hint) : this.#type(element, hint);
    return `${type} ${own}[${structure.elements.length}];`;
  }

  #type(structure: Structure, hint: string): string {
    if (structure.kind === "cell") return scalarType(structure.coding);
    if (structure.kind === "array") return this.#wrapped(structure, hint);
    const key = structureKey(structure);
    let name = this.#types.get(key);
    if (name === undefined) {
      const fields = structure.fields.map(([field, part]) => this.#declaration(field, part, field));
      name = this.#identifiers.take(`${hint}_type`);
      this.#types.set(key, name);
      this.#typeLines.push(`typedef ${name} {`, ...fields.map((line) => `  ${line}`), "};");
    }
    return name;
  }

  #wrapped(array: Structure & { readonly kind: "array" }, hint: string): string {
    const key = structureKey(array);
    let name = this.#types.get(key);
    if (name === undefined) {
      const element = array.elements[0] as Structure;
      const type = this.#type(element, hint);
      name = this.#identifiers.take(`${hint}_array`);
      this.#types.set(key, name);
      this.#typeLines.push(`typedef ${name} { ${type} at[${array.elements.length}] };`);
    }
    return name;
  }

  #guardLines(): string[] {
    const sizeOf = textSizes();
    return this.#program.commands.map(({ instance, guard }, index) => {
      if (sizeOf(guard) > MAX_GUARD_SIZE) {
        throw new ModelError(
          `model ${this.#program.model.name} cannot be exported to Promela: the guard of ${instance.text} is too large for one expression, and Promela has no names for parts of one`,
        );
      }
      const text = this.#writer.condition(guard);
      return `#define ${this.#guards[index]} ${guard.kind === "constant" ? text : `(${text})`}`.replaceAll(
        "\n",
        " \\\n",
      );
    });
  }

  #checkLines(): string[] {
    return [
      "/* States that are looked for: those that violate a property, or, of a property that wants some, witnesses. */",
      "#ifdef EACH",
      `c_decl { static char reported[${Math.max(1, this.#program.checks.length)}]; };`,
      "#define CHECK(number, states) \\",
      "  if \\",
      "  :: c_expr { !reported[number] } && (states) -> \\",
      '     c_code { reported[number] = 1; printf("sought %d\\n", number); }; assert(false) \\',
      "  :: else \\",
      "  fi;",
      "#else",
      "#define CHECK(number, states) assert(!(states));",
      "#endif",
    ];
  }

  /** The steps that look for violations. */
  #search(): string[] {
    const steps: string[][] = [];
    for (const { lines, size } of this.#lookedFor()) {
      if (steps.length === 0 || this.#searchSize + size > MAX_STEP_SIZE) {
        steps.push([]);
        this.#searchSize = 0;
      }
      this.#searchSize += size;
      steps.at(-1)?.push(...lines);
    }
    this.#searches = steps.length;
    return [
      ...(this.#hasRuns ? ["#ifndef RUNS"] : []),
      ...steps.flatMap((lines) => ["  :: d_step {", ...lines.map((line) => `       ${line}`), "       skip", "     }"]),
      ...(this.#hasRuns ? ["#endif"] : []),
    ];
  }

  /** What is looked for, check by check; where that is a lot, alternative by alternative, all in the same variables. */
  *#lookedFor(): Generator<{ readonly lines: readonly string[]; readonly size: number }> {
    for (const [index, { id, title, sought }] of this.#program.checks.entries()) {
      yield { lines: [`/* ${commentOf(id)}: ${commentOf(title)} */`], size: 0 };
      const isLarge = sought.kind === "or" && shared([sought]).definitions.length > MAX_CHECK_SIZE;
      for (const condition of isLarge ? sought.operands : [sought]) {
        const { definitions, of } = shared([condition]);
        const check = (): string[] => [`CHECK(${index}, ${this.#text(of(condition))})`];
        yield { lines: this.#within(definitions, new Set(), check), size: 2 * definitions.length + 6 };
      }
    }
  }

  #initial(values: readonly number[], index: number): string[] {
    const assignments = this.#program.cells.flatMap((cell) =>
      cell === undefined
        ? []
        : [`${this.#place(cell)} = ${this.#writer.value(cell.coding, values[cell.cell] as number)}`],
    );
    return [
      "  :: d_step {",
      `       printf("initial ${index}\\n");`,
      ...(this.#hasRuns ? ["       TAKEN(1)"] : []),
      ...assignments.map((assignment, at) => `       ${assignment}${at < assignments.length - 1 ? ";" : ""}`),
      "     }",
    ];
  }

  #step(given: readonly Statement[]): string[] {
    const { definitions, statements, deferred } = sequential(given);
    return this.#within(definitions, deferred, () => this.#statements(statements));
  }

  /** Lines of a step with what must be evaluated before them, and what must be put back behind them. */
  #within(definitions: readonly Definition[], deferred: ReadonlySet<number>, lines: () => string[]): string[] {
    let [conditions, values] = [0, 0];
    const take = (isTruth: boolean): string => {
      const pool = isTruth ? this.#conditions : this.#values;
      const index = isTruth ? conditions++ : values++;
      return (pool[index] ??= this.#identifiers.take(`${isTruth ? "condition" : "value"}_${index}`));
    };
    this.#names = definitions.map(({ coding }) => take(coding === undefined));
    const kept = [...deferred].map((cell) => this.#writer.cell(cell));
    const later = kept.map((cell) => [cell, take(cell.coding.kind === "boolean")] as const);
    this.#deferred = new Map(later.map(([cell, name]) => [cell.cell, name]));
    const before = definitions.map(({ meaning }, index) => assigned(this.#names[index] as string, this.#text(meaning)));
    const inside = lines();
    const used = [...this.#conditions.slice(0, conditions), ...this.#values.slice(0, values)];
    const all = [
      ...before,
      ...later.map(([cell, name]) => `${name} = ${this.#place(cell)};`),
      ...inside,
      ...later.map(([cell, name]) => `${this.#place(cell)} = ${name};`),
      ...filled(used.map((name) => `${name} = 0;`)),
    ];
    this.#names = [];
    this.#deferred = new Map();
    return all;
  }

  #statements(statements: readonly Statement[]): string[] {
    return statements.flatMap((statement): string[] => {
      if (statement.kind === "assign") {
        const { cell, value } = statement;
        return [assigned(this.#deferred.get(cell) ?? this.#place(this.#writer.cell(cell)), this.#text(value))];
      }
      const { condition, then, otherwise } = statement;
      const indented = (lines: readonly string[]): string[] => lines.map((line) => `     ${line}`);
      return [
        "if",
        `:: (${this.#text(condition)}) ->`,
        ...indented(this.#statements(then)),
        otherwise.length === 0 ? ":: else" : ":: else ->",
        ...indented(this.#statements(otherwise)),
        "fi;",
      ];
    });
  }

  #text(expression: Expression): string {
    return this.#writer.expression(expression).replaceAll("\n", "\n     ");
  }
}

function assigned(name: string, text: string): string {
  return `${name} = ${text.includes("\n") ? `(${text})` : text};`;
}

/** Short declarations or statements, several on a line. */
function filled(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < 100) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(part);
  }
  return lines;
}

/** What the verifier defines as macros is written without small letters. */
function distinct(text: string): string {
  return /[a-z]/.test(identifier(text)) ? text : `${text}_x`;
}

function scalarType(coding: Coding): string {
  if (coding.kind === "boolean") return "bool";
  if (coding.kind === "names") return "mtype";
  const { low, high } = coding;
  if (low >= 0 && high <= 255) return "byte";
  return low >= -32768 && high <= 32767 ? "short" : "int";
}

/** Every field name of a structure. */
export function fieldNames(structure: Structure): string[] {
  switch (structure.kind) {
    case "cell":
      return [];
    case "record":
      return structure.fields.flatMap(([name, field]) => [name, ...fieldNames(field)]);
    case "array":
      return structure.elements.slice(0, 1).flatMap(fieldNames);
  }
}

/** The names among the values of cells. */
export function symbolsOf(cells: readonly (ExportedCell | undefined)[]): string[] {
  const seen = new Set<string>();
  return cells.flatMap((cell) => {
    if (cell?.coding.kind !== "names" || seen.has(codingKey(cell.coding))) return [];
    seen.add(codingKey(cell.coding));
    return [...cell.coding.names];
  });
}

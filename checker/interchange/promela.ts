import type { Expression } from "./expression.ts";
import { FALSE } from "./expression.ts";
import { Identifiers, namesFor } from "./identifiers.ts";
import { sequential } from "./order.ts";
import type { Program } from "./program.ts";
import { promelaRuns, type Claim, type PromelaRuns } from "./promela-runs.ts";
import type { Choice } from "./step.ts";
import { codingKey, structureKey, type Coding, type ExportedCell, type Part, type Structure } from "./structure.ts";
import { headingOf, Writer, type Dialect } from "./text.ts";

/** Words of Promela, of C, and of the verifier that SPIN generates. */
const RESERVED =
  `active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan cond d_proctype d_step
do else empty enabled eval false fi for full get_priority goto hidden if in init inline int len local ltl mtype nempty
never nfull notrace np_ od of pc_value pid print printf printm priority proctype provided return run select set_priority
short show skip timeout trace true typedef unless unsigned xr xs auto case char const continue default double enum extern
float long register signed sizeof static struct switch union void volatile while main now trans step state system
reported old taken begin waiting U X V W R`.split(/\s+/);

/** The number of the check for states in which something is not known. */
export const UNLEARNED = "unlearned";

/** A system in Promela, and what its checks are called. */
export interface PromelaText {
  readonly text: string;
  /** By the number that a report names. */
  readonly checks: readonly string[];
  /** The claims that violate properties of runs, where RUNS is defined. */
  readonly claims: readonly Claim[];
  /** The properties that are not in the text, each with a clause that says why. */
  readonly omitted: ReadonlyMap<string, string>;
}

/**
 * A program in Promela: one process, one loop, one indivisible step for each action instance. SPIN's stored states are
 * the model's and one more, the one before the initial state is chosen. Where RUNS is defined, the text has the claims
 * of properties of runs instead of the checks of states, and a variable for fairness beside the model's.
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
  readonly #conditions: readonly string[];
  readonly #types = new Map<string, string>();
  readonly #typeLines: string[] = [];
  readonly #writer: Writer;
  readonly #runs: PromelaRuns;
  /** The cells whose value before the step is looked at under another name. */
  #kept: ReadonlySet<number> = new Set();
  readonly #everKept = new Set<number>();

  constructor(program: Program<S>) {
    this.#program = program;
    // A macro would replace a field of its name, so no two things share one.
    this.#fields = namesFor(this.#identifiers, fieldNames(program.structure));
    this.#symbols = namesFor(this.#identifiers, symbolsOf(program.cells));
    this.#guards = program.commands.map(({ instance }) => this.#identifiers.take(`enabled_${instance.text}`));
    this.#conditions = program.definitions.all.map((_, index) => this.#identifiers.take(`condition_${index}`));
    this.#writer = new Writer(program.cells, this.#dialect());
    this.#runs = promelaRuns(program, {
      identifiers: this.#identifiers,
      guard: (index) => this.#guards[index] as string,
      condition: (expression) => this.#writer.condition(expression),
    });
  }

  whole(): PromelaText {
    const { model, structure, initial, commands, checks, unknown, reachableOnly } = this.#program;
    const variables = structure.fields.map(([name, field]) => this.#declaration(name, field, name));
    const sought = checks.map(({ id, title, sought: states }) => ({ id, title, states }));
    if (unknown !== FALSE) {
      sought.push({ id: UNLEARNED, title: "what a function does is known in every state", states: unknown });
    }
    const body = [
      ...this.#program.definitions.all.map((condition, index) =>
        this.#define(this.#conditions[index] as string, condition),
      ),
      ...this.#guardLines(),
      "",
      ...this.#checkLines(sought),
      "",
      ...this.#runsLines(),
      "active proctype system() {",
      "  if",
      ...initial.flatMap((values, index) => this.#initial(values, index)),
      "  fi;",
      "  do",
      ...commands.flatMap(({ instance, choices }, index) => [
        `  /* ${comment(instance.text)} */`,
        `  :: d_step {`,
        `       ${this.#guards[index]} ->`,
        `       printf("step ${index}\\n");`,
        ...this.#taken(index),
        ...this.#body(choices).map((line) => `       ${line}`),
        "     }",
      ]),
      ...sought.map((_, index) => `  CHECK(${index})`),
      ...(this.#hasRuns ? ["  STAND_STILL"] : []),
      "  od",
      "}",
    ];
    const kept = [...this.#everKept].map((cell) => `int ${this.#keptName(cell)};`);
    return {
      text: `${[
        "/*",
        ...headingOf(model, "Promela", reachableOnly).map((line) => ` * ${comment(line)}`),
        " *",
        " *   spin -a FILE; gcc -O2 -DBFS -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -E",
        " *",
        " * With spin -DEACH and ./pan -E -e -c0, every violated property is reported once, and the search goes on to",
        " * its end. The state before the initial one is chosen is counted too.",
        ...this.#runsComment().map((line) => ` *${line}`),
        " */",
        ...this.#mtype(),
        ...this.#typeLines,
        ...variables,
        ...(kept.length === 0 ? [] : ["/* Values from before a step; 0 between steps. */", ...kept]),
        "",
        ...body,
      ].join("\n")}\n`,
      checks: sought.map(({ id }) => id),
      claims: this.#runs.claims,
      omitted: this.#runs.omitted,
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
        : ["", ...[...omitted].map(([id, why]) => ` Left out: ${comment(id)}, since ${why}.`)]),
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
      place: (cell) => (this.#kept.has(cell.cell) ? this.#keptName(cell.cell) : this.#place(cell)),
      value: (coding, number) =>
        coding.kind === "integer"
          ? String(coding.values[number])
          : (this.#symbols.get(coding.names[number] as string) as string),
      name: (name) => this.#named(name),
    };
  }

  #named(name: string): string | Expression {
    const { definitions } = this.#program;
    const meaning = definitions.meaning(name);
    const number = Number(name.slice(name.indexOf(":") + 1));
    if (meaning === undefined) return this.#guards[number] as string;
    const cells = new Set<number>();
    definitions.addCells(meaning, cells);
    // It is about the values before the step, which have another name by now.
    return [...this.#kept].some((cell) => cells.has(cell)) ? meaning : (this.#conditions[number] as string);
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

  #keptName(cell: number): string {
    return `old_${cell}`;
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
    return this.#program.commands.map(({ guard }, index) => this.#define(this.#guards[index] as string, guard));
  }

  #define(name: string, condition: Expression): string {
    const text = this.#writer.condition(condition);
    const simple = condition.kind === "name" || condition.kind === "constant";
    return `#define ${name} ${simple ? text : `(${text})`}`.replaceAll("\n", " \\\n");
  }

  #checkLines(
    checks: readonly { readonly id: string; readonly title: string; readonly states: Expression }[],
  ): string[] {
    return [
      "/* States that are looked for: those that violate a property, or, of a property that wants some, witnesses. */",
      ...checks.flatMap(({ id, title, states }, index) => [
        `/* ${comment(id)}: ${comment(title)} */`,
        this.#define(`sought_${index}`, states),
      ]),
      ...(this.#hasRuns ? ["#ifdef RUNS", "#define CHECK(number)", "#elif defined EACH"] : ["#ifdef EACH"]),
      `c_decl { static char reported[${Math.max(1, checks.length)}]; };`,
      "#define CHECK(number) \\",
      "  :: d_step { c_expr { !reported[number] } && sought_##number -> \\",
      '       c_code { reported[number] = 1; printf("sought %d\\n", number); }; assert(false) }',
      "#else",
      "#define CHECK(number) :: d_step { sought_##number -> assert(false) }",
      "#endif",
    ];
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

  #body(given: readonly Choice[]): string[] {
    const { choices, kept } = sequential(given, this.#program.definitions);
    const cells = [...kept];
    const keep = cells.map((cell) => `${this.#keptName(cell)} = ${this.#place(this.#writer.cell(cell))};`);
    for (const cell of cells) this.#everKept.add(cell);
    this.#kept = kept;
    const lines = choices.flatMap((choice) => this.#choice(choice));
    this.#kept = new Set();
    return [...keep, ...lines, ...cells.map((cell) => `${this.#keptName(cell)} = 0;`)];
  }

  #choice({ cases }: Choice): string[] {
    const [first] = cases;
    if (first === undefined) return [];
    const assigned = (index: number): string[] =>
      (cases[index]?.assignments ?? []).map(
        ({ cell, origin }) => `${this.#place(this.#writer.cell(cell))} = ${this.#writer.origin(cell, origin)};`,
      );
    if (first.condition.kind === "constant") return assigned(0);
    const last = cases.at(-1);
    const total = last?.condition.kind === "constant";
    const lines = cases.flatMap(({ condition }, index) => [
      condition.kind === "constant"
        ? ":: else ->"
        : `:: (${this.#writer.condition(condition).replaceAll("\n", "\n     ")}) ->`,
      ...assigned(index).map((line) => `     ${line}`),
    ]);
    return ["if", ...lines, ...(total ? [] : [":: else"]), "fi;"];
  }
}

function scalarType(coding: Coding): string {
  if (coding.kind === "boolean") return "bool";
  if (coding.kind === "names") return "mtype";
  const [least, most] = coding.values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [0, 0],
  );
  if (least >= 0 && most <= 255) return "byte";
  return least >= -32768 && most <= 32767 ? "short" : "int";
}

function comment(text: string): string {
  return text.replaceAll("*/", "* /");
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

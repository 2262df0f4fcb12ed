import { ModelError } from "../errors.ts";
import { Identifiers, identifier, namesFor } from "./identifiers.ts";
import type { Program } from "../system/guarded-commands.ts";
import { promelaRuns, type Claim, type PromelaRuns } from "./promela-runs.ts";
import { PromelaTypes } from "./promela-types.ts";
import { checkMacro, filled, restored, searchSteps } from "./promela-search.ts";
import { textSizes } from "../system/sharing.ts";
import { StepWriter, type StepSyntax } from "./steps.ts";
import { fieldNames, symbolsOf, type ExportedCell, type Part } from "../system/structure.ts";
import { Temporaries } from "./temporaries.ts";
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

/** Bytes of a state that SPIN stores unless it is compiled with another VECTORSZ. */
const VECTORSZ = 1_024;

/** A system in Promela, and what its checks are called. */
export interface PromelaText {
  readonly text: string;
  /** By the number that a report names. */
  readonly checks: readonly string[];
  /** The claims that violate properties of runs, where RUNS is defined. */
  readonly claims: readonly Claim[];
  /** The properties that are not in the text, each with the reason as a clause. */
  readonly omitted: ReadonlyMap<string, string>;
  /** Options for compiling the verifier, so that a state fits. */
  readonly defines: readonly string[];
  /** Steps that detect violations, and change nothing. */
  readonly searches: number;
}

/**
 * A program in Promela: one process, one loop, one indivisible step for each action instance, and others that detect
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
  readonly #temporaries = new Temporaries(this.#identifiers);
  readonly #writer: Writer;
  readonly #steps: StepWriter;
  readonly #runs: PromelaRuns;

  constructor(program: Program<S>) {
    this.#program = program;
    // A macro would replace a field of its name, so no two things share one.
    this.#fields = namesFor(this.#identifiers, fieldNames(program.structure), distinct);
    this.#symbols = namesFor(this.#identifiers, symbolsOf(program.cells), distinct);
    this.#guards = program.commands.map(({ instance }) => this.#identifiers.take(`enabled_${instance.text}`));
    this.#writer = new Writer(program.cells, this.#dialect());
    this.#steps = new StepWriter(this.#writer, this.#temporaries, SYNTAX);
    this.#runs = promelaRuns(program, {
      identifiers: this.#identifiers,
      guard: (index) => this.#guards[index] as string,
      condition: (expression) => this.#writer.condition(expression),
    });
  }

  whole(): PromelaText {
    const program = this.#program;
    const { model, structure, initial, commands, checks } = program;
    const types = new PromelaTypes(this.#identifiers, this.#fields);
    const variables = structure.fields.map(([name, field]) => types.declaration(name, field));
    const guards = this.#guardLines();
    const searches = searchSteps(program, this.#steps);
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
        ...restored(this.#steps.step(statements)).map((line) => `       ${line}`),
        "     }",
      ]),
      ...(this.#hasRuns ? ["#ifndef RUNS"] : []),
      ...searches.flatMap((lines) => [
        "  :: d_step {",
        ...lines.map((line) => `       ${line}`),
        "       skip",
        "     }",
      ]),
      ...(this.#hasRuns ? ["#endif"] : []),
      ...(this.#hasRuns ? ["  STAND_STILL"] : []),
      "  od",
      "}",
    ];
    const { conditions, values } = this.#temporaries;
    const temporary = [...conditions.map((name) => `bool ${name};`), ...values.map((name) => `int ${name};`)];
    const bytes = 64 + 4 * (program.cells.length + values.length) + conditions.length;
    const defines = bytes > VECTORSZ ? [`-DVECTORSZ=${bytes}`] : [];
    return {
      text: `${[
        "/*",
        ...headingOf(model, "Promela").map((line) => ` * ${line}`),
        " *",
        ` *   spin -a FILE; gcc -O2 ${["-DBFS", "-DSAFETY", "-DNOREDUCE", ...defines].join(" ")} -o pan pan.c; ./pan -E`,
        " *",
        " * With spin -DEACH and ./pan -E -e -c0, every violated property is reported once, and the search runs",
        " * to its end. The counts include the state before the choice of the initial one, and steps that report violations.",
        ...this.#runsComment().map((line) => ` *${line}`),
        " */",
        ...this.#mtype(),
        ...types.lines,
        ...variables,
        ...(temporary.length === 0 ? [] : ["/* Used within steps; 0 between them. */", ...filled(temporary)]),
        "",
        ...guards,
        "",
        ...checkMacro(checks.length),
        "",
        ...this.#runsLines(),
        ...system,
      ].join("\n")}\n`,
      checks: checks.map(({ id }) => id),
      claims: this.#runs.claims,
      omitted: this.#runs.omitted,
      defines,
      searches: searches.length,
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
            " Liveness properties, each with its own claim, which includes the fairness assumptions; NAME is one of the claims:",
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
      name: (definition) => this.#temporaries.name(definition),
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

  #guardLines(): string[] {
    const sizeOf = textSizes();
    return this.#program.commands.map(({ instance, guard }, index) => {
      if (sizeOf(guard) > MAX_GUARD_SIZE) {
        throw new ModelError(
          `model ${this.#program.model.name} cannot be exported to Promela: the guard of ${instance.text} is too large for one expression, and Promela cannot name parts of one`,
        );
      }
      const text = this.#writer.condition(guard);
      return `#define ${this.#guards[index]} ${guard.kind === "constant" ? text : `(${text})`}`.replaceAll(
        "\n",
        " \\\n",
      );
    });
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
}

const SYNTAX: StepSyntax = {
  assign: (name, text) => `${name} = ${text.includes("\n") ? `(${text})` : text};`,
  branch: (condition, then, otherwise) => [
    "if",
    `:: (${condition}) ->`,
    ...then.map((line) => `     ${line}`),
    otherwise.length === 0 ? ":: else" : ":: else ->",
    ...otherwise.map((line) => `     ${line}`),
    "fi;",
  ],
};

/** Names that the verifier defines as macros have no small letters. */
function distinct(text: string): string {
  return /[a-z]/.test(identifier(text)) ? text : `${text}_x`;
}

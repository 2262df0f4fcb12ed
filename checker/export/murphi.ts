import { codingKey, type Coding } from "../system/coding.ts";
import type { Statement } from "../system/command.ts";
import { isCondition, partsOf, type Condition, type Expression, type Quantity } from "../system/expression.ts";
import { Identifiers } from "./identifiers.ts";
import type { Program, RunsCheck } from "../system/guarded-commands.ts";
import { shared } from "../system/sharing.ts";
import { StepWriter, type StepSyntax, type StepText } from "./steps.ts";
import type { ExportedCell } from "../system/structure.ts";
import { Temporaries } from "./temporaries.ts";
import { commentOf, headingOf, Writer, type Dialect } from "./text.ts";

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

/** Translation of the properties. */
export interface MurphiOptions {
  /**
   * "invariants": a violated one ends the search with a trace. "covers" (Rumur alone): the states that are looked for
   * are counted, and the search runs to its end. "liveness" (Rumur alone): what always stays possible. "everything":
   * invariants and liveness.
   */
  readonly checks: "invariants" | "covers" | "liveness" | "everything";
}

/**
 * A program in Murphi, for Rumur and CMurphi: one rule for each action instance, named `N: text`, and what is asked of
 * states likewise, by the number of the check, or of the property of runs. A deadlock is no error
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
  readonly #types = new Map<string, string>();
  readonly #typeLines: string[] = [];
  readonly #temporaries = new Temporaries(this.#identifiers);
  readonly #writer: Writer;
  readonly #steps: StepWriter;

  constructor(program: Program<S>, options: MurphiOptions) {
    this.#program = program;
    this.#options = options;
    const cells = program.cells.filter((cell) => cell !== undefined);
    this.#variables = new Map(cells.map((cell) => [cell.cell, this.#identifiers.take(pathOf(cell))]));
    this.#symbols = this.#enumerated();
    this.#guards = program.commands.map(({ instance }) => this.#identifiers.take(`enabled_${instance.text}`));
    this.#writer = new Writer(program.cells, this.#dialect());
    this.#steps = new StepWriter(this.#writer, this.#temporaries, SYNTAX);
  }

  text(): string {
    const { model, cells, initial, commands, checks, runs } = this.#program;
    const variables = cells.flatMap((cell) =>
      cell === undefined ? [] : [`  ${this.#place(cell)}: ${this.#scalar(cell.coding, hintOf(cell))};`],
    );
    const wanted = this.#options.checks;
    return `${[
      ...headingOf(model, "Murphi").map((line) => `-- ${line}`),
      "-- A part such as cpu[0].irr[1] is called cpu_0_irr_1.",
      "--",
      "--   rumur --deadlock-detection off --symmetry-reduction off --output model.c FILE",
      "--   gcc -std=c11 -O3 -mcx16 model.c -o model -lpthread -latomic; ./model",
      "",
      ...(this.#typeLines.length === 0 ? [] : ["type", ...this.#typeLines.map((line) => `  ${line}`), ""]),
      "var",
      ...variables,
      "",
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
      ...commands.flatMap(({ instance, statements }, index) => this.#rule(index, instance.text, statements)),
      "",
      ...(wanted === "liveness"
        ? []
        : checks.flatMap(({ id, title, sought }, index) =>
            wanted === "covers"
              ? this.#asked(`cover "${index}: ${quoted(id)}"`, title, id, sought, false)
              : this.#asked(`invariant "${index}: ${quoted(id)}"`, title, id, sought, true),
          )),
      ...(wanted === "liveness" || wanted === "everything"
        ? runs.flatMap((property, index) => this.#liveness(index, property))
        : []),
    ].join("\n")}\n`;
  }

  #dialect(): Dialect {
    return {
      language: "Murphi",
      maxInteger: Number.MAX_SAFE_INTEGER,
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
      place: (cell) => this.#place(cell),
      value: (coding, number) =>
        coding.kind === "integer"
          ? String(coding.at(number))
          : (this.#symbols.get(symbolKey(coding, number)) as string),
      enabled: (instance) => `${this.#guards[instance]}()`,
      name: (definition) => this.#temporaries.name(definition),
    };
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
        return `${coding.low}..${coding.high}`;
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

  #function(name: string, condition: Condition): string[] {
    const { definitions, of } = shared([condition]);
    const text = this.#steps.evaluated(definitions);
    return [`function ${name}(): boolean;`, ...this.#body(text, `return ${this.#steps.text(of(condition))};`)];
  }

  #rule(index: number, text: string, statements: readonly Statement[]): string[] {
    return [
      `rule "${index}: ${quoted(text)}"`,
      `  ${this.#guards[index]}()`,
      "==>",
      ...this.#body(this.#steps.step(statements)),
    ];
  }

  #body({ lines, variables }: StepText, ...more: readonly string[]): string[] {
    const meanings = new Map(variables.map(({ name, meaning }) => [name, meaning]));
    const declared = variables.map(({ name, meaning }) => `  ${name}: ${this.#typeOf(meaning, meanings)};`);
    return [
      ...(declared.length === 0 ? [] : ["var", ...declared]),
      "begin",
      ...[...lines, ...more].map((line) => `  ${line}`),
      "end;",
    ];
  }

  #typeOf(meaning: Expression, meanings: ReadonlyMap<string, Expression>): string {
    if (isCondition(meaning)) return "boolean";
    if (meaning.coding.kind !== "integer") return this.#scalar(meaning.coding, "value");
    const [low, high] = this.#extent(meaning, meanings);
    return `${low}..${high}`;
  }

  /** The integers that an expression may have, even where its value does not matter: Murphi looks at all of them. */
  #extent(quantity: Quantity, meanings: ReadonlyMap<string, Expression>): readonly [number, number] {
    const own = (part: Quantity): readonly [number, number] => this.#extent(part, meanings);
    switch (quantity.kind) {
      case "arithmetic": {
        const [[a, b], [c, d]] = [own(quantity.left), own(quantity.right)];
        const { operator } = quantity;
        if (operator === "+") return [a + c, b + d];
        if (operator === "-") return [a - d, b - c];
        if (operator === "%") return [0, Math.max(0, d - 1)];
        const corners = [a * c, a * d, b * c, b * d];
        return [Math.min(...corners), Math.max(...corners)];
      }
      case "integer":
      case "choice": {
        const parts = partsOf(quantity).flatMap((part) => (isCondition(part) ? [] : [own(part)]));
        return [Math.min(...parts.map(([low]) => low)), Math.max(...parts.map(([, high]) => high))];
      }
      case "quantity":
        return own(meanings.get(this.#temporaries.name(quantity.definition)) as Quantity);
      case "table": {
        // It may be written as the operand and a distance.
        const { coding, of, entries } = quantity;
        const [low, high] = limits(coding);
        if (of.coding.kind !== "integer" || coding.kind !== "integer") return [low, high];
        const [from, to] = own(of);
        const [first] = entries;
        const distance = first === undefined ? 0 : coding.at(first[1]) - of.coding.at(first[0]);
        return [Math.min(low, from + distance), Math.max(high, to + distance)];
      }
      default:
        return limits(quantity.coding);
    }
  }

  #liveness(index: number, { id, title, kind, cases }: RunsCheck): string[] {
    if (kind !== "alwaysPossible") {
      return [`-- Left out: ${commentOf(id)}, since Murphi has no words for ${RUNS[kind]}.`];
    }
    return cases.flatMap(({ goal }) =>
      this.#asked(`liveness "${index}: ${quoted(id)}"`, `${title} (Rumur alone)`, id, goal, false),
    );
  }

  /** Conditions on states; a condition with definitions becomes a function. */
  #asked(head: string, title: string, id: string, condition: Condition, isNegated: boolean): string[] {
    const comment = `-- ${commentOf(title)}`;
    const { definitions } = shared([condition]);
    if (definitions.length === 0) {
      const text = this.#writer.condition(condition).replaceAll("\n", "\n  ");
      return [comment, head, isNegated ? `  !(${text});` : `  ${text};`];
    }
    const name = this.#identifiers.take(`states_${id}`);
    return [...this.#function(name, condition), comment, head, `  ${isNegated ? "!" : ""}${name}();`];
  }
}

const SYNTAX: StepSyntax = {
  assign: (name, text) => `${name} := ${text};`,
  branch: (condition, then, otherwise) => [
    `if ${condition} then`,
    ...then.map((line) => `  ${line}`),
    ...(otherwise.length === 0 ? [] : ["else", ...otherwise.map((line) => `  ${line}`)]),
    "end;",
  ],
};

/** Names in comments of the kinds of properties that Murphi has no words for. */
const RUNS = { leadsTo: "a leadsTo", eventually: "an eventually", eventuallyAlways: "an eventuallyAlways" };

/** `cpu[0].irr[1]` as `cpu_0_irr_1`. */
function pathOf({ parts }: ExportedCell): string {
  return parts.map((part) => ("index" in part ? part.index : part.field)).join("_");
}

/** Base of the name of a cell's type. */
function hintOf({ parts }: ExportedCell): string {
  return parts.reduce((name, part) => ("field" in part && part.field !== "value" ? part.field : name), "value");
}

function symbolKey(coding: Coding, number: number): string {
  return `${codingKey(coding)} ${number}`;
}

function limits(coding: Coding): [number, number] {
  return coding.kind === "integer" ? [coding.low, coding.high] : [0, coding.count - 1];
}

function quoted(text: string): string {
  return commentOf(text).replaceAll('"', "'").replaceAll("\\", "/");
}

import type { FairnessInForce } from "../language/index.ts";
import { groupsOf } from "../liveness/groups.ts";
import type { Coding, Truth } from "../system/coding.ts";
import type { Condition, Expression } from "../system/expression.ts";
import { Identifiers, namesFor } from "./identifiers.ts";
import type { Program, RunsCheck } from "../system/guarded-commands.ts";
import { shared, type Shared } from "../system/sharing.ts";
import { cellsOfStructure, fieldNames, symbolsOf, type ExportedCell, type Structure } from "../system/structure.ts";
import { Temporaries } from "./temporaries.ts";
import { commentOf, headingOf, Writer, type Dialect } from "./text.ts";

/** Words of TLA+, and what the standard modules and this text define. */
const RESERVED =
  `ASSUME ASSUMPTION AXIOM CASE CHOOSE CONSTANT CONSTANTS DOMAIN ELSE ENABLED EXCEPT EXTENDS IF IN INSTANCE
LET LOCAL MODULE OTHER SF_ SUBSET THEN THEOREM UNCHANGED UNION VARIABLE VARIABLES WF_ WITH TRUE FALSE BOOLEAN STRING Nat
Int Print PrintT Assert JavaTime TLCGet TLCSet Permutations SortSeq RandomElement Any ToString TLCEval Init Next Spec
vars none`.split(/\s+/);

/** A module of TLA+, its configuration, and what its definitions stand for. */
export interface TlaText {
  readonly module: string;
  readonly text: string;
  /** The configuration for TLC. */
  configuration(wanted?: { readonly invariants: readonly string[]; readonly properties: readonly string[] }): string;
  /** The names of the invariants and temporal properties, with the ids of the model's properties. */
  readonly invariants: ReadonlyMap<string, string>;
  readonly properties: ReadonlyMap<string, string>;
  /** The names of the actions, with the index of the instance. */
  readonly actions: ReadonlyMap<string, number>;
}

/** A program in TLA+: one action for each action instance, invariants, and temporal properties with their fairness. */
export function toTla<S>(program: Program<S>, module?: string): TlaText {
  return new Tla(program, module).whole();
}

class Tla<S> {
  readonly #program: Program<S>;
  readonly #module: string;
  readonly #identifiers: Identifiers;
  readonly #variables: ReadonlyMap<string, string>;
  readonly #fields: ReadonlyMap<string, string>;
  readonly #actions: readonly string[];
  readonly #strings: ReadonlyMap<string, string>;
  readonly #writer: Writer;
  readonly #temporaries: Temporaries;
  /** The cell whose new value is being written: TLA+ calls its old one `@` there. */
  #target: number | undefined;

  constructor(program: Program<S>, module: string | undefined) {
    this.#program = program;
    this.#identifiers = new Identifiers(RESERVED);
    this.#temporaries = new Temporaries(this.#identifiers);
    this.#module = this.#identifiers.take(module ?? program.model.name);
    this.#variables = namesFor(
      this.#identifiers,
      program.structure.fields.map(([name]) => name),
    );
    // Fields of records live apart from everything else.
    this.#fields = namesFor(new Identifiers(RESERVED), fieldNames(program.structure));
    this.#actions = program.commands.map(({ instance }) => this.#identifiers.take(instance.text));
    this.#strings = stringsOf(symbolsOf(program.cells));
    this.#writer = new Writer(program.cells, this.#dialect());
  }

  whole(): TlaText {
    const { model, structure, initial, commands, checks, runs } = this.#program;
    const names = [...this.#variables.values()];
    const invariants = new Map<string, string>();
    const properties = new Map<string, string>();
    const lines: string[] = [];
    for (const { id, title, kind, sought } of checks) {
      const name = this.#identifiers.take(id);
      invariants.set(name, id);
      const what = kind === "sometimes" ? " (what violates this invariant is a witness)" : "";
      lines.push("", `\\* ${commentOf(title)}${what}`);
      const text = this.#defining([sought], (of) => `~(${this.#text(of(sought), 4)})`);
      lines.push(text.includes("\n") ? `${name} ==\n  ${text.replaceAll("\n", "\n  ")}` : `${name} == ${text}`);
    }
    for (const property of runs) {
      const formula = this.#formula(property);
      if (formula === undefined) {
        lines.push(
          "",
          `\\* ${commentOf(property.id)}: ${commentOf(property.title)}. TLA+ has no words for what is possible; left out.`,
        );
        continue;
      }
      const name = this.#identifiers.take(property.id);
      properties.set(name, property.id);
      lines.push("", `\\* ${commentOf(property.title)}`, `${name} ==`, ...formula.map((line) => `  ${line}`));
    }
    const text = [
      `---- MODULE ${this.#module} ----`,
      ...headingOf(model, "TLA+").map((line) => `\\* ${line}`),
      "EXTENDS Integers, TLC",
      "",
      `VARIABLES ${names.join(", ")}`,
      "",
      `vars == <<${names.join(", ")}>>`,
      "",
      "\\* null among integers",
      "none == -1",
      "",
      "Init ==",
      ...initial.flatMap((values) =>
        structure.fields.map(
          ([name, field], index) =>
            `  ${initial.length > 1 && index === 0 ? "\\/ " : initial.length > 1 ? "   " : ""}/\\ ${this.#variables.get(name)} = ${this.#initial(field, values)}`,
        ),
      ),
      "",
      ...commands.flatMap((_, index) => [...this.#action(index), ""]),
      "Next ==",
      ...this.#actions.map((name) => `  \\/ ${name}`),
      "",
      "Spec == Init /\\ [][Next]_vars",
      ...lines,
      "====",
    ];
    return {
      module: this.#module,
      text: `${text.join("\n")}\n`,
      configuration: (wanted) =>
        configuration(wanted ?? { invariants: [...invariants.keys()], properties: [...properties.keys()] }),
      invariants,
      properties,
      actions: new Map(this.#actions.map((name, index) => [name, index])),
    };
  }

  #dialect(): Dialect {
    return {
      language: "TLA+",
      // TLC has no larger ones.
      maxInteger: 2 ** 31 - 1,
      and: "/\\",
      or: "\\/",
      equal: "=",
      unequal: "#",
      atLeast: ">=",
      atMost: "<=",
      true: "TRUE",
      false: "FALSE",
      breaksBehind: true,
      not: (operand) => `~${operand}`,
      conditional: (condition, then, otherwise) => `(IF ${condition} THEN ${then} ELSE ${otherwise})`,
      place: (cell) => (cell.cell === this.#target ? "@" : this.#place(cell)),
      value: (coding, number) => this.#value(coding, number),
      enabled: (instance) => `ENABLED ${this.#actions[instance]}`,
      name: (definition) => this.#temporaries.name(definition),
    };
  }

  #value(coding: Exclude<Coding, Truth>, number: number): string {
    if (coding.kind === "names") return this.#strings.get(coding.names[number] as string) as string;
    const value = coding.at(number);
    return value === coding.none && value === -1 ? "none" : String(value);
  }

  #place({ parts }: ExportedCell): string {
    return parts
      .map((part, index) =>
        "index" in part
          ? `[${part.index}]`
          : index === 0
            ? this.#variables.get(part.field)
            : `.${this.#fields.get(part.field)}`,
      )
      .join("");
  }

  #text(expression: Expression, indent: number): string {
    return this.#writer.expression(expression).replaceAll("\n", `\n${" ".repeat(indent)}`);
  }

  /** Text of expressions, with a LET before it for their common parts. */
  #defining(roots: readonly Expression[], write: (of: Shared["of"], isPlain: boolean) => string): string {
    const { definitions, of } = shared(roots);
    const names = this.#temporaries.begin(definitions);
    const lines = definitions.map(({ meaning }, number) => `${names[number]} == ${this.#text(meaning, 6)}`);
    const text = write(of, lines.length === 0);
    return lines.length === 0 ? text : `LET ${lines.join("\n    ")}\nIN\n${text}`;
  }

  #initial(structure: Structure, values: readonly number[]): string {
    switch (structure.kind) {
      case "cell":
        return this.#writer.value(structure.coding, values[structure.cell] as number);
      case "record":
        return `[${structure.fields.map(([name, field]) => `${this.#fields.get(name)} |-> ${this.#initial(field, values)}`).join(", ")}]`;
      case "array": {
        const elements = structure.elements.map((element) => this.#initial(element, values));
        const [first] = elements;
        if (elements.every((element) => element === first))
          return `[index \\in 0..${elements.length - 1} |-> ${first}]`;
        return `(${elements.map((element, index) => `${index} :> ${element}`).join(" @@ ")})`;
      }
    }
  }

  #action(index: number): string[] {
    const { instance, guard, next } = this.#program.commands[index] as Program<S>["commands"][number];
    const text = this.#defining([guard, ...next.values()], (of, isPlain) => {
      const lines = [this.#guard(of(guard), isPlain)];
      const unchanged: string[] = [];
      for (const [field, structure] of this.#program.structure.fields) {
        const variable = this.#variables.get(field) as string;
        const own = cellsOfStructure(structure, [{ field }]).filter(({ cell }) => next.has(cell));
        const becomes = ({ cell }: ExportedCell): string => this.#text(of(next.get(cell) as Expression), 2);
        if (own.length === 0) unchanged.push(variable);
        else if (structure.kind === "cell") lines.push(`${variable}' = ${becomes(own[0] as ExportedCell)}`);
        else {
          const parts = own.map((cell) => {
            this.#target = cell.cell;
            const value = becomes(cell);
            this.#target = undefined;
            return `!${this.#place(cell).slice(variable.length)} = ${value}`;
          });
          lines.push(`${variable}' = [${variable} EXCEPT ${parts.join(",\n  ")}]`);
        }
      }
      if (unchanged.length > 0) lines.push(`UNCHANGED <<${unchanged.join(", ")}>>`);
      return lines.map((line) => `/\\ ${line.replaceAll("\n", "\n   ")}`).join("\n");
    });
    return [`\\* ${commentOf(instance.text)}`, `${this.#actions[index]} ==`, `  ${text.replaceAll("\n", "\n  ")}`];
  }

  /** TLC takes each alternative of an action for a step of its own, but not those of a comparison. */
  #guard(guard: Condition, isPlain: boolean): string {
    const text = this.#writer.inner(guard);
    return isPlain && !text.includes("\\/") ? text : `TRUE = (${text.replaceAll("\n", "\n  ")})`;
  }

  /** The property as a formula, its fairness before it; undefined where TLA+ cannot express it. */
  #formula({ kind, cases, fairness }: RunsCheck): string[] | undefined {
    if (kind === "alwaysPossible") return undefined;
    const text = (condition: Condition): string => {
      const whole = this.#defining([condition], (of) => this.#text(of(condition), 2));
      return `(${whole.replaceAll("\n", "\n      ")})`;
    };
    const parts = cases.map(({ premise, goal }) =>
      premise === undefined
        ? `${kind === "eventuallyAlways" ? "<>[]" : "<>"}${text(goal)}`
        : `(${text(premise)} ~> ${text(goal)})`,
    );
    const assumed = this.#fairness(fairness);
    const claimed = parts.map((part) => `/\\ ${part}`);
    if (assumed.length === 0) return claimed;
    return ["(", ...assumed.map((line) => `  /\\ ${line}`), ") => (", ...claimed.map((line) => `  ${line}`), ")"];
  }

  #fairness(assumptions: readonly FairnessInForce[]): string[] {
    const { groups } = groupsOf(this.#program.model, assumptions);
    return groups.map(({ strong, instances }) => {
      const names = instances.map((index) => this.#actions[index]);
      return `${strong ? "SF" : "WF"}_vars(${names.join(" \\/ ")})`;
    });
  }
}

function configuration(wanted: {
  readonly invariants: readonly string[];
  readonly properties: readonly string[];
}): string {
  return `${[
    "SPECIFICATION Spec",
    "CHECK_DEADLOCK FALSE",
    ...wanted.invariants.map((name) => `INVARIANT ${name}`),
    ...wanted.properties.map((name) => `PROPERTY ${name}`),
  ].join("\n")}\n`;
}

/** Texts in quotes, each another one. TLA+ has only ASCII in them. */
function stringsOf(names: readonly string[]): Map<string, string> {
  const isPlain = (name: string): boolean => /^[\x20-\x7e]*$/.test(name);
  const others = new Identifiers(names.filter(isPlain));
  return new Map(names.map((name) => [name, JSON.stringify(isPlain(name) ? name : others.take(name))]));
}

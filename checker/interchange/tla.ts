import type { FairnessInForce } from "../language/index.ts";
import { groupsOf } from "../liveness/groups.ts";
import { FALSE, type Expression } from "./expression.ts";
import { Identifiers, namesFor } from "./identifiers.ts";
import type { Program, RunsCheck } from "./program.ts";
import { fieldNames, UNLEARNED } from "./promela.ts";
import type { Choice } from "./step.ts";
import { cellsOfStructure, type Coding, type ExportedCell, type Structure } from "./structure.ts";
import { headingOf, Writer, type Dialect } from "./text.ts";

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
  readonly #conditions: readonly string[];
  readonly #writer: Writer;

  constructor(program: Program<S>, module: string | undefined) {
    this.#program = program;
    this.#identifiers = new Identifiers(RESERVED);
    this.#module = this.#identifiers.take(module ?? program.model.name);
    this.#variables = namesFor(
      this.#identifiers,
      program.structure.fields.map(([name]) => name),
    );
    // Fields of records live apart from everything else.
    this.#fields = namesFor(new Identifiers(RESERVED), fieldNames(program.structure));
    this.#actions = program.commands.map(({ instance }) => this.#identifiers.take(instance.text));
    this.#conditions = program.definitions.all.map((_, index) => this.#identifiers.take(`condition_${index}`));
    this.#writer = new Writer(program.cells, this.#dialect());
  }

  whole(): TlaText {
    const { model, structure, initial, commands, checks, runs, unknown, reachableOnly } = this.#program;
    const names = [...this.#variables.values()];
    const invariants = new Map<string, string>();
    const properties = new Map<string, string>();
    const lines: string[] = [];
    for (const { id, title, kind, sought } of checks) {
      const name = this.#identifiers.take(id);
      invariants.set(name, id);
      lines.push(
        "",
        `\\* ${title}${kind === "sometimes" ? " (what violates this invariant is a witness)" : ""}`,
        `${name} == ${this.#negated(sought)}`,
      );
    }
    if (unknown !== FALSE) {
      const name = this.#identifiers.take(UNLEARNED);
      invariants.set(name, UNLEARNED);
      lines.push("", "\\* what a function does is known in every state", `${name} == ${this.#negated(unknown)}`);
    }
    for (const property of runs) {
      const formula = this.#formula(property);
      if (formula === undefined) {
        lines.push("", `\\* ${property.id}: ${property.title}. TLA+ has no words for what is possible; left out.`);
        continue;
      }
      const name = this.#identifiers.take(property.id);
      properties.set(name, property.id);
      lines.push("", `\\* ${property.title}`, `${name} ==`, ...formula.map((line) => `  ${line}`));
    }
    const text = [
      `---- MODULE ${this.#module} ----`,
      ...headingOf(model, "TLA+", reachableOnly).map((line) => `\\* ${line}`),
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
      ...this.#program.definitions.all.flatMap((condition, index) => [
        `${this.#conditions[index]} ==`,
        `  ${this.#writer.condition(condition)}`,
        "",
      ]),
      ...commands.flatMap(({ guard, choices }, index) => [...this.#action(index, guard, choices), ""]),
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
      place: (cell) => this.#place(cell),
      value: (coding, number) => valueText(coding, number),
      name: (name) => {
        const number = Number(name.slice(name.indexOf(":") + 1));
        return name.startsWith("condition:")
          ? (this.#conditions[number] as string)
          : `ENABLED ${this.#actions[number]}`;
      },
    };
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

  #negated(states: Expression): string {
    return `~(${this.#writer.condition(states).replaceAll("\n", "\n    ")})`;
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

  #action(index: number, guard: Expression, choices: readonly Choice[]): string[] {
    const name = this.#actions[index] as string;
    const { instance } = this.#program.commands[index] as Program<S>["commands"][number];
    // A condition that more than one cell depends on gets a name.
    const definitions: string[] = [];
    const updates = new Map<number, string>();
    for (const { cases } of choices) {
      const shared = cases.some(({ assignments }) => assignments.length > 1);
      const conditions = cases.map(({ condition }) => {
        if (condition.kind === "constant") return "TRUE";
        const text = this.#writer.condition(condition);
        if (!shared && !text.includes("\n")) return text;
        definitions.push(`case${definitions.length + 1} == ${text.replaceAll("\n", "\n        ")}`);
        return `case${definitions.length}`;
      });
      const cells = new Set(cases.flatMap(({ assignments }) => assignments.map(({ cell }) => cell)));
      for (const cell of cells) {
        let text = "@";
        for (let at = cases.length - 1; at >= 0; at--) {
          const origin = cases[at]?.assignments.find((assignment) => assignment.cell === cell)?.origin;
          const value = origin === undefined ? "@" : this.#writer.origin(cell, origin);
          if (conditions[at] === "TRUE") text = value;
          else if (value !== text) text = `IF ${conditions[at]} THEN ${value} ELSE ${text}`;
        }
        updates.set(cell, text);
      }
    }
    const next: string[] = [];
    const unchanged: string[] = [];
    for (const [field, structure] of this.#program.structure.fields) {
      const variable = this.#variables.get(field) as string;
      const own = cellsOfStructure(structure, [{ field }]).filter(({ cell }) => updates.has(cell));
      if (own.length === 0) unchanged.push(variable);
      else if (structure.kind === "cell") {
        next.push(`${variable}' = ${(updates.get(structure.cell) as string).replaceAll("@", variable)}`);
      } else {
        const parts = own.map((cell) => `!${this.#place(cell).slice(variable.length)} = ${updates.get(cell.cell)}`);
        next.push(`${variable}' = [${variable} EXCEPT ${parts.join(",\n    ")}]`);
      }
    }
    if (unchanged.length > 0) next.push(`UNCHANGED <<${unchanged.join(", ")}>>`);
    const by = definitions.length === 0 ? "      " : "            ";
    const body = next.map((line) => `/\\ ${line.replaceAll("\n", `\n${by}`)}`);
    return [
      `\\* ${instance.text}`,
      `${name} ==`,
      `  /\\ ${this.#guard(guard)}`,
      ...(definitions.length === 0
        ? body.map((line) => `  ${line}`)
        : [
            `  /\\ LET ${definitions.join("\n         ")}`,
            ...body.map((line, at) => `${at === 0 ? "     IN " : "        "}${line}`),
          ]),
    ];
  }

  /** TLC takes each alternative of an action for a step of its own, but not those of a comparison. */
  #guard(guard: Expression): string {
    const text = this.#writer.inner(guard);
    return text.includes("\\/")
      ? `TRUE = (${text.replaceAll("\n", "\n          ")})`
      : text.replaceAll("\n", "\n     ");
  }

  /** The property as a formula, its fairness before it; undefined where TLA+ cannot say it. */
  #formula({ kind, cases, fairness }: RunsCheck): string[] | undefined {
    if (kind === "alwaysPossible") return undefined;
    const text = (condition: Expression): string =>
      `(${this.#writer.condition(condition).replaceAll("\n", "\n      ")})`;
    const parts = cases.map(({ premise, goal }) =>
      premise === undefined ? `<>${text(goal)}` : `(${text(premise)} ~> ${text(goal)})`,
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

function valueText(coding: Exclude<Coding, { kind: "boolean" }>, number: number): string {
  if (coding.kind === "names") return JSON.stringify(coding.names[number]);
  const value = coding.values[number] as number;
  return value === coding.none && value === -1 ? "none" : String(value);
}

import type { Statement } from "../system/command.ts";
import type { Expression } from "../system/expression.ts";
import { sequential } from "../system/order.ts";
import type { Definition } from "../system/sharing.ts";
import type { Temporaries } from "./temporaries.ts";
import type { Writer } from "./text.ts";

/** Syntax of a language that executes statements one after another. */
export interface StepSyntax {
  assign(name: string, text: string): string;
  branch(condition: string, then: readonly string[], otherwise: readonly string[]): string[];
}

/** Lines of a step, and the variables that they need; the meaning of one is what is assigned to it first. */
export interface StepText {
  readonly lines: readonly string[];
  readonly variables: readonly { readonly name: string; readonly meaning: Expression }[];
}

/** Writes steps for a language that executes statements one after another. */
export class StepWriter {
  readonly #writer: Writer;
  readonly #temporaries: Temporaries;
  readonly #syntax: StepSyntax;

  constructor(writer: Writer, temporaries: Temporaries, syntax: StepSyntax) {
    this.#writer = writer;
    this.#temporaries = temporaries;
    this.#syntax = syntax;
  }

  step(given: readonly Statement[]): StepText {
    const { definitions, statements, deferred } = sequential(given);
    const evaluated = this.evaluated(definitions);
    const later = [...deferred].map((number) => {
      const { cell, coding } = this.#writer.cell(number);
      return {
        name: this.#temporaries.take(coding.kind === "boolean"),
        meaning: { kind: "cell", cell, coding } as const,
      };
    });
    const targets = new Map(later.map(({ name, meaning }) => [meaning.cell, name]));
    const { assign } = this.#syntax;
    const place = ({ meaning }: (typeof later)[number]): string => this.#writer.quantity(meaning);
    return {
      lines: [
        ...evaluated.lines,
        ...later.map((one) => assign(one.name, place(one))),
        ...this.#statements(statements, targets),
        ...later.map((one) => assign(place(one), one.name)),
      ],
      variables: [...evaluated.variables, ...later],
    };
  }

  /** Statements to execute before an expression that refers to these definitions. */
  evaluated(definitions: readonly Definition[]): StepText {
    const names = this.#temporaries.begin(definitions);
    const variables = definitions.map(({ meaning }, number) => ({ name: names[number] as string, meaning }));
    return { lines: variables.map(({ name, meaning }) => this.#syntax.assign(name, this.text(meaning))), variables };
  }

  text(expression: Expression): string {
    return this.#writer.expression(expression).replaceAll("\n", "\n     ");
  }

  /** @param targets what stands for the new values of cells that may not be overwritten yet */
  #statements(statements: readonly Statement[], targets: ReadonlyMap<number, string>): string[] {
    return statements.flatMap((statement): string[] => {
      if (statement.kind === "if") {
        const { condition, then, otherwise } = statement;
        const [one, other] = [this.#statements(then, targets), this.#statements(otherwise, targets)];
        return this.#syntax.branch(this.text(condition), one, other);
      }
      const { cell, coding } = this.#writer.cell(statement.cell);
      const name = targets.get(cell) ?? this.#writer.quantity({ kind: "cell", cell, coding });
      return [this.#syntax.assign(name, this.text(statement.value))];
    });
  }
}

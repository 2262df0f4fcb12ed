import { Session } from "../../crosscheck/session.ts";

export type SolverName = "z3" | "cvc5";

export type Answer = "sat" | "unsat" | "unknown";

/** Options of a solver for quantified questions. */
export interface SolverOptions {
  /** Steps of the solver for one question, in its own unit: unlike a time, it does not depend on what else runs. */
  readonly questionSteps: number;
  /** Whether "sat" is of use, so that models are looked for. Default true. */
  readonly models?: boolean;
  /** Whether it is asked which assumptions it used. Default false. */
  readonly cores?: boolean;
  /** When the solver is ended, by `performance.now()`. */
  readonly until: number;
  /** Bytes of address space. */
  readonly memory: number;
}

/**
 * Command line of a solver.
 *
 * Z3 instantiates quantifiers by matching terms (e-matching) and by models (MBQI). Both are requested by name, because
 * Z3 4.8.12 without matching answers "sat" to a question that other versions and cvc5 refute. Without models to look for,
 * MBQI is off: then a question that is not refuted soon is "unknown" at once.
 */
export function commandFor(name: SolverName, { questionSteps, models = true }: SolverOptions): readonly string[] {
  return name === "z3"
    ? ["z3", "-in", "-smt2", "smt.ematching=true", `smt.mbqi=${models}`]
    : ["cvc5", "--incremental", "--lang", "smt2", "--mbqi", `--rlimit-per=${questionSteps}`, "-"];
}

/** A solver that is asked about one system. */
export class Solver {
  readonly name: SolverName;
  readonly #session: Session;
  readonly #limit: number;
  #pending: string[] = [];
  /** Questions asked so far. */
  questions = 0;

  constructor(name: SolverName, options: SolverOptions, preamble: readonly string[]) {
    this.name = name;
    this.#limit = options.questionSteps;
    this.#session = new Session(commandFor(name, options), options);
    const cores = options.cores === true ? ["(set-option :produce-unsat-assumptions true)"] : [];
    this.#pending = [...cores, "(set-logic ALL)", ...preamble];
  }

  /** Commands to which there is no answer. */
  say(...commands: readonly string[]): void {
    this.#pending.push(...commands);
  }

  /** Answers to questions, each in a scope of its own. @throws Late, ToolError */
  async ask(questions: readonly (readonly string[])[]): Promise<Answer[]> {
    if (questions.length === 0) return [];
    this.questions += questions.length;
    const asked = questions.flatMap((commands) => ["(push 1)", ...commands, ...this.check(), "(pop 1)"]);
    const said = this.#pending;
    this.#pending = [];
    const output = await this.#session.ask([...said, ...asked].join("\n"));
    const lines = output
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    return questions.map((_, index) => {
      const line = lines[index];
      return line === "sat" || line === "unsat" ? line : "unknown";
    });
  }

  /**
   * Commands that check what has been asserted, within the limit. Z3 has one limit for all commands, and must not be past
   * it at the next one.
   *
   * @param times multiple of the limit, for Z3
   */
  check(command = "(check-sat)", times = 1): readonly string[] {
    if (this.name === "cvc5") return [command];
    return [`(set-option :rlimit ${this.#limit * times})`, command, "(set-option :rlimit 0)"];
  }

  /** Output of commands, as the solver writes it, with errors. */
  async output(...commands: readonly string[]): Promise<string> {
    const said = this.#pending;
    this.#pending = [];
    return this.#session.ask([...said, ...commands].join("\n"), true);
  }

  end(): void {
    this.#session.end();
  }
}

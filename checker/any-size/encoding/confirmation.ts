import { Late } from "../../crosscheck/session.ts";
import { ToolError } from "../../crosscheck/tool.ts";
import type { Expression } from "../system.ts";
import type { Questions } from "./questions.ts";
import { Solver, type SolverName } from "./solver.ts";

/** A claim of an invariant, with its text in the terms of the model. */
export interface Claim {
  readonly text: string;
  readonly formula: Expression;
}

/** Questions that must all be answered "unsat"; together they say that the claims are true of every reachable state. */
export interface ConfirmationText {
  readonly preamble: readonly string[];
  /** Groups of questions under common assumptions. */
  readonly groups: readonly {
    readonly assumed: readonly string[];
    readonly questions: readonly { readonly flaw: string; readonly commands: readonly string[] }[];
  }[];
}

/**
 * Whether the claims are true in the initial states, and after each step from a state in which all of them are; and whether
 * what they are to imply is true of each state in which all of them are.
 */
export function confirmationFor(
  questions: Questions,
  claims: readonly Claim[],
  implied: readonly Claim[],
): ConfirmationText {
  const invariant = claims.map(({ formula }) => questions.asserted(formula));
  const isOfEncoding = new Set(questions.singleValued.map(({ formula }) => formula));
  return {
    preamble: questions.preamble,
    groups: [
      {
        assumed: questions.initial,
        questions: claims
          .filter(({ formula }) => !isOfEncoding.has(formula))
          .map(({ text, formula }) => ({
            flaw: `an initial state contradicts: ${text}`,
            commands: questions.refuted(formula),
          })),
      },
      ...questions.actions.map((action) => ({
        assumed: [...invariant, ...action.commands],
        questions: claims
          .filter(({ formula }) => action.changes(formula))
          .map(({ text, formula }) => ({
            flaw: `a step by ${action.action.name} leads out of: ${text}`,
            commands: questions.refuted(action.after(formula), action.names),
          })),
      })),
      {
        assumed: invariant,
        questions: implied.map(({ text, formula }) => ({
          flaw: `a state of the invariant contradicts: ${text}`,
          commands: questions.refuted(formula),
        })),
      },
    ],
  };
}

/** The questions as a file that a solver reads; before each answer, its meaning if it is not "unsat". */
export function confirmationFile({ preamble, groups }: ConfirmationText, heading: readonly string[]): string {
  const lines = heading.map((line) => `; ${line}`);
  lines.push("(set-logic ALL)", ...preamble);
  for (const { assumed, questions } of groups) {
    if (questions.length === 0) continue;
    lines.push("", "(push 1)", ...assumed);
    for (const { flaw, commands } of questions) {
      lines.push("(push 1)", `(echo "${flaw.replaceAll('"', "'")}")`, ...commands, "(check-sat)", "(pop 1)");
    }
    lines.push("(pop 1)");
  }
  return `${lines.join("\n")}\n`;
}

/** Answer of a solver to all questions. */
export interface Confirmed {
  readonly outcome: "confirmed" | "refused" | "undecided";
  readonly questions: number;
  /** Why it is not confirmed: a clause. */
  readonly because: string | undefined;
}

/** Has a solver answer all questions in a process of its own. */
export async function confirmedBy(
  name: SolverName,
  { preamble, groups }: ConfirmationText,
  limits: { readonly questionSteps: number; readonly until: number; readonly memory: number },
): Promise<Confirmed> {
  const solver = new Solver(name, limits, preamble);
  try {
    for (const { assumed, questions } of groups) {
      solver.say("(push 1)", ...assumed);
      const answers = await solver.ask(questions.map(({ commands }) => commands));
      solver.say("(pop 1)");
      const open = answers.findIndex((answer) => answer !== "unsat");
      if (open < 0) continue;
      const flaw = questions[open]?.flaw ?? "";
      return answers[open] === "sat"
        ? { outcome: "refused", questions: solver.questions, because: flaw }
        : { outcome: "undecided", questions: solver.questions, because: `it does not decide whether ${flaw}` };
    }
    return { outcome: "confirmed", questions: solver.questions, because: undefined };
  } catch (error) {
    if (error instanceof Late) return { outcome: "undecided", questions: solver.questions, because: "its time was up" };
    if (error instanceof ToolError) {
      return { outcome: "undecided", questions: solver.questions, because: error.message };
    }
    throw error;
  } finally {
    solver.end();
  }
}

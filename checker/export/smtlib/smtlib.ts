import type { Check, Program } from "../../system/guarded-commands.ts";
import { commentOf, headingOf } from "../text.ts";
import { smtSystemOf, type SmtSystem } from "./definitions.ts";

/** Default k of an exported k-induction, in steps. */
const DEFAULT_K = 1;

/**
 * A program in SMT-LIB 2.6, over bit vectors: initial states, the step, what is sought of each property, and for each
 * the two queries of k-induction. Accepted by Z3 and cvc5.
 *
 * @param k how many states without a violation the induction goes from, at least 1
 */
export function toSmtlib<S>(program: Program<S>, k: number = DEFAULT_K): string {
  const smt = smtSystemOf(program);
  const lines = [
    ...headingOf(program.model, "SMT-LIB").map((line) => `; ${line}`),
    ";",
    ";   z3 FILE, or cvc5 --incremental FILE",
    ";",
    "; Each property has two queries, in order. If both answers are unsat, the property holds (a sometimes property",
    `; has no witness). If the first answer is sat, it is violated (has a witness) within ${k - 1} steps. If only the`,
    "; second answer is sat, the property is undecided: a larger --k may decide it.",
    "(set-logic QF_BV)",
    "",
    smt.definitions,
    "",
    "; The states of a run, the action taken in each, and terms that depend on them.",
    ...Array.from({ length: k + 1 }, (_, state) => smt.declare(state)).flat(),
  ];
  for (const check of smt.checks) {
    const { id } = check;
    lines.push("", ...query(`${id}, base case: a run of at most ${k - 1} steps`, baseOf(smt, check, k)));
    lines.push(
      "",
      ...query(`${id}, induction step: after ${k} states without a violation`, inductionOf(smt, check, k)),
    );
  }
  return `${lines.join("\n")}\n`;
}

function query(title: string, assertions: readonly string[]): string[] {
  const name = commentOf(title).replaceAll('"', "'");
  return [`(push 1)`, ...assertions.map((one) => `(assert ${one})`), `(echo "${name}")`, "(check-sat)", "(pop 1)"];
}

/** A run may be shorter: after a state without successors the rest does not matter. */
function baseOf(smt: SmtSystem, check: Check, k: number): string[] {
  let run = smt.sought(check, k - 1);
  for (let state = k - 2; state >= 0; state--) {
    run = `(or ${smt.sought(check, state)}\n  (and ${smt.step(state)}\n  ${run}))`;
  }
  return [smt.initial(0), run];
}

/** A fault must not come up either, and a run of different states is enough to look at. */
function inductionOf(smt: SmtSystem, check: Check, k: number): string[] {
  const assertions = [smt.typed(0)];
  const fault = smt.checks.find(({ kind }) => kind === "fault");
  for (let state = 0; state < k; state++) {
    assertions.push(`(not ${smt.sought(check, state)})`);
    if (fault !== undefined && check !== fault) assertions.push(`(not ${smt.sought(fault, state)})`);
    assertions.push(smt.step(state));
    for (let before = 0; before < state; before++) assertions.push(smt.differ(before, state));
  }
  return [...assertions, smt.sought(check, k)];
}

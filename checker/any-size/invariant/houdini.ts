import type { Questions } from "../encoding/questions.ts";
import type { Solver } from "../encoding/solver.ts";
import type { Expression } from "../system.ts";

/**
 * The largest subset of the candidates that is inductive, as far as the solver can tell: candidates that may be false in an
 * initial state, or after a step from a state in which all of the subset are true, are dropped until there are none
 * (Flanagan and Leino, Houdini, FME 2001).
 */
export async function inductiveSubset<Candidate extends { readonly formula: Expression }>(
  questions: Questions,
  solver: Solver,
  candidates: readonly Candidate[],
  onProgress: (left: number, round: number) => void = () => {},
): Promise<Candidate[]> {
  solver.say("(push 1)", ...questions.initial);
  const atStart = await solver.ask(candidates.map(({ formula }) => questions.refuted(formula)));
  solver.say("(pop 1)");
  let kept = candidates.filter((_, index) => atStart[index] === "unsat");
  for (let round = 1; ; round++) {
    const before = kept.length;
    for (const action of questions.actions) {
      const touched = kept.filter(({ formula }) => action.changes(formula));
      if (touched.length === 0) continue;
      solver.say("(push 1)", ...kept.map(({ formula }) => questions.asserted(formula)), ...action.commands);
      const answers = await solver.ask(
        touched.map(({ formula }) => questions.refuted(action.after(formula), action.names)),
      );
      solver.say("(pop 1)");
      const dropped = new Set(touched.filter((_, index) => answers[index] !== "unsat"));
      if (dropped.size > 0) kept = kept.filter((candidate) => !dropped.has(candidate));
      onProgress(kept.length, round);
    }
    if (kept.length === before) return kept;
  }
}

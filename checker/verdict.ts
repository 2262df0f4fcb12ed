/**
 * The verdict on a property or on a model.
 *
 * "holds": true of the whole reachable state space, for these parameters. "violated": there is a counterexample (or,
 * for `sometimes`, the whole state space has no witness). "inconclusive": a bound was reached before the end and
 * nothing was decided. "error": the model is wrong; of a property, its predicate fails in a reachable state.
 */
export type Verdict = "holds" | "violated" | "inconclusive" | "error";

/** The verdicts, that which counts most first: where there are several, it is the verdict on all. */
const PRECEDENCE: readonly Verdict[] = ["error", "violated", "inconclusive"];

/** The verdict on a model, from those on its properties. */
export function overall(verdicts: readonly Verdict[]): Verdict {
  return PRECEDENCE.find((verdict) => verdicts.includes(verdict)) ?? "holds";
}

/** The exit status that goes with a verdict. */
export function exitStatus(verdict: Verdict): 0 | 1 | 2 | 3 {
  switch (verdict) {
    case "holds":
      return 0;
    case "violated":
      return 1;
    case "error":
      return 2;
    case "inconclusive":
      return 3;
  }
}

import type { Report } from "../../checker/index.ts";

/** Prefix of the names of a program's steps among the actions of a system. */
const STEP = "move.";

/** Steps of a move before its program starts. */
const BEFORE_PROGRAM: ReadonlySet<string> = new Set(["move.allocate", "move.give_up"]);

/**
 * The part that never runs, which makes verdicts vacuous: the program of a scheme, or all actions of a model. Undefined
 * where something runs, and where the search stopped early.
 */
export function idleness({
  actions,
  stopped,
}: Pick<Report<unknown>, "actions" | "stopped">): "program" | "model" | undefined {
  if (stopped !== undefined || actions.length === 0) return undefined;
  if (actions.every(({ taken }) => taken === 0)) return "model";
  const steps = actions.filter(({ action }) => action.startsWith(STEP) && !BEFORE_PROGRAM.has(action));
  return steps.length > 0 && steps.every(({ taken }) => taken === 0) ? "program" : undefined;
}

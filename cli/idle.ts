import type { Report } from "../checker/index.ts";

/** Begins the names of a program's steps among a system's actions. */
const STEP = "move.";

/** What a move does before its program begins. */
const BEFORE_PROGRAM: ReadonlySet<string> = new Set(["move.allocate", "move.give_up"]);

/**
 * What never happens at all, so that what holds says nothing of it: no step of the program by which a scheme moves an
 * interrupt, or no action of a model. Undefined where something happens, and where the search was stopped.
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

import type { Trace } from "./trace.ts";

/** A trace as the report's JSON object has it: each state with the step that led to it. */
export function traceToJson<S>(trace: Trace<S>): object[] {
  return trace.steps.map(({ action, parameters, actor, label, state }) => ({
    action,
    parameters,
    ...(action === null ? {} : { actor, label }),
    state,
  }));
}

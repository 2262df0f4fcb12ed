import { parts, valueText } from "../trace/changes.ts";
import { chart } from "../trace/chart.ts";
import { count, MAIL_WIDTH, pack, wrap } from "../trace/text.ts";
import type { Model } from "../language/index.ts";
import { ascii } from "../plain-text.ts";
import { alternatives, labelled } from "./failure.ts";
import type { TraceRefusal } from "./validate-trace.ts";

/**
 * A refusal as lines of at most 72 characters: the end of a run that fits as a chart, the state after it, the event, and
 * what would have been allowed instead.
 */
export function refusalText<S>(
  model: Model<S>,
  { event, said, allowed, trace, isCut, fitting }: TraceRefusal<S>,
): string {
  const { steps } = trace;
  const last = steps.at(-1)!;
  const lines: string[] = [];
  if (steps.length > 1) {
    const which = isCut ? "The end of a run of the model" : "A run of the model";
    lines.push(...wrap(`${which} that fits the events before event ${count(event)}:`, MAIL_WIDTH), "");
    const narrator = isCut ? { ...model, initial: [] } : model;
    lines.push(...chart(narrator, trace, { closing: false }).split("\n"), "");
  }
  const state = parts(last.state).map(({ path, value }) => ascii(`${path} = ${valueText(value)}`));
  const others = fitting > 1 ? ` (one of ${count(fitting)} that fit)` : "";
  lines.push(`The state before event ${count(event)}${others}:`);
  lines.push(...pack(state, MAIL_WIDTH - 4).map((line) => `    ${line}`), "");
  const possible = allowed.length === 0 ? ["no step at all"] : allowed;
  return [...lines, ...labelled("log:", said), ...alternatives(possible)].join("\n");
}

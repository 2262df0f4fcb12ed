import { differences, parts } from "./changes.ts";
import { closingOf } from "./chart.ts";
import { ascii } from "../plain-text.ts";
import { loopMarks, type Trace, type TraceStep } from "./trace.ts";
import { valueText } from "./value-text.ts";

/**
 * A counterexample in full: the whole initial state, then for each step its actor and its action with the parameters
 * and every part of the state that changed, before and after. One part a line, so that tools for text can compare two
 * traces; lines are as long as the values are.
 */
export function stepByStep<S>(trace: Trace<S>): string {
  const [first, ...rest] = trace.steps;
  if (first === undefined) return "";
  const lines = ["0. the initial state", ...parts(first.state).map(({ path, value }) => part(path, valueText(value)))];
  const marks = loopMarks(trace);
  for (const [index, step] of rest.entries()) {
    if (index === trace.loopFrom && marks.before !== undefined) lines.push(`-- ${marks.before}`);
    lines.push(`${index + 1}. ${heading(step)}`);
    const changed = differences((trace.steps[index] as TraceStep<S>).state, step.state);
    if (changed.length === 0) lines.push("     (no change)");
    for (const { path, before, after } of changed)
      lines.push(part(path, `${valueText(before)} -> ${valueText(after)}`));
  }
  if (marks.after !== undefined) lines.push(`-- ${marks.after}`);
  const closing = closingOf(trace);
  if (closing.length > 0) lines.push("", ...closing);
  return lines.map(ascii).join("\n");
}

function heading<S>({ actor, action, parameters, label }: TraceStep<S>): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${valueText(value)}`);
  const text = values.length === 0 ? String(action) : `${action}(${values.join(", ")})`;
  const named = label.replace(/\s/g, "") === text.replace(/["\s]/g, "") ? text : `${text}: ${label}`;
  return actor === "" ? named : `${actor}: ${named}`;
}

function part(path: string, text: string): string {
  return `     ${path}: ${text}`;
}

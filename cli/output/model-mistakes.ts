import { relative } from "node:path";
import type { Mistake, Model, Report, SourcePlace } from "../../checker/index.ts";
import { oneLine } from "../../checker/plain-text.ts";
import { MAIL_WIDTH, wrap } from "../../checker/trace/text.ts";
import { counted, indented } from "./format.ts";
import { type Style } from "./terminal.ts";
import { traceLines } from "./trace-format.ts";
import type { TraceView } from "./traces.ts";

/** Longer expressions do not fit within a sentence. */
const MAX_INLINE_LENGTH = 50;

/** Subject of a mistake: the property whose predicate fails, or the step whose guard or recipe fails. */
export function subjectOf({ property, step }: Mistake<unknown>): string {
  return property ?? step?.text ?? "";
}

/** A place in the form that terminals and editors link: relative to the current folder if below it. */
function placeText({ file, line, column }: SourcePlace): string {
  const near = relative(process.cwd(), file);
  return oneLine(`${near === "" || near.startsWith("..") ? file : near}:${line}:${column}`);
}

/** The message of a mistake, with its place and the expression there: one text without a full stop. */
export function mistakeText({ message, place }: Mistake<unknown>): string {
  return withPlace(message, place);
}

/** A message with its place, if known. */
export function withPlace(message: string, place: SourcePlace | undefined): string {
  if (place === undefined) return message;
  const { expression: text = "" } = place;
  const expression = text === "" || text.length > MAX_INLINE_LENGTH ? "" : `: ${text}`;
  return `${message} (${placeText(place)}${expression})`;
}

/** A line or two for each mistake, for the head of a report. */
export function mistakeLines({ mistakes = [] }: Pick<Report<unknown>, "mistakes">, style: Style): string[] {
  return mistakes.flatMap((mistake) => indented(`model error: ${mistakeText(mistake)}`, style.bad));
}

/** The run to each mistake, and the failure at its end. */
export function mistakeSections(
  model: Model<unknown>,
  { mistakes = [] }: Pick<Report<unknown>, "mistakes">,
  view: TraceView,
): string[] {
  const lines: string[] = [];
  for (const mistake of mistakes) {
    for (const line of sectionOf(model, mistake, view)) lines.push(line);
  }
  return lines;
}

function sectionOf(model: Model<unknown>, mistake: Mistake<unknown>, { format, style, fold }: TraceView): string[] {
  const { trace, step, property, place } = mistake;
  const count = trace.steps.length - 1;
  const length = count === 0 ? "in the initial state" : `after ${counted(count, "step")}`;
  const lines = ["", ...wrap(`${subjectOf(mistake)}: model error ${length}`, MAIL_WIDTH).map(style.strong), ""];
  const name = `model error: ${property ?? step?.text ?? ""}`;
  const plain = { ...trace, because: undefined };
  for (const line of traceLines(model, name, plain, format, style, fold)) lines.push(line);
  const closing = step === undefined ? "" : `Step ${count + 1} would be ${step.label}${by(step.actor)}. `;
  lines.push("", ...wrap(`${closing}${capital(mistake.message)}.`, MAIL_WIDTH));
  if (place !== undefined) {
    lines.push("", `  ${placeText(place)}`);
    if (place.expression !== undefined)
      lines.push(...wrap(place.expression, MAIL_WIDTH - 4).map((line) => `    ${line}`));
  }
  return lines;
}

function by(actor: string): string {
  return actor === "" ? "" : `, by ${actor}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

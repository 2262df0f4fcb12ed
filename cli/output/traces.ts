import {
  type Model,
  type PropertyReport,
  type Report,
  SEVERITIES,
  type Trace,
  closingOf,
  firstViolation,
  isSafety,
} from "../../checker/index.ts";
import { MAIL_WIDTH, wrap } from "../../checker/trace/text.ts";
import { counted, listed } from "./format.ts";
import { table } from "./table.ts";
import { type Style, WIDTH } from "./terminal.ts";
import { type TraceFormat, traceLines } from "./trace-format.ts";
import { MAIN_PROPERTY } from "./verdict-line.ts";

/** Display options for the runs of a report. */
export interface TraceView {
  readonly format: Exclude<TraceFormat, "none">;
  readonly style: Style;
  /** Every run in full; otherwise the most severe one, and a line for each of the others. */
  readonly all: boolean;
  /** Whether a chart omits repeated steps. */
  readonly fold: boolean;
}

/** The report on a property that has a run to show: a counterexample, or the witness of a `sometimes`. */
type Shown = PropertyReport<unknown> & { readonly trace: Trace<unknown> };

/**
 * The counterexamples and witnesses of a report. Properties with the same run share one section.
 *
 * The run shown first, or alone, is a counterexample of the catalogue's main property, otherwise of the most severe
 * violation, the shortest of several.
 */
export function traceSections(
  model: Model<unknown>,
  report: Pick<Report<unknown>, "properties">,
  view: TraceView,
): string[] {
  const lines: string[] = [];
  const unreached = report.properties.filter(({ kind, verdict }) => kind === "sometimes" && verdict === "violated");
  for (const { id } of unreached) lines.push("", ...wrap(`${id}: no reachable state satisfies it.`, MAIL_WIDTH));
  const [first, ...others] = groupsOf(report.properties);
  if (first === undefined) return lines;
  for (const group of view.all ? [first, ...others] : [first]) {
    // Not spread: a long trace has more lines than a call can have arguments.
    for (const line of inFull(model, group, view)) lines.push(line);
  }
  if (!view.all) lines.push(...inBrief(model, first, others.flat(), view.style));
  return lines;
}

/** Length of a trace, and of the part that repeats for ever. */
export function lengthText({ steps, loopFrom }: Trace<unknown>): string {
  const count = steps.length - 1;
  const length = count === 0 ? "the initial state" : counted(count, "step");
  if (loopFrom === undefined) return length;
  return loopFrom === count ? `${length} and then nothing` : `${length}, the last ${count - loopFrom} forever`;
}

/** The properties with a run, grouped by run, the most severe first. */
function groupsOf(properties: readonly PropertyReport<unknown>[]): Shown[][] {
  const groups = new Map<string, Shown[]>();
  const shown = properties.filter((property): property is Shown => property.trace !== undefined);
  for (const property of shown.toSorted(byWeight)) {
    const key = `${isWitness(property)} ${property.trace.loopFrom} ${stepsKey(property.trace)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [property]);
    else group.push(property);
  }
  return [...groups.values()];
}

function byWeight(one: Shown, other: Shown): number {
  const [left, right] = [one, other].map((property) => [
    isWitness(property) ? 1 : 0,
    property.id === MAIN_PROPERTY ? 0 : 1,
    SEVERITIES.indexOf(property.severity),
    property.trace.steps.length,
  ]) as [number[], number[]];
  const differing = left.findIndex((value, index) => value !== right[index]);
  return differing < 0 ? 0 : left[differing]! - right[differing]!;
}

function isWitness({ kind }: PropertyReport<unknown>): boolean {
  return kind === "sometimes";
}

function stepsKey({ steps }: Trace<unknown>): string {
  return JSON.stringify(steps.map(({ action, parameters, state }) => [action, parameters, state]));
}

function inFull(model: Model<unknown>, properties: readonly Shown[], { format, style, fold }: TraceView): string[] {
  const [{ id, trace }] = properties as [Shown];
  const names = listed(properties.map((property) => property.id));
  const what = isWitness(properties[0]!) ? "witness" : "counterexample";
  const lines = ["", ...wrap(`${names}: ${what}, ${lengthText(trace)}`, MAIL_WIDTH).map(style.strong), ""];
  for (const line of traceLines(model, id, trace, format, style, fold)) lines.push(line);
  for (const property of properties) {
    const texts = closingOf(property.trace, Number.MAX_SAFE_INTEGER);
    if (texts.length === 0) continue;
    const text = properties.length > 1 ? `${property.id}: ${texts.join(" ")}` : texts.join(" ");
    lines.push("", ...wrap(text, MAIL_WIDTH));
  }
  return lines;
}

/** A line for each property whose run is not shown: its step in the shown run, or the length of its own. */
function inBrief(model: Model<unknown>, shown: readonly Shown[], others: readonly Shown[], style: Style): string[] {
  if (others.length === 0) return [];
  const [{ trace }] = shown as [Shown];
  const isCounterexample = !isWitness(shown[0]!);
  const here: { readonly at: number; readonly row: readonly string[] }[] = [];
  const elsewhere: string[][] = [];
  const witnesses: string[][] = [];
  for (const property of others) {
    const { id, title } = property;
    const place = isCounterexample && !isWitness(property) ? placeIn(model, trace, property) : undefined;
    if (place !== undefined) here.push({ at: place.at, row: [id, place.text, title] });
    else (isWitness(property) ? witnesses : elsewhere).push([id, briefLength(property.trace), title]);
  }
  const sections: [string, (readonly string[])[]][] = [
    ["This run also violates:", here.toSorted((one, other) => one.at - other.at).map(({ row }) => row)],
    ["Violated in other runs:", elsewhere],
    ["Witnessed:", witnesses],
  ];
  const lines = sections.flatMap(([heading, section]) => {
    if (section.length === 0) return [];
    const rows = section.map(([id, ...cells]) => [`  ${id}`, ...cells]);
    return ["", style.strong(heading), ...table([{ heading: "" }, { heading: "" }, { heading: "" }], rows).slice(1)];
  });
  const how = "--property ID shows a shortest run of one of them, --all-traces the runs of all.";
  return [...lines, "", ...wrap(how, WIDTH).map(style.quiet)];
}

function briefLength({ steps, loopFrom }: Trace<unknown>): string {
  const count = steps.length - 1;
  if (count === 0) return "at the start";
  return `${counted(count, "step")}${loopFrom === undefined || loopFrom === count ? "" : " and a loop"}`;
}

/** The step at which a shown run violates another property; undefined if it does not. */
function placeIn(
  model: Model<unknown>,
  shown: Trace<unknown>,
  { id, trace }: Shown,
): { readonly at: number; readonly text: string } | undefined {
  const property = model.properties.get(id);
  if (property === undefined) return undefined;
  if (isSafety(property)) {
    const at = firstViolation(model, id, property, shown);
    return at === undefined ? undefined : { at, text: at === 0 ? "at the start" : `step ${at}` };
  }
  // For a run that ends in a loop this is known only if it is the same run and its loop is empty.
  const end = trace.steps.length - 1;
  if (trace.loopFrom !== end || stepsKey(trace) !== stepsKey(shown)) return undefined;
  return { at: end, text: "at its end" };
}

import { ascii } from "../plain-text.ts";
import { actorsOf, plain } from "./actors.ts";
import { changeTexts, parts } from "./changes.ts";
import { withoutRepetitions, type Repetition } from "./repetition.ts";
import { count, MAIL_WIDTH, pack, wrap } from "./text.ts";
import { loopMarks, type Narrator, type Trace, type TraceStep } from "./trace.ts";
import { valueText } from "./value-text.ts";

/** Options of a chart. */
export interface ChartOptions {
  /** The widest line, 40 or more. Default 72, so that a mail can quote it. */
  readonly width?: number;
  /** Whether the reason and the closing sentence follow the steps. Default true. */
  readonly closing?: boolean;
  /** Whether repeated steps are replaced by a line with their number and what they changed. Default false. */
  readonly fold?: boolean;
  /** Styles that set the parts off in a terminal, without changing their text. Default: plain text. */
  readonly style?: Partial<ChartStyle>;
}

/** Each function gets one line of a part and returns it with its colours. */
export interface ChartStyle {
  readonly header: (line: string) => string;
  readonly step: (line: string) => string;
  readonly change: (line: string) => string;
  readonly closing: (line: string) => string;
}

/** More actors do not fit side by side. */
const MAX_COLUMNS = 5;

/** Minimum width of the text in the last column. */
const MIN_TEXT_WIDTH = 20;

/** Columns farther apart than this are hard to follow with the eye. */
const MAX_COLUMN_WIDTH = 22;

/** Indentation of changes below their step. */
const CHANGE_INDENT = 2;

const PLAIN: ChartStyle = { header: same, step: same, change: same, closing: same };

/** A step as it is drawn, or a stretch of them that is left out. */
interface Row {
  readonly actor: string;
  readonly label: string;
  readonly changes: readonly string[];
  /** Index of the step, or of the first that is left out. */
  readonly index: number;
  readonly isFolded: boolean;
}

/** Start of the text of each actor. */
interface Columns {
  readonly header: string | undefined;
  at(actor: string): number;
  /** Text before the label where actors share a column. */
  prefix(actor: string): string;
}

/**
 * A counterexample as a sequence chart: a column for each actor, time downwards, one row for each step, what it
 * changed below it; where the run repeats itself, if it is infinite; then why the end violates the property, and the
 * closing sentence. Printable ASCII.
 *
 * @example
 * ```ts
 * import { chart, check, model, range, record } from "irqproof/checker";
 *
 * const counter = model({
 *   name: "counter",
 *   state: record({ count: range(0, 3) }),
 *   initial: { count: 0 },
 *   actions: { up: { actor: "user", when: (s) => s.count < 3, then: (draft) => { draft.count += 1; } } },
 *   properties: ({ always }) => ({ low: always("the count is below two", (state) => state.count < 2) }),
 * });
 * const trace = (await check(counter)).properties[0]?.trace;
 * console.assert(trace !== undefined && chart(counter, trace).startsWith("    user\n 1  up\n      count: 0 -> 1\n"));
 * ```
 */
export function chart<S>(model: Narrator<S>, trace: Trace<S>, options: ChartOptions = {}): string {
  const width = Math.max(40, options.width ?? MAIL_WIDTH);
  const style: ChartStyle = { ...PLAIN, ...options.style };
  const rows = rowsOf(model, trace, options.fold ?? false);
  const digits = String(trace.steps.length - 1).length;
  const margin = digits + 3;
  const columns = columnsOf(actorsOf(model, trace), rows, margin, width);
  const lines: string[] = startOf(model, trace, width).map(style.change);
  if (columns.header !== undefined) lines.push(style.header(columns.header));
  const marks = loopMarks(trace);
  const mark = (text: string): string => style.header(`${" ".repeat(margin)}--- ${text} ---`);
  for (const row of rows) {
    if (row.index === trace.loopFrom && marks.before !== undefined) lines.push(mark(marks.before));
    const at = row.isFolded ? margin : columns.at(row.actor);
    const [first = "", ...more] = wrap(columns.prefix(row.actor) + row.label, width - at);
    const number = row.isFolded ? "" : ` ${String(row.index + 1).padStart(digits)}`;
    lines.push(style.step(`${number.padEnd(at)}${first}`.trimEnd()));
    for (const line of more) lines.push(style.step(" ".repeat(at) + line));
    const indent = at + CHANGE_INDENT;
    for (const line of pack(row.changes, width - indent)) lines.push(style.change(" ".repeat(indent) + line));
  }
  if (marks.after !== undefined) lines.push(mark(marks.after));
  if (options.closing ?? true) {
    const closing = closingOf(trace, width);
    if (closing.length > 0) lines.push("", ...closing.map((line) => (line === "" ? line : style.closing(line))));
  }
  return lines.join("\n");
}

/** The reason and the closing sentence of a trace, in lines of at most `width` characters. */
export function closingOf<S>(trace: Trace<S>, width: number = MAIL_WIDTH): string[] {
  const texts = [trace.because, trace.conclusion].filter((text) => text !== undefined && text.trim() !== "");
  return texts.flatMap((text) => wrap(sentence(ascii(text as string)), width));
}

function rowsOf<S>(model: Narrator<S>, { steps, loopFrom }: Trace<S>, isFolded: boolean): Row[] {
  const taken = steps.slice(1).map(({ actor, label }) => ({ actor: plain(actor), label: labelOf(label) }));
  const pieces = isFolded
    ? withoutRepetitions(
        taken.map(({ actor, label }) => `${actor}\n${label}`),
        loopFrom === undefined ? [] : [loopFrom],
      )
    : taken.keys();
  const changed = (by: Parameters<typeof changeTexts<S>>[0], index: number, length: number): string[] =>
    changeTexts(by, (steps[index] as TraceStep<S>).state, (steps[index + length] as TraceStep<S>).state);
  // Several steps together show the values before and after, and not the calls.
  const plainly = { changes: model.changes };
  return Array.from(pieces, (piece): Row => {
    if (typeof piece === "number") {
      return { ...taken[piece]!, index: piece, isFolded: false, changes: changed(model, piece, 1) };
    }
    const { from, period, times } = piece;
    const { actor, label } = foldedRow(piece, taken[from]!);
    return { actor, label, index: from, isFolded: true, changes: changed(plainly, from, period * times) };
  });
}

/** `steps 5..19,996: up, 19,992 times`; of several steps, `steps 5..16: steps 1..4 again, 3 times`. */
function foldedRow(
  { from, period, times }: Repetition,
  step: Pick<Row, "actor" | "label">,
): Pick<Row, "actor" | "label"> {
  const range = (first: number, length: number): string => `steps ${count(first + 1)}..${count(first + length)}`;
  const by = step.actor === "" ? step.label : `${step.actor}: ${step.label}`;
  const what = period === 1 ? by : `${range(from - period, period)} again`;
  return { actor: "", label: `${range(from, period * times)}: ${what}, ${count(times)} times` };
}

function labelOf(label: string): string {
  return ascii(label).trim() || "(unnamed step)";
}

/** The initial state as shown: all of it if nothing follows, else what differs from the other initial states. */
function startOf<S>(model: Narrator<S>, trace: Trace<S>, width: number): string[] {
  const first = trace.steps[0];
  if (first === undefined) return [];
  const here = parts(first.state).map(({ path, value }) => `${path} = ${valueText(value)}`);
  let shown = here;
  if (trace.steps.length > 1) {
    if (model.initial.length < 2) return [];
    const others = model.initial.map((state) => new Set(parts(state).map((p) => `${p.path} = ${valueText(p.value)}`)));
    shown = here.filter((text) => !others.every((other) => other.has(text)));
  }
  const lines = pack(
    shown.map((text) => ascii(text)),
    width - 4,
  );
  return ["initially:", ...lines.map((line) => `    ${line}`), ...(trace.steps.length > 1 ? [""] : [])];
}

function columnsOf(actors: readonly string[], every: readonly Row[], margin: number, width: number): Columns {
  const rows = every.filter(({ isFolded }) => !isFolded);
  const acting = new Set(rows.map(({ actor }) => actor));
  let names = actors;
  if (names.length > MAX_COLUMNS) names = names.filter((name) => acting.has(name));
  if (rows.length === 0 || [...acting].every((name) => name === "")) return oneColumn(margin, () => "");
  const stride = strideOf(names, rows, margin, width);
  if (stride === undefined) return oneColumn(margin, (actor) => (actor === "" ? "" : `${actor}: `));
  const at = (actor: string): number => margin + stride * names.indexOf(actor);
  let header = "";
  for (const name of names) header = header.padEnd(at(name)) + name;
  return { header: header.trimEnd(), at, prefix: () => "" };
}

function oneColumn(margin: number, prefix: (actor: string) => string): Columns {
  return { header: undefined, at: () => margin, prefix };
}

/**
 * Distance between columns: as far as is good for the eye while no text needs a second line, else as close as
 * their headings allow. Undefined when they do not fit.
 */
function strideOf(names: readonly string[], rows: readonly Row[], margin: number, width: number): number | undefined {
  const last = names.length - 1;
  const least = Math.max(8, ...names.slice(0, -1).map((name) => name.length + 2));
  // The last column has to hold its heading too.
  const needed = Math.max(MIN_TEXT_WIDTH, (names[last] as string).length);
  if (names.length > MAX_COLUMNS || width - margin - last * least < needed) return undefined;
  for (let stride = MAX_COLUMN_WIDTH; stride > least; stride--) {
    const fits = rows.every(({ actor, label, changes }) => {
      const left = width - margin - stride * names.indexOf(actor);
      return label.length <= left && changes.every((change) => change.length <= left - CHANGE_INDENT);
    });
    if (fits && width - margin - last * stride >= needed) return stride;
  }
  return least;
}

/** With a full stop. The first letter stays: a reason may begin with a name. */
function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function same(line: string): string {
  return line;
}

import { ModelError } from "../checker/errors.ts";
import {
  exitStatus,
  overall,
  type CheckOptions,
  type ParameterValue,
  type Report,
  type Verdict,
} from "../checker/index.ts";
import { onlyWord, type Options } from "./call.ts";
import type { Command } from "./command.ts";
import { count, counted, duration } from "./format.ts";
import { combinationsOf, valuesOfWord } from "./grid.ts";
import { outputFile } from "./output-file.ts";
import { logPlot } from "./plot.ts";
import { verdictPaint, verdictText } from "./report.ts";
import { SEARCH_OPTIONS, searchOptions } from "./search-options.ts";
import { searched } from "./search.ts";
import { parametersGiven, subjectOf, type Subject } from "./subject.ts";
import { drawer, type TableDrawer } from "./table.ts";
import { plainStyle, WIDTH, type Style, type Terminal } from "./terminal.ts";

const options: Options = {
  ...SEARCH_OPTIONS,
  csv: { help: "print comma-separated values with a heading line instead of a table" },
  plot: { help: "add a bar for each point: the number of states on a logarithmic scale" },
  out: { value: "FILE", help: "write the table or the CSV to this file as well" },
};

/** A point of the grid: what came of it, or why the combination is no model. */
interface Point {
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly report?: Report<unknown>;
  readonly refused?: string;
}

/** `irqproof sweep`. */
export const command: Command = {
  usage: ["ID|FILE.ts --PARAMETER VALUES [--PARAMETER VALUES ...] [OPTION ...]"],
  about: [
    "Checks a model at every point of a grid of its parameters and prints how large its state space is. VALUES are separated by commas and may be ranges: --cpus 2,3 --vectors 2..4.",
    "A combination that makes no model is shown as such, with the reason.",
    "Exit status: as irqproof check, over all points.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    if (call.has("csv") && call.has("plot"))
      throw new ModelError("sweep: --plot does not go with --csv; leave one out");
    const search = searchOptions(call);
    const file = await outputFile(call);
    const subject = await subjectOf(onlyWord(call, "ID or FILE.ts, the model to sweep,"));
    const { parameters } = subject.family;
    const given = parametersGiven(call, options, subject.word, parameters);
    const names = Object.keys(given);
    if (names.length === 0) throw new ModelError("sweep: it needs a parameter to vary, such as --cpus 2,3");
    const values = names.map((name) => [name, valuesOfWord(name, parameters[name]!, given[name]!)] as const);
    const grid = combinationsOf(new Map(values));
    const lines: string[] = [];
    const say = (paint: (style: Style) => readonly string[]): void => {
      lines.push(...paint(plainStyle));
      terminal.print(...paint(terminal.style));
    };
    const points = call.has("csv")
      ? await sweepAsCsv(subject, names, grid, search, terminal, say)
      : await sweepAsTable(subject, names, grid, search, terminal, say);
    if (call.has("plot")) say(() => ["", ...plotOf(names, points)]);
    await file?.write(lines);
    const missing = grid.length - points.length;
    if (missing > 0) terminal.complain(`sweep: ${counted(missing, "point")} not checked`);
    return exitStatus(overall([...points.flatMap(verdictsOf), ...(missing > 0 ? ["inconclusive" as const] : [])]));
  },
};

type Say = (paint: (style: Style) => readonly string[]) => void;

async function sweepAsTable(
  subject: Subject,
  names: readonly string[],
  grid: readonly Readonly<Record<string, ParameterValue>>[],
  search: CheckOptions,
  terminal: Terminal,
  say: Say,
): Promise<Point[]> {
  const draw = drawer([
    ...names.map((name) => ({
      heading: name,
      least: Math.max(...grid.map((point) => String(point[name]).length)),
      align: "right" as const,
    })),
    { heading: "verdict", least: 8 },
    { heading: "states", least: 11, align: "right" },
    { heading: "transitions", least: 12, align: "right" },
    { heading: "depth", align: "right" },
    { heading: "time", least: 7, align: "right" },
  ]);
  say((style) => [style.strong(draw.heading)]);
  return sweep(subject, grid, search, terminal, (point) => say((style) => rowOf(names, point, draw, style)));
}

function rowOf(
  names: readonly string[],
  { parameters, report, refused }: Point,
  draw: TableDrawer,
  style: Style,
): string[] {
  const at = names.map((name) => String(parameters[name]));
  if (report === undefined) return [...draw.row([...at, "no model"]), `    ${refused}`];
  const { verdict, states, seconds } = report;
  return draw.row([
    ...at,
    { text: verdictText(verdict), paint: verdictPaint(verdict, style) },
    // A bound was reached: there are at least so many.
    `${report.stopped === undefined ? "" : ">"}${count(states.distinct)}`,
    count(states.transitions),
    String(states.depth),
    duration(seconds),
  ]);
}

async function sweepAsCsv(
  subject: Subject,
  names: readonly string[],
  grid: readonly Readonly<Record<string, ParameterValue>>[],
  search: CheckOptions,
  terminal: Terminal,
  say: Say,
): Promise<Point[]> {
  say(() => [[...names, "verdict", "complete", "states", "transitions", "depth", "seconds"].join(",")]);
  return sweep(subject, grid, search, terminal, ({ parameters, report }) => {
    const at = names.map((name) => parameters[name]);
    const found =
      report === undefined
        ? ["no model", "", "", "", "", ""]
        : [
            report.verdict,
            report.stopped === undefined,
            report.states.distinct,
            report.states.transitions,
            report.states.depth,
            report.seconds.toFixed(3),
          ];
    say(() => [[...at, ...found].map((cell) => csvCell(String(cell))).join(",")]);
  });
}

async function sweep(
  subject: Subject,
  grid: readonly Readonly<Record<string, ParameterValue>>[],
  search: CheckOptions,
  terminal: Terminal,
  onPoint: (point: Point) => void,
): Promise<Point[]> {
  const points: Point[] = [];
  for (const parameters of grid) {
    const point = await pointAt(subject, parameters, search, terminal);
    points.push(point);
    onPoint(point);
    if (point.report?.stopped?.kind === "aborted") break;
  }
  return points;
}

async function pointAt(
  subject: Subject,
  parameters: Readonly<Record<string, ParameterValue>>,
  search: CheckOptions,
  terminal: Terminal,
): Promise<Point> {
  let model;
  try {
    model = subject.family.instantiate(parameters);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { parameters, refused: error.message };
  }
  return { parameters, report: await searched(model, search, terminal) };
}

function verdictsOf({ report }: Point): Verdict[] {
  return report === undefined ? [] : [report.verdict];
}

function plotOf(names: readonly string[], points: readonly Point[]): string[] {
  const bars = points.flatMap(({ parameters, report }) =>
    report === undefined
      ? []
      : [
          {
            label: names.map((name) => `${name}=${parameters[name]}`).join(" "),
            value: report.states.distinct,
            text: count(report.states.distinct),
          },
        ],
  );
  return logPlot(bars, WIDTH);
}

/** RFC 4180: a cell with a comma, a quote or a line break is quoted. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

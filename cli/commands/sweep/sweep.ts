import { ModelError } from "../../../checker/errors.ts";
import { exitStatus, overall, type ParameterValue } from "../../../checker/index.ts";
import { onlyWord, type Options } from "../../arguments/call.ts";
import type { Command } from "../../command.ts";
import { counting, FAIL_ON, failOn } from "../../arguments/fail-on.ts";
import { count, counted, duration } from "../../output/format.ts";
import { combinationsOf, valuesOfWord } from "./grid.ts";
import { outputFile } from "../../arguments/output-file.ts";
import { verdictPaint, verdictText } from "../../output/report.ts";
import { interruptibly } from "../search.ts";
import { SEARCH_OPTIONS, searchOptions } from "../../arguments/search-options.ts";
import { parametersGiven, subjectOf } from "../../arguments/subject.ts";
import { csvHeading, csvLine } from "./csv.ts";
import { sweep, type SweepPoint } from "./point.ts";
import { svgPlot, type PlotPoint } from "./svg.ts";
import { drawer, type TableDrawer } from "../../output/table.ts";
import { plainStyle, type Style } from "../../output/terminal.ts";

// A sweep measures the whole state space, so no search stops early.
const { whole: _, ...common } = SEARCH_OPTIONS;

const options: Options = {
  ...common,
  ...FAIL_ON,
  csv: { help: "print comma-separated values with a heading instead of a table" },
  out: {
    value: "FILE",
    help: "also write the output to this file; to FILE.csv always as comma-separated values",
  },
  svg: { value: "FILE", help: "write a drawing of states and time, each on a logarithmic scale, to this file" },
};

/** `irqproof sweep`. */
export const command: Command = {
  usage: ["ID|FILE.ts --PARAMETER VALUES [--PARAMETER VALUES ...] [OPTION ...]"],
  about: [
    "Checks a model at every point of a grid of its parameters and prints the size of its state space. VALUES are separated by commas and may be ranges: --cpus 2,3 --vectors 2..4.",
    "An invalid combination is listed with the reason. The time is that of the search alone.",
    "Exit status: as irqproof check, over all points.",
  ],
  options,
  parameters: true,
  async run(call, terminal) {
    const search = searchOptions(call);
    const least = failOn(call);
    const file = await outputFile(call);
    const drawing = await outputFile(call, "svg");
    const subject = await subjectOf(onlyWord(call, "ID or FILE.ts, the model to sweep,"));
    const { parameters } = subject.family;
    const given = parametersGiven(call, options, subject.word, parameters);
    const names = Object.keys(given);
    if (names.length === 0) throw new ModelError("sweep: a parameter to vary is missing; give one, such as --cpus 2,3");
    const values = new Map(names.map((name) => [name, valuesOfWord(name, parameters[name]!, given[name]!)] as const));
    const grid = combinationsOf(values);

    const printed: string[] = [];
    const csv = [csvHeading(names)];
    const say = (paint: (style: Style) => readonly string[]): void => {
      printed.push(...paint(plainStyle));
      terminal.print(...paint(terminal.style));
    };
    const draw = tableOf(names, grid);
    say((style) => (call.has("csv") ? csv : [style.strong(draw.heading)]));
    const points = await interruptibly(search, terminal, (interruptible) =>
      sweep(subject, grid, interruptible, terminal, (point) => {
        const line = csvLine(names, point);
        csv.push(line);
        say((style) => (call.has("csv") ? [line] : rowOf(names, point, draw, style)));
      }),
    );
    await file?.write(/\.csv$/i.test(file.name) ? csv : printed);
    if (drawing !== undefined) {
      const drawn = points.flatMap(plotPoint);
      if (drawn.length === 0)
        throw new ModelError(`sweep: --svg ${drawing.name} has nothing to show: no point is a valid model`);
      await drawing.write(svgPlot(subject.family.name, values, drawn));
    }
    const missing = grid.length - points.length;
    if (missing > 0) terminal.complain(`sweep: ${counted(missing, "point")} not checked`);
    const verdicts = points.flatMap(({ report }) => counting(report?.properties ?? [], least));
    const isStopped = missing > 0 || points.some(({ report }) => report?.verdict === "inconclusive");
    return exitStatus(overall([...verdicts, ...(isStopped ? ["inconclusive" as const] : [])]));
  },
};

function tableOf(names: readonly string[], grid: readonly Readonly<Record<string, ParameterValue>>[]): TableDrawer {
  return drawer([
    ...names.map((name) => ({
      heading: name,
      least: Math.max(...grid.map((point) => String(point[name]).length)),
      align: "right" as const,
    })),
    { heading: "verdict", least: 8 },
    { heading: "states", least: 10, align: "right" },
    { heading: "transitions", least: 11, align: "right" },
    { heading: "depth", align: "right" },
    { heading: "bits", align: "right" },
    { heading: "time", least: 7, align: "right" },
  ]);
}

function rowOf(
  names: readonly string[],
  { parameters, report, refused }: SweepPoint,
  draw: TableDrawer,
  style: Style,
): string[] {
  const at = names.map((name) => String(parameters[name]));
  if (report === undefined) return [...draw.row([...at, "no model"]), `    ${refused}`];
  const { verdict, states, engine, seconds } = report;
  return draw.row([
    ...at,
    { text: verdictText(verdict), paint: verdictPaint(verdict, style) },
    // A bound was reached: a lower bound.
    `${report.stopped === undefined ? "" : ">"}${count(states.distinct)}`,
    count(states.transitions),
    count(states.depth),
    String(engine.bitsPerState),
    duration(seconds),
  ]);
}

function plotPoint({ parameters, report }: SweepPoint): PlotPoint[] {
  if (report === undefined) return [];
  const { states, seconds, stopped } = report;
  // A search with symmetry may leave the number open.
  if (Number.isNaN(states.distinct)) return [];
  return [{ parameters, states: states.distinct, seconds, complete: stopped === undefined }];
}

import type { ParameterValue } from "../../../checker/index.ts";

/** A point of a sweep, for a plot. */
export interface PlotPoint {
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly states: number;
  readonly seconds: number;
  /** False where a bound was reached: the number of states is a lower bound. */
  readonly complete: boolean;
}

/** Points joined by a line: they differ only in the parameter of the axis. */
interface Series {
  readonly label: string;
  /** By the values of the axis; undefined where there is no point. */
  readonly points: readonly (PlotPoint | undefined)[];
}

/** One of the two diagrams. */
interface Panel {
  readonly title: string;
  readonly left: number;
  valueOf(point: PlotPoint): number;
}

/** In units of the drawing: pixels, unless it is scaled. */
const [WIDTH, PLOT_WIDTH, PLOT_HEIGHT, TOP] = [760, 290, 230, 56];
const PANELS: readonly Panel[] = [
  { title: "distinct states", left: 70, valueOf: ({ states }) => states },
  // Resolution of the clock: the lower bound of any time.
  { title: "time in seconds", left: 450, valueOf: ({ seconds }) => Math.max(seconds, 0.001) },
];
const LEGEND_ROW = 18;

/** The colours of Okabe and Ito, which most colour-blind readers can distinguish; shapes and dashes for grey prints. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000"];
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "12 4"];
const MARKS: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `M${x - 3.5} ${y}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z`,
  (x, y) => `M${x - 3.3} ${y - 3.3}h6.6v6.6h-6.6z`,
  (x, y) => `M${x} ${y - 4.2}l4.2 7.2h-8.4z`,
  (x, y) => `M${x} ${y - 4.6}l4.6 4.6l-4.6 4.6l-4.6 -4.6z`,
  (x, y) => `M${x} ${y + 4.2}l4.2 -7.2h-8.4z`,
];

/**
 * Two diagrams side by side, distinct states and time over the parameter with the most values, both on a logarithmic
 * scale; a line for each combination of the other parameters. For a paper: no colour is needed to read it.
 *
 * @param name of the model
 * @param values of each parameter of the grid, in its order
 * @param points at least one
 * @returns the lines of an SVG file
 */
export function svgPlot(
  name: string,
  values: ReadonlyMap<string, readonly ParameterValue[]>,
  points: readonly PlotPoint[],
): string[] {
  const axis = [...values].reduce((most, entry) => (entry[1].length > most[1].length ? entry : most))[0];
  const ticks = sorted(values.get(axis) ?? []);
  const fixed = [...values].filter(([parameter, { length }]) => length === 1 && parameter !== axis);
  const heading = [name, ...fixed.map(([parameter, [value]]) => `${parameter} ${value}`)].join(", ");
  const varied = [...values.keys()].filter((parameter) => parameter !== axis && values.get(parameter)!.length > 1);
  const series = seriesOf(axis, ticks, varied, points);
  const bounded = points.some(({ complete }) => !complete);
  const legend = legendOf(series, bounded);
  const height = TOP + PLOT_HEIGHT + 56 + legend.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="12" fill="#000">`,
    `<title>${escaped(`${heading}: distinct states and time over ${axis}`)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(PANELS[0]!.left, 22, heading, `font-size="14" font-weight="bold"`),
    ...PANELS.flatMap((panel) => panelOf(panel, axis, ticks, series)),
    ...legend.lines,
    "</svg>",
  ];
}

/** Numbers grow from left to right; other values stay in their order. */
function sorted(values: readonly ParameterValue[]): readonly ParameterValue[] {
  return values.every((value) => typeof value === "number") ? values.toSorted((a, b) => a - b) : values;
}

function seriesOf(
  axis: string,
  ticks: readonly ParameterValue[],
  varied: readonly string[],
  points: readonly PlotPoint[],
): Series[] {
  const groups = new Map<string, PlotPoint[]>();
  for (const point of points) {
    const label = varied.map((parameter) => `${parameter} ${point.parameters[parameter]}`).join(", ");
    groups.set(label, [...(groups.get(label) ?? []), point]);
  }
  return [...groups].map(([label, group]) => ({
    label,
    points: ticks.map((tick) => group.find(({ parameters }) => parameters[axis] === tick)),
  }));
}

function panelOf(
  { title, left, valueOf }: Panel,
  axis: string,
  ticks: readonly ParameterValue[],
  series: readonly Series[],
): string[] {
  const values = series.flatMap(({ points }) =>
    points.flatMap((point) => (point === undefined ? [] : [valueOf(point)])),
  );
  const least = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const bottom = TOP + PLOT_HEIGHT;
  const x = (index: number): number => round(left + (PLOT_WIDTH * (index + 0.5)) / ticks.length);
  const y = (value: number): number => round(bottom - (PLOT_HEIGHT * (Math.log10(value) - least)) / (most - least));
  const lines: string[] = [];
  // At most nine marks, whole powers of ten.
  const step = Math.ceil((most - least) / 8);
  for (let power = least; power <= most; power++) {
    const at = y(10 ** power);
    const labelled = (power - least) % step === 0;
    lines.push(line(left, at, left + PLOT_WIDTH, at, labelled ? "#ccc" : "#eee"));
    if (labelled) lines.push(powerOfTen(left - 8, at + 4, power));
    if (power === most || step > 1) continue;
    for (let digit = 2; digit < 10; digit++) {
      const minor = y(digit * 10 ** power);
      lines.push(line(left, minor, left + 3, minor, "#000"));
    }
  }
  // Fewer labels where there are many values.
  const every = Math.ceil(ticks.length / 12);
  for (const [index, tick] of ticks.entries()) {
    lines.push(line(x(index), bottom, x(index), bottom + 4, "#000"));
    if (index % every === 0) lines.push(text(x(index), bottom + 18, String(tick), `text-anchor="middle"`));
  }
  lines.push(
    `<rect x="${left}" y="${TOP}" width="${PLOT_WIDTH}" height="${PLOT_HEIGHT}" fill="none" stroke="#000"/>`,
    text(left + PLOT_WIDTH / 2, bottom + 38, axis, `text-anchor="middle"`),
    text(left, TOP - 10, title),
  );
  for (const [index, { points }] of series.entries()) {
    let path = "";
    for (const [tick, point] of points.entries()) {
      // A value without a point interrupts the line.
      if (point !== undefined) path += `${points[tick - 1] === undefined ? "M" : "L"}${x(tick)} ${y(valueOf(point))}`;
    }
    lines.push(strokeOf(index, path));
    for (const [tick, point] of points.entries()) {
      if (point !== undefined) lines.push(markOf(index, x(tick), y(valueOf(point)), point.complete));
    }
  }
  return lines;
}

/** Below the diagrams, in as many columns as the longest label allows. */
function legendOf(series: readonly Series[], bounded: boolean): { readonly height: number; readonly lines: string[] } {
  const top = TOP + PLOT_HEIGHT + 62;
  const left = PANELS[0]!.left;
  const labelled = series.filter(({ label }) => label !== "");
  // Letters are about half as wide as high; twelve high.
  const cell = 60 + 6.6 * Math.max(0, ...labelled.map(({ label }) => label.length));
  const columns = Math.max(1, Math.floor((WIDTH - left - 20) / cell));
  const rows = Math.ceil(labelled.length / columns);
  const lines = labelled.flatMap(({ label }, index) => {
    const x = round(left + cell * Math.floor(index / rows));
    const y = top + LEGEND_ROW * (index % rows);
    return [strokeOf(index, `M${x} ${y}L${x + 32} ${y}`), markOf(index, x + 16, y, true), text(x + 40, y + 4, label)];
  });
  if (bounded) {
    const y = top + LEGEND_ROW * rows;
    lines.push(
      markOf(0, left + 16, y, false),
      text(left + 40, y + 4, "hollow: a bound was reached, the number is a lower bound"),
    );
  }
  return { height: LEGEND_ROW * (rows + (bounded ? 1 : 0)) + (rows > 0 || bounded ? 8 : 0), lines };
}

function strokeOf(series: number, path: string): string {
  const dash = DASHES[Math.floor(series / MARKS.length) % DASHES.length] as string;
  return `<path d="${path}" fill="none" stroke="${colourOf(series)}" stroke-width="1.5"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>`;
}

function markOf(series: number, x: number, y: number, filled: boolean): string {
  const mark = MARKS[series % MARKS.length] as (x: number, y: number) => string;
  const colour = colourOf(series);
  return `<path d="${mark(x, y)}" fill="${filled ? colour : "#fff"}" stroke="${colour}"/>`;
}

function colourOf(series: number): string {
  return COLOURS[series % COLOURS.length] as string;
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}"/>`;
}

function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${x}" y="${y}"${more === "" ? "" : ` ${more}`}>${escaped(words)}</text>`;
}

function powerOfTen(x: number, y: number, power: number): string {
  return `<text x="${x}" y="${y}" text-anchor="end">10<tspan dy="-5" font-size="9">${power < 0 ? "−" : ""}${Math.abs(power)}</tspan></text>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Rounded to a tenth of a unit, finer than any screen or print. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

import { disagreement } from "./agreement.ts";
import { MODELS } from "./models.ts";
import { rateOf, samplesOf, totalOf, wallRateOf, type Result, type Sample } from "./result.ts";
import { ratioOf, summaryOf, type Summary } from "./statistics.ts";

/** Share of a processor for other programs that makes a measurement doubtful. */
const DISTURBED_SHARE = 0.1;
/** Shortest process, in wall-clock seconds, for which that share can be measured. */
const DISTURBED_SECONDS = 1;
/** State spaces of at least this size are compared with each other. */
const MIN_COMPARED_STATES = 1_000_000;
const MEGABYTE = 1e6;

/** The result as a Markdown document. */
export function markdownOf(result: Result): string {
  const { machine, date, turns, models, contestants, missing, complaints, starts } = result;
  return [
    `# Benchmark of ${date}`,
    "",
    `${machine}. ${turns === 1 ? "One turn" : `${turns} turns`} of all checkers. Seconds are processor time, user and system, of whole processes with their children; figures are medians (least to most). A ratio is between two measurements of the same turn.`,
    "",
    "Start to verdict is the sum of generation, compilation and run. States a second are those of the search: for SPIN and Rumur the run, for an engine of this project the search within it; the time of several threads is added up. Ratio of search: states a second of our compiled engine ÷ those of the checker. Ratio of start to verdict: time of the checker ÷ time of `irqproof check`.",
    "",
    ...models.flatMap(({ name, parameters }) => [
      `## ${name} (${parameters.join(", ")})`,
      "",
      ...rowsOf(result, name),
      "",
    ]),
    "## Growth and workers",
    "",
    ...scaling(result),
    "",
    "## Start",
    "",
    "Start to verdict at the smallest size, seconds.",
    "",
    ...startRows(result),
    "",
    ...[...new Set(starts.map(({ what }) => what))].flatMap((what) => {
      const here = starts.filter((start) => start.what === what);
      const [cpu, wall] = [here.map((start) => start.cpu), here.map((start) => start.seconds)];
      return [
        `- \`${what}\`: ${seconds(summaryOf(cpu))} s of processor time, ${seconds(summaryOf(wall))} s by the clock`,
      ];
    }),
    "",
    "## Settings",
    "",
    ...contestants.map(({ name, version, settings }) => `- ${name} (${version}): ${settings}`),
    ...missing.map((line) => `- ${line}`),
    ...(complaints.length === 0 ? [] : ["", "## Complaints", "", ...complaints.map((line) => `- ${line}`)]),
    "",
  ].join("\n");
}

const HEAD = [
  "size",
  "checker",
  "distinct states",
  "transitions",
  "generation or reading, s",
  "compilation, s",
  "run, s",
  "start to verdict, s",
  "thousand states/s",
  "memory, MB",
  "bytes/state",
  "ratio of search",
  "ratio of start to verdict",
];

function rowsOf(result: Result, model: string): string[] {
  const { start } = result.models.find(({ name }) => name === model)!;
  const known = MODELS.find(({ name }) => name === model)?.known ?? {};
  const sizes = [...new Set(result.samples.filter((s) => s.model === model).map(({ size }) => size))];
  const rows = sizes
    .filter((size) => size !== start)
    .flatMap((size) => {
      const here = result.samples.filter((sample) => sample.model === model && sample.size === size);
      const comparable = disagreement(here, known[size]) === undefined;
      return result.contestants.flatMap(({ id, name }) => {
        const samples = samplesOf(result, model, size, id);
        const [first] = samples;
        if (first === undefined) return [];
        const ratio = (of: string, dividend: (sample: Sample) => number | undefined): Summary | undefined =>
          comparable && id !== of ? ratioOf(samplesOf(result, model, size, of), samples, dividend) : undefined;
        const rates = samples.flatMap((sample) => rateOf(sample) ?? []);
        return [
          [
            size,
            `${name}${wasDisturbed(samples) ? " (disturbed)" : ""}`,
            count(first.distinct),
            `${first.transitionsWithin > 0 ? "about " : ""}${count(first.transitions)}`,
            partOf(samples.map(({ generation, reading }) => reading ?? generation)),
            partOf(samples.map(({ compilation, compiling }) => compiling ?? compilation)),
            seconds(summaryOf(samples.map(({ cpu }) => cpu))),
            seconds(summaryOf(samples.map(totalOf))),
            rates.length === 0 ? "" : whole(summaryOf(rates.map((rate) => rate / 1000))),
            first.bytes === 0 ? "" : whole(summaryOf(samples.map(({ bytes }) => bytes / MEGABYTE))),
            first.bytes === 0 ? "" : tenth(summaryOf(samples.map(({ bytes, distinct }) => bytes / distinct))),
            factorOf(ratio("compiled", rateOf)),
            factorOf(ratio("command", (sample) => 1 / totalOf(sample))),
          ],
        ];
      });
    });
  const disturbed = rows.some((row) => row[1]?.endsWith("(disturbed)") === true);
  return [
    ...tableOf(HEAD, rows),
    ...(disturbed
      ? [
          "",
          "Disturbed: other programs had more than a tenth of a processor during one of these runs; do not rely on it.",
        ]
      : []),
  ];
}

/** Whether other programs were busy during one of these runs. */
function wasDisturbed(samples: readonly Sample[]): boolean {
  return samples.some(({ others, process }) => process >= DISTURBED_SECONDS && others / process > DISTURBED_SHARE);
}

function scaling(result: Result): string[] {
  const rows = result.models.flatMap(({ name: model }) => {
    const known = MODELS.find(({ name }) => name === model)?.known ?? {};
    const sizes = [...new Set(result.samples.filter((s) => s.model === model).map(({ size }) => size))].filter(
      (size) => {
        const here = result.samples.filter((sample) => sample.model === model && sample.size === size);
        return (here[0]?.distinct ?? 0) >= MIN_COMPARED_STATES && disagreement(here, known[size]) === undefined;
      },
    );
    return sizes.map((size) => {
      const one = samplesOf(result, model, size, "compiled");
      const two = ratioOf(samplesOf(result, model, size, "compiled-2"), one, wallRateOf);
      const growth = ratioOf(one, samplesOf(result, model, sizes[0] as string, "compiled"), rateOf);
      return [
        model,
        size,
        count(result.samples.find((s) => s.model === model && s.size === size)?.distinct ?? 0),
        factorOf(two),
        growth === undefined || size === sizes[0] ? "" : `${factor(growth)} of ${sizes[0]}`,
      ];
    });
  });
  if (rows.length === 0) return [`No state space of at least ${count(MIN_COMPARED_STATES)} states was measured.`];
  return tableOf(
    ["model", "size", "distinct states", "two workers ÷ one, by the clock", "one worker's states/s"],
    rows,
  );
}

function startRows(result: Result): string[] {
  const rows = result.contestants.map(({ id, name }) => [
    name,
    ...result.models.map(({ name: model, start }) => {
      const samples = samplesOf(result, model, start, id);
      if (samples.length === 0) return "";
      return seconds(summaryOf(samples.map(totalOf)));
    }),
  ]);
  return tableOf(["checker", ...result.models.map(({ name, start }) => `${name} ${start}`)], rows);
}

/** A Markdown table. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

function spread({ median, least, most }: Summary, text: (value: number) => string): string {
  return least === most ? text(median) : `${text(median)} (${text(least)} to ${text(most)})`;
}

const whole = (summary: Summary): string => spread(summary, count);
const tenth = (summary: Summary): string => spread(summary, (value) => value.toFixed(1));
const seconds = (summary: Summary): string => spread(summary, (value) => value.toFixed(2));
/** Seconds of a part of a run; empty for a checker that does not have it. */
const partOf = (values: readonly number[]): string =>
  values.every((value) => value === 0) ? "" : seconds(summaryOf(values));
/** A ratio with its spread. */
export const factor = (summary: Summary): string => spread(summary, (value) => value.toFixed(2));
const factorOf = (summary: Summary | undefined): string => (summary === undefined ? "" : factor(summary));

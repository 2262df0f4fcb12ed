import { disagreement } from "./agreement.ts";
import { MODELS } from "./models.ts";
import { rateOf, samplesOf, type Result, type Sample } from "./result.ts";
import { ratioOf, summaryOf, type Summary } from "./statistics.ts";

/** So much of a processor for other programs makes a measurement doubtful. */
const BUSY = 0.1;
/** Shorter processes say nothing of that. */
const LONG = 1;
/** State spaces of at least so many states are compared with each other. */
const LARGE = 1_000_000;

/** The result as a Markdown document. */
export function markdownOf(result: Result): string {
  const { machine, date, turns, models, contestants, missing, complaints, starts } = result;
  return [
    `# Benchmark of ${date}`,
    "",
    `${machine}. ${turns === 1 ? "One turn" : `${turns} turns`} of all checkers; each search is a process of its own. Figures are medians (least to most). A ratio is between two searches of the same turn. "ours ÷ it" says how many times as many states a second the compiled engine with one worker explored.`,
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
    "From nothing to the verdict at the smallest size, seconds; for SPIN and Rumur, a program was made of the model before, once for each size.",
    "",
    ...startRows(result),
    "",
    ...[...new Set(starts.map(({ what }) => what))].map(
      (what) =>
        `\`${what}\`: ${seconds(summaryOf(starts.filter((start) => start.what === what).map((s) => s.seconds)))} s`,
    ),
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
  "thousand states/s",
  "thousand transitions/s",
  "bytes/state, whole process",
  "start to end, s",
  "ours ÷ it",
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
        const ratio = comparable ? ratioOf(samplesOf(result, model, size, "compiled"), samples, rateOf) : undefined;
        return [
          [
            size,
            `${name}${wasDisturbed(samples) ? " (disturbed)" : ""}`,
            count(first.distinct),
            `${first.transitionsWithin > 0 ? "about " : ""}${count(first.transitions)}`,
            whole(summaryOf(samples.map((sample) => rateOf(sample) / 1000))),
            whole(summaryOf(samples.map(({ transitions, seconds }) => transitions / seconds / 1000))),
            first.bytes === 0 ? "" : tenth(summaryOf(samples.map(({ bytes, distinct }) => bytes / distinct))),
            seconds(summaryOf(samples.map(({ process }) => process))),
            id === "compiled" || ratio === undefined ? "" : factor(ratio),
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
          `Disturbed: other programs had more than a tenth of a processor during one of these searches; do not rely on it.`,
        ]
      : []),
  ];
}

/** Whether something else was busy on the machine while one of these searches ran. */
function wasDisturbed(samples: readonly Sample[]): boolean {
  return samples.some(({ others, process }) => process >= LONG && others / process > BUSY);
}

function scaling(result: Result): string[] {
  const rows = result.models.flatMap(({ name: model }) => {
    const known = MODELS.find(({ name }) => name === model)?.known ?? {};
    const sizes = [...new Set(result.samples.filter((s) => s.model === model).map(({ size }) => size))].filter(
      (size) => {
        const here = result.samples.filter((sample) => sample.model === model && sample.size === size);
        return (here[0]?.distinct ?? 0) >= LARGE && disagreement(here, known[size]) === undefined;
      },
    );
    return sizes.map((size) => {
      const one = samplesOf(result, model, size, "compiled");
      const two = ratioOf(samplesOf(result, model, size, "compiled-2"), one, rateOf);
      const growth = ratioOf(one, samplesOf(result, model, sizes[0] as string, "compiled"), rateOf);
      return [
        model,
        size,
        count(result.samples.find((s) => s.model === model && s.size === size)?.distinct ?? 0),
        two === undefined ? "" : factor(two),
        growth === undefined || size === sizes[0] ? "" : `${factor(growth)} of ${sizes[0]}`,
      ];
    });
  });
  if (rows.length === 0) return [`No state space of at least ${count(LARGE)} states was measured.`];
  return tableOf(["model", "size", "distinct states", "two workers ÷ one", "one worker's rate"], rows);
}

function startRows(result: Result): string[] {
  const rows = result.contestants.map(({ id, name }) => [
    name,
    ...result.models.map(({ name: model, start }) => {
      const samples = samplesOf(result, model, start, id);
      if (samples.length === 0) return "";
      const made = result.prepared.filter((entry) => entry.contestant === id && entry.model === model);
      const before = made.some((entry) => entry.seconds > 0)
        ? `; before: ${seconds(summaryOf(made.map((entry) => entry.seconds)))}`
        : "";
      return `${seconds(summaryOf(samples.map(({ process }) => process)))}${before}`;
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
/** A ratio with its spread. */
export const factor = (summary: Summary): string => spread(summary, (value) => value.toFixed(2));

/**
 * `npm run bench:required -- [FILE.json]`: the figures that the fast engine must reach, beside what a benchmark
 * measured. Exit status 0 when all are reached, 1 when one falls short or was not measured, 2 when the call is wrong.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { disagreement } from "./agreement.ts";
import { MODELS } from "./models.ts";
import { rateOf, samplesOf, START_COMMAND, type Result } from "./result.ts";
import { ratioOf, summaryOf, type Summary } from "./statistics.ts";
import { factor, tableOf } from "./table.ts";

/** A figure: what it must be, and what it was. */
export interface Required {
  readonly figure: string;
  readonly bound: "at least" | "at most";
  readonly value: number;
  /** Undefined when it was not measured, or counts differ. */
  readonly reached: Summary | undefined;
}

const MODEL = "migration";
const MIDDLE = "2,3,2";
const LARGE = "2,3,3";
const LARGEST = "2,4,2";

/** The figures of a result. */
export function requiredOf(result: Result): Required[] {
  const of = (size: string, contestant: string) => {
    const here = result.samples.filter((sample) => sample.model === MODEL && sample.size === size);
    const known = MODELS.find(({ name }) => name === MODEL)?.known[size];
    return disagreement(here, known) === undefined ? samplesOf(result, MODEL, size, contestant) : [];
  };
  const against = (peer: string, name: string, size: string, value: number): Required => ({
    figure: `one worker against ${name} at ${size}`,
    bound: "at least",
    value,
    reached: ratioOf(of(size, "compiled"), of(size, peer), rateOf),
  });
  const large = of(LARGE, "compiled");
  const starts = result.starts.filter(({ what }) => what === START_COMMAND);
  return [
    against("spin", "SPIN", MIDDLE, 3),
    against("spin", "SPIN", LARGE, 4),
    against("rumur", "Rumur", MIDDLE, 12),
    against("rumur", "Rumur", LARGE, 12),
    against("tlc", "TLC", MIDDLE, 35),
    against("tlc", "TLC", LARGE, 35),
    {
      figure: `two workers against one at ${LARGE}`,
      bound: "at least",
      value: 1.6,
      reached: ratioOf(of(LARGE, "compiled-2"), large, rateOf),
    },
    {
      figure: `one worker's rate at ${LARGEST} against ${MIDDLE}`,
      bound: "at least",
      value: 0.6,
      reached: ratioOf(of(LARGEST, "compiled"), of(MIDDLE, "compiled"), rateOf),
    },
    {
      figure: `bytes a state at ${LARGE}, whole process`,
      bound: "at most",
      value: 20,
      reached: large.length === 0 ? undefined : summaryOf(large.map(({ bytes, distinct }) => bytes / distinct)),
    },
    {
      figure: `${START_COMMAND}, start to verdict, seconds`,
      bound: "at most",
      value: 0.5,
      reached: starts.length === 0 ? undefined : summaryOf(starts.map(({ seconds }) => seconds)),
    },
  ];
}

/** Whether a figure is reached, by its median. */
export function isReached({ bound, value, reached }: Required): boolean {
  if (reached === undefined) return false;
  return bound === "at least" ? reached.median >= value : reached.median <= value;
}

/** The figures as a Markdown table. */
export function requiredTable(figures: readonly Required[]): string[] {
  return tableOf(
    ["figure", "must be", "reached", "reached ÷ required", ""],
    figures.map((figure) => {
      const { bound, value, reached } = figure;
      return [
        figure.figure,
        `${bound} ${value}`,
        reached === undefined ? "not measured" : factor(reached),
        reached === undefined ? "" : (reached.median / value).toFixed(2),
        isReached(figure) ? "yes" : reached === undefined ? "" : "falls short",
      ];
    }),
  );
}

/** The program; its exit status. */
export function required(given: readonly string[]): number {
  const [file = fileURLToPath(new URL("results/latest.json", import.meta.url)), ...more] = given;
  if (more.length > 0 || file.startsWith("-"))
    return wrong("it takes one file at most: npm run bench:required -- FILE.json");
  let result: Result;
  try {
    result = JSON.parse(readFileSync(file, "utf8")) as Result;
  } catch {
    return wrong(`${file} cannot be read as a result; run npm run bench first`);
  }
  if (result.schema !== 1) return wrong(`${file} is not a result of this benchmark`);
  const figures = requiredOf(result);
  console.log(requiredTable(figures).join("\n"));
  return figures.every(isReached) ? 0 : 1;
}

function wrong(why: string): 2 {
  console.error(`bench:required: ${why}`);
  return 2;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = required(process.argv.slice(2));

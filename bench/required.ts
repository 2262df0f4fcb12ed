/**
 * `npm run bench:required -- [FILE.json]`: the required figures, beside those of a benchmark. Exit status 0 when all
 * are reached, 1 when one falls short or was not measured, 2 when the call is wrong.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { disagreement } from "./agreement.ts";
import { MODELS } from "./models.ts";
import {
  MIDDLE_COMMAND,
  rateOf,
  RESULT_SCHEMA,
  samplesOf,
  SMALL_COMMAND,
  totalOf,
  wallRateOf,
  type Result,
  type Sample,
  type Start,
} from "./result.ts";
import { ratioOf, summaryOf, type Summary } from "./statistics.ts";
import { factor, tableOf } from "./table.ts";

/** A required figure, and the measured one. */
export interface Required {
  readonly figure: string;
  readonly bound: "at least" | "at most";
  readonly value: number;
  /** Undefined when it was not measured, or counts differ. */
  readonly reached: Summary | undefined;
}

/** A model at a size. */
interface Place {
  readonly model: string;
  readonly size: string;
}

const CATALOGUE: Place = { model: "x86-two-step", size: "3,3,2,2" };
const LOSS_ALONE: Place = { model: "x86-two-step-loss", size: "3,3,2,2" };
const PETERSON: Place = { model: "n-peterson", size: "5" };
const MIDDLE_SIZE: Place = { model: "migration", size: "2,3,2" };
const LARGE_SIZE: Place = { model: "migration", size: "2,3,3" };
const LARGEST_SIZE: Place = { model: "migration", size: "2,4,2" };

/** The figures of a result. */
export function requiredOf(result: Result): Required[] {
  const of = ({ model, size }: Place, contestant: string): readonly Sample[] => {
    const here = result.samples.filter((sample) => sample.model === model && sample.size === size);
    const known = MODELS.find(({ name }) => name === model)?.known[size];
    return disagreement(here, known) === undefined ? samplesOf(result, model, size, contestant) : [];
  };
  return [...ofCatalogue(of), ...ofExamples(of), ...ofCommands(result.starts)];
}

/** All samples of a contestant, where counts agree. */
type SamplesAt = (place: Place, contestant: string) => readonly Sample[];

function ofCatalogue(of: SamplesAt): Required[] {
  const at = textOf(CATALOGUE);
  return [
    against(of, "spin", "SPIN", CATALOGUE, 2),
    {
      figure: `start to verdict, SPIN ÷ irqproof check at ${at}`,
      bound: "at least",
      value: 2,
      reached: ratioOf(of(CATALOGUE, "spin"), of(CATALOGUE, "command"), totalOf),
    },
    {
      figure: `memory, irqproof check ÷ SPIN at ${at}`,
      bound: "at most",
      value: 1,
      reached: ratioOf(of(CATALOGUE, "command"), of(CATALOGUE, "spin"), ({ bytes }) => bytes),
    },
    {
      figure: `time of reading, compilation and search, all properties ÷ the loss alone at ${at}`,
      bound: "at most",
      value: 1.3,
      reached: ratioOf(
        of(CATALOGUE, "compiled"),
        of(LOSS_ALONE, "compiled"),
        ({ search, reading = 0, compiling = 0 }) => (search === undefined ? undefined : search + reading + compiling),
      ),
    },
  ];
}

function ofExamples(of: SamplesAt): Required[] {
  const command = of(LARGE_SIZE, "command");
  return [
    against(of, "spin", "SPIN", PETERSON, 1.2),
    against(of, "spin", "SPIN", MIDDLE_SIZE, 3),
    against(of, "spin", "SPIN", LARGE_SIZE, 4),
    against(of, "rumur", "Rumur", MIDDLE_SIZE, 12),
    against(of, "rumur", "Rumur", LARGE_SIZE, 12),
    against(of, "tlc", "TLC", MIDDLE_SIZE, 35),
    against(of, "tlc", "TLC", LARGE_SIZE, 35),
    {
      figure: `two workers against one at ${textOf(LARGE_SIZE)}, by the clock`,
      bound: "at least",
      value: 1.6,
      reached: ratioOf(of(LARGE_SIZE, "compiled-2"), of(LARGE_SIZE, "compiled"), wallRateOf),
    },
    {
      figure: `one worker's states a second at ${textOf(LARGEST_SIZE)} against ${textOf(MIDDLE_SIZE)}`,
      bound: "at least",
      value: 0.6,
      reached: ratioOf(of(LARGEST_SIZE, "compiled"), of(MIDDLE_SIZE, "compiled"), rateOf),
    },
    {
      figure: `bytes a state at ${textOf(LARGE_SIZE)}, whole process of irqproof check`,
      bound: "at most",
      value: 20,
      reached: command.length === 0 ? undefined : summaryOf(command.map(({ bytes, distinct }) => bytes / distinct)),
    },
  ];
}

function ofCommands(starts: readonly Start[]): Required[] {
  const measured = (command: string, of: (start: Start) => number): Summary | undefined => {
    const here = starts.filter(({ what }) => what === command);
    return here.length === 0 ? undefined : summaryOf(here.map(of));
  };
  return [
    {
      figure: `${MIDDLE_COMMAND}, start to verdict, processor seconds`,
      bound: "at most",
      value: 1.5,
      reached: measured(MIDDLE_COMMAND, ({ cpu }) => cpu),
    },
    {
      figure: `${SMALL_COMMAND}, start to verdict, seconds by the clock`,
      bound: "at most",
      value: 0.5,
      reached: measured(SMALL_COMMAND, ({ seconds }) => seconds),
    },
  ];
}

/** States for each processor second of the compiled engine's search, against those of a peer. */
function against(of: SamplesAt, peer: string, name: string, place: Place, value: number): Required {
  return {
    figure: `search, one worker against ${name} at ${textOf(place)}`,
    bound: "at least",
    value,
    reached: ratioOf(of(place, "compiled"), of(place, peer), rateOf),
  };
}

function textOf({ model, size }: Place): string {
  return `${model} ${size}`;
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
  const { schema } = result as { readonly schema?: unknown };
  if (schema === 1) return wrong(`${file} timed searches by the wall clock, as results did before; measure again`);
  if (schema !== RESULT_SCHEMA) return wrong(`${file} is not a result of this benchmark`);
  const figures = requiredOf(result);
  console.log(requiredTable(figures).join("\n"));
  return figures.every(isReached) ? 0 : 1;
}

function wrong(why: string): 2 {
  console.error(`bench:required: ${why}`);
  return 2;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = required(process.argv.slice(2));

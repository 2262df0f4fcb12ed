import type { Measurement } from "./contestants/contestant.ts";

/** One run of a checker, with where it belongs. */
export interface Sample extends Measurement {
  readonly turn: number;
  readonly model: string;
  readonly size: string;
  /** The contestant's id. */
  readonly contestant: string;
}

/** One run of a whole command. */
export interface Start {
  readonly turn: number;
  /** The command. */
  readonly what: string;
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** Processor seconds. */
  readonly cpu: number;
}

/** Version of the JSON file; version 1 timed searches by the wall clock. */
export const RESULT_SCHEMA = 2 as const;

/** Everything that a benchmark measured: the JSON file. */
export interface Result {
  readonly schema: typeof RESULT_SCHEMA;
  /** The day, as YYYY-MM-DD. */
  readonly date: string;
  readonly machine: string;
  readonly turns: number;
  readonly contestants: readonly {
    readonly id: string;
    readonly name: string;
    readonly settings: string;
    readonly version: string;
  }[];
  readonly models: readonly { readonly name: string; readonly parameters: readonly string[]; readonly start: string }[];
  readonly samples: readonly Sample[];
  /** Whole commands, start to verdict. */
  readonly starts: readonly Start[];
  /** Checkers that are not on this machine, with how to get them. */
  readonly missing: readonly string[];
  /** Failures, and counts that differ. With one of these the exit status is 1. */
  readonly complaints: readonly string[];
}

/** The commands that are timed from start to verdict, with their defaults and with 29,000 states. */
export const SMALL_COMMAND = "irqproof check x86-two-step";
export const MIDDLE_COMMAND = "irqproof check x86-two-step --cpus 3 --vectors 3 --devices 2";

/** Shorter searches have no rate: the kernel counts processor time in hundredths of a second. */
const MIN_SEARCH_SECONDS = 0.1;

/**
 * Distinct states for each processor second of the search; undefined where the search is not timed apart, or is too
 * short.
 */
export function rateOf({ distinct, search }: Measurement): number | undefined {
  return search === undefined || search < MIN_SEARCH_SECONDS ? undefined : distinct / search;
}

/** Distinct states for each wall-clock second of the search: to compare several threads with one. */
export function wallRateOf({ distinct, seconds }: Measurement): number {
  return distinct / seconds;
}

/** Processor seconds from the model to the verdict: generation, compilation and the process that searches. */
export function totalOf({ generation, compilation, cpu }: Measurement): number {
  return generation + compilation + cpu;
}

/** The samples of one contestant at one size of a model. */
export function samplesOf(
  { samples }: Pick<Result, "samples">,
  model: string,
  size: string,
  contestant: string,
): readonly Sample[] {
  return samples.filter((sample) => sample.model === model && sample.size === size && sample.contestant === contestant);
}

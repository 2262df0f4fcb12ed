import type { Measurement } from "./contestants/contestant.ts";

/** One search, with where it belongs. */
export interface Sample extends Measurement {
  readonly turn: number;
  readonly model: string;
  readonly size: string;
  /** The contestant's id. */
  readonly contestant: string;
}

/** How long something took from start to end. */
export interface Start {
  readonly turn: number;
  readonly what: string;
  readonly seconds: number;
}

/** Everything that a benchmark found out: the JSON file. */
export interface Result {
  readonly schema: 1;
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
  /** What it took to make programs of the models. */
  readonly prepared: readonly {
    readonly contestant: string;
    readonly model: string;
    readonly size: string;
    readonly seconds: number;
  }[];
  readonly samples: readonly Sample[];
  /** Whole commands, start to verdict. */
  readonly starts: readonly Start[];
  /** Checkers that are not on this machine, with how to get them. */
  readonly missing: readonly string[];
  /** Failures, and counts that differ. With one of these the exit status is 1. */
  readonly complaints: readonly string[];
}

/** The command whose time counts from start to verdict. */
export const START_COMMAND = "irqproof check x86-two-step";

/** Distinct states a second. */
export function rateOf({ distinct, seconds }: Measurement): number {
  return distinct / seconds;
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

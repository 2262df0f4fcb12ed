import { messageOf } from "../checker/errors.ts";
import { disagreement } from "./agreement.ts";
import type { Contestant } from "./contestants/contestant.ts";
import { sizeText, type BenchModel, type Size } from "./models.ts";
import { rateOf, totalOf, type Result, type Sample } from "./result.ts";

/** A model with the sizes to measure. */
export interface Plan {
  readonly model: BenchModel;
  readonly sizes: readonly Size[];
}

/** Options for `measure`. */
export interface MeasureOptions {
  readonly turns: number;
  /** Asked for by name: these are not left out of large state spaces. */
  readonly named: ReadonlySet<string>;
  /** Reports each measurement as one line. */
  readonly say: (line: string) => void;
  /** Called after each measurement, so that an interrupted benchmark keeps what it has. */
  readonly keep: (soFar: Measured) => Promise<void>;
}

/** The measured part of a `Result`. */
export type Measured = Pick<Result, "samples" | "complaints">;

/**
 * Runs every contestant on every size, in turns: each turn is one run of each of them, one after another, so that what
 * else the machine does meets all of them alike. A contestant that fails at a size is not tried there again.
 */
export async function measure(
  contestants: readonly Contestant[],
  plans: readonly Plan[],
  { turns, named, say, keep }: MeasureOptions,
): Promise<Measured> {
  const samples: Sample[] = [];
  const complaints: string[] = [];
  const failed = new Set<string>();

  for (let turn = 1; turn <= turns; turn++) {
    for (const { model, sizes } of plans) {
      const starts = new Map<Contestant, Sample>();
      for (const size of [model.start, ...sizes.filter((size) => sizeText(size) !== sizeText(model.start))]) {
        for (const contestant of contestants) {
          if (!hasModel(contestant, model) || isTooLarge(contestant, model, size)) continue;
          const sample = await once(contestant, model, size, starts.get(contestant), turn);
          if (sample === undefined) continue;
          if (size === model.start) starts.set(contestant, sample);
          samples.push(sample);
          say(lineOf(sample));
          await keep({ samples, complaints });
        }
      }
    }
  }
  for (const { model, sizes } of plans) {
    for (const size of new Set([model.start, ...sizes].map(sizeText))) {
      const here = samples.filter((sample) => sample.model === model.name && sample.size === size);
      const complaint = disagreement(here, model.known[size]);
      if (complaint !== undefined) complaints.push(complaint);
    }
  }
  return { samples, complaints };

  function isTooLarge({ id, most }: Contestant, model: BenchModel, size: Size): boolean {
    if (named.has(id)) return false;
    const text = sizeText(size);
    const found = samples.find((sample) => sample.model === model.name && sample.size === text);
    return (model.known[text] ?? found ?? { distinct: 0 }).distinct > most;
  }

  async function once(
    contestant: Contestant,
    model: BenchModel,
    size: Size,
    start: Sample | undefined,
    turn: number,
  ): Promise<Sample | undefined> {
    const text = sizeText(size);
    const key = `${contestant.id} ${model.name} ${text}`;
    if (failed.has(key)) return undefined;
    try {
      const found = await contestant.run(model, size, start);
      return { ...found, turn, model: model.name, size: text, contestant: contestant.id };
    } catch (error) {
      failed.add(key);
      const complaint = `${contestant.name} on ${model.name}: ${messageOf(error)}`;
      complaints.push(complaint);
      say(complaint);
      return undefined;
    }
  }
}

function hasModel({ language }: Contestant, { peers: { languages } }: BenchModel): boolean {
  return language === undefined || languages.includes(language);
}

function lineOf(sample: Sample): string {
  const { turn, model, size, contestant, distinct } = sample;
  const rate = rateOf(sample);
  const search = rate === undefined ? "" : `, search ${(rate / 1000).toFixed(0)} thousand/s`;
  return `turn ${turn}: ${model} ${size}, ${contestant}: ${distinct} states, start to verdict ${totalOf(sample).toFixed(2)} s${search}`;
}

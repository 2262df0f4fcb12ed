import { disagreement } from "./agreement.ts";
import type { Contestant, Measurement, Prepared } from "./contestants/contestant.ts";
import { sizeText, type BenchModel, type Size } from "./models.ts";
import type { Result, Sample } from "./result.ts";

/** A model with the sizes to measure. */
export interface Plan {
  readonly model: BenchModel;
  readonly sizes: readonly Size[];
}

/** How the measuring is done. */
export interface MeasureOptions {
  readonly turns: number;
  /** Asked for by name: these are not left out of large state spaces. */
  readonly named: ReadonlySet<string>;
  /** Says what was just measured. */
  readonly say: (line: string) => void;
  /** Called after each search, so that an interrupted benchmark keeps what it has. */
  readonly keep: (soFar: Measured) => Promise<void>;
}

/** What measuring gives, as `Result` has it. */
export type Measured = Pick<Result, "prepared" | "samples" | "complaints">;

/** A checker that could not do a size is not tried on it again. */
type Ready = Prepared | undefined;

/**
 * Runs every contestant on every size, in turns: each turn is one search by each of them, one after another, so that
 * what else the machine does meets all of them alike.
 */
export async function measure(
  contestants: readonly Contestant[],
  plans: readonly Plan[],
  { turns, named, say, keep }: MeasureOptions,
): Promise<Measured> {
  const samples: Sample[] = [];
  const prepared: { contestant: string; model: string; size: string; seconds: number }[] = [];
  const complaints: string[] = [];
  const ready = new Map<string, Ready>();

  for (let turn = 1; turn <= turns; turn++) {
    for (const { model, sizes } of plans) {
      const starts = new Map<Contestant, number>();
      for (const size of [model.start, ...sizes.filter((size) => sizeText(size) !== sizeText(model.start))]) {
        for (const contestant of contestants) {
          if (isTooLarge(contestant, model, size)) continue;
          const sample = await once(contestant, model, size, starts.get(contestant), turn);
          if (sample === undefined) continue;
          if (size === model.start) starts.set(contestant, sample.process);
          samples.push(sample);
          say(lineOf(sample));
          await keep({ prepared, samples, complaints });
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
  return { prepared, samples, complaints };

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
    start: number | undefined,
    turn: number,
  ): Promise<Sample | undefined> {
    const text = sizeText(size);
    const key = `${contestant.id} ${model.name} ${text}`;
    try {
      if (!ready.has(key)) {
        // Until it has succeeded once, it has failed.
        ready.set(key, undefined);
        const made = await contestant.prepare(model, size);
        ready.set(key, made);
        prepared.push({ contestant: contestant.id, model: model.name, size: text, seconds: made.seconds });
      }
      const found: Measurement | undefined = await ready.get(key)?.search(start);
      return found && { ...found, turn, model: model.name, size: text, contestant: contestant.id };
    } catch (error) {
      ready.set(key, undefined);
      const complaint = `${contestant.name} on ${model.name}: ${error instanceof Error ? error.message : String(error)}`;
      complaints.push(complaint);
      say(complaint);
      return undefined;
    }
  }
}

function lineOf({ turn, model, size, contestant, distinct, seconds }: Sample): string {
  const rate = (distinct / seconds / 1000).toFixed(0);
  return `turn ${turn}: ${model} ${size}, ${contestant}: ${distinct} states in ${seconds.toFixed(2)} s, ${rate} thousand/s`;
}

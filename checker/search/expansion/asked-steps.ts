import type { Expansion } from "./expansion.ts";
import type { Fallback } from "./fallback.ts";

/** A step to a state, in whole words. */
export interface AskedStep {
  readonly instance: number;
  readonly words: Uint32Array;
}

/**
 * The steps of a batch that the compiled code has left to the model's own functions, by the state's number in the batch.
 *
 * @param wordsOf a state of the batch in whole words, good until the next call
 */
export function askedSteps<S>(
  fallback: Fallback<S>,
  expansion: Expansion,
  wordsOf: (state: number) => Uint32Array,
): Map<number, AskedStep[]> {
  const steps = new Map<number, AskedStep[]>();
  for (const [state, instance] of expansion.pairs(expansion.asked)) {
    const entry = fallback.program.entries[instance];
    if (entry?.kind !== "action") continue;
    const result = fallback.resolve(entry, wordsOf(state), 0);
    if (result.kind !== "update") continue;
    const step = { instance, words: result.words.slice() };
    const known = steps.get(state);
    if (known === undefined) steps.set(state, [step]);
    else known.push(step);
  }
  return steps;
}

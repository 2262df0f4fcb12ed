import type { Counts } from "./models.ts";
import type { Sample } from "./result.ts";

/**
 * Why a number of searches cannot be compared: they did not explore the same state space. Undefined when all of them
 * have the same number of distinct states, and of transitions as far as each prints its digits.
 *
 * @param samples of one model at one size
 * @param known published counts, if there are any
 */
export function disagreement(samples: readonly Sample[], known?: Counts): string | undefined {
  const [first] = samples;
  if (first === undefined) return undefined;
  const exact = samples.find(({ transitionsWithin }) => transitionsWithin === 0);
  const right = known ?? { distinct: first.distinct, transitions: (exact ?? first).transitions };
  const of = known === undefined ? `${(exact ?? first).contestant} counts` : "known are";
  for (const { contestant, model, size, distinct, transitions, transitionsWithin } of samples) {
    const same = distinct === right.distinct && Math.abs(transitions - right.transitions) <= transitionsWithin;
    if (same) continue;
    return `no ratio for ${model} at ${size}: ${contestant} counts ${distinct} states and ${transitions} transitions, ${of} ${right.distinct} and ${right.transitions}`;
  }
  return undefined;
}

import { now } from "../../sat/deadline.ts";
import { provedByInduction, type Proof } from "../../proof/induction.ts";
import type { Sizes } from "../evaluate.ts";
import { initialStates } from "../initial.ts";
import { instanceOf, rootAt } from "../instance.ts";
import type { AnySizeSystem, Property } from "../system.ts";
import type { FactsAt } from "./readings.ts";
import type { Cube } from "../../proof/states/states.ts";

/** Initial states that facts are guessed from: all others are like these, with elements exchanged. */
const MAX_INITIAL_STATES = 5;

/** Facts at a fixed size that make the properties inductive there. */
export interface FixedFacts {
  readonly at: FactsAt;
  readonly cubes: readonly Cube[];
}

/**
 * Looks for facts at a fixed size by the search of `prove`, with the properties as lemmas. They are guesses about all sizes,
 * nothing more.
 *
 * @param limits `samples`: reachable states to guess from; `until`: when to give up, by `performance.now()`
 */
export function factsAt(
  system: AnySizeSystem,
  sizes: Sizes,
  properties: readonly Property[],
  limits: { readonly samples: number; readonly until: number; readonly onProgress?: (text: string) => void },
): FixedFacts | Exclude<Proof, { kind: "proved" }> {
  const initial = initialStates(system, sizes, MAX_INITIAL_STATES);
  if (initial.length === 0) return { kind: "open", because: "there is no initial state", samples: 0 };
  const instance = instanceOf(system, sizes, initial, properties);
  const resized = Object.entries(sizes).flatMap(([name, count]) => {
    const larger = { ...sizes, [name]: count + 1 };
    const others = initialStates(system, larger, 1);
    return others.length === 0 || count < 2
      ? []
      : [{ name, count, other: count + 1, root: rootAt(system, larger, others) }];
  });
  const { onProgress } = limits;
  const proof = provedByInduction(instance.system, {
    lemmas: properties.map(({ id }) => id),
    resized,
    samples: limits.samples,
    until: now() + (limits.until - performance.now()),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (proof.kind !== "proved") return proof;
  const { parts, facts } = proof.invariant;
  return { at: { ...instance, parts }, cubes: facts.map(({ cube }) => cube) };
}

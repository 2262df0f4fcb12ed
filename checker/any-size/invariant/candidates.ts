import type { Representations } from "../encoding/representation.ts";
import type { Expression } from "../system.ts";
import { clauseOf, isAboutSizes, isStratified, keyOf, occurrence, withoutEquations, type Cube } from "./cube.ts";
import { readingsOf } from "./readings.ts";
import type { FixedFacts } from "./fixed-facts.ts";
import type { Samples } from "./samples.ts";

/** A claim about all sizes that may be part of an invariant. */
export interface Candidate {
  readonly cube: Cube;
  readonly formula: Expression;
}

/**
 * Claims about all sizes, from facts at a fixed size: each way to read a fact that no sample contradicts, as it is, and
 * bolder, without the terms and the differences that the samples do not need.
 */
export function candidatesFrom(
  { at, cubes }: FixedFacts,
  samples: Samples,
  representations: Representations,
): Candidate[] {
  const found = new Map<string, Cube>();
  const note = (cube: Cube): void => {
    const plain = withoutEquations(cube, representations);
    if (isAboutSizes(plain) || !isStratified(plain, representations)) return;
    const key = keyOf(plain);
    if (!found.has(key)) found.set(key, plain);
  };
  const tested = new Tested(samples);
  for (const fact of cubes) {
    for (const reading of readingsOf(at, fact)) {
      const cube = withoutEquations(reading, representations);
      if (!tested.isNever(cube)) continue;
      for (const bolder of bolderThan(cube, tested)) note(bolder);
    }
  }
  return Array.from(found.values(), (cube) => ({ cube, formula: clauseOf(cube) }));
}

/** Claims that have been tested already: readings of one fact have many parts in common. */
class Tested {
  readonly #samples: Samples;
  readonly #known = new Map<string, boolean>();

  constructor(samples: Samples) {
    this.#samples = samples;
  }

  isNever(cube: Cube): boolean {
    const key = keyOf(cube);
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = this.#samples.isNever(occurrence(cube))));
    return known;
  }
}

/** The claim, and claims with less in them that no sample contradicts: what is left out first makes a difference. */
function bolderThan(cube: Cube, tested: Tested): Cube[] {
  const forwards = <Item>(items: readonly Item[]): readonly Item[] => items;
  const backwards = <Item>(items: readonly Item[]): readonly Item[] => items.toReversed();
  const results = [cube];
  for (const order of [forwards, backwards]) {
    results.push(fewerDifferences(fewerTerms(cube, tested, order), tested, order));
    results.push(fewerTerms(fewerDifferences(cube, tested, order), tested, order));
  }
  return results;
}

type Order = <Item>(items: readonly Item[]) => readonly Item[];

function fewerTerms(cube: Cube, tested: Tested, order: Order): Cube {
  let { terms } = cube;
  for (const term of order(terms)) {
    const others = terms.filter((other) => other !== term);
    if (others.length > 0 && tested.isNever({ ...cube, terms: others })) terms = others;
  }
  return { ...cube, terms };
}

function fewerDifferences(cube: Cube, tested: Tested, order: Order): Cube {
  let { distinct } = cube;
  for (const pair of order(distinct)) {
    const others = distinct.filter((other) => other !== pair);
    if (tested.isNever({ ...cube, distinct: others })) distinct = others;
  }
  return { ...cube, distinct };
}

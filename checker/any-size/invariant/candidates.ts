import type { Representations } from "../encoding/representation.ts";
import type { Expression } from "../system.ts";
import { clauseOf, isAboutSizes, isStratified, keyOf, occurrence, withoutEquations, type Cube } from "./cube.ts";
import { readingsOf } from "./readings.ts";
import type { FixedFacts } from "./fixed-facts.ts";
import { splintersOf } from "./splinters.ts";
import type { Samples } from "./samples.ts";

/** Readings of one fact that are made bolder: each takes many tests. */
const MAX_CLAIMS_PER_FACT = 8;

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
    const known = new Set<string>();
    for (const reading of readingsOf(at, fact)) {
      const cube = withoutEquations(reading, representations);
      const key = keyOf(cube);
      if (known.size >= MAX_CLAIMS_PER_FACT || known.has(key) || !tested.isNever(cube)) continue;
      known.add(key);
      for (const bolder of bolderThan(cube, tested)) note(bolder);
    }
  }
  for (const splinters of splintersOf(at, cubes)) {
    for (const cube of splinters.claims((claim) => tested.isNever(claim))) note(cube);
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
  return [
    cube,
    fewerDifferences(fewerTerms(cube, tested, forwards), tested, forwards),
    fewerTerms(fewerDifferences(cube, tested, backwards), tested, backwards),
  ];
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

import type { Representations } from "../encoding/representation.ts";
import type { Expression } from "../system.ts";
import {
  clauseOf,
  isAboutSizes,
  isStratified,
  keyOf,
  literalsOf,
  occurrence,
  withoutEquations,
  type Cube,
} from "./cube.ts";
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
  for (const fact of cubes) {
    for (const reading of readingsOf(at, fact)) {
      const cube = withoutEquations(reading, representations);
      if (!isNever(cube, samples)) continue;
      for (const bolder of bolderThan(cube, samples)) note(bolder);
    }
  }
  return Array.from(strongest([...found.values()]), (cube) => ({ cube, formula: clauseOf(cube) }));
}

function isNever(cube: Cube, samples: Samples): boolean {
  return samples.isNever(occurrence(cube));
}

/** The claim, and claims with less in them that no sample contradicts: what is left out first makes a difference. */
function bolderThan(cube: Cube, samples: Samples): Cube[] {
  const forwards = <Item>(items: readonly Item[]): readonly Item[] => items;
  const backwards = <Item>(items: readonly Item[]): readonly Item[] => items.toReversed();
  const results = [cube];
  for (const order of [forwards, backwards]) {
    results.push(fewerDifferences(fewerTerms(cube, samples, order), samples, order));
    results.push(fewerTerms(fewerDifferences(cube, samples, order), samples, order));
  }
  return results;
}

type Order = <Item>(items: readonly Item[]) => readonly Item[];

function fewerTerms(cube: Cube, samples: Samples, order: Order): Cube {
  let { terms } = cube;
  for (const term of order(terms)) {
    const others = terms.filter((other) => other !== term);
    if (others.length > 0 && isNever({ ...cube, terms: others }, samples)) terms = others;
  }
  return { ...cube, terms };
}

function fewerDifferences(cube: Cube, samples: Samples, order: Order): Cube {
  let { distinct } = cube;
  for (const pair of order(distinct)) {
    const others = distinct.filter((other) => other !== pair);
    if (isNever({ ...cube, distinct: others }, samples)) distinct = others;
  }
  return { ...cube, distinct };
}

/** Without claims that say no more than another one: all of whose terms they have. */
function strongest(cubes: readonly Cube[]): Cube[] {
  const keys = cubes.map((cube) => literalsOf(cube).map((literal) => keyOf({ distinct: [], terms: [literal] })));
  void keys;
  return [...cubes];
}

import type { Samples } from "../states/samples.ts";
import { cubeOf, fullMask, type Cube, type Mask, type Parts } from "../states/states.ts";
import type { Random } from "../states/walker.ts";

type Literals = [number, Mask][];

/** Orders in which parts are left out, to find a short cube. */
const MAX_ORDERS = 12;
/** Logarithm of the samples that must be expected in a cube before their absence counts as a fact about all states. */
const MIN_EXPECTED_LOG = 3;

/**
 * Guesses facts: from states that are to be excluded, as large a cube around them as holds none of the samples, because a
 * state of it cannot be reached either, in all likelihood. Short cubes are better guesses than long ones, and those in
 * which one would expect many samples, if parts were independent, better than those in which one would expect few.
 */
export class Generaliser {
  readonly #parts: Parts;
  readonly #samples: Samples;
  readonly #random: Random;

  constructor(parts: Parts, samples: Samples, random: Random) {
    this.#parts = parts;
    this.#samples = samples;
    this.#random = random;
  }

  /**
   * @param cubes hold no sample: what of the state matters, in several ways
   * @param state one of their states
   */
  generalised(cubes: readonly Cube[], state: Uint8Array): Cube {
    const scored = cubes.map((cube) => {
      const whole = this.#generalised(cube, state);
      return { cube: whole, score: this.#score([...whole]) };
    });
    return scored.reduce((best, one) => (one.score > best.score ? one : best)).cube;
  }

  #generalised(cube: Cube, state: Uint8Array): Cube {
    let literals = this.#shortest(cube);
    const simple = literals.length > 2 ? this.#simple(cube, state) : undefined;
    if (simple !== undefined && this.#score(simple) > this.#score(literals)) literals = simple;
    return this.#grown(literals);
  }

  #score(literals: Literals): number {
    return this.#samples.expected(literals) - literals.length / 2;
  }

  /** The best of some cubes that are made by leaving out of a cube what can be left out, one part after the other. */
  #shortest(cube: Cube): Literals {
    const samples = this.#samples;
    const literals = [...cube];
    const sets = new Map(literals.map((literal) => [literal, samples.having(...literal)]));
    let best: Literals = literals;
    let bestScore = -Infinity;
    for (let attempt = 0; attempt < MAX_ORDERS; attempt++) {
      const order = literals.map((literal) => ({ literal, at: this.#random.next(2 ** 30) }));
      order.sort((a, b) => a.at - b.at);
      let kept = literals;
      for (const { literal } of order) {
        const others = kept.filter((other) => other !== literal);
        if (!samples.meet(others.map((other) => sets.get(other) as Uint32Array))) kept = others;
      }
      const score = this.#score(kept);
      if (score > bestScore) [best, bestScore] = [kept, score];
    }
    return best;
  }

  /** Two or three properties of the state that no sample has together, one or two of them of the cube. */
  #simple(cube: Cube, state: Uint8Array): Literals | undefined {
    const samples = this.#samples;
    const all = this.#parts.flatMap((part): Literals =>
      part === undefined ? [] : [[part.number, cube.get(part.number) ?? 1 << (state[part.number] as number)]],
    );
    const near = all.filter(([part]) => cube.has(part));
    const sets = new Map(all.map((literal) => [literal[0], samples.having(...literal)]));
    let best: Literals | undefined;
    let bestScore = MIN_EXPECTED_LOG;
    const consider = (literals: Literals): void => {
      const score = this.#score(literals);
      if (score <= bestScore || samples.meet(literals.map(([part]) => sets.get(part) as Uint32Array))) return;
      best = literals;
      bestScore = score;
    };
    for (const one of near) for (const other of all) if (one !== other) consider([one, other]);
    if (best !== undefined) return best;
    for (const [index, one] of near.entries()) {
      for (const another of near.slice(index + 1)) {
        for (const other of all) if (other !== one && other !== another) consider([one, another, other]);
      }
    }
    return best;
  }

  /** The cube with all further values of its parts that let in no sample. */
  #grown(literals: Literals): Cube {
    const samples = this.#samples;
    const sets = literals.map((literal) => samples.having(...literal));
    const grown = literals.map(([number, mask], index): [number, Mask] => {
      const full = fullMask(this.#parts[number]);
      const others = sets.filter((_, other) => other !== index);
      let larger = mask;
      for (let value = 0; full >> value > 0; value++) {
        if (((larger >> value) & 1) === 1) continue;
        if (!samples.meet([...others, samples.having(number, 1 << value)])) larger |= 1 << value;
      }
      sets[index] = samples.having(number, larger);
      return [number, larger];
    });
    return cubeOf(grown.filter(([number, mask]) => mask !== fullMask(this.#parts[number])));
  }
}

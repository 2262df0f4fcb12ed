import type { StateFormula } from "../formula/state-formula.ts";
import { isIn, type Cube } from "../states/states.ts";
import { exchanged, imagesOf, mixesOf, type Exchange } from "../states/symmetry.ts";
import type { Fact, Task } from "../states/task.ts";
import type { Random } from "../states/walker.ts";

/** One cube of a fact, in a form in which it is quickly seen whether a state is in it. */
interface Clause {
  readonly fact: Fact;
  readonly cube: Cube;
  readonly parts: Int32Array;
  readonly masks: Int32Array;
}

/** At most this many facts are added to a formula at once. */
const MAX_FACTS_AT_ONCE = 20;

/** The facts that are believed: none of them excludes a state that is known to be reachable. */
export class Belief {
  readonly facts = new Set<Fact>();
  readonly #task: Task;
  readonly #random: Random;
  readonly #mixes: readonly Exchange[];
  readonly #noted: Uint8Array[] = [];
  readonly #onGivenUp: (facts: ReadonlySet<Fact>) => void;
  #clauses: Clause[] = [];
  #made = 0;

  /** @param onGivenUp called with facts that are no longer believed */
  constructor(task: Task, random: Random, onGivenUp: (facts: ReadonlySet<Fact>) => void) {
    this.#task = task;
    this.#random = random;
    this.#mixes = mixesOf(task.exchanges, random);
    this.#onGivenUp = onGivenUp;
  }

  /** Cubes of all facts. */
  get size(): number {
    return this.#clauses.length;
  }

  /** Adds facts to a formula that exclude the state; returns the number of cubes. */
  exclude(state: Uint8Array, formula: StateFormula, added: Set<Fact>): number {
    let count = 0;
    for (const { fact, cube, parts, masks } of this.#clauses) {
      let at = 0;
      while (at < parts.length && ((masks[at] as number) >> (state[parts[at] as number] as number)) & 1) at++;
      if (at < parts.length) continue;
      formula.exclude(cube);
      added.add(fact);
      if (++count >= MAX_FACTS_AT_ONCE) break;
    }
    return count;
  }

  /** Adds all facts to a formula that it does not have yet. */
  addAll(formula: StateFormula, added: Set<Fact>): void {
    for (const { fact, cube } of this.#clauses) if (!added.has(fact)) formula.exclude(cube);
    for (const fact of this.facts) added.add(fact);
  }

  /** Whether some fact implies it already. */
  implies(cube: Cube): boolean {
    return this.#clauses.some((one) => {
      for (const [part, mask] of one.cube) if (((cube.get(part) ?? -1) & ~mask) !== 0) return false;
      return true;
    });
  }

  /**
   * Makes a fact of a cube. Where a sample is in the cube, or in one that it can be exchanged for, it is none: then a state
   * of the cube is known to be reachable from now on.
   */
  admit(cube: Cube): Fact | undefined {
    const { samples, exchanges, onProgress } = this.#task;
    const images = imagesOf(cube, exchanges);
    for (const image of images) {
      const known = samples.first(image.cube);
      if (known === undefined) continue;
      // Exchanging alike things in a reachable state gives a reachable state.
      const state = image.back.reduce(exchanged, known);
      this.note(state);
      for (let count = 0; count < 8; count++) this.note(this.mixed(state));
      this.giveUpWrong();
      return undefined;
    }
    const fact: Fact = { number: this.#made++, cube, cubes: images.map((image) => image.cube) };
    this.facts.add(fact);
    for (const one of fact.cubes) {
      this.#clauses.push({ fact, cube: one, parts: Int32Array.from(one.keys()), masks: Int32Array.from(one.values()) });
    }
    onProgress?.(this.facts.size, this.#clauses.length, samples.count);
    return fact;
  }

  /** The state with things of a kind exchanged, in one of many ways. */
  mixed(values: Uint8Array): Uint8Array {
    const mix = this.#mixes[this.#random.next(this.#mixes.length)];
    return mix === undefined ? values : exchanged(values, mix);
  }

  /** A state can be reached; `giveUpWrong` draws the conclusions. */
  note(state: Uint8Array): void {
    if (this.#task.samples.add(state)) this.#noted.push(state);
  }

  /** Gives up the facts that exclude what has been noted. */
  giveUpWrong(): void {
    const wrong = new Set<Fact>();
    for (const { fact, cube } of this.#clauses) {
      if (!wrong.has(fact) && this.#noted.some((state) => isIn(state, cube))) wrong.add(fact);
    }
    this.#noted.length = 0;
    if (wrong.size > 0) this.giveUp(wrong);
  }

  giveUp(wrong: ReadonlySet<Fact>): void {
    for (const fact of wrong) this.facts.delete(fact);
    this.#clauses = this.#clauses.filter(({ fact }) => !wrong.has(fact));
    this.#onGivenUp(wrong);
  }
}

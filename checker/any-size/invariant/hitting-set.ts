import type { Random } from "../../proof/states/walker.ts";

/** Choices that the search for a cheapest one looks at. */
const MAX_NODES = 3_000;
/** What chance adds to the score of an element, as a share of it, in steps. */
const SCORE_SPREAD = 0.4;
const SCORE_STEPS = 100;
/** Greedy choices, of which the cheapest is taken. */
const GREEDY_TRIES = 6;

/**
 * Sets of which each must be hit: a choice of elements that has one of each set is sought, as cheap as possible. Sets are
 * added as they become known.
 */
export class HittingSet {
  readonly #costs: readonly number[];
  readonly #random: Random;
  readonly #sets: (readonly number[])[] = [];
  /** For each element, the sets that it hits. */
  readonly #hits: number[][];
  readonly #blocked: (readonly number[])[] = [];

  constructor(costs: readonly number[], random: Random) {
    this.#costs = costs;
    this.#random = random;
    this.#hits = costs.map(() => []);
  }

  add(set: readonly number[]): void {
    for (const element of set) (this.#hits[element] as number[]).push(this.#sets.length);
    this.#sets.push(set);
  }

  /** Excludes choices that include these elements. */
  block(choice: readonly number[]): void {
    this.#blocked.push(choice);
  }

  costOf(choice: readonly number[]): number {
    return choice.reduce((sum, element) => sum + (this.#costs[element] as number), 0);
  }

  /** A choice, cheap but perhaps not the cheapest, of at most this cost. */
  cheap(bound: number): number[] | undefined {
    let best: number[] | undefined;
    let least = bound + 1e-9;
    for (let tries = 0; tries < GREEDY_TRIES; tries++) {
      const choice = this.#greedy();
      if (choice === undefined) continue;
      const cost = this.costOf(choice);
      if (cost <= least) [best, least] = [choice, cost - 1e-9];
    }
    return best;
  }

  /** A choice of less than this cost, the cheapest that a bounded search finds. */
  cheaper(than: number): number[] | undefined {
    const sets = this.#sets;
    const costs = this.#costs;
    const order = [...sets.keys()].sort((one, other) => (sets[one]?.length ?? 0) - (sets[other]?.length ?? 0));
    const hit = new Uint16Array(sets.length);
    const excluded = new Uint8Array(costs.length);
    const mark = new Uint32Array(costs.length);
    let stamp = 0;
    let nodes = 0;
    let best: number[] | undefined;
    let least = than - 1e-9;
    const chosen: number[] = [];
    const search = (cost: number): void => {
      if (++nodes > MAX_NODES || cost > least || this.#isBlocked(chosen)) return;
      let open = -1;
      let size = Infinity;
      let lower = cost;
      stamp++;
      // Sets with nothing in common each need an element of their own.
      for (const number of order) {
        if (hit[number] !== 0) continue;
        let own = 0;
        let cheapest = Infinity;
        let isApart = true;
        for (const element of sets[number] as readonly number[]) {
          if (excluded[element] === 1) continue;
          own++;
          cheapest = Math.min(cheapest, costs[element] as number);
          if (mark[element] === stamp) isApart = false;
        }
        if (own === 0) return;
        if (own < size) [open, size] = [number, own];
        if (!isApart) continue;
        lower += cheapest;
        if (lower > least) return;
        for (const element of sets[number] as readonly number[]) mark[element] = stamp;
      }
      if (open < 0) {
        best = [...chosen];
        least = cost - 1e-9;
        return;
      }
      const tried: number[] = [];
      for (const element of sets[open] as readonly number[]) {
        if (excluded[element] === 1) continue;
        chosen.push(element);
        for (const number of this.#hits[element] as number[]) hit[number]!++;
        search(cost + (costs[element] as number));
        for (const number of this.#hits[element] as number[]) hit[number]!--;
        chosen.pop();
        excluded[element] = 1;
        tried.push(element);
      }
      for (const element of tried) excluded[element] = 0;
    };
    search(0);
    return best;
  }

  #isBlocked(choice: readonly number[]): boolean {
    return this.#blocked.some((own) => own.every((element) => choice.includes(element)));
  }

  #greedy(): number[] | undefined {
    const sets = this.#sets;
    const open = new Set(sets.keys());
    const gain = Float64Array.from(this.#hits, (own) => own.length);
    const excluded = new Set<number>();
    const choice: number[] = [];
    while (open.size > 0) {
      let best = -1;
      let most = 0;
      for (const [element, count] of gain.entries()) {
        if (count === 0 || excluded.has(element)) continue;
        const score =
          (count / (this.#costs[element] as number)) *
          (1 + this.#random.next(SCORE_STEPS) / (SCORE_STEPS / SCORE_SPREAD));
        if (score > most) [best, most] = [element, score];
      }
      if (best < 0) return undefined;
      if (this.#isBlocked([...choice, best])) {
        excluded.add(best);
        continue;
      }
      choice.push(best);
      for (const number of this.#hits[best] as number[]) {
        if (!open.delete(number)) continue;
        for (const element of sets[number] as readonly number[]) gain[element]!--;
      }
    }
    // Early choices may be superfluous at the end.
    for (const element of choice.slice()) {
      const others = new Set(choice.filter((other) => other !== element));
      const needed = (this.#hits[element] as number[]).some(
        (number) => !(sets[number] as readonly number[]).some((other) => others.has(other)),
      );
      if (!needed) choice.splice(choice.indexOf(element), 1);
    }
    return choice;
  }
}

import type { Literal } from "./literal.ts";

/** Start of a clause in the store. */
export type Clause = number;

/** Learned clauses are thinned out when there are this many. */
const INITIAL_CLAUSE_LIMIT = 4_000;

/** The clauses of a solver, one behind the other, and which of them watch a literal. */
export class Clauses {
  /** For each literal, the clauses that watch it, each with another literal that may satisfy it. */
  readonly watches: number[][] = [];
  data = new Int32Array(1024);
  #end = 0;
  #learned: Clause[] = [];
  #limit = INITIAL_CLAUSE_LIMIT;

  /** Two more literals. */
  grow(): void {
    this.watches.push([], []);
  }

  first(clause: Clause): number {
    return clause + 1;
  }

  end(clause: Clause): number {
    return clause + 1 + (this.data[clause] as number);
  }

  /** Adds a clause of at least two literals, and watches the first two. */
  add(literals: ArrayLike<Literal>, isLearned: boolean): Clause {
    const clause = this.#end;
    const end = clause + 1 + literals.length;
    if (end > this.data.length) {
      const larger = new Int32Array(2 * this.data.length + literals.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[clause] = literals.length;
    this.data.set(literals, clause + 1);
    this.#end = end;
    if (isLearned) this.#learned.push(clause);
    this.#watch(clause);
    return clause;
  }

  /** Whether so much was learned that some of it should be forgotten. */
  get isFull(): boolean {
    return this.#learned.length > this.#limit;
  }

  /** Keeps the shorter half of the learned clauses. Clauses move, so references to them become invalid. */
  forget(): void {
    const old = this.data;
    const end = this.#end;
    const sizeOf = (clause: Clause): number => old[clause] as number;
    const learned = new Set(this.#learned);
    const sizes = this.#learned.map(sizeOf).sort((a, b) => a - b);
    const most = Math.max(2, sizes[sizes.length >> 1] as number);
    for (const watches of this.watches) watches.length = 0;
    this.data = new Int32Array(old.length);
    this.#end = 0;
    this.#learned = [];
    for (let clause = 0; clause < end; clause += 1 + sizeOf(clause)) {
      const isLearned = learned.has(clause);
      if (isLearned && sizeOf(clause) > most) continue;
      this.add(old.subarray(clause + 1, clause + 1 + sizeOf(clause)), isLearned);
    }
    this.#limit = Math.max(INITIAL_CLAUSE_LIMIT, 2 * this.#learned.length);
  }

  #watch(clause: Clause): void {
    const one = this.data[clause + 1] as Literal;
    const other = this.data[clause + 2] as Literal;
    this.watches[one]?.push(clause, other);
    this.watches[other]?.push(clause, one);
  }
}

import type { Representations } from "../encoding/representation.ts";
import { sizesText, type FiniteSystem, type Sizes } from "../evaluate.ts";
import type { AnySizeSystem, Expression, Property } from "../system.ts";
import { Diagram } from "./diagram.ts";
import { FiniteInduction, type FiniteFailure, type InstanceFormula } from "./finite-induction.ts";
import { generalised, type LearnedClaim } from "./generalise.ts";
import { Observed } from "./observed.ts";
import { predicatesOf } from "./predicates.ts";

/** Rounds of claims about one state that are contradicted by states nearby. */
const MAX_ROUNDS = 12;
/** Claims, beyond which the search for more is given up. */
const MAX_CLAIMS = 400;
/** States noted from one that contradicts a claim. */
const STATES_FROM_ONE = 300;

/** Claims that are inductive at several fixed sizes, the properties among them; or those found until it was given up. */
export interface Refined {
  readonly claims: readonly Expression[];
  /** The last size at which they are inductive, if there is one. */
  readonly sizes: Sizes | undefined;
  /** States from which a step contradicts a claim, by which claims were learned. */
  readonly excluded: number;
  /** The limit that ended the search, if one did: a clause. */
  readonly because: string | undefined;
  /** Lemmas that a reachable state contradicts. */
  readonly contradicted: readonly Contradicted[];
}

/** A property that a reachable state contradicts. */
export interface Contradicted {
  readonly property: Property;
  readonly sizes: Sizes;
}

/**
 * Looks for claims that make the properties inductive, from steps that contradict induction, at fixed sizes. Where a step from
 * a state in which all claims are true leads to one in which one of them is false, the first state is excluded by a further
 * claim: one of the system's lemmas, or else the shortest condition on it that no observed state meets (in the manner of the
 * diagrams of Karbyshev and others, Property-directed inference of universal invariants, CAV 2015, with observed states in
 * place of frames). The claims are guesses: solvers decide about all sizes.
 *
 * @param limits `samples`: states observed at the smallest size; `until`: when to give up, by `performance.now()`
 */
export function refined(
  system: AnySizeSystem,
  representations: Representations,
  properties: readonly Property[],
  limits: { readonly samples: number; readonly until: number; readonly onProgress?: (text: string) => void },
): Refined | Contradicted {
  const observed = new Observed(system, limits.samples);
  for (const property of properties) {
    const sizes = observed.contradicting(property.holds);
    if (sizes !== undefined) return { property, sizes };
  }
  const contradicted = system.lemmas.flatMap((property): Contradicted[] => {
    const sizes = observed.contradicting(property.holds);
    return sizes === undefined ? [] : [{ property, sizes }];
  });
  const lemmas = system.lemmas.filter((one) => !contradicted.some(({ property }) => property === one));
  return { ...new Refinement(system, representations, properties, lemmas, observed, limits).run(), contradicted };
}

/** A claim that no observed state has contradicted so far, or that one has. */
interface Known {
  readonly formula: Expression;
  readonly cost: number;
  isFalse: boolean;
}

class Refinement {
  readonly #system: AnySizeSystem;
  readonly #representations: Representations;
  readonly #observed: Observed;
  readonly #limits: Parameters<typeof refined>[3];
  readonly #goals: number;
  readonly #predicates;
  readonly #claims: Known[];
  readonly #keys = new Set<string>();
  #kept: number[];
  #excluded = 0;
  #because: string | undefined;

  constructor(
    system: AnySizeSystem,
    representations: Representations,
    properties: readonly Property[],
    lemmas: readonly Property[],
    observed: Observed,
    limits: Parameters<typeof refined>[3],
  ) {
    this.#system = system;
    this.#representations = representations;
    this.#observed = observed;
    this.#limits = limits;
    this.#goals = properties.length;
    this.#predicates = predicatesOf(system);
    this.#claims = [...properties, ...lemmas].map(({ holds }) => ({ formula: holds, cost: 0, isFalse: false }));
    this.#kept = [...properties.keys()];
  }

  run(): Omit<Refined, "contradicted"> {
    let last: Sizes | undefined;
    for (const sizes of sizesToRefine(this.#system)) {
      const induction = new FiniteInduction(this.#system, sizes);
      if (!this.#close(induction)) break;
      this.#minimise(induction);
      last = sizes;
    }
    return {
      claims: this.#kept.map((index) => this.#formula(index)),
      sizes: last,
      excluded: this.#excluded,
      because: this.#because,
    };
  }

  #formula(index: number): Expression {
    return (this.#claims[index] as Known).formula;
  }

  /** Adds claims until those that are kept are inductive at a size; false where that does not succeed. */
  #close(induction: FiniteInduction): boolean {
    const closed = new Set<number>();
    for (;;) {
      const next = this.#kept.find((index) => !closed.has(index));
      if (next === undefined) return true;
      for (const instance of induction.instances) {
        if (!instance.changes(this.#formula(next))) continue;
        let failure: FiniteFailure | undefined;
        while ((failure = this.#failure(induction, instance, next, this.#kept)) !== undefined) {
          if (this.#isOver(induction.finite)) return false;
          if (this.#exclude(induction, failure)) continue;
          // The state may be reachable: then so is the one after it.
          this.#observed.noteFrom(induction.finite, failure.after, STATES_FROM_ONE);
          this.#observed.double();
          this.#dropFalse();
          if (this.#kept.includes(next)) this.#drop(next);
          if (this.#kept.filter((index) => index < this.#goals).length < this.#goals) return false;
          closed.clear();
          break;
        }
        if (!this.#kept.includes(next)) break;
      }
      if (this.#kept.includes(next)) closed.add(next);
    }
  }

  /** Whether a limit is reached, which is then noted. */
  #isOver({ sizes }: FiniteSystem): boolean {
    const isLate = performance.now() > this.#limits.until;
    if (!isLate && this.#claims.length <= MAX_CLAIMS) return false;
    const limit = isLate ? "at the time limit" : `with ${MAX_CLAIMS} claims`;
    this.#because = `the search for claims ended ${limit}, at ${sizesText(sizes)}`;
    return true;
  }

  #failure(
    induction: FiniteInduction,
    instance: InstanceFormula,
    claim: number,
    assumed: readonly number[],
  ): FiniteFailure | undefined {
    for (let index = induction.claims.length; index < this.#claims.length; index++) induction.add(this.#formula(index));
    return instance.failure(this.#formula(claim), assumed);
  }

  /** Keeps one more claim, which the state before a step contradicts. */
  #exclude(induction: FiniteInduction, { before }: FiniteFailure): boolean {
    const known = [...this.#claims.keys()].filter((index) => {
      const { formula, isFalse } = this.#claims[index] as Known;
      return !isFalse && !this.#kept.includes(index) && induction.finite.evaluate(formula, before) !== true;
    });
    const choices = known.length > 0 ? known : this.#learn(induction, before);
    const cost = (index: number): number => (this.#claims[index] as Known).cost;
    const [best] = choices.toSorted((one, other) => cost(one) - cost(other));
    if (best === undefined) return false;
    this.#kept.push(best);
    return true;
  }

  #learn(induction: FiniteInduction, before: FiniteFailure["before"]): number[] {
    this.#excluded++;
    const diagram = new Diagram(this.#system, induction.finite, before, this.#predicates);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const all = generalised(diagram, this.#observed.tables, this.#representations);
      const left = all.filter(
        ({ literals, cube }) => literals.length === 1 || !this.#observed.isContradictedNearby(diagram, literals, cube),
      );
      if (left.length < all.length && left.length === 0) continue;
      this.#limits.onProgress?.(
        `${this.#kept.length} claims so far, from ${this.#excluded} steps that contradict induction`,
      );
      return left.flatMap((claim) => this.#add(claim));
    }
    return [];
  }

  #add({ key, formula, cost }: LearnedClaim): number[] {
    if (this.#keys.has(key)) return [];
    this.#keys.add(key);
    return [this.#claims.push({ formula, cost, isFalse: false }) - 1];
  }

  /** Drops claims that observed states contradict. */
  #dropFalse(): void {
    for (const [index, claim] of this.#claims.entries()) {
      if (!claim.isFalse && this.#observed.contradicting(claim.formula) !== undefined) this.#drop(index);
    }
  }

  #drop(index: number): void {
    (this.#claims[index] as Known).isFalse = true;
    this.#kept = this.#kept.filter((other) => other !== index);
  }

  /** Keeps the goals and what their proofs use, and of this only what the others do not do without. */
  #minimise(induction: FiniteInduction): void {
    const all = this.#kept;
    const needed = new Set(all.filter((index) => index < this.#goals));
    for (let size = -1; size !== needed.size;) {
      size = needed.size;
      for (const claim of needed) {
        for (const instance of induction.instances) {
          if (!instance.changes(this.#formula(claim))) continue;
          if (this.#failure(induction, instance, claim, [...needed]) === undefined) continue;
          this.#failure(induction, instance, claim, all);
          for (const used of instance.core) needed.add(used);
        }
      }
    }
    this.#kept = [...needed];
    const cost = (index: number): number => (this.#claims[index] as Known).cost;
    for (const index of this.#kept.toSorted((one, other) => cost(other) - cost(one))) {
      if (index < this.#goals || performance.now() > this.#limits.until) continue;
      const others = this.#kept.filter((other) => other !== index);
      if (this.#isInductive(induction, others)) this.#kept = others;
    }
  }

  #isInductive(induction: FiniteInduction, claims: readonly number[]): boolean {
    return claims.every((claim) =>
      induction.instances.every(
        (instance) =>
          !instance.changes(this.#formula(claim)) || this.#failure(induction, instance, claim, claims) === undefined,
      ),
    );
  }
}

/** Two of everything, then three of one sort, then three of everything. */
function sizesToRefine({ sorts }: AnySizeSystem): Sizes[] {
  const sized = (count: (name: string) => number): Sizes =>
    Object.fromEntries(sorts.map(({ name }) => [name, count(name)]));
  return [
    sized(() => 2),
    ...(sorts.length > 1 ? sorts.map((one) => sized((name) => (name === one.name ? 3 : 2))) : []),
    sized(() => 3),
  ];
}

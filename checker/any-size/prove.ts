import { ModelError } from "../errors.ts";
import { Late } from "../crosscheck/session.ts";
import { cvc5, z3 } from "../crosscheck/smt.ts";
import { ToolError } from "../crosscheck/tool.ts";
import { confirmationFile, confirmationFor, confirmedBy, type Claim, type Confirmed } from "./encoding/confirmation.ts";
import { inductionFailure, type InductionFailure } from "./encoding/counterexample.ts";
import { Questions } from "./encoding/questions.ts";
import { Solver } from "./encoding/solver.ts";
import { sizesText, type Sizes } from "./evaluate.ts";
import { influencing } from "./influence.ts";
import { inductiveSubset } from "./invariant/inductive-subset.ts";
import { refined } from "./invariant/refinement.ts";
import { sentenceOf } from "./invariant/sentences.ts";
import type { AnySizeSystem, Property } from "./system.ts";

/** Defaults of the options. */
export const ANY_SIZE_DEFAULTS = { samples: 5_000, timeLimit: 600, memoryLimit: 8 * 2 ** 30 } as const;

/** Steps that a solver may take for one question of the search for an invariant, and of its confirmation. */
const SEARCH_QUESTION_STEPS = 300_000;
const CONFIRMED_QUESTION_STEPS = 200_000_000;

/** Options for `proveAnySize`. */
export interface AnySizeOptions {
  /** Ids of the properties to prove. Default: all of the system. */
  readonly properties?: readonly string[];
  /**
   * Reachable states at the smallest size, which claims are compared with; at each larger one, a quarter of these. They are
   * doubled where a claim turns out to be false.
   */
  readonly samples?: number;
  /** Seconds for the search for an invariant, and again for each confirmation. */
  readonly timeLimit?: number;
  /** Bytes that a process of a solver may take. */
  readonly memoryLimit?: number;
  readonly onProgress?: (text: string) => void;
  /** Receives the questions for a solver, as a file in SMT-LIB, as soon as there is an invariant. */
  readonly onQuestions?: (smtlib: string) => void | Promise<void>;
}

/** Answer of one solver about the invariant. */
export interface SolverAnswer extends Confirmed {
  readonly by: string;
  readonly seconds: number;
}

/** Result for one property at all sizes. */
export interface AnySizeProperty {
  readonly id: string;
  readonly title: string;
  readonly isProved: boolean;
  /** Why it is open: a clause. */
  readonly because: string | undefined;
  /** A step that the claims found do not exclude, from a state that need not be reachable. */
  readonly failure: InductionFailure | undefined;
}

/** Result of `proveAnySize`. */
export interface AnySizeProof {
  readonly system: AnySizeSystem;
  readonly properties: readonly AnySizeProperty[];
  /** Claims that are true in the initial states, and that no step leads out of. */
  readonly invariant: readonly Claim[];
  /** Properties that are not among these claims, but true of each state in which all of them are. */
  readonly implied: readonly Claim[];
  /** Lemmas that a reachable state contradicts, and the size of that state. */
  readonly contradicted: readonly { readonly lemma: string; readonly sizes: Sizes }[];
  /** Conditions of guards that are left out, one sentence each. */
  readonly weakened: readonly string[];
  readonly answers: readonly SolverAnswer[];
  /** The largest size at which claims were found that are inductive there. */
  readonly refinedAt: Sizes | undefined;
  /** States from which a step contradicts induction, and that were excluded by claims. */
  readonly excluded: number;
  /** Limit that ended the search for claims, if one did: a clause. */
  readonly ended: string | undefined;
  /** Claims that were inductive at that size. */
  readonly candidates: number;
  /** A size at which a property seems to be violated: a search there is to decide. */
  readonly suspect: Sizes | undefined;
  /** Seconds until the invariant was found, or the search ended. */
  readonly seconds: number;
}

/**
 * Proves properties of a system for any number of elements of its sorts, by an invariant: see docs/any-size.md. Where the
 * system's lemmas and other properties are not enough for all of them, claims that are inductive at small sizes are found from steps that contradict
 * induction there; the largest subset that is inductive at every size is the invariant. It is minimised, and a property is proved only if Z3 and cvc5 both confirm it.
 *
 * @throws ModelError where a property is unknown
 */
export async function proveAnySize(system: AnySizeSystem, options: AnySizeOptions = {}): Promise<AnySizeProof> {
  return new Proving(system, options).run();
}

/** Result of the search for claims. */
type SearchResult = Pick<AnySizeProof, "refinedAt" | "excluded" | "candidates" | "ended" | "contradicted">;

function claimOfLemma({ title, holds }: Property): Claim {
  return { text: title, formula: holds };
}

class Proving {
  readonly #system: AnySizeSystem;
  readonly #options: AnySizeOptions;
  readonly #properties: readonly Property[];
  /** The other properties: they are lemmas, too. */
  readonly #others: readonly Property[];
  readonly #questions: Questions;
  readonly #started = performance.now();
  readonly #until: number;
  readonly #memory: number;

  constructor(system: AnySizeSystem, options: AnySizeOptions) {
    this.#options = options;
    const ids = options.properties ?? system.properties.map(({ id }) => id);
    this.#properties = ids.map((id) => {
      const found = system.properties.find((property) => property.id === id);
      if (found !== undefined) return found;
      const known = system.properties.map((property) => property.id).join(", ") || "none";
      throw new ModelError(`${system.name} has no property ${id} that can be proved for any size; those are ${known}`);
    });
    this.#others = system.properties.filter((property) => !this.#properties.includes(property));
    this.#system = influencing({ ...system, lemmas: [...system.lemmas, ...this.#others] }, this.#properties);
    this.#questions = new Questions(this.#system);
    this.#until = this.#started + 1000 * (options.timeLimit ?? ANY_SIZE_DEFAULTS.timeLimit);
    this.#memory = options.memoryLimit ?? ANY_SIZE_DEFAULTS.memoryLimit;
  }

  async run(): Promise<AnySizeProof> {
    const missing = (await Promise.all([z3, cvc5].map((tool) => tool.missing()))).filter((one) => one !== undefined);
    if (missing.length > 0) return this.#open(`a proof for any size needs both Z3 and cvc5: ${missing.join("; ")}`);
    try {
      return await this.#search();
    } catch (error) {
      // A solver that stops says nothing about the properties.
      if (error instanceof Late) return this.#open("the time limit was reached");
      if (error instanceof ToolError) return this.#open(error.message);
      throw error;
    }
  }

  async #search(): Promise<AnySizeProof> {
    const { onProgress } = this.#options;
    const { lemmas } = this.#system;
    if (lemmas.length > 0) {
      onProgress?.(`${lemmas.length} lemmas`);
      const own = { refinedAt: undefined, excluded: 0, candidates: lemmas.length, ended: undefined, contradicted: [] };
      const proof = await this.#fromCandidates(lemmas.map(claimOfLemma), own);
      if (proof.properties.every(({ isProved }) => isProved)) return proof;
    }
    onProgress?.("reachable states at small sizes");
    const { representations } = this.#questions.translation;
    const found = refined(this.#system, representations, this.#properties, {
      samples: this.#options.samples ?? ANY_SIZE_DEFAULTS.samples,
      until: this.#until,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    if ("property" in found) {
      return this.#open(
        `a run of the system that was read, with its abstractions, violates ${found.property.id} at ${sizesText(found.sizes)}`,
        found.sizes,
      );
    }
    const goals = new Set(this.#properties.map(({ holds }) => holds));
    const candidates = found.claims
      .filter((formula) => !goals.has(formula))
      .map((formula): Claim => {
        const lemma = lemmas.find(({ holds }) => holds === formula);
        return lemma === undefined ? { text: sentenceOf(formula), formula } : claimOfLemma(lemma);
      });
    return this.#fromCandidates(candidates, {
      refinedAt: found.sizes,
      excluded: found.excluded,
      candidates: candidates.length,
      ended: found.because,
      contradicted: found.contradicted.map(({ property, sizes }) => ({ lemma: property.title, sizes })),
    });
  }

  async #fromCandidates(candidates: readonly Claim[], result: SearchResult): Promise<AnySizeProof> {
    const questions = this.#questions;
    const own = questions.singleValued.map(({ cell, formula }): Claim => ({
      text: `${cell.name} has one value at most`,
      formula,
    }));
    const goals = this.#properties.map(({ title, holds }): Claim => ({ text: title, formula: holds }));
    const search = new Solver("z3", this.#limits({ models: false, cores: true }), questions.preamble);
    let claims: Claim[];
    let implied: Claim[];
    try {
      const all = [...own, ...goals, ...candidates];
      // A lemma and a property may have one formula.
      const among = (properties: readonly Property[]): Set<Claim> =>
        new Set(
          all.filter(({ text, formula }) => properties.some((one) => one.title === text && one.holds === formula)),
        );
      const lemmas = among(this.#system.lemmas);
      const others = among(this.#others);
      ({ inductive: claims, implied } = await inductiveSubset(
        questions,
        search,
        all,
        new Set(goals),
        others,
        lemmas,
        (kept, dropped) =>
          this.#options.onProgress?.(`${kept} of ${all.length} claims are needed so far, ${dropped} are dropped`),
      ));
    } finally {
      search.end();
    }
    const proved = new Set([...claims, ...implied]);
    if (!goals.some((goal) => proved.has(goal))) {
      return this.#report([], [], [], result, await this.#failures(own, goals));
    }
    const seconds = this.#seconds;
    const asked = confirmationFor(questions, claims, implied);
    await this.#options.onQuestions?.(confirmationFile(asked, this.#heading(claims)));
    const answers: SolverAnswer[] = [];
    for (const name of ["z3", "cvc5"] as const) {
      this.#options.onProgress?.(`${name} confirms ${claims.length} claims`);
      const tool = name === "z3" ? z3 : cvc5;
      const started = performance.now();
      const answer = await confirmedBy(name, asked, { ...this.#limits({}), questionSteps: CONFIRMED_QUESTION_STEPS });
      const by = `${name === "z3" ? "Z3" : "cvc5"} ${await tool.version()}`;
      answers.push({ ...answer, by, seconds: (performance.now() - started) / 1000 });
    }
    const failures = await this.#failures(
      claims,
      goals.filter((goal) => !implied.includes(goal)),
    );
    return { ...this.#report(claims, implied, answers, result, failures), seconds };
  }

  #limits(more: Partial<ConstructorParameters<typeof Solver>[1]>): ConstructorParameters<typeof Solver>[1] {
    const left = 1000 * (this.#options.timeLimit ?? ANY_SIZE_DEFAULTS.timeLimit);
    return { questionSteps: SEARCH_QUESTION_STEPS, until: performance.now() + left, memory: this.#memory, ...more };
  }

  /** For each goal that was dropped, a small step that the claims do not exclude. */
  async #failures(kept: readonly Claim[], goals: readonly Claim[]): Promise<ReadonlyMap<Claim, InductionFailure>> {
    const failures = new Map<Claim, InductionFailure>();
    const open = goals.filter((goal) => !kept.includes(goal));
    if (open.length === 0) return failures;
    const solver = new Solver("z3", this.#limits({}), this.#questions.preamble);
    try {
      for (const goal of open) {
        const assumed = [...kept, goal].map(({ formula }) => formula);
        const failure = await inductionFailure(this.#questions, solver, assumed, goal.formula);
        if (failure !== undefined) failures.set(goal, failure);
      }
      return failures;
    } finally {
      solver.end();
    }
  }

  #report(
    claims: readonly Claim[],
    implied: readonly Claim[],
    answers: readonly SolverAnswer[],
    result: SearchResult,
    failures: ReadonlyMap<Claim, InductionFailure>,
  ): AnySizeProof {
    const refusal = answers.find(({ outcome }) => outcome !== "confirmed");
    const failureOf = (holds: Property["holds"]): InductionFailure | undefined =>
      [...failures].find(([{ formula }]) => formula === holds)?.[1];
    return {
      system: this.#system,
      invariant: claims,
      implied,
      weakened: this.#weakened,
      answers,
      ...result,
      suspect: undefined,
      seconds: this.#seconds,
      properties: this.#properties.map(({ id, title, holds }): AnySizeProperty => {
        const isInvariant = [...claims, ...implied].some(({ formula }) => formula === holds);
        const because = !isInvariant
          ? `no invariant was found that excludes its violation at every size${result.ended === undefined ? "" : `; ${result.ended}`}`
          : refusal === undefined
            ? undefined
            : `${refusal.by} has not confirmed the invariant: ${refusal.because}`;
        return { id, title, isProved: because === undefined, because, failure: failureOf(holds) };
      }),
    };
  }

  #open(because: string, suspect?: Sizes): AnySizeProof {
    const result = { refinedAt: undefined, excluded: 0, candidates: 0, ended: undefined, contradicted: [] };
    const report = this.#report([], [], [], result, new Map());
    return { ...report, suspect, properties: report.properties.map((property) => ({ ...property, because })) };
  }

  get #weakened(): string[] {
    return this.#questions.dropped.map(
      ({ action, condition }) => `${action.name} does not require that ${sentenceOf(condition)}`,
    );
  }

  get #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  #heading(claims: readonly Claim[]): string[] {
    const { name, abstractions } = this.#system;
    return [
      `${name} for any number of ${this.#system.sorts.map((sort) => sort.name).join(", ")}`,
      "",
      "An inductive invariant: every answer must be unsat. The first questions ask for an initial state that",
      "contradicts a claim, the others for a step from a state of all claims to one that contradicts a claim; the last ones for",
      "a state of all claims that contradicts a property.",
      "",
      ...claims.map(({ text }, index) => `${index + 1}. ${text}`),
      "",
      ...[...abstractions, ...this.#weakened].map((text) => `Abstraction: ${text}`),
    ];
  }
}

import { check, type CheckOptions } from "../check.ts";
import { InternalError, ModelError } from "../errors.ts";
import { severityOf, type Family, type Model } from "../language/index.ts";
import { createReading } from "../reading/index.ts";
import type { PropertyReport, Report } from "../report.ts";
import { overall, type Verdict } from "../verdict.ts";
import { now } from "../sat/deadline.ts";
import { programOf } from "../system/guarded-commands.ts";
import { systemOf, type SystemOptions } from "../system/system.ts";
import { readBack } from "../crosscheck/read-back.ts";
import { cvc5, installedSolver, z3 } from "../crosscheck/smt.ts";
import { confirmationOf, confirmationText, confirmed, type Confirmation, type Confirmed } from "./confirm.ts";
import { fewer, provedByWayOf, type Smaller } from "./by-smaller-model.ts";
import { factSentences } from "./facts.ts";
import { holdingAt, type Holding } from "./next-sizes.ts";
import { provedByInduction, type Invariant, type Proof, type ProofOptions, type Resized } from "./induction.ts";

/** Large models are searched up to this many states before an invariant is looked for. */
const MAX_SEARCHED_STATES = 1_000_000;
/** The value of a parameter for any number. */
const UNBOUNDED = "unbounded";

/** Defaults of `ProveOptions`. */
export const PROVE_DEFAULTS = { samples: 150_000, timeLimit: 3600, memoryLimit: 8 * 2 ** 30 } as const;

/** Options for `prove`. */
export interface ProveOptions {
  /** Ids of the properties to prove. Default: all of the kinds always, step and noDeadlock. */
  readonly properties?: readonly string[];
  /** Ids of `always` properties that are proved along with them and help to prove them. Default: none. */
  readonly lemmas?: readonly string[];
  /** Reachable states visited at random, from which facts are guessed. Default 150,000. */
  readonly samples?: number;
  /** Seconds for the search for an invariant, and again for its confirmation. Default 3600. */
  readonly timeLimit?: number;
  /** Bytes that all processes of the solver together may take. Default 8 GiB. */
  readonly memoryLimit?: number;
  /** Bound of the search for a violation that seems to be reachable. Default: none. */
  readonly maxStates?: number;
  /** The solver that confirms the invariant. Default: whichever is installed, Z3 first. */
  readonly solver?: "z3" | "cvc5";
  /** Whether an invariant is required in any case: then no search of the states is tried first. Default false. */
  readonly invariant?: boolean;
  /** Whether the facts are checked with one more of each thing that the model has several of. Default false. */
  readonly nextSizes?: boolean;
  readonly onProgress?: (text: string) => void;
  /** Receives the questions for a solver, as a file in SMT-LIB, as soon as there is an invariant. */
  readonly onQuestions?: (smtlib: string) => void | Promise<void>;
  /** Searches of the states; `check` by default. */
  readonly search?: (model: Model<unknown>, options: CheckOptions) => Promise<Report<unknown>>;
}

/** Result of `prove`. */
export interface ProofReport {
  readonly model: Model<unknown>;
  readonly verdict: Verdict;
  /** Undefined where none was found, or none was needed. */
  readonly invariant: Invariant | undefined;
  /** Reachable states from which facts were guessed. */
  readonly samples: number;
  /** Seconds until the invariant was found, or the search for one ended. */
  readonly seconds: number;
  /** Answer of the solver; undefined where none is installed, or there was nothing to confirm. */
  readonly confirmation:
    | (Confirmed & { readonly by: string; readonly seconds: number; readonly questions: number })
    | undefined;
  /** The facts at the next sizes, if that was asked for and there is an invariant. */
  readonly nextSizes: readonly NextSize[];
  /** "holds" only where the solver confirmed the invariant, or all states were searched. */
  readonly properties: readonly PropertyReport<unknown>[];
  /** Why something is open, or what the verdict rests on: a clause. */
  readonly because: string | undefined;
}

/** The facts of an invariant in the same model with one more of something. */
export interface NextSize {
  /** The parameter that differs, and its value. */
  readonly parameter: string;
  readonly value: number;
  /** Undefined where it was not decided in time. */
  readonly facts: Holding | undefined;
}

/**
 * Proves safety properties by induction, without enumerating the states; see docs/proof-without-enumeration.md. The facts
 * are guessed; that they are an inductive invariant, Z3 or cvc5 confirms on a translation of its own.
 *
 * @param family the model, and the same model with other numbers of what it has several of
 * @param given parameters of the family
 * @throws ModelError on a mistake in the model, the parameters or the options
 */
export async function prove(
  family: Family<unknown>,
  given: Readonly<Record<string, unknown>>,
  options: ProveOptions = {},
): Promise<ProofReport> {
  return new Proving(family, given, options).run();
}

/** The ids of a model's properties that induction can prove. */
export function provable(model: Model<unknown>): string[] {
  const known = [...model.properties].filter(([, { kind }]) => ["always", "step", "noDeadlock"].includes(kind));
  return known.map(([id]) => id);
}

class Proving {
  readonly #family: Family<unknown>;
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #options: ProveOptions;
  readonly #model: Model<unknown>;
  readonly #ids: readonly string[];
  readonly #lemmas: readonly string[];
  readonly #resized: readonly Resized[];
  readonly #started = performance.now();
  #confirmation: ProofReport["confirmation"];

  constructor(family: Family<unknown>, given: Readonly<Record<string, unknown>>, options: ProveOptions) {
    this.#family = family;
    this.#given = given;
    this.#options = options;
    this.#model = family.instantiate(given);
    this.#ids = options.properties ?? provable(this.#model);
    this.#lemmas = options.lemmas ?? [];
    this.#requireProvable();
    this.#resized = resizedBy(family, given);
  }

  async run(): Promise<ProofReport> {
    const solver = this.#options.solver ?? (await installedSolver());
    const early = await this.#searchedFirst();
    if (early !== undefined) return early;
    this.#options.onProgress?.("reading");
    const model = this.#model;
    const properties = [...new Set([...this.#ids, ...this.#lemmas])];
    const system = systemOf(createReading(model), { properties });
    const { timeLimit = PROVE_DEFAULTS.timeLimit, samples = PROVE_DEFAULTS.samples, onProgress } = this.#options;
    const options: ProofOptions = {
      lemmas: this.#lemmas,
      resized: this.#resized,
      samples,
      until: this.#started + timeLimit * 1000,
      ...(onProgress === undefined ? {} : { onProgress }),
    };
    const smaller = smallerOf(this.#family, this.#given, model, this.#resized, { properties });
    let proof = smaller === undefined ? provedByInduction(system, options) : provedByWayOf(smaller, system, options);
    let seconds = this.#seconds;
    const confirm = async (): Promise<void> => {
      seconds = this.#seconds;
      this.#confirmation = undefined;
      if (proof.kind !== "proved") return;
      const asked = confirmationOf(programOf(system), proof.invariant);
      await this.#options.onQuestions?.(`${confirmationText(asked).trimEnd()}\n`);
      if (solver !== undefined) this.#confirmation = await this.#confirmedBy(solver, asked);
    };
    await confirm();
    if (proof.kind === "proved" && this.#confirmation?.outcome === "refused") {
      // It may have been asked too little: what was taken to be alike may not be, and hard questions were left.
      proof = provedByInduction(system, { ...options, guesses: proof.invariant, thorough: true });
      await confirm();
    }
    return this.#reportOf(proof, properties, seconds);
  }

  get #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** A search of a small state space ends sooner, unless an invariant is asked for. */
  async #searchedFirst(): Promise<ProofReport | undefined> {
    const { maxStates = MAX_SEARCHED_STATES, invariant = false } = this.#options;
    if (invariant || fewer(this.#model.layout, this.#resized) === undefined) return undefined;
    const report = await this.#search(Math.min(maxStates, MAX_SEARCHED_STATES));
    if (report.verdict === "inconclusive") return undefined;
    const states = `${report.states.distinct.toLocaleString("en-US")} ${report.states.distinct === 1 ? "state" : "states"}`;
    return this.#finished({
      properties: report.properties,
      because: `decided by a search of ${states}, without an invariant`,
    });
  }

  async #search(maxStates: number | undefined): Promise<Report<unknown>> {
    const bound = maxStates === undefined ? {} : { maxStates };
    const { search = check } = this.#options;
    const report = await search(this.#model, { properties: this.#ids, ...bound, untilViolation: true });
    // A proof report has no place for the run to a mistake.
    for (const { message } of report.mistakes ?? []) throw new ModelError(message);
    return report;
  }

  async #reportOf(proof: Proof, properties: readonly string[], seconds: number): Promise<ProofReport> {
    switch (proof.kind) {
      case "proved": {
        const { invariant } = proof;
        const holds = this.#confirmation?.outcome === "confirmed";
        return this.#finished({
          invariant,
          nextSizes: this.#options.nextSizes === true ? this.#atNextSizes(invariant) : [],
          samples: invariant.samples,
          seconds,
          properties: reportsOf(this.#model, properties, holds ? "holds" : "inconclusive"),
          because: holds ? undefined : unconfirmed(this.#confirmation),
        });
      }
      case "violated": {
        const trace = readBack(this.#model, proof.id, proof.path);
        if (trace === undefined) throw new InternalError(`the run to a violation of ${proof.id} does not replay`);
        return this.#finished({
          samples: proof.samples,
          seconds,
          properties: reportsOf(this.#model, this.#ids, "inconclusive").map((report): PropertyReport<unknown> =>
            report.id === proof.id ? { ...report, verdict: "violated", trace } : report,
          ),
          because: "the run to the violation is not necessarily a shortest one",
        });
      }
      case "refuted": {
        const report = await this.#search(this.#options.maxStates);
        return this.#finished({
          samples: proof.samples,
          properties: report.properties,
          because:
            report.verdict === "violated"
              ? undefined
              : `a violation of ${proof.id} seems to be reachable; a search for a violation of ${this.#ids.join(", ")} found none`,
        });
      }
      case "open":
        return this.#finished({
          samples: proof.samples,
          seconds,
          properties: reportsOf(this.#model, properties, "inconclusive"),
          because: proof.because,
        });
    }
  }

  /** The facts with one more of each thing, as far as there is such a model. */
  #atNextSizes(invariant: Invariant): NextSize[] {
    const { timeLimit = PROVE_DEFAULTS.timeLimit, samples = PROVE_DEFAULTS.samples, onProgress } = this.#options;
    const sentences = factSentences(invariant);
    const inUse = new Set(
      invariant.parts.flatMap((part) => (part === undefined || part.unused.length > 0 ? [] : [part.family])),
    );
    return this.#resized.flatMap(({ name, count }): NextSize[] => {
      const value = count + 1;
      const given = { ...this.#given, [name]: value };
      const model = instantiated(this.#family, given);
      if (model === undefined) return [];
      onProgress?.(`the facts with ${name}=${value}`);
      const system = systemOf(createReading(model), { properties: this.#lemmas });
      const limits = { samples, until: now() + timeLimit * 1000 };
      const resized = resizedBy(this.#family, given);
      const facts = holdingAt(system, resized, sentences, this.#lemmas, inUse, limits);
      return [{ parameter: name, value, facts }];
    });
  }

  #finished(
    found: Pick<ProofReport, "properties" | "because"> &
      Partial<Pick<ProofReport, "invariant" | "nextSizes" | "samples" | "seconds">>,
  ): ProofReport {
    return {
      model: this.#model,
      verdict: overall(found.properties.map(({ verdict }) => verdict)),
      invariant: undefined,
      nextSizes: [],
      samples: 0,
      seconds: this.#seconds,
      ...found,
      confirmation: found.invariant === undefined ? undefined : this.#confirmation,
    };
  }

  async #confirmedBy(solver: "z3" | "cvc5", asked: Confirmation): Promise<NonNullable<ProofReport["confirmation"]>> {
    const {
      timeLimit = PROVE_DEFAULTS.timeLimit,
      memoryLimit = PROVE_DEFAULTS.memoryLimit,
      onProgress,
    } = this.#options;
    const tool = solver === "z3" ? z3 : cvc5;
    const missing = await tool.missing();
    if (missing !== undefined) throw new ModelError(`prove: --solver ${solver}: ${missing}`);
    const by = `${solver === "z3" ? "Z3" : "cvc5"} ${await tool.version()}`;
    const started = performance.now();
    const answer = await confirmed(asked, solver, { timeLimit, memoryLimit }, (done, all) =>
      onProgress?.(`${by} has answered ${done} of ${all} queries`),
    );
    return { ...answer, by, seconds: (performance.now() - started) / 1000, questions: asked.questions.length };
  }

  #requireProvable(): void {
    const { name, properties } = this.#model;
    const names = provable(this.#model);
    for (const id of [...this.#ids, ...this.#lemmas]) {
      if (names.includes(id)) continue;
      const property = properties.get(id);
      const why =
        property === undefined
          ? `${name} has no property ${id}`
          : `${id} is a property of kind ${property.kind}, which induction cannot prove`;
      throw new ModelError(`prove: ${why}; the provable properties are ${names.join(", ") || "none"}`);
    }
    if (this.#ids.length === 0) {
      throw new ModelError(`prove: ${name} has no always, step or noDeadlock properties to prove`);
    }
    for (const id of this.#lemmas) {
      const kind = properties.get(id)?.kind;
      if (kind === "always") continue;
      throw new ModelError(`prove: --lemma ${id}: a lemma must be an always property, and this is ${kind}`);
    }
  }
}

function unconfirmed(confirmation: ProofReport["confirmation"]): string {
  if (confirmation === undefined) {
    return "the invariant is not confirmed: neither Z3 nor cvc5 is installed; on Debian: apt-get install z3";
  }
  const { by, outcome, because } = confirmation;
  return outcome === "refused"
    ? `${by} refutes the invariant: ${because}`
    : `${by} has not confirmed the invariant: ${because}`;
}

/** The same model with less of everything, where there is much, and with no limit where there is one. */
function smallerOf(
  family: Family<unknown>,
  given: Readonly<Record<string, unknown>>,
  model: Model<unknown>,
  resized: readonly Resized[],
  wanted: SystemOptions,
): Smaller | undefined {
  const counts = fewer(model.layout, resized);
  if (counts === undefined) return undefined;
  try {
    const less = { ...given, ...unlimited(family, given), ...counts };
    const smaller = family.instantiate(less);
    if (wanted.properties?.some((id) => !smaller.properties.has(id)) === true) return undefined;
    return { system: systemOf(createReading(smaller), wanted), resized: resizedBy(family, less) };
  } catch (error) {
    // Not every number makes a model.
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** Every count that may be "unbounded": what makes a model without limits safe makes it safe within limits. */
function unlimited(family: Family<unknown>, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const limits = Object.entries(family.resolve(given)).filter(([name, value]) => {
    if (typeof value !== "number") return false;
    try {
      family.resolve({ ...given, [name]: UNBOUNDED });
      return true;
    } catch (error) {
      if (error instanceof ModelError) return false;
      throw error;
    }
  });
  return Object.fromEntries(limits.map(([name]) => [name, UNBOUNDED]));
}

/** A model of the family; undefined where the parameters make none. */
function instantiated(family: Family<unknown>, given: Readonly<Record<string, unknown>>): Model<unknown> | undefined {
  try {
    return family.instantiate(given);
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** The layouts of the same model with one more, or one less, of what a parameter counts. */
function resizedBy(family: Family<unknown>, given: Readonly<Record<string, unknown>>): Resized[] {
  return Object.entries(family.resolve(given)).flatMap(([name, count]): Resized[] => {
    if (typeof count !== "number" || count < 2) return [];
    for (const other of [count + 1, count - 1]) {
      // Not every number is allowed, or makes a model.
      const model = instantiated(family, { ...given, [name]: other });
      if (model !== undefined) return [{ name, count, other, root: model.layout.root }];
    }
    return [];
  });
}

function reportsOf(model: Model<unknown>, ids: readonly string[], verdict: Verdict): PropertyReport<unknown>[] {
  return ids.map((id) => {
    const property = model.properties.get(id);
    const { kind = "always", title = "" } = property ?? {};
    const severity = severityOf(property ?? {});
    return { id, kind, title, severity, verdict, trace: undefined, remark: undefined, fairness: undefined };
  });
}

import { check, type CheckOptions } from "../check.ts";
import { ModelError } from "../errors.ts";
import { severityOf, type Family, type Model, type ParameterValue } from "../language/index.ts";
import type { PropertyReport, Report } from "../report.ts";
import { overall, type Verdict } from "../verdict.ts";
import { proveAnySize, type AnySizeOptions, type AnySizeProof } from "./prove.ts";
import { readAnySize, WELL_FORMED } from "./reading/index.ts";

/** A parameter of a family that may have any value. */
export const ANY = "any";
/** The value of a parameter for any number of events. */
const UNBOUNDED = "unbounded";

/** States of one search at a fixed size: it is to find a short violation, not to prove anything. */
const MAX_SEARCHED_STATES = 200_000;
/** States of a search where a violation seems to be reachable. */
const MAX_SUSPECTED_STATES = 2_000_000;

/** Options for `proveForAnySize`. */
export interface AnySizeFamilyOptions extends AnySizeOptions {
  /** Bound of each search for a violation. */
  readonly maxStates?: number;
  /** Searches of the states; `check` by default. */
  readonly search?: (model: Model<unknown>, options: CheckOptions) => Promise<Report<unknown>>;
}

/** A search at a fixed size. */
export interface SearchedSize {
  readonly sizes: Readonly<Record<string, number>>;
  readonly states: number;
  /** Whether all states were searched. */
  readonly isComplete: boolean;
}

/** Result of `proveForAnySize`. */
export interface AnySizeReport {
  readonly model: string;
  /** The values of all parameters; of dimensions, "any". */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The parameters that may have any value. */
  readonly dimensions: readonly string[];
  readonly verdict: Verdict;
  /** "holds": at every size. "violated": at the size of `violated`. */
  readonly properties: readonly PropertyReport<unknown>[];
  /** The model at the size at which a property is violated. */
  readonly violated: Model<unknown> | undefined;
  readonly searched: readonly SearchedSize[];
  /** Undefined where a violation was found first, or the model cannot be read for any size. */
  readonly proof: AnySizeProof | undefined;
  /** At sizes at which the model has another form, such as one device: proofs for any values of the other parameters. */
  readonly smaller: readonly AnySizeReport[];
  /** Why something is open: a clause. */
  readonly because: string | undefined;
}

/**
 * Proves `always` properties of a family of models for any values of some of its parameters, such as its numbers of CPUs
 * and of devices; see docs/any-size.md. Parameters that are not given and may be "unbounded" are. Small sizes are searched
 * for a violation first.
 *
 * @param given values of parameters; "any" for each of the dimensions
 * @throws ModelError on a mistake in the model, the parameters or the options
 */
export async function proveForAnySize(
  family: Family<unknown>,
  given: Readonly<Record<string, unknown>>,
  options: AnySizeFamilyOptions = {},
): Promise<AnySizeReport> {
  return new FamilyProof(family, given, options).run();
}

/** The parameters that are given as "any". */
export function dimensionsIn(given: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(given).filter((name) => given[name] === ANY);
}

class FamilyProof {
  readonly #family: Family<unknown>;
  readonly #options: AnySizeFamilyOptions;
  readonly #dimensions: readonly string[];
  /** The parameters that are not dimensions. */
  readonly #fixed: Readonly<Record<string, unknown>>;
  readonly #ids: readonly string[];
  /** A model of the family, for the properties' titles. */
  readonly #example: Model<unknown>;
  readonly #searched: SearchedSize[] = [];
  /** Questions for a solver so far. */
  #questions = "";

  constructor(family: Family<unknown>, given: Readonly<Record<string, unknown>>, options: AnySizeFamilyOptions) {
    this.#family = family;
    this.#options = options;
    this.#dimensions = dimensionsIn(given);
    for (const name of this.#dimensions) {
      if (typeof family.parameters[name]?.default === "number") continue;
      const known = Object.keys(family.parameters).filter((one) => typeof family.parameters[one]?.default === "number");
      throw new ModelError(
        `prove: ${family.name} has no number ${name} that can be any; its numbers are ${known.join(", ") || "none"}`,
      );
    }
    const own = Object.fromEntries(Object.entries(given).filter(([name]) => !this.#dimensions.includes(name)));
    this.#fixed = { ...unboundedIn(family, own), ...own };
    this.#example = family.instantiate({ ...this.#fixed, ...this.#smallest });
    this.#ids = options.properties ?? alwaysIn(this.#example);
    this.#requireAlways();
  }

  async run(): Promise<AnySizeReport> {
    for (const sizes of this.#smallSizes()) {
      const found = await this.#searchAt(sizes, Math.min(this.#options.maxStates ?? Infinity, MAX_SEARCHED_STATES));
      if (found !== undefined) return found;
    }
    this.#options.onProgress?.("reading for any size");
    let system;
    try {
      system = readAnySize(this.#family, this.#fixed, this.#dimensions);
    } catch (error) {
      // What cannot be read for any size can be a model without a mistake.
      if (!(error instanceof ModelError)) throw error;
      return this.#report({ because: error.message });
    }
    const isPartial = system.properties.some(({ id }) => id === WELL_FORMED);
    const readable = this.#ids.filter((id) => system.properties.some((property) => property.id === id));
    if (readable.length === 0) {
      return this.#report({ because: `of ${this.#ids.join(", ")} none can be read for any size` });
    }
    const { onProgress, timeLimit, memoryLimit, samples } = this.#options;
    const onQuestions = this.#options.onQuestions && ((text: string) => this.#publish(text));
    const proof = await proveAnySize(system, {
      properties: [...readable, ...(isPartial ? [WELL_FORMED] : [])],
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(onQuestions === undefined ? {} : { onQuestions }),
      ...(timeLimit === undefined ? {} : { timeLimit }),
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
      ...(samples === undefined ? {} : { samples }),
    });
    if (proof.suspect !== undefined) {
      const sizes = this.#sizesOf(proof.suspect);
      const found = await this.#searchAt(sizes, this.#options.maxStates ?? MAX_SUSPECTED_STATES);
      if (found !== undefined) return { ...found, proof };
    }
    const isProved = proof.properties.every((property) => property.isProved);
    const smaller = isProved ? await this.#smaller(system.least ?? {}, readable) : [];
    const violated = smaller.find(({ verdict }) => verdict === "violated");
    if (violated !== undefined) return { ...this.#report({ proof, smaller }), ...violated };
    const unread = system.unread.find(({ id }) => this.#ids.includes(id));
    return this.#report({
      proof,
      smaller,
      ...(unread === undefined ? {} : { because: `${unread.id}: ${unread.because}` }),
    });
  }

  /** Proofs at the sizes below those of the system that was read; none where no other parameter may have any value. */
  async #smaller(least: Readonly<Record<string, number>>, properties: readonly string[]): Promise<AnySizeReport[]> {
    const reports: AnySizeReport[] = [];
    for (const [name, count] of Object.entries(least)) {
      const others = this.#dimensions.filter((one) => one !== name);
      if (others.length === 0) continue;
      for (let size = 1; size < count; size++) {
        const given = { ...this.#fixed, ...Object.fromEntries(others.map((one) => [one, ANY])), [name]: size };
        const { onProgress, onQuestions } = this.#options;
        const proof = new FamilyProof(this.#family, given, {
          ...this.#options,
          properties,
          ...(onProgress && { onProgress: (text: string) => onProgress(`${name}=${size}: ${text}`) }),
          ...(onQuestions && { onQuestions: (text: string) => this.#publish(text) }),
        });
        reports.push(await proof.run());
      }
    }
    return reports;
  }

  /** Hands out the questions so far: those of a smaller size come after the others. */
  async #publish(text: string): Promise<void> {
    this.#questions = this.#questions === "" ? text : `${this.#questions}\n(reset)\n${text}`;
    await this.#options.onQuestions?.(this.#questions);
  }

  /** The result of a search that finds a violation; undefined where it finds none. */
  async #searchAt(sizes: Readonly<Record<string, number>>, maxStates: number): Promise<AnySizeReport | undefined> {
    const model = this.#instance(sizes);
    if (model === undefined) return undefined;
    const { search = check } = this.#options;
    const report = await search(model, { properties: this.#ids, maxStates, untilViolation: true });
    for (const { message } of report.mistakes ?? []) throw new ModelError(message);
    const isComplete = report.stopped === undefined;
    this.#searched.push({ sizes, states: report.states.distinct, isComplete });
    if (report.verdict !== "violated") return undefined;
    return this.#report({ violated: model, violations: report.properties });
  }

  #instance(sizes: Readonly<Record<string, number>>): Model<unknown> | undefined {
    try {
      return this.#family.instantiate({ ...this.#fixed, ...sizes });
    } catch (error) {
      // Not every combination makes a model.
      if (error instanceof ModelError) return undefined;
      throw error;
    }
  }

  get #smallest(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#dimensions.map((name) => [name, this.#family.parameters[name]?.default as number]));
  }

  /** Sizes at which a violation is looked for: two of everything, but for one of what comes last at first. */
  #smallSizes(): Readonly<Record<string, number>>[] {
    const two = Object.fromEntries(this.#dimensions.map((name) => [name, 2]));
    const last = this.#dimensions.at(-1);
    return last === undefined || this.#dimensions.length === 1 ? [two] : [{ ...two, [last]: 1 }, two];
  }

  /** The sizes of a system's sorts, which are in the order of the dimensions, as values of the parameters. */
  #sizesOf(sizes: Readonly<Record<string, number>>): Record<string, number> {
    const counts = Object.values(sizes);
    return Object.fromEntries(this.#dimensions.map((name, place) => [name, counts[place] ?? 2]));
  }

  #report({
    proof,
    because,
    violated,
    violations = [],
    smaller = [],
  }: {
    readonly proof?: AnySizeProof;
    readonly smaller?: readonly AnySizeReport[];
    readonly because?: string;
    readonly violated?: Model<unknown>;
    readonly violations?: readonly PropertyReport<unknown>[];
  }): AnySizeReport {
    const wellFormed = proof?.properties.find(({ id }) => id === WELL_FORMED);
    const isSound = wellFormed === undefined || wellFormed.isProved;
    const verdictOf = (id: string): Verdict => {
      if (violations.some((one) => one.id === id && one.verdict === "violated")) return "violated";
      const isProved = isSound && proof?.properties.find((one) => one.id === id)?.isProved === true;
      return isProved && smaller.every((one) => holdsIn(one, id)) ? "holds" : "inconclusive";
    };
    const properties = this.#ids.map((id): PropertyReport<unknown> => {
      const property = this.#example.properties.get(id);
      const { kind = "always", title = "" } = property ?? {};
      const own = violations.find((one) => one.id === id);
      const verdict = verdictOf(id);
      const trace = verdict === "violated" ? own?.trace : undefined;
      return {
        id,
        kind,
        title,
        severity: severityOf(property ?? {}),
        verdict,
        trace,
        remark: undefined,
        fairness: undefined,
      };
    });
    const values = this.#family.resolve(this.#fixed);
    const parameters = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, this.#dimensions.includes(name) ? ANY : value]),
    );
    const open = proof?.properties.find(({ isProved }) => !isProved);
    const openSize = smaller.find(({ verdict }) => verdict !== "holds");
    const others = Object.keys(values).filter(
      (name) => typeof values[name] === "number" && !this.#dimensions.includes(name),
    );
    const hint =
      others.length === 0 ? "" : `; a proof in which ${others.join(", ")} can be any too would include this one`;
    return {
      model: this.#family.name,
      parameters,
      dimensions: this.#dimensions,
      verdict: overall(properties.map(({ verdict }) => verdict)),
      properties,
      violated,
      searched: this.#searched,
      proof,
      smaller,
      because:
        because ??
        (violated === undefined && open !== undefined ? `${open.id}: ${open.because}${hint}` : undefined) ??
        (openSize === undefined ? undefined : `${sizesIn(openSize, this.#dimensions)}: ${openSize.because}`),
    };
  }

  #requireAlways(): void {
    const names = alwaysIn(this.#example);
    for (const id of this.#ids) {
      if (names.includes(id)) continue;
      const property = this.#example.properties.get(id);
      const why =
        property === undefined
          ? `${this.#family.name} has no property ${id}`
          : `${id} is a property of kind ${property.kind}, which cannot be proved for any size`;
      throw new ModelError(`prove: ${why}; those that can are ${names.join(", ") || "none"}`);
    }
    if (this.#ids.length === 0) throw new ModelError(`prove: ${this.#family.name} has no always properties to prove`);
  }
}

function holdsIn({ properties }: AnySizeReport, id: string): boolean {
  return properties.find((one) => one.id === id)?.verdict === "holds";
}

/** The values of dimensions that are fixed in a report: `devices=1`. */
export function sizesIn({ parameters }: AnySizeReport, dimensions: readonly string[]): string {
  return dimensions
    .filter((name) => parameters[name] !== ANY)
    .map((name) => `${name}=${parameters[name]}`)
    .join(" ");
}

/**
 * Parameters below whose size here the model has another form that is not proved at all smaller sizes, and that size. At a
 * smaller size of one parameter another one can have such a size, too.
 */
export function openBelow({ proof, smaller }: AnySizeReport): (readonly [parameter: string, size: number])[] {
  return Object.entries(proof?.system.least ?? {}).filter(([name, count]) => {
    const proved = smaller.filter((one) => one.verdict === "holds" && openBelow(one).length === 0);
    const sizes = new Set(proved.map(({ parameters }) => parameters[name]));
    return Array.from({ length: count - 1 }, (_, index) => index + 1).some((size) => !sizes.has(size));
  });
}

function alwaysIn(model: Model<unknown>): string[] {
  return [...model.properties].flatMap(([id, { kind }]) => (kind === "always" ? [id] : []));
}

/** The numbers of events that may be unbounded and are not given. */
function unboundedIn(family: Family<unknown>, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.entries(family.parameters).filter(
    ([name, parameter]) => given[name] === undefined && parameter.read(UNBOUNDED) === UNBOUNDED,
  );
  return Object.fromEntries(names.map(([name]) => [name, UNBOUNDED]));
}

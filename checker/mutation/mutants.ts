import { checkRead, type CheckOptions, type ReachedStates } from "../check.ts";
import { anyFunction, anything, listOf, nonEmptyText, object, optional, word, type Rule } from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import type { Model } from "../language/index.ts";
import { createReading, Readings, type OpenReading } from "../reading/index.ts";
import type { Report } from "../report.ts";
import { show } from "../schema/index.ts";
import { isEndedFromOutside, stopText } from "../stopped.ts";
import { candidatesOf, type Candidate, type MutantKind } from "./candidates.ts";
import { equivalents } from "./equivalence.ts";
import { mutated } from "./mutant-model.ts";
import { haveSameGraph } from "./same-graph.ts";
import { tolerant } from "./tolerant.ts";

/** Options for `mutants`. */
export interface MutationOptions<S> {
  /** Ids of the properties that may catch a mutant; all without it. */
  readonly properties?: readonly string[];
  /** Distinct states of one mutant, at most: beyond them it is undecided. Default 1,000,000. */
  readonly maxStates?: number;
  /** Bytes for the states of one mutant, at most. Default: most of what the system could give. */
  readonly maxMemory?: number;
  /** Mutants, at most: the first ones. Default 1,000. */
  readonly maxMutants?: number;
  /** The number of a mutant, counted from 1: only that one is checked, and the others are "skipped". */
  readonly only?: number;
  /** More mutants, which the caller has made: the same model with its parts in another order. */
  readonly variants?: readonly Variant<S>[];
  /** As for `check`: whether the functions of the model are read first, so that impure ones are refused. Default "checked". */
  readonly purity?: "checked" | "assumed";
  /** Aborts the run: mutants that are not checked by then are "skipped". */
  readonly signal?: AbortSignal;
  /** Called before a mutant is checked. */
  readonly onProgress?: (progress: { readonly number: number; readonly mutants: number }) => void;
}

/** A mutant that was not made of the terms of the model. */
export interface Variant<S> {
  /** The difference, such as `flush before write_data`. */
  readonly change: string;
  readonly where?: string;
  readonly model: Model<S>;
  /**
   * Paths of the cells that have the position in what was put into another order, such as `process.step`: there the
   * states of an equivalent variant may differ from those of the model. Default: none.
   */
  readonly positions?: readonly string[];
}

/**
 * "caught": a property that the model satisfies is violated, or a function of the model fails. "survived": every property
 * still holds, though the mutant has other transitions. "equivalent": it has the same reachable states and transitions; of
 * a variant, every property holds and they are the same up to its `positions`.
 * "undecided": a bound was reached before the end. "skipped": not checked.
 */
export type MutantOutcome = "caught" | "survived" | "equivalent" | "undecided" | "skipped";

/** A model with one fault, and the outcome of its check. */
export interface Mutant<S> {
  /** Counted from 1; the same for the same model and variants. */
  readonly number: number;
  /** The action that is changed; undefined for a variant. */
  readonly action: string | undefined;
  /** A part of a guard dropped, an assignment dropped, a constant off by one, or another order. */
  readonly kind: MutantKind;
  /** The difference, such as `lock[self] not assigned`. */
  readonly change: string;
  /** Position at which the guard or the recipe begins: file, line and column, as far as they are known. */
  readonly where: string | undefined;
  readonly outcome: MutantOutcome;
  /** The properties violated at the first level of the search that violates any, in the model's order. */
  readonly caughtBy: readonly string[];
  /** The changed model, where it was checked. */
  readonly model: Model<S> | undefined;
  /** The check of the changed model, with the counterexamples, where it was checked. */
  readonly report: Report<S> | undefined;
}

/** Result of `mutants`. */
export interface Mutation<S> {
  readonly model: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** The check of the model as it is. */
  readonly original: Report<S>;
  /** The properties that hold of the model as it is: only these can catch a mutant. */
  readonly judging: readonly string[];
  readonly mutants: readonly Mutant<S>[];
  /** Mutants beyond `maxMutants`, which were not made. */
  readonly left: number;
  /** Actions that could not be read, and so have no mutants, with the reason. */
  readonly unread: readonly { readonly action: string; readonly why: string }[];
  readonly seconds: number;
}

const DEFAULT_MAX_STATES = 1_000_000;
const DEFAULT_MAX_MUTANTS = 1_000;

/**
 * Puts faults into a model, one at a time, and checks each of these mutants: a mutant that no property catches shows
 * behaviour that the properties do not see.
 *
 * The faults are made from what was read of the actions: each part of a guard dropped; each assignment dropped, so that
 * the part of the state keeps its value; each integer constant of a guard or an assignment one higher and one lower,
 * within its type. All instances of an action are changed together. Mutants that make no difference in any reachable state
 * are reported as equivalent.
 *
 * That all mutants are caught shows that the properties notice these faults, at these sizes; not that they are all the
 * properties that the model needs.
 *
 * @returns the mutants in a fixed order: by action, then guards before assignments, then variants
 * @throws ModelError when an option is wrong, the model fails, none of its properties holds, or its states were not
 * explored to the end within the bounds
 *
 * @example
 * ```ts
 * import { model, mutants, range, record } from "irqproof/checker";
 *
 * const counter = model({
 *   name: "counter",
 *   state: record({ count: range(0, 3), laps: range(0, 1) }),
 *   initial: { count: 0, laps: 0 },
 *   actions: {
 *     up: { when: (s) => s.count < 2, then: (d) => { d.count += 1; } },
 *     wrap: { when: (s) => s.count === 2, then: (d) => { d.count = 0; d.laps = 1; } },
 *   },
 *   properties: ({ always }) => ({ low: always("the count stays below three", (s) => s.count < 3) }),
 * });
 * const { mutants: found } = await mutants(counter);
 * const survivors = found.filter(({ outcome }) => outcome === "survived").map(({ change }) => change);
 * console.assert(found[0]?.outcome === "caught" && found[0].change === "guard without count <= 1");
 * console.assert(survivors.includes("laps not assigned"));
 * ```
 */
export async function mutants<S>(model: Model<S>, options: MutationOptions<S> = {}): Promise<Mutation<S>> {
  optionsRule.check(options, "mutants: its options");
  for (const name of ["maxStates", "maxMemory", "maxMutants", "only"] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new ModelError(`option ${name} is ${show(value)}: it must be a positive integer`);
    }
  }
  return new Mutating(model, options).run();
}

const optionsRule: Rule = object<MutationOptions<unknown>>(
  "an object",
  "{ maxMutants: 100 }",
  {
    properties: optional(listOf(nonEmptyText("no-interrupt-lost"))),
    maxStates: optional(anything),
    maxMemory: optional(anything),
    maxMutants: optional(anything),
    only: optional(anything),
    variants: optional(anything),
    purity: optional(word("checked", "assumed")),
    signal: optional(anything),
    onProgress: optional(anyFunction("({ number }) => console.log(number)")),
  },
  { at: (_, option) => `option ${option}`, synonyms: { property: "properties", max: "maxMutants", mutant: "only" } },
);

/** A mutant before it is judged. */
interface Planned<S> {
  readonly number: number;
  readonly fault: Candidate<S> | Variant<S>;
}

class Mutating<S> {
  readonly #model: Model<S>;
  readonly #options: MutationOptions<S>;
  readonly #reading: OpenReading<S>;
  readonly #readings = new Readings();
  readonly #started = performance.now();

  constructor(model: Model<S>, options: MutationOptions<S>) {
    this.#model = model;
    this.#options = options;
    this.#reading = createReading(model);
    this.#readings.add(this.#reading);
  }

  async run(): Promise<Mutation<S>> {
    const { maxMutants = DEFAULT_MAX_MUTANTS, variants = [], only } = this.#options;
    const { candidates, unread } = candidatesOf(this.#reading);
    const all = [...candidates, ...variants].map((fault, index): Planned<S> => ({ number: index + 1, fault }));
    if (only !== undefined && only > all.length) {
      throw new ModelError(
        all.length === 0
          ? `model ${this.#model.name} has no mutants`
          : `model ${this.#model.name} has no mutant ${only}: its mutants are 1 to ${all.length}`,
      );
    }
    const planned = only === undefined ? all.slice(0, maxMutants) : all.slice(0, Math.max(only, maxMutants));
    const wanted = planned.filter(({ number }) => only === undefined || number === only);
    let same: ReadonlySet<Candidate<S>> | undefined = new Set();
    const original = await this.#original(async ({ states }) => {
      const sought = wanted.flatMap(({ fault }) => ("changes" in fault ? [fault] : []));
      same = await equivalents(this.#reading, sought, states(), this.#options.signal);
    });
    const judging = original.properties.flatMap(({ id, verdict }) => (verdict === "holds" ? [id] : []));
    const isOver = same === undefined || isEndedFromOutside(original.stopped);
    if (!isOver) this.#requireJudges(original, judging);
    const found: Mutant<S>[] = [];
    for (const plan of planned) {
      const isEquivalent = "changes" in plan.fault && same?.has(plan.fault) === true;
      if (isEquivalent) found.push(described(plan, "equivalent"));
      else if (isOver || !wanted.includes(plan) || this.#options.signal?.aborted === true) {
        found.push(described(plan, "skipped"));
      } else {
        this.#options.onProgress?.({ number: plan.number, mutants: planned.length });
        found.push(await this.#judged(plan, judging));
      }
    }
    return {
      model: this.#model.name,
      parameters: this.#model.parameters,
      original,
      judging,
      mutants: found,
      left: all.length - planned.length,
      unread,
      seconds: (performance.now() - this.#started) / 1000,
    };
  }

  async #original(onReached: (reached: ReachedStates) => Promise<void>): Promise<Report<S>> {
    const { properties, purity = "checked" } = this.#options;
    const report = await checkRead(
      this.#model,
      { ...this.#bounds(), ...(properties === undefined ? {} : { properties, whole: true }), purity, onReached },
      this.#readings,
    );
    const [mistake] = report.mistakes ?? [];
    if (mistake !== undefined) {
      throw new ModelError(`${mistake.message}: mend that first, since only a model that works has mutants`);
    }
    return report;
  }

  #bounds(): Pick<CheckOptions, "maxStates" | "maxMemory" | "signal"> {
    const { maxStates = DEFAULT_MAX_STATES, maxMemory, signal } = this.#options;
    return {
      maxStates,
      ...(maxMemory === undefined ? {} : { maxMemory }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  #requireJudges({ stopped }: Report<S>, judging: readonly string[]): void {
    const { name } = this.#model;
    if (stopped !== undefined) {
      throw new ModelError(
        `model ${name}: its states were not explored to the end, because ${stopText(stopped)}: mutants need all of them; choose smaller parameters or a larger bound`,
      );
    }
    if (judging.length > 0) return;
    throw new ModelError(`model ${name}: none of its properties holds, so there is none that could catch a mutant`);
  }

  async #judged(plan: Planned<S>, judging: readonly string[]): Promise<Mutant<S>> {
    const { fault } = plan;
    const readings = new Readings();
    let model: Model<S>;
    if ("changes" in fault) {
      const mutant = mutated(this.#reading, fault.changes);
      model = mutant.model;
      readings.add(mutant.reading);
    } else model = tolerant(fault.model);
    // A variant need not have them all.
    const judges = judging.filter((id) => model.properties.has(id));
    const report = await checkRead(
      model,
      { ...this.#bounds(), properties: judges, whole: true, untilViolation: true, purity: "assumed" },
      readings,
    );
    const caughtBy = report.properties.flatMap(({ id, verdict }) => (verdict === "violated" ? [id] : []));
    const isCaught = caughtBy.length > 0 || (report.mistakes ?? []).length > 0;
    const outcome = isCaught
      ? "caught"
      : isEndedFromOutside(report.stopped)
        ? "skipped"
        : report.verdict === "holds"
          ? await this.#survival(fault)
          : "undecided";
    return { ...described(plan, outcome), caughtBy, model, report };
  }

  /** Outcome of a mutant of which every property holds. */
  async #survival(fault: Candidate<S> | Variant<S>): Promise<MutantOutcome> {
    if ("changes" in fault) return "survived";
    const isSame = await haveSameGraph(this.#model, fault.model, fault.positions ?? [], this.#options.signal);
    return isSame === undefined ? "skipped" : isSame ? "equivalent" : "survived";
  }
}

function described<S>({ number, fault }: Planned<S>, outcome: MutantOutcome): Mutant<S> {
  const { change, where } = fault;
  const { action, kind } = "changes" in fault ? fault : { action: undefined, kind: "order" as const };
  return { number, action, kind, change, where, outcome, caughtBy: [], model: undefined, report: undefined };
}

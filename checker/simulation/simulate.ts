import { ModelError } from "../errors.ts";
import { isSafety, severityOf, type ActionInstance, type Model, type SafetyProperty } from "../language/index.ts";
import { undescribedSteps } from "../mistake.ts";
import { Pace } from "../pace.ts";
import { Readings } from "../reading/index.ts";
import type { PropertyReport } from "../report.ts";
import { overall, type Verdict } from "../verdict.ts";
import { show } from "../schema/index.ts";
import { StateStore } from "../search/states/store.ts";
import { replay } from "../trace/trace.ts";
import type { Path } from "../trace/shortest.ts";
import { Random } from "./random.ts";
import { shrink } from "./shrink.ts";
import { Walker } from "./walker.ts";

/** Options for `simulate`. */
export interface SimulationOptions {
  /** Ids of the properties to judge; all without it. */
  readonly properties?: readonly string[];
  /** The same seed takes the same walks, on every machine: 0 to 2^32 - 1. Default: drawn at random. */
  readonly seed?: number;
  /** Steps of one walk, at most; many are shorter. Default 1,000. */
  readonly depth?: number;
  /** Steps of all walks together, at most. Default 1,000,000. */
  readonly steps?: number;
  /** Seconds, at most. Default: no bound. */
  readonly seconds?: number;
  /** As for `check`: whether the functions of the model are read first, so that impure ones are refused. Default "checked". */
  readonly purity?: "checked" | "assumed";
  /** Stop when a property is violated, instead of looking for violations of the others. */
  readonly untilViolation?: boolean;
  readonly signal?: AbortSignal;
  /** Called about four times a second. */
  readonly onProgress?: (progress: SimulationProgress) => void;
}

export interface SimulationProgress {
  readonly walks: number;
  readonly steps: number;
  /** Distinct states, up to `MAX_DISTINCT_STATES`. */
  readonly distinct: number;
  readonly seconds: number;
}

/** Result of random walks. They prove nothing: what was not met may still exist. */
export interface Simulation<S> {
  readonly model: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /**
   * "violated" if a walk violated a property; else "inconclusive", except that a `sometimes` property of which a
   * witness was met holds.
   */
  readonly verdict: Verdict;
  readonly seed: number;
  readonly walks: number;
  readonly steps: number;
  /** Steps of the longest walk. */
  readonly depth: number;
  /** Walks that ended where nothing can happen. */
  readonly stuck: number;
  /** Distinct states met; where there were too many to keep, a lower bound. */
  readonly distinct: number;
  readonly isDistinctComplete: boolean;
  readonly seconds: number;
  readonly properties: readonly PropertyReport<S>[];
}

/** Distinct states that are counted: more would take gigabytes, and a walk gains nothing from them. */
const MAX_DISTINCT_STATES = 4_000_000;
/** Steps of the shortest walks. */
const MIN_LENGTH = 16;
/** Lengths that are counted separately. */
const LENGTHS = 1_024;
const DEFAULT_DEPTH = 1_000;
const DEFAULT_STEPS = 1_000_000;

/**
 * Takes random walks through a model, for state spaces that are too large to explore, and judges safety properties on the
 * way. A run that violates one is made shorter and replayed by the reference semantics.
 *
 * @throws ModelError when the model or an option is wrong
 *
 * @example
 * ```ts
 * import { model, range, record, simulate } from "irqproof/checker";
 *
 * const dice = model({
 *   name: "dice",
 *   state: record({ sum: range(0, 1_000_000) }),
 *   initial: { sum: 0 },
 *   actions: { roll: { over: { pips: range(1, 6) }, when: (s) => s.sum < 99, then: (d, { pips }) => { d.sum += pips; } } },
 *   properties: ({ always }) => ({ "not-seven": always("the sum is never seven", (s) => s.sum !== 7) }),
 * });
 * const { verdict, properties } = await simulate(dice, { seed: 1, steps: 10_000 });
 * console.assert(verdict === "violated" && properties[0]?.trace?.steps.length === 3);
 * ```
 */
export async function simulate<S>(model: Model<S>, options: SimulationOptions = {}): Promise<Simulation<S>> {
  checkOptions(model, options);
  const wanted = [...model.properties].filter(([id]) => options.properties?.includes(id) ?? true);
  if (options.purity !== "assumed") new Readings().refuseMistakes(model, wanted);
  return new Walks(model, options).run();
}

class Walks<S> {
  readonly #model: Model<S>;
  readonly #options: SimulationOptions;
  readonly #walker: Walker<S>;
  readonly #seed: number;
  readonly #open: Map<string, SafetyProperty<S>>;
  readonly #found = new Map<string, Path>();
  readonly #seen: StateStore;
  readonly #started = performance.now();
  readonly #pace: Pace<SimulationProgress>;
  #steps = 0;
  #walks = 0;
  #depth = 0;
  #stuck = 0;
  #isDistinctComplete = true;
  #isOver = false;

  constructor(model: Model<S>, options: SimulationOptions) {
    this.#model = model;
    this.#options = options;
    this.#pace = new Pace(options);
    this.#walker = new Walker(model);
    this.#seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
    const wanted = [...model.properties].filter(([id]) => options.properties?.includes(id) ?? true);
    this.#open = new Map(wanted.flatMap(([id, property]) => (isSafety(property) ? [[id, property] as const] : [])));
    this.#seen = new StateStore(model.layout.words);
  }

  async run(): Promise<Simulation<S>> {
    const { steps = DEFAULT_STEPS } = this.#options;
    while (!this.#isOver && this.#steps < steps) {
      const before = this.#steps;
      await this.#walk(new Random(this.#seed, this.#walks), steps);
      this.#walks++;
      // Where no initial state has a step, more walks meet nothing new.
      if (this.#steps === before && this.#walks >= this.#model.initial.length) break;
    }
    const properties = [...this.#model.properties]
      .filter(([id]) => this.#options.properties?.includes(id) ?? true)
      .map(([id]) => this.#report(id));
    const [undescribed] = undescribedSteps(this.#model, properties);
    if (undescribed !== undefined) throw new ModelError(undescribed.message);
    return {
      model: this.#model.name,
      parameters: this.#model.parameters,
      verdict: overall(properties.map(({ verdict }) => verdict)),
      seed: this.#seed,
      walks: this.#walks,
      steps: this.#steps,
      depth: this.#depth,
      stuck: this.#stuck,
      distinct: this.#seen.size,
      isDistinctComplete: this.#isDistinctComplete,
      seconds: (performance.now() - this.#started) / 1000,
      properties,
    };
  }

  async #walk(random: Random, steps: number): Promise<void> {
    const depth = this.#length(random);
    const initial = random.below(this.#model.initial.length);
    const instances: number[] = [];
    let position = this.#walker.start(initial);
    let enabled = this.#walker.enabled(position);
    this.#see(position.words);
    this.#judge({ initial, instances }, (id, property) =>
      this.#walker.shows(id, property, position, undefined, () => enabled),
    );
    while (!this.#isOver && instances.length < depth && this.#steps < steps) {
      if (enabled.length === 0) {
        this.#stuck++;
        break;
      }
      const instance = enabled[random.below(enabled.length)] as ActionInstance<S>;
      const from = position;
      position = this.#walker.take(from, instance);
      enabled = this.#walker.enabled(position);
      instances.push(instance.index);
      this.#steps++;
      this.#see(position.words);
      this.#judge({ initial, instances }, (id, property) =>
        this.#walker.shows(id, property, position, { from, instance }, () => enabled),
      );
      if (this.#pace.isDue()) await this.#pause();
    }
    this.#depth = Math.max(this.#depth, instances.length);
  }

  /** Short walks meet what is near the start more often, long ones get further: every order of magnitude is as likely. */
  #length(random: Random): number {
    const { depth = DEFAULT_DEPTH } = this.#options;
    const shortest = Math.min(depth, MIN_LENGTH);
    return Math.round(shortest * (depth / shortest) ** (random.below(LENGTHS + 1) / LENGTHS));
  }

  #see(words: Uint32Array): void {
    if (this.#seen.size < MAX_DISTINCT_STATES) this.#seen.insert(words);
    else if (this.#seen.find(words) < 0) this.#isDistinctComplete = false;
  }

  #judge({ initial, instances }: Path, shows: (id: string, property: SafetyProperty<S>) => boolean): void {
    for (const [id, property] of this.#open) {
      if (!shows(id, property)) continue;
      this.#open.delete(id);
      this.#found.set(id, { initial, instances: [...instances] });
      if (property.kind !== "sometimes" && this.#options.untilViolation === true) this.#isOver = true;
    }
    // When all properties are decided, the walks continue only if there were none to begin with.
    if (this.#open.size === 0 && this.#found.size > 0) this.#isOver = true;
  }

  async #pause(): Promise<void> {
    const { seconds = Infinity } = this.#options;
    const passed = (): number => (performance.now() - this.#started) / 1000;
    const aborted = await this.#pace.pause(() => ({
      walks: this.#walks,
      steps: this.#steps,
      distinct: this.#seen.size,
      seconds: passed(),
    }));
    if (aborted || passed() >= seconds) this.#isOver = true;
  }

  #report(id: string): PropertyReport<S> {
    const property = this.#model.properties.get(id) as NonNullable<ReturnType<Model<S>["properties"]["get"]>>;
    const { kind, title } = property;
    const severity = severityOf(property);
    const undecided = {
      id,
      kind,
      title,
      severity,
      verdict: "inconclusive",
      trace: undefined,
      fairness: undefined,
    } as const;
    if (!isSafety(property)) return { ...undecided, remark: "random walks do not decide properties of infinite runs" };
    const found = this.#found.get(id);
    if (found === undefined) return { ...undecided, remark: undefined };
    const path = shrink(this.#walker, id, property, found);
    const trace = replay(this.#model, id, property, path);
    return { ...undecided, verdict: kind === "sometimes" ? "holds" : "violated", trace, remark: undefined };
  }
}

function checkOptions<S>(model: Model<S>, options: SimulationOptions): void {
  for (const id of options.properties ?? []) {
    if (model.properties.has(id)) continue;
    const known = [...model.properties.keys()].join(", ") || "none";
    throw new ModelError(`model ${model.name} has no property ${show(id)}: its properties are ${known}`);
  }
  for (const name of ["depth", "steps"] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new ModelError(`option ${name} is ${show(value)}: it must be a positive integer`);
    }
  }
  const { seed, seconds } = options;
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new ModelError(`option seed is ${show(seed)}: it must be an integer from 0 to 2^32 - 1`);
  }
  if (seconds !== undefined && !(seconds > 0)) {
    throw new ModelError(`option seconds is ${show(seconds)}: it must be a positive number`);
  }
}

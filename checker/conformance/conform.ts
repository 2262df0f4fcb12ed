import { anything, object, optional, truth, type Rule } from "../definition/index.ts";
import { ModelError } from "../errors.ts";
import { isModel, type ActionInstance, type Model } from "../language/index.ts";
import { show, type DeepReadonly } from "../schema/index.ts";
import { Random } from "../simulation/random.ts";
import { TestBench, type Driver, type Run } from "./test-bench.ts";
import { PathDriver, RandomDriver } from "./drivers.ts";
import { ConformanceError, failureText } from "./failure.ts";
import { shrinkRun } from "./shrink.ts";
import type { SystemUnderTest } from "./system.ts";
import { Tour } from "./tour.ts";

/** Options for `conform`. */
export interface ConformOptions<S> {
  /** The same seed makes the same calls, as long as the system answers alike: 0 to 2^32 - 1. Default: drawn at random. */
  readonly seed?: number;
  /** Runs of the system, each from a new start. Default 100; of a tour, at most 10,000. */
  readonly runs?: number;
  /** Calls of one run, at most. Default 50; of a tour, 1,000. */
  readonly length?: number;
  /**
   * Calls chosen so as to cover the model instead of random ones. "transitions": every call in every reachable state. A
   * function: every call in every view of a state, for models with too many transitions.
   */
  readonly tour?: "transitions" | ((state: DeepReadonly<S>) => unknown);
  /** Whether a tour passes that could not cover everything. Default false. */
  readonly allowUncovered?: boolean;
  /** One run alone: the path that a failure printed. */
  readonly path?: string;
  /** Milliseconds within which each function of the system must answer. Default 1,000. */
  readonly timeoutMs?: number;
  /** Milliseconds for making a failing run shorter, in at most 2,000 runs; 0 shows it as it was found. Default 2,000. */
  readonly shrinkMs?: number;
  /** States of the model that may fit at one time. Default 10,000. */
  readonly maxFitting?: number;
  /** Reachable states of a model that a tour covers. Default 100,000. */
  readonly maxStates?: number;
}

/** A pass of `conform`: what was tried. */
export interface Conformance {
  readonly model: string;
  readonly seed: number;
  readonly runs: number;
  /** Calls of all runs together. */
  readonly calls: number;
  /** The number of calls by action, in the model's order. An action with none was not tested. */
  readonly callsOf: Readonly<Record<string, number>>;
  /** The largest number of states that fitted at one time: 1 where what was observed always identified the state. */
  readonly mostFitting: number;
  /** Only for a tour. */
  readonly coverage?: Coverage;
}

/** Coverage of a tour. */
export interface Coverage {
  /** Pairs of a state, or of a view of one, and a call that is possible there. */
  readonly pairs: number;
  readonly covered: number;
  /** Those of the covered pairs that were made while several views fitted, so that another one may have been meant. */
  readonly ambiguous: number;
  /** The first uncovered pairs, up to `MAX_UNCOVERED`. */
  readonly uncovered: readonly string[];
}

const DEFAULT_RUNS = 100;
const DEFAULT_LENGTH = 50;
const DEFAULT_TOUR_RUNS = 10_000;
const DEFAULT_TOUR_LENGTH = 1_000;
const DEFAULT_TIMEOUT_MS = 1_000;
const DEFAULT_SHRINK_MS = 2_000;
const DEFAULT_MAX_FITTING = 10_000;
const DEFAULT_MAX_STATES = 100_000;
const MAX_SHRINK_RUNS = 2_000;
/** Runs in a row that cover nothing new, after which a tour is over. */
const MAX_IDLE_RUNS = 20;
/** Uncovered pairs that a report names. */
const MAX_UNCOVERED = 20;

/**
 * Drives an implementation along runs of a model, and compares what it does with what the model allows. It is one
 * assertion in a test of vitest, jest or node:test: it resolves if the system conformed in every run, and throws
 * otherwise, with a failing run that was made shorter: a shortest one, if all shorter runs could be tried in time.
 *
 * The model may allow several outcomes. All states that fit what was observed are kept, and a failure is reported when
 * none is left. So a failure is a difference between the system and the model, and never only one between the system
 * and the state that the test expected. Which of the two is wrong is for the reader to decide.
 *
 * A pass shows that the system did nothing in these runs that the model forbids, as far as `observe` and `returns` see
 * it. It does not show this of other runs. It does not show that the system can do all that the model allows: one that
 * takes no internal step conforms. It shows nothing of actions that are `absent`, of calls that the model does not allow,
 * of two calls at the same time, or of the properties of the model: those are for `check`.
 *
 * @returns what was tried
 * @throws ConformanceError when the system does what the model does not allow, fails, or does not answer in time
 * @throws ModelError when the model, the system or an option is wrong, no call was possible, or a tour is incomplete
 *
 * @example
 * ```ts
 * import { conform, ConformanceError, model, range, record } from "irqproof/checker";
 *
 * const counter = model({
 *   name: "counter",
 *   state: record({ count: range(0, 3) }),
 *   initial: { count: 0 },
 *   actions: {
 *     up: { when: (state) => state.count < 3, then: (draft) => { draft.count += 1; } },
 *     reset: { then: (draft) => { draft.count = 0; } },
 *   },
 * });
 * class Counter {
 *   count = 0;
 *   up(): void { this.count = this.count === 2 ? 0 : this.count + 1; }
 *   reset(): void { this.count = 0; }
 * }
 * const failure = await conform(
 *   counter,
 *   {
 *     start: () => new Counter(),
 *     actions: { up: (real) => real.up(), reset: (real) => real.reset() },
 *     observe: ({ count }) => ({ count }),
 *   },
 *   { tour: "transitions" },
 * ).catch((error: unknown) => error);
 * console.assert(failure instanceof ConformanceError && failure.failure.calls.join() === "up,up,up");
 * ```
 */
export async function conform<S, Live>(
  model: Model<S>,
  system: SystemUnderTest<S, Live>,
  options: ConformOptions<S> = {},
): Promise<Conformance> {
  if (!isModel(model)) throw new ModelError(`conform: it is given ${show(model)}, not a model`);
  checkOptions(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxFitting = DEFAULT_MAX_FITTING } = options;
  const bench = new TestBench(model, system, { timeoutMs, maxFitting });
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const test = new ConformanceTest(model, bench, seed, options);
  if (options.path !== undefined) return test.repeat(pathOf(model, options.path));
  return options.tour === undefined ? test.walk() : test.tour(options.tour, system.settle !== undefined);
}

/** The runs of one call. */
class ConformanceTest<S, Live> {
  readonly #model: Model<S>;
  readonly #bench: TestBench<S, Live>;
  readonly #seed: number;
  readonly #options: ConformOptions<S>;
  readonly #callsOf: Map<string, number>;
  #runs = 0;
  #calls = 0;

  constructor(model: Model<S>, bench: TestBench<S, Live>, seed: number, options: ConformOptions<S>) {
    this.#model = model;
    this.#bench = bench;
    this.#seed = seed;
    this.#options = options;
    this.#callsOf = new Map(bench.roles.driven.map(({ action }) => [action, 0]));
  }

  async walk(): Promise<Conformance> {
    const { runs = DEFAULT_RUNS, length = DEFAULT_LENGTH } = this.#options;
    while (this.#runs < runs) await this.#run(new RandomDriver(new Random(this.#seed, this.#runs), length));
    return this.#passed();
  }

  async tour(tour: NonNullable<ConformOptions<S>["tour"]>, settles: boolean): Promise<Conformance> {
    const { runs = DEFAULT_TOUR_RUNS, length = DEFAULT_TOUR_LENGTH, maxStates = DEFAULT_MAX_STATES } = this.#options;
    const view = tour === "transitions" ? undefined : tour;
    const driver = new Tour(this.#model, this.#bench.roles, { view, maxStates, length, settles });
    for (let idle = 0; driver.remaining > 0 && this.#runs < runs && idle < MAX_IDLE_RUNS;) {
      const before = driver.remaining;
      await this.#run(driver);
      idle = driver.remaining < before ? 0 : idle + 1;
    }
    const uncovered = driver.uncovered(MAX_UNCOVERED);
    if (uncovered.length > 0 && this.#options.allowUncovered !== true) {
      throw new ModelError(
        `conform: the tour covered ${driver.size - driver.remaining} of ${driver.size} calls of model ${this.#model.name} and found no way to ${uncovered[0]}; the system never went there, or could not be called there; observe more of it, raise runs, or set allowUncovered`,
      );
    }
    const coverage = {
      pairs: driver.size,
      covered: driver.size - driver.remaining,
      ambiguous: driver.ambiguous,
      uncovered,
    };
    return { ...this.#passed(), coverage };
  }

  async repeat(path: readonly ActionInstance<S>[]): Promise<Conformance> {
    await this.#run(new PathDriver(path), false);
    return this.#passed();
  }

  async #run(driver: Driver<S>, mayShrink = true): Promise<void> {
    const run = await this.#bench.run(driver);
    this.#runs++;
    this.#calls += run.calls.length;
    for (const { action } of run.calls) this.#callsOf.set(action, this.#callsOf.get(action)! + 1);
    if (run.failure !== undefined) throw await this.#failed(run, mayShrink);
  }

  async #failed(found: Run<S>, mayShrink: boolean): Promise<ConformanceError<S>> {
    const { shrinkMs: maxMs = DEFAULT_SHRINK_MS } = this.#options;
    const { run, ...shrunk } =
      mayShrink && maxMs > 0
        ? await shrinkRun(this.#bench, found, { maxRuns: MAX_SHRINK_RUNS, maxMs })
        : { run: found, isRepeatable: true, isShortest: false };
    const context = { model: this.#model.name, seed: this.#seed, found: found.calls.length, ...shrunk };
    return new ConformanceError(failureText(this.#model, run.failure!, context), run.failure!, context);
  }

  #passed(): Conformance {
    if (this.#calls === 0) {
      throw new ModelError(
        `conform: no call was possible in ${this.#runs} runs, so nothing was tested; no action of the system is enabled in every state of model ${this.#model.name} that fits its start`,
      );
    }
    return {
      model: this.#model.name,
      seed: this.#seed,
      runs: this.#runs,
      calls: this.#calls,
      callsOf: Object.fromEntries(this.#callsOf),
      mostFitting: this.#bench.mostFitting,
    };
  }
}

/** @throws ModelError where the text is no list of instances of the model */
function pathOf<S>({ name, instances }: Model<S>, path: string): ActionInstance<S>[] {
  const found = path.split(".").map((index) => (/^\d+$/.test(index) ? instances[Number(index)] : undefined));
  if (found.every((instance) => instance !== undefined)) return found;
  throw new ModelError(`conform: option path is ${show(path)}, not a path of model ${name} that a failure printed`);
}

const optionsRule: Rule = object<ConformOptions<unknown>>(
  "an object",
  "{ runs: 1000 }",
  {
    seed: optional(anything),
    runs: optional(anything),
    length: optional(anything),
    tour: optional({
      expected: '"transitions" or a function such as (state) => state.size',
      example: '"transitions"',
      check(value, where) {
        if (value === "transitions" || typeof value === "function") return;
        throw new ModelError(`${where} is ${show(value)}, not ${this.expected}`);
      },
    }),
    allowUncovered: optional(truth),
    path: optional({
      expected: "a path that a failure printed",
      example: '"0.2.1"',
      check(value, where) {
        if (typeof value !== "string") throw new ModelError(`${where} is ${show(value)}, not ${this.expected}`);
      },
    }),
    timeoutMs: optional(anything),
    shrinkMs: optional(anything),
    maxFitting: optional(anything),
    maxStates: optional(anything),
  },
  {
    at: (_, option) => `conform: option ${option}`,
    synonyms: { numRuns: "runs", walks: "runs", depth: "length", steps: "length", timeout: "timeoutMs", cover: "tour" },
  },
);

function checkOptions<S>(options: ConformOptions<S>): void {
  optionsRule.check(options, "conform: its options");
  for (const name of ["runs", "length", "timeoutMs", "maxFitting", "maxStates"] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new ModelError(`conform: option ${name} is ${show(value)}: it must be a positive integer`);
    }
  }
  const { seed, shrinkMs, path, tour } = options;
  if (shrinkMs !== undefined && !(shrinkMs >= 0)) {
    throw new ModelError(`conform: option shrinkMs is ${show(shrinkMs)}: it must be a number of milliseconds, or 0`);
  }
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new ModelError(`conform: option seed is ${show(seed)}: it must be an integer from 0 to 2^32 - 1`);
  }
  if (path !== undefined && tour !== undefined) {
    throw new ModelError("conform: option path takes one run, so there is no tour; leave one of them out");
  }
}

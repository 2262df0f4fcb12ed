import { messageOf } from "../errors.ts";
import type { ActionInstance, Model } from "../language/index.ts";
import type { State } from "../semantics/semantics.ts";
import type { Difference, Nonconformance } from "./failure.ts";
import { FittingStates, runTo, type Fit } from "./fitting-states.ts";
import { callOfUser, hasPart, partOfState, requireObservation, shown } from "./observation.ts";
import { rolesOf, type Roles, type SystemUnderTest } from "./system.ts";
import { isEqual } from "./values.ts";

/** Chooses the calls of a run. */
export interface Driver<S> {
  /** Begins a run. */
  begin(): void;
  /**
   * The next call; "wait" to be asked again when the system was observed again; undefined to end the run.
   *
   * @param fits the states that fit
   * @param callable the instances that may be called in each of them, in the model's order; at least one
   * @param mayWait whether some state that fits allows an instance, and there is time to wait until each one does
   */
  next(
    fits: readonly Fit<S>[],
    callable: readonly ActionInstance<S>[],
    mayWait: (instance: ActionInstance<S>) => boolean,
  ): ActionInstance<S> | "wait" | undefined;
}

/** Result of a run of the system. */
export interface Run<S> {
  readonly calls: readonly ActionInstance<S>[];
  readonly failure: Nonconformance<S> | undefined;
}

/** Bounds of a bench. */
export interface TestBenchOptions {
  /** Milliseconds within which each function of the system must answer. */
  readonly timeoutMs: number;
  readonly maxFitting: number;
}

/** Milliseconds between observations while the test waits for a step of the system's own. */
const POLL_EVERY_MS = 5;

/** Milliseconds for which a driver may wait for one call while others are possible. */
const MAX_WAIT_MS = 100;

/** The system's behaviour instead of returning a value. */
interface Refusal {
  readonly difference: Difference;
  readonly system: string;
}

type Answer = { readonly value: unknown; readonly refusal?: undefined } | { readonly refusal: Refusal };

/** A model and a system side by side: takes runs of both, and compares what the system does with what the model allows. */
export class TestBench<S, Live> {
  readonly model: Model<S>;
  readonly roles: Roles<S, Live>;
  readonly #system: SystemUnderTest<S, Live>;
  readonly #options: TestBenchOptions;
  readonly #fitting: FittingStates<S>;

  /** @throws ModelError when the system is not one for the model */
  constructor(model: Model<S>, system: SystemUnderTest<S, Live>, options: TestBenchOptions) {
    this.model = model;
    this.roles = rolesOf(model, system);
    this.#system = system;
    this.#options = options;
    this.#fitting = new FittingStates(model, this.roles.internal, options.maxFitting);
  }

  /** The largest number of states that fitted at one time. */
  get mostFitting(): number {
    return this.#fitting.most;
  }

  /** Starts a system, makes the calls that the driver chooses, and stops it again. */
  async run(driver: Driver<S>): Promise<Run<S>> {
    const { start, stop } = this.#system;
    const calls: ActionInstance<S>[] = [];
    this.#fitting.restart();
    driver.begin();
    const started = await this.#answer("start", start);
    if (started.refusal !== undefined) return { calls, failure: this.#failure(calls, started.refusal, []) };
    const live = started.value as Live;
    let failure: Nonconformance<S> | undefined;
    try {
      failure = await this.#drive(live, driver, calls);
    } finally {
      const stopped = stop === undefined ? undefined : await this.#answer("stop", () => stop(live));
      if (stopped?.refusal !== undefined) failure ??= this.#failure(calls, stopped.refusal, []);
    }
    return { calls, failure };
  }

  async #drive(live: Live, driver: Driver<S>, calls: ActionInstance<S>[]): Promise<Nonconformance<S> | undefined> {
    let failure = await this.#compare(live, calls, this.#fitting.fits);
    let waitsUntil = performance.now() + MAX_WAIT_MS;
    while (failure === undefined) {
      const callable = await this.#callable(live, calls);
      if (!Array.isArray(callable)) return callable;
      if (callable.length === 0) return undefined;
      const { fits } = this.#fitting;
      const chosen = driver.next(
        fits,
        callable,
        (instance) =>
          this.#canObserveAgain &&
          performance.now() < waitsUntil &&
          fits.some((fit) => this.#fitting.isEnabled(fit, instance)),
      );
      if (chosen === undefined) return undefined;
      if (chosen === "wait") {
        failure = await this.#observeAgain(live, calls);
        continue;
      }
      calls.push(chosen);
      failure = await this.#call(live, calls, chosen);
      waitsUntil = performance.now() + MAX_WAIT_MS;
    }
    return failure;
  }

  /** Whether the system may take steps of its own that a later observation shows. */
  get #canObserveAgain(): boolean {
    const { observe, settle } = this.#system;
    return observe !== undefined && settle === undefined && this.roles.internal.length > 0;
  }

  async #observeAgain(live: Live, calls: readonly ActionInstance<S>[]): Promise<Nonconformance<S> | undefined> {
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    return this.#compare(live, calls, this.#fitting.fits);
  }

  /**
   * The instances that every fitting state allows. Where only some states allow one, the system may need time for a step
   * of its own: it is observed again until one becomes callable, or time is up.
   */
  async #callable(live: Live, calls: readonly ActionInstance<S>[]): Promise<ActionInstance<S>[] | Nonconformance<S>> {
    const until = performance.now() + this.#options.timeoutMs;
    for (;;) {
      const { fits } = this.#fitting;
      const callable = this.roles.driven.filter((instance) =>
        fits.every((fit) => this.#fitting.isEnabled(fit, instance)),
      );
      if (callable.length > 0 || !this.#canObserveAgain || performance.now() >= until) return callable;
      const mayBecome = fits.some((fit) =>
        this.roles.driven.some((instance) => this.#fitting.isEnabled(fit, instance)),
      );
      if (!mayBecome) return callable;
      const failure = await this.#observeAgain(live, calls);
      if (failure !== undefined) return failure;
    }
  }

  async #call(
    live: Live,
    calls: readonly ActionInstance<S>[],
    instance: ActionInstance<S>,
  ): Promise<Nonconformance<S> | undefined> {
    const { run, returns } = this.roles.calls.get(instance.action)!;
    const before = this.#fitting.fits;
    this.#fitting.advance();
    const steps = this.#fitting.steps([instance]);
    const answer = await this.#answer(instance.text, () => run(live, instance.parameters));
    const expected = (state: State<S>, after: State<S>): unknown =>
      callOfUser(`returns of action ${instance.action}`, () => returns?.(state, instance.parameters, after));
    if (answer.refusal !== undefined) {
      const allowed =
        returns === undefined
          ? ["returns"]
          : steps.map((step) => returnText(expected(step.before.state, step.after.state)));
      return this.#failure(calls, answer.refusal, allowed, before);
    }
    const agreeing =
      returns === undefined
        ? steps
        : steps.filter((step) => isEqual(answer.value, expected(step.before.state, step.after.state)));
    if (agreeing.length === 0) {
      return this.#failure(
        calls,
        { difference: "returned", system: returnedText(answer.value) },
        steps.map((step) => returnText(expected(step.before.state, step.after.state))),
        before,
      );
    }
    return this.#compare(live, calls, this.#fitting.closed(agreeing.map(({ after }) => after)), before);
  }

  /**
   * Observes the system, and keeps those of the fits that agree.
   *
   * @param shownFrom the states whose run a failure shows: those before the call
   */
  async #compare(
    live: Live,
    calls: readonly ActionInstance<S>[],
    possible: readonly Fit<S>[],
    shownFrom: readonly Fit<S>[] = possible,
  ): Promise<Nonconformance<S> | undefined> {
    const { settle, observe, project } = this.#system;
    let fits = possible;
    if (settle !== undefined) {
      const settled = await this.#answer("settle", () => settle(live));
      if (settled.refusal !== undefined) return this.#failure(calls, settled.refusal, ["settles"], shownFrom);
      fits = fits.filter((fit) => this.#fitting.isQuiescent(fit));
      if (fits.length === 0) {
        const refusal = { difference: "observed", system: "came to rest" } as const;
        return this.#failure(calls, refusal, ["can always take a further step by itself"], shownFrom);
      }
    }
    if (observe === undefined) {
      this.#fitting.keep(fits);
      return undefined;
    }
    const answer = await this.#answer("observe", () => observe(live));
    if (answer.refusal !== undefined) return this.#failure(calls, answer.refusal, ["can be observed"], shownFrom);
    const observed = answer.value;
    const where = `conform: what observe returned`;
    requireObservation(observed, where);
    const projected = ({ state }: Fit<S>): unknown => callOfUser("project", () => project?.(state));
    const agrees = (fit: Fit<S>): boolean =>
      project === undefined ? hasPart(fit.state, observed, where) : isEqual(projected(fit), observed);
    const kept = fits.filter(agrees);
    if (kept.length > 0) {
      this.#fitting.keep(kept);
      return undefined;
    }
    const allowed = fits.map((fit) => shown(project === undefined ? partOfState(fit.state, observed) : projected(fit)));
    return this.#failure(
      calls,
      { difference: "observed", system: `shows ${shown(observed)}` },
      allowed.map((text) => `shows ${text}`),
      shownFrom,
    );
  }

  #failure(
    calls: readonly ActionInstance<S>[],
    { difference, system }: Refusal,
    allowed: readonly string[],
    from: readonly Fit<S>[] = this.#fitting.fits,
  ): Nonconformance<S> {
    return {
      difference,
      calls: calls.map(({ text }) => text),
      system,
      allowed: [...new Set(allowed)],
      trace: { steps: runTo(from[0]!), because: undefined, conclusion: undefined },
      fitting: from.length,
      path: calls.map(({ index }) => index).join("."),
    };
  }

  /** Calls a function of the system's, and waits for its answer no longer than allowed. */
  async #answer(what: string, call: () => unknown): Promise<Answer> {
    const { timeoutMs } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const value = call();
      if (!isThenable(value)) return { value };
      const late = new Promise<Answer>((resolve) => {
        const refusal = { difference: "timeout", system: `gave no answer to ${what} within ${timeoutMs} ms` } as const;
        timer = setTimeout(() => resolve({ refusal }), timeoutMs);
      });
      return await Promise.race([Promise.resolve(value).then((value): Answer => ({ value })), late]);
    } catch (error) {
      return { refusal: { difference: "threw", system: `threw in ${what}: ${messageOf(error)}` } };
    } finally {
      clearTimeout(timer);
    }
  }
}

function returnedText(value: unknown): string {
  return value === undefined ? "returned nothing" : `returned ${shown(value)}`;
}

function returnText(value: unknown): string {
  return value === undefined ? "returns nothing" : `returns ${shown(value)}`;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}

import type { ActionInstance, Model, ReachedStates } from "../../checker/index.ts";
import type { Coverage } from "../wire.ts";

/** Time limit for counting. The search itself may have taken hours. */
const MAX_COUNT_MS = 5000;

/** States that are looked at between two looks at the clock. */
const STATES_PER_LOOK = 500;

/**
 * Counts in how many reachable states each action is enabled. Where there are too many states for the time that it has,
 * it reports which actions are enabled in those that it has looked at, and counts none.
 */
export class CoverageCount {
  readonly #model: Model<unknown>;
  readonly #counts: Map<string, number>;
  #isComplete = false;

  constructor(model: Model<unknown>) {
    this.#model = model;
    this.#counts = new Map(model.actions.map((action) => [action, 0]));
  }

  /** Whether every reachable state was looked at. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  async count(reached: ReachedStates, signal: AbortSignal | undefined): Promise<void> {
    const byAction = new Map<string, ActionInstance<unknown>[]>();
    for (const instance of this.#model.instances) {
      byAction.set(instance.action, [...(byAction.get(instance.action) ?? []), instance]);
    }
    const started = performance.now();
    let looked = 0;
    for (const words of reached.states()) {
      const state = this.#model.layout.decode(words, 0) as object;
      for (const [action, instances] of byAction) {
        if (instances.some((instance) => instance.guard(state))) {
          this.#counts.set(action, (this.#counts.get(action) as number) + 1);
        }
      }
      if (++looked % STATES_PER_LOOK !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true || performance.now() - started > MAX_COUNT_MS) return;
    }
    this.#isComplete = true;
  }

  rows(): Coverage[] {
    return [...this.#counts].map(([action, states]) => ({
      action,
      isTaken: states > 0,
      ...(this.#isComplete ? { states } : {}),
    }));
  }
}

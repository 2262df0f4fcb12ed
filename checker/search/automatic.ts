import type { Model, SafetyProperty } from "../language/index.ts";
import { exploreDirectly } from "./recipe-search.ts";
import { exploreCompiled } from "./compiled-search.ts";
import type { Engine, Exploration, EngineOptions } from "./exploration.ts";

/**
 * State spaces of up to this many states are explored by the model's own functions: reading and compiling a model of
 * the catalogue takes about as long as that. What is explored so is kept, for the liveness properties and the hash.
 */
const MAX_DIRECT_STATES = 2000;
/**
 * From this many states on, a state space whose levels still grow by this factor is expected to outgrow
 * `MAX_DIRECT_STATES`. Of the catalogue's entries at their defaults, at 2,2,1 and at 3,3,2, that is wrong for one of ten
 * state spaces below the limit, and the others are left after 560 states on average.
 */
const MAX_GROWING_STATES = 300;
const MIN_GROWTH = 1.3;

/**
 * Explores by the model's own functions as long as the state space turns out to be small, else by the compiled engine
 * from the start. Which of them it was depends on the model and the bounds alone, not on the machine.
 */
export async function exploreAutomatically<S>(
  model: Model<S>,
  properties: ReadonlyMap<string, SafetyProperty<S>>,
  options: EngineOptions,
): Promise<{ readonly engine: Engine; readonly exploration: Exploration }> {
  const { maxStates } = options;
  let first: Exploration | undefined;
  if (options.audit === undefined && model.initial.length <= MAX_DIRECT_STATES) {
    const few = Math.min(MAX_DIRECT_STATES, maxStates ?? Infinity);
    const exploration = await exploreDirectly(model, properties, {
      ...options,
      maxStates: few,
      maxGrowing: { states: MAX_GROWING_STATES, growth: MIN_GROWTH },
    });
    const { stopped } = exploration;
    const outgrown = stopped?.kind === "states" && stopped.limit !== maxStates;
    if (!outgrown) return { engine: "direct", exploration };
    first = exploration;
  }
  const exploration = await exploreCompiled(model, properties, options);
  if (first === undefined) return { engine: "compiled", exploration };
  // The first attempt was part of the work.
  const seconds = exploration.seconds + first.seconds;
  if (exploration.stopped !== undefined && exploration.distinct < first.distinct) {
    // Stopped so soon that the first attempt had found more states.
    return { engine: "direct", exploration: { ...first, stopped: exploration.stopped, seconds } };
  }
  return { engine: "compiled", exploration: { ...exploration, seconds } };
}

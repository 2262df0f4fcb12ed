import type { Model } from "../language/index.ts";
import { directSemanticsOf } from "../semantics/direct-semantics.ts";
import { semanticsOf, type Semantics, type State } from "../semantics/semantics.ts";
import type { EngineOptions } from "../search/exploration.ts";
import { Pace } from "../pace.ts";
import { StateStore } from "../search/states/store.ts";
import type { ExploredSpace } from "../search/states/explored-space.ts";
import { GraphBuilder, type GraphSize, type StateGraph } from "./graph.ts";
import type { StatePredicate } from "./predicates.ts";

/** The graph of a model by the reference semantics; undefined when it was aborted. */
export const graphByReference = graphBy(semanticsOf);

/** The same by the model's own functions, called directly. */
export const graphDirectly = graphBy(directSemanticsOf);

function graphBy(meaningOf: <S>(model: Model<S>) => Semantics<S>) {
  return async <S>(
    model: Model<S>,
    predicates: readonly StatePredicate<S>[],
    size: GraphSize,
    options: EngineOptions,
  ): Promise<StateGraph<S> | undefined> => {
    const explored = options.explored?.wholeOf(model);
    return explored === undefined
      ? stored(meaningOf(model), model, predicates, size, options)
      : graphOf(meaningOf(model), model, explored, predicates, size);
  };
}

async function stored<S>(
  semantics: Semantics<S>,
  model: Model<S>,
  predicates: readonly StatePredicate<S>[],
  size: GraphSize,
  options: EngineOptions,
): Promise<StateGraph<S> | undefined> {
  const pace = new Pace(options);
  const started = performance.now();
  const words = new Uint32Array(model.layout.words);
  const store = new StateStore(model.layout.words);
  const builder = new GraphBuilder(size, model.instances.length, predicates.length);
  const stateOf = (number: number): State<S> => store.read(number, (packed, at) => semantics.unpack(packed, at));
  for (const state of model.initial) {
    model.layout.encode(state, words, 0);
    store.insert(words);
  }
  for (let number = 0; number < store.size; number++) {
    const state = stateOf(number);
    for (const [index, { id, holds }] of predicates.entries()) {
      builder.judge(index, number, () => semantics.judge(id, () => holds(state)).holds);
    }
    for (const instance of model.instances) {
      if (!semantics.enabled(instance, state)) continue;
      semantics.apply(instance, state, words, 0);
      builder.edge(instance.index, store.insert(words));
    }
    builder.endState();
    if (!pace.isDue()) continue;
    const { transitions } = builder;
    const [states, bytes, seconds] = [store.size, store.bytes, (performance.now() - started) / 1000];
    const frontier = states - number - 1;
    if (await pace.pause(() => ({ states, transitions, depth: 0, frontier, bytes, seconds, storing: true }))) return;
  }
  return builder.graph(model.initial.length, size, stateOf);
}

/** The same of a small model, from what the search has stored of it. */
function graphOf<S>(
  semantics: Semantics<S>,
  model: Model<S>,
  explored: ExploredSpace<S>,
  predicates: readonly StatePredicate<S>[],
  size: GraphSize,
): StateGraph<S> {
  const { states, first, instance, to } = explored;
  const builder = new GraphBuilder(size, model.instances.length, predicates.length);
  for (const [number, state] of states.entries()) {
    for (const [index, { id, holds }] of predicates.entries()) {
      const ask = (): boolean => semantics.judge(id, () => holds(state)).holds;
      builder.judge(index, number, () => explored.ofState(holds, number, ask));
    }
    for (let edge = first[number] as number; edge < (first[number + 1] as number); edge++) {
      builder.edge(instance[edge] as number, to[edge] as number);
    }
    builder.endState();
  }
  return builder.graph(model.initial.length, size, (number) => states[number] as State<S>);
}

import { ModelError } from "../errors.ts";
import { isSafety, type ActionInstance, type Model } from "../language/index.ts";
import { semanticsOf, type State } from "../semantics/semantics.ts";
import type { Path } from "./shortest.ts";
import { judgeOf, type Trace, type TraceStep } from "./trace.ts";

/** A safety property that a state, or the step to it, violates. */
export interface ViolatedHere {
  readonly id: string;
  /** The reason that the predicate gave. */
  readonly because: string | undefined;
}

/** Steps through a model by the reference semantics, one at a time and in any direction. */
export interface Walker<S> {
  /**
   * An initial state.
   *
   * @throws ModelError when the model has no initial state of that index
   */
  start(initial: number): TraceStep<S>;
  /**
   * The enabled instances of a state, in the model's order.
   *
   * @throws ModelError when a guard is wrong
   */
  enabled(state: State<S>): readonly ActionInstance<S>[];
  /**
   * The step of an instance, with the state after it.
   *
   * @throws ModelError when there is no such instance, it is not enabled, or its recipe is wrong
   */
  take(state: State<S>, instance: number): TraceStep<S>;
  /**
   * The `always`, `step` and `noDeadlock` properties that are violated in a state or by the step to it, in the model's
   * order.
   *
   * @param before the step before; without it, `step` properties are not judged
   */
  violated(here: TraceStep<S>, before?: TraceStep<S>): readonly ViolatedHere[];
  /**
   * The instances that a trace takes, by their indices.
   *
   * @throws ModelError when the trace is not one of this model
   */
  pathOf(trace: Pick<Trace<S>, "steps" | "loopFrom">): Path;
}

/**
 * Steps through a model interactively.
 *
 * @example
 * ```ts
 * import { model, range, record, walkerOf } from "irqproof/checker";
 *
 * const clock = model({
 *   name: "clock",
 *   state: record({ hour: range(0, 11) }),
 *   initial: { hour: 0 },
 *   actions: { tick: { then: (draft) => { draft.hour = (draft.hour + 1) % 12; } } },
 * });
 * const walker = walkerOf(clock);
 * const first = walker.start(0);
 * const [tick] = walker.enabled(first.state);
 * console.assert(walker.take(first.state, tick!.index).state.hour === 1);
 * ```
 */
export function walkerOf<S>(model: Model<S>): Walker<S> {
  const semantics = semanticsOf(model);
  const scratch = new Uint32Array(model.layout.words);
  const judges = [...model.properties].flatMap(([id, property]) =>
    isSafety(property) && property.kind !== "sometimes" ? [[id, judgeOf(model, id, property)] as const] : [],
  );
  const pack = (state: State<S>): string => {
    model.layout.encode(state, scratch, 0);
    return scratch.join();
  };
  return {
    start(initial) {
      const state = model.initial[initial];
      if (state === undefined) throw new ModelError(`model ${model.name} has no initial state ${initial}`);
      return { action: null, parameters: {}, actor: "", label: "", state: state as State<S> };
    },
    enabled: (state) => model.instances.filter((instance) => semantics.enabled(instance, state)),
    take(state, index) {
      const instance = model.instances[index];
      if (instance === undefined) throw new ModelError(`model ${model.name} has no action instance ${index}`);
      if (!semantics.enabled(instance, state)) throw new ModelError(`${instance.text} is not enabled in this state`);
      semantics.apply(instance, state, scratch, 0);
      return {
        action: instance.action,
        parameters: instance.parameters,
        actor: instance.actor(state),
        label: instance.label(state),
        state: semantics.unpack(scratch, 0),
      };
    },
    violated(here, before) {
      const steps = before === undefined ? [here] : [before, here];
      return judges.flatMap(([id, judge]) => {
        const decision = judge(steps, steps.length - 1);
        return decision === undefined ? [] : [{ id, because: decision.because }];
      });
    },
    pathOf({ steps: [first, ...rest], loopFrom }) {
      const begin = first === undefined ? undefined : pack(first.state);
      const initial = model.initial.findIndex((state) => pack(state as State<S>) === begin);
      if (initial < 0) throw new ModelError(`the trace does not begin in an initial state of model ${model.name}`);
      const byText = new Map(model.instances.map(({ index, action, parameters }) => [key(action, parameters), index]));
      const instances = rest.map(({ action, parameters }) => {
        const index = byText.get(key(action, parameters));
        if (index === undefined)
          throw new ModelError(`model ${model.name} has no action ${action} with the trace's parameters`);
        return index;
      });
      return { initial, instances, ...(loopFrom === undefined ? {} : { loopFrom }) };
    },
  };
}

function key(action: string | null, parameters: TraceStep<unknown>["parameters"]): string {
  return JSON.stringify([action, parameters]);
}

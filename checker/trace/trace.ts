import { InternalError } from "../errors.ts";
import type { Model, ParameterValues, Property, SafetyProperty } from "../language/index.ts";
import { apart } from "../semantics/apart.ts";
import { isDeadlock, semanticsOf, type State } from "../semantics/semantics.ts";
import type { Path } from "./shortest.ts";

/** The parts of a model that a printer of traces uses. */
export type Narrator<S> = Pick<Model<S>, "actors" | "changes" | "initial"> & Partial<Pick<Model<S>, "layout">>;

/** One line of a trace: a state with the step that led to it. */
export interface TraceStep<S> {
  /** The action's name; null for the initial state. */
  readonly action: string | null;
  readonly parameters: ParameterValues;
  /** Actor of the step; empty when the model names none. */
  readonly actor: string;
  /** Label of the step in a chart. */
  readonly label: string;
  readonly state: State<S>;
}

/** A counterexample, or the witness of a `sometimes` property. */
export interface Trace<S> {
  readonly steps: readonly TraceStep<S>[];
  /**
   * For an infinite run: the index of the state from which it repeats what follows, for ever. The last state equals
   * this one; it is this one where nothing more happens.
   */
  readonly loopFrom?: number;
  /** Why the last state, or the last step, violates the property: the reason that its predicate gave. */
  readonly because: string | undefined;
  /** The closing sentence, where the property has one. */
  readonly conclusion: string | undefined;
}

/** The line between the steps of an infinite run, or undefined: before its loop, and after its last step. */
export function loopMarks<S>({ steps, loopFrom }: Trace<S>): { readonly before?: string; readonly after?: string } {
  if (loopFrom === undefined) return {};
  return loopFrom === steps.length - 1
    ? { after: "nothing more happens" }
    : { before: "from here on, forever", after: `again from step ${loopFrom + 1}` };
}

/**
 * Takes a path by the reference semantics, step by step.
 *
 * @throws InternalError when an instance is not enabled where the path takes it
 */
export function walk<S>(model: Model<S>, id: string, path: Path): TraceStep<S>[] {
  const semantics = semanticsOf(model);
  const scratch = new Uint32Array(model.layout.words);
  const initial = model.initial[path.initial];
  if (initial === undefined) throw contradiction(model, id, `there is no initial state ${path.initial}`);
  const steps: TraceStep<S>[] = [{ action: null, parameters: {}, actor: "", label: "", state: initial as State<S> }];
  for (const index of path.instances) {
    const { state } = steps.at(-1) as TraceStep<S>;
    const instance = model.instances[index];
    if (instance === undefined) throw contradiction(model, id, `there is no action instance ${index}`);
    if (!semantics.enabled(instance, state))
      throw contradiction(model, id, `${instance.text} is not enabled at step ${steps.length}`);
    semantics.apply(instance, state, scratch, 0);
    steps.push({
      action: instance.action,
      parameters: instance.parameters,
      actor: instance.actor(state),
      label: instance.label(state),
      state: semantics.unpack(scratch, 0),
    });
  }
  return steps;
}

/** Sentence of a property's narrator about a trace. */
export function conclusionOf<S>(
  property: Property<S>,
  steps: readonly TraceStep<S>[],
  loopFrom?: number,
): string | undefined {
  return property.narrate?.({
    steps: steps.map(({ action, parameters, label, state }) => ({
      step: action === null ? null : { action, parameters },
      label: action === null ? null : label,
      state,
    })),
    ...(loopFrom === undefined ? {} : { loopFrom }),
  });
}

/** A search that contradicts the reference semantics. */
export function contradiction<S>(model: Model<S>, id: string, what: string): InternalError {
  return new InternalError(`model ${model.name}: the trace found for property ${id} does not replay: ${what}`);
}

/**
 * Takes the path again by the reference semantics, step by step, and checks that its end is what the search reported.
 *
 * @throws InternalError when an instance is not enabled where the path takes it, or the end does not violate (or,
 * for `sometimes`, satisfy) the property: then the search is wrong, and no part of its report is trusted.
 */
export function replay<S>(model: Model<S>, id: string, property: SafetyProperty<S>, path: Path): Trace<S> {
  const steps = walk(model, id, path);
  const end = judgeOf(model, id, property)(steps, steps.length - 1);
  if (end === undefined) throw contradiction(model, id, "its end is not a target of the search");
  return { steps, because: end.because, conclusion: conclusionOf(property, steps) };
}

/**
 * The index of the first state of a run at which it violates a safety property, in that state or by the step to it;
 * undefined where it does not. So one run can be shown for several properties.
 */
export function firstViolation<S>(
  model: Model<S>,
  id: string,
  property: SafetyProperty<S>,
  { steps }: Trace<S>,
): number | undefined {
  const judge = judgeOf(model, id, property);
  const index = steps.findIndex((_, at) => judge(steps, at) !== undefined);
  return index < 0 ? undefined : index;
}

/** Explanation by a predicate at the place in a run where it decides the property. */
export interface Decision {
  readonly because: string | undefined;
}

/**
 * Whether a run violates a property (or satisfies it, if it is a `sometimes`) at the state of an index, or by the step to
 * it.
 */
export function judgeOf<S>(
  model: Model<S>,
  id: string,
  property: SafetyProperty<S>,
): (steps: readonly TraceStep<S>[], index: number) => Decision | undefined {
  const semantics = semanticsOf(model);
  return (steps, index) => {
    const here = steps[index] as TraceStep<S>;
    switch (property.kind) {
      case "always":
      case "sometimes": {
        const { holds, because } = semantics.judge(id, () => property.holds(here.state));
        return holds === (property.kind === "sometimes") ? { because } : undefined;
      }
      case "step": {
        const before = steps[index - 1];
        if (before === undefined || here.action === null) return undefined;
        const taken = { action: here.action, parameters: here.parameters };
        const after = apart(model.layout, before.state, here.state);
        const { holds, because } = semantics.judge(id, () => property.holds(before.state, taken, after));
        return holds ? undefined : { because };
      }
      case "noDeadlock": {
        const enabled = model.instances.filter((instance) => semantics.enabled(instance, here.state));
        if (!isDeadlock(property, here.state, enabled)) return undefined;
        return { because: enabled.length === 0 ? "no action is enabled" : "only the environment can act" };
      }
    }
  };
}

import { InternalError } from "../errors.ts";
import type { Model, ParameterValues, Property, SafetyProperty } from "../language/index.ts";
import { apart } from "../reference/apart.ts";
import { isDeadlock, semanticsOf, type State } from "../reference/semantics.ts";
import type { Path } from "./shortest.ts";

/** One line of a trace: a state with the step that led to it. */
export interface TraceStep<S> {
  /** The action's name; null for the initial state. */
  readonly action: string | null;
  readonly parameters: ParameterValues;
  /** Who took the step; empty when the model names nobody. */
  readonly actor: string;
  /** What a chart calls the step. */
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
  /** Why the last state, or the last step, violates the property: what its predicate said. */
  readonly because: string | undefined;
  /** The closing sentence, where the property has one to tell. */
  readonly conclusion: string | undefined;
}

/** What is written between the steps of an infinite run, or undefined: before its loop, and after its last step. */
export function loopMarks<S>({ steps, loopFrom }: Trace<S>): { readonly before?: string; readonly after?: string } {
  if (loopFrom === undefined) return {};
  return loopFrom === steps.length - 1
    ? { after: "nothing more happens" }
    : { before: "from here on, for ever", after: `again from step ${loopFrom + 1}` };
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

/** What a property's narrator says of a trace. */
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
 * Takes the path again by the reference semantics, step by step, and makes sure that its end is what the search said.
 *
 * @throws InternalError when an instance is not enabled where the path takes it, or the end does not violate (or,
 * for `sometimes`, satisfy) the property: then the search is wrong, and nothing it said may be believed.
 */
export function replay<S>(model: Model<S>, id: string, property: SafetyProperty<S>, path: Path): Trace<S> {
  const semantics = semanticsOf(model);
  const steps = walk(model, id, path);
  return { steps, because: reason(), conclusion: conclusionOf(property, steps) };

  function reason(): string | undefined {
    const last = steps.at(-1) as TraceStep<S>;
    switch (property.kind) {
      case "always":
      case "sometimes": {
        const verdict = semantics.judge(id, () => property.holds(last.state));
        if (verdict.holds !== (property.kind === "sometimes"))
          throw contradiction(model, id, "its last state is not what was searched for");
        return verdict.because;
      }
      case "step": {
        const before = steps.at(-2);
        if (before === undefined || last.action === null) throw contradiction(model, id, "it has no step");
        const taken = { action: last.action, parameters: last.parameters };
        const after = apart(model.layout, before.state, last.state);
        const verdict = semantics.judge(id, () => property.holds(before.state, taken, after));
        if (verdict.holds) throw contradiction(model, id, "its last step does not violate the property");
        return verdict.because;
      }
      case "noDeadlock": {
        const enabled = model.instances.filter((instance) => semantics.enabled(instance, last.state));
        if (!isDeadlock(property, last.state, enabled))
          throw contradiction(model, id, "its last state is not a deadlock");
        return enabled.length === 0 ? "no action can happen" : "only the environment can still act";
      }
    }
  }
}

import { InternalError } from "./errors.ts";
import type { ActionInstance, Model, ParameterValues } from "./language/index.ts";
import { casesOf } from "./liveness/predicates.ts";
import { placeOf, type SourcePlace } from "./reading/source/place.ts";
import { apart } from "./semantics/apart.ts";
import { Fault, type FaultyPart } from "./semantics/fault.ts";
import { isExcused, semanticsOf, type State } from "./semantics/semantics.ts";
import { misreadIn, watched } from "./semantics/watched.ts";
import { writeOutside } from "./semantics/writes.ts";
import type { FoundFault } from "./search/exploration.ts";
import { traceToJson } from "./trace/json.ts";
import { conclusionOf, walk, type Trace } from "./trace/trace.ts";

/** The step that could not be taken. */
interface FailedStep {
  readonly action: string;
  readonly parameters: ParameterValues;
  readonly actor: string;
  readonly label: string;
  /** `name(parameter=value, ...)`. */
  readonly text: string;
}

/** A function of a model that fails in a reachable state, with a shortest run to it. */
export interface Mistake<S> {
  /** The mistake, and the right form: a sentence without a full stop. */
  readonly message: string;
  readonly part: FaultyPart;
  /** The id of the property whose predicate fails; undefined for a part of an action. */
  readonly property: string | undefined;
  /** The step whose guard, recipe, actor or label fails, in the last state of the run; undefined for a predicate. */
  readonly step: FailedStep | undefined;
  /** Place in the model's file, as far as it is known. */
  readonly place: SourcePlace | undefined;
  /** The run. Its last state, or for a property of steps its last step, is what the function fails for. */
  readonly trace: Trace<S>;
}

/**
 * Makes a function fail again, by the reference semantics, at the end of the run that a search has found.
 *
 * @throws InternalError where it does not fail there
 */
export function mistakeOf<S>(model: Model<S>, { action, property, path }: FoundFault): Mistake<S> {
  const name = property ?? action ?? "";
  const last = action === undefined ? undefined : model.instances[path.instances.at(-1) as number];
  const instances = last === undefined ? path.instances : path.instances.slice(0, -1);
  const steps = walk(model, name, { ...path, instances });
  const state = steps.at(-1)?.state as State<S>;
  const fault = faultOf(() => {
    if (last !== undefined) take(model, last, state);
    else ask(model, property ?? "", steps.at(-2)?.state, model.instances[instances.at(-1) ?? -1], state);
  });
  if (fault === undefined) {
    throw new InternalError(`model ${model.name}: the run to a fault of ${name} does not end in a fault`);
  }
  const step = last === undefined ? undefined : failedStep(last, state);
  const error =
    fault.thrown ?? (fault.part === "recipe" && last !== undefined ? written(model, last, state) : undefined);
  return {
    message: fault.message,
    part: fault.part,
    property,
    step,
    place: placeOf(error),
    trace: { steps, because: fault.message, conclusion: undefined },
  };
}

/** A run that a report shows, and the property that it is of. */
export interface ShownTrace<S> {
  readonly trace: Trace<S> | undefined;
  readonly id?: string;
}

/**
 * The functions that describe the steps of some runs and fail: actors and labels that throw or return no string, and those,
 * changes and narrators that read a name that the state does not have. Of each function the first place.
 */
export function undescribedSteps<S>(model: Model<S>, shown: Iterable<ShownTrace<S>>): Mistake<S>[] {
  const found = new Map<string, Mistake<S>>();
  const instances = new Map(model.instances.map((instance) => [keyOf(instance), instance]));
  for (const { trace, id } of shown) {
    const steps = trace?.steps ?? [];
    for (const [index, step] of steps.entries()) {
      const instance = step.action === null ? undefined : instances.get(keyOf(step));
      const before = steps[index - 1]?.state;
      if (instance === undefined || before === undefined) continue;
      const add = (name: string, part: FaultyPart, message: string, error: unknown): void => {
        if (found.has(name)) return;
        found.set(name, {
          message,
          part,
          property: undefined,
          step: failedStep(instance, before),
          place: placeOf(error),
          trace: { steps: steps.slice(0, index), because: message, conclusion: undefined },
        });
      };
      const where = `model ${model.name}: action ${instance.text}`;
      for (const part of ["actor", "label"] as const) {
        const misread = misreadIn(() => {
          throw instance.undescribed(part, watchedCopy(before));
        });
        // With arguments in the wrong order, a parameter's name is read from the state.
        if (misread !== undefined && !Object.hasOwn(instance.parameters, misread.field)) {
          add(`${part} ${instance.action}`, part, `${where}: its ${part} ${misread.message}`, misread);
        }
        const error = instance.undescribed(part, before);
        if (error !== undefined) add(`${part} ${instance.action}`, part, error.message, error.cause);
      }
      const changed = misreadIn(() => model.changes?.(watchedCopy(before), watchedCopy(step.state)));
      if (changed !== undefined) {
        add("changes", "changes", `model ${model.name}: its changes function ${changed.message}`, changed);
      }
      if (index < steps.length - 1 || id === undefined) continue;
      const watchedSteps = steps.map((one) => ({ ...one, state: watchedCopy(one.state) }));
      const narrated = misreadIn(() => conclusionOf(model.properties.get(id)!, watchedSteps, trace?.loopFrom));
      if (narrated !== undefined) {
        add(
          `narrator ${id}`,
          "narrator",
          `model ${model.name}: property ${id}: its narrator ${narrated.message}`,
          narrated,
        );
      }
    }
  }
  return [...found.values()];
}

function watchedCopy<Value>(state: Value): Value {
  return watched(structuredClone(state));
}

function keyOf({ action, parameters }: Pick<FailedStep, "parameters"> & { readonly action: string | null }): string {
  return JSON.stringify([action, parameters]);
}

/** The mistake as the report's JSON object has it. */
export function mistakeToJson<S>({ message, part, property, step, place, trace }: Mistake<S>): object {
  return {
    message,
    part,
    ...(property === undefined ? {} : { property }),
    ...(step === undefined
      ? {}
      : { action: step.action, parameters: step.parameters, actor: step.actor, label: step.label }),
    ...(place === undefined ? {} : { place }),
    trace: traceToJson(trace),
  };
}

function faultOf(work: () => void): Fault | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function take<S>(model: Model<S>, instance: ActionInstance<S>, state: State<S>): void {
  const semantics = semanticsOf(model);
  if (semantics.enabled(instance, state)) {
    semantics.apply(instance, state, new Uint32Array(model.layout.words), 0);
  }
}

function ask<S>(
  model: Model<S>,
  id: string,
  before: State<S> | undefined,
  instance: ActionInstance<S> | undefined,
  state: State<S>,
): void {
  const property = model.properties.get(id);
  if (property === undefined) return;
  const semantics = semanticsOf(model);
  switch (property.kind) {
    case "always":
    case "sometimes":
      semantics.judge(id, () => property.holds(state));
      return;
    case "noDeadlock":
      isExcused(property, state);
      return;
    case "step":
      if (before === undefined || instance === undefined) return;
      semantics.judge(id, () => property.holds(before, instance, apart(model.layout, before, state)));
      return;
    default:
      for (const { predicates } of casesOf(id, property)) {
        for (const { id: name, holds } of predicates) semantics.judge(name, () => holds(state));
      }
  }
}

/** The step as a chart would show it, where the functions for that do not fail themselves. */
function failedStep<S>(instance: ActionInstance<S>, state: State<S>): FailedStep {
  const { action, parameters, text } = instance;
  return { action, parameters, text, actor: instance.actor(state), label: instance.label(state) };
}

function written<S>({ layout }: Model<S>, instance: ActionInstance<S>, state: State<S>): Error | undefined {
  return writeOutside(layout, state, (draft) => instance.recipe(draft));
}

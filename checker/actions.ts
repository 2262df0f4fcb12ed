import type { Model, ParameterValues } from "./language/index.ts";
import { show } from "./schema/index.ts";
import type { InstanceCounts } from "./search/instance-counts.ts";

/** Number of steps of an instance of an action. */
export interface InstanceReport {
  readonly parameters: ParameterValues;
  /** `name(parameter=value, ...)`. */
  readonly text: string;
  /**
   * Number of times it was taken: once in each distinct state in which it is enabled. When the search was stopped, a lower
   * bound, like `level`.
   */
  readonly taken: number;
  /**
   * The breadth-first level of the first state in which it is enabled, the initial states being level 1; undefined where
   * it was never enabled. With symmetry, that of the first instance among those that differ in interchangeable indices.
   */
  readonly level: number | undefined;
}

/** The same of an action: the sum over its instances, and the first level of any. */
export interface ActionReport {
  readonly action: string;
  /** With symmetry that is not closed: over all states that are reachable from a permuted initial state. */
  readonly taken: number;
  readonly level: number | undefined;
  /** Empty with symmetry that is not closed: then it is not known which of them are enabled. */
  readonly instances: readonly InstanceReport[];
}

/**
 * Counts of a search, by action and instance in order of declaration.
 *
 * @param ofInstances whether the counts are those of each instance
 */
export function actionReports<S>(
  model: Model<S>,
  { taken, levels }: InstanceCounts,
  ofInstances = true,
): ActionReport[] {
  const byAction = new Map<string, InstanceReport[]>(model.actions.map((action) => [action, []]));
  for (const { action, index, parameters, text } of model.instances) {
    const level = levels[index] as number;
    const report = { parameters, text, taken: taken[index] as number, level: level === 0 ? undefined : level };
    byAction.get(action)?.push(report);
  }
  return [...byAction].map(([action, instances]) => {
    let sum = 0;
    let first: number | undefined;
    for (const { taken: count, level } of instances) {
      sum += count;
      if (level !== undefined) first = Math.min(first ?? level, level);
    }
    return { action, taken: sum, level: first, instances: ofInstances ? instances : [] };
  });
}

/**
 * Actions enabled in no reachable state, which deserve a look: an action, by its name, or an action with a value of a
 * parameter, such as `go(cpu=2)`, where it is enabled with other values. That two values never come together is no
 * surprise. Empty after a search that was stopped, as nothing is known of the states that it has not seen.
 */
export function neverEnabled({
  actions,
  stopped,
}: {
  readonly actions: readonly ActionReport[];
  readonly stopped: unknown;
}): string[] {
  if (stopped !== undefined) return [];
  return actions.flatMap(({ action, taken, instances }) => {
    if (taken === 0) return [action];
    const [{ parameters = {} } = {}] = instances;
    return Object.keys(parameters).flatMap((name) =>
      valuesNeverEnabled(name, instances).map((value) => `${action}(${name}=${value})`),
    );
  });
}

/** The values of a parameter with which no instance is ever enabled, as text. */
function valuesNeverEnabled(name: string, instances: readonly InstanceReport[]): string[] {
  const taken = new Map<string, number>();
  for (const { parameters, taken: count } of instances) {
    const value = show(parameters[name]);
    taken.set(value, (taken.get(value) ?? 0) + count);
  }
  return [...taken].flatMap(([value, count]) => (count === 0 ? [value] : []));
}

/** The reports as the report's JSON object has them. */
export function actionsToJson(actions: readonly ActionReport[]): object[] {
  return actions.map(({ action, taken, level = null, instances }) => ({
    action,
    taken,
    level,
    instances: instances.map((instance) => ({
      parameters: instance.parameters,
      taken: instance.taken,
      level: instance.level ?? null,
    })),
  }));
}

/**
 * A model checker in a few dozen lines, to hold the real one against: states are plain objects, the visited set is a
 * Map of JSON strings, a step is a recipe on a structuredClone. No packing, no immer, no shared code.
 */
import type { DeepReadonly, Model, Property } from "irqproof/checker";

export interface NaiveResult {
  /** Whether all states that were found were expanded. */
  readonly isWhole: boolean;
  readonly distinct: number;
  readonly transitions: number;
  readonly depth: number;
  /** For each instance how often it was taken, and the level of the first state in which it was enabled, 0 if none. */
  readonly steps: readonly (readonly [taken: number, level: number])[];
  readonly properties: Readonly<Record<string, NaiveFinding>>;
}

interface NaiveFinding {
  readonly verdict: "holds" | "violated";
  /** The trace to report: the initial state's index, then instances; absent where there is none. */
  readonly path?: readonly number[];
  /** Number of changes of the actor on it. */
  readonly switches?: number;
}

interface Visit {
  readonly state: unknown;
  readonly level: number;
  /** Every way to be here on this level: from which state, by which instance; an initial state comes from its index. */
  readonly from: { readonly key: string | null; readonly instance: number }[];
}

/** Thrown when there are too many shortest paths to compare them one by one. */
export class TooManyPaths extends Error {}

/** @param until stops at the end of the level at which all of these properties have a trace */
export function naiveCheck<S>(model: Model<S>, until: readonly string[] = []): NaiveResult {
  type State = DeepReadonly<S>;
  const visits = new Map<string, Visit>();
  /** The ends of the shortest traces of each property: a state, and an instance where a step is what matters. */
  const ends = new Map<string, { level: number; at: { key: string; instance?: number }[] }>();
  let queue: string[] = [];
  let transitions = 0;
  const steps = model.instances.map((): [number, number] => [0, 0]);
  const visit = (state: unknown, level: number, from: Visit["from"][number], into: string[]): void => {
    const key = JSON.stringify(state);
    const known = visits.get(key);
    if (known !== undefined) {
      if (known.level === level) known.from.push(from);
      return;
    }
    visits.set(key, { state, level, from: [from] });
    into.push(key);
  };
  const end = (id: string, level: number, key: string, instance?: number): void => {
    const known = ends.get(id) ?? { level, at: [] };
    ends.set(id, known);
    if (known.level === level) known.at.push(instance === undefined ? { key } : { key, instance });
  };

  for (const [index, state] of model.initial.entries()) visit(state, 1, { key: null, instance: index }, queue);
  let depth = 0;
  while (queue.length > 0) {
    depth++;
    const next: string[] = [];
    for (const key of queue) {
      const state = visits.get(key)!.state as State;
      const enabled = model.instances.filter((instance) => instance.guard(state));
      transitions += enabled.length;
      for (const [id, property] of model.properties) {
        if (endsIn(property, state, enabled)) end(id, depth, key);
      }
      for (const instance of enabled) {
        const step = steps[instance.index]!;
        if (step[0]++ === 0) step[1] = depth;
        const after = structuredClone(state) as S;
        instance.recipe(after);
        for (const [id, property] of model.properties) {
          if (property.kind === "step" && property.holds(state, instance, after as State) !== true) {
            end(id, depth, key, instance.index);
          }
        }
        visit(after, depth + 1, { key, instance: instance.index }, next);
      }
    }
    queue = next;
    if (until.length > 0 && queue.length > 0 && until.every((id) => ends.has(id))) {
      depth++;
      break;
    }
  }

  const properties: Record<string, NaiveFinding> = {};
  for (const [id, property] of model.properties) {
    const found = ends.get(id);
    const verdict = (found === undefined) === (property.kind === "sometimes") ? "violated" : "holds";
    properties[id] = found === undefined ? { verdict } : { verdict, ...best(found.at) };
  }
  return { isWhole: queue.length === 0, distinct: visits.size, transitions, depth, steps, properties };

  /** The shortest path with the fewest switches, and of those the first in the order of indices. */
  function best(at: readonly { key: string; instance?: number }[]): { path: number[]; switches: number } {
    const paths = at.flatMap(({ key, instance }) =>
      [...pathsTo(key)].map((path) => (instance === undefined ? path : [...path, instance])),
    );
    const rated = paths.map((path) => ({ path, switches: switchesOf(path) }));
    rated.sort((a, b) => a.switches - b.switches || compare(a.path, b.path));
    return rated[0]!;
  }

  function* pathsTo(key: string): Generator<number[]> {
    let budget = 3_000;
    yield* back(key, []);
    function* back(key: string, tail: readonly number[]): Generator<number[]> {
      for (const { key: before, instance } of visits.get(key)!.from) {
        if (--budget < 0) throw new TooManyPaths();
        if (before === null) yield [instance, ...tail];
        else yield* back(before, [instance, ...tail]);
      }
    }
  }

  function switchesOf([initial, ...instances]: readonly number[]): number {
    let state = model.initial[initial!] as State;
    let before = "";
    let switches = 0;
    for (const index of instances) {
      const instance = model.instances[index]!;
      const actor = instance.actor(state);
      if (before !== "" && actor !== "" && actor !== before) switches++;
      before = actor;
      const after = structuredClone(state) as S;
      instance.recipe(after);
      state = after as State;
    }
    return switches;
  }
}

function endsIn<S>(
  property: Property<S>,
  state: DeepReadonly<S>,
  enabled: readonly { readonly action: string }[],
): boolean {
  switch (property.kind) {
    case "always":
      return property.holds(state) !== true;
    case "sometimes":
      return property.holds(state) === true;
    case "noDeadlock":
      return enabled.every(({ action }) => property.ignoring.includes(action)) && !property.unless(state);
    default:
      return false;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

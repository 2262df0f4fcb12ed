import type { Layout } from "../schema/index.ts";
import { Interpreter } from "../system/interpreter.ts";
import type { SystemAction, TransitionSystem } from "../system/system.ts";
import { goalsOf } from "./goals.ts";
import { partsOf } from "./states/parts.ts";
import { provedByInduction, type Proof, type ProofOptions, type Resized } from "./induction.ts";
import type { Violation } from "./refute.ts";

/** The same model with less of what it has several of. */
export interface Smaller {
  readonly system: TransitionSystem<unknown>;
  readonly resized: readonly Resized[];
}

/** A model with this many of each is safe for the same reasons as larger ones: one, another, and a third. */
const SMALLER_COUNT = 3;

/** Samples that guesses from a smaller model are compared with. */
const GUESS_SAMPLES = 30_000;

/** At most this many states are kept after each step when a run of the smaller model is taken in the larger one. */
const MAX_REACHED_STATES = 20_000;

/** Smaller counts worth beginning with; undefined where all counts are small. */
export function fewer(layout: Layout<unknown>, resized: readonly Resized[]): Record<string, number> | undefined {
  const kinds = resized.map(({ name, count, other, root }) => ({ kind: { name, count }, count: other, root }));
  const spoken = new Set(partsOf(layout, kinds).flatMap((part) => part?.indices.map(({ kind }) => kind.name) ?? []));
  const counts = resized.filter(({ name }) => spoken.has(name));
  if (!counts.some(({ count }) => count > SMALLER_COUNT)) return undefined;
  return Object.fromEntries(counts.map(({ name, count }) => [name, Math.min(SMALLER_COUNT, Math.max(2, count - 1))]));
}

/**
 * The same as `provedByInduction`, by way of a smaller model: what makes the smaller one safe is guessed to make the
 * larger one safe, and a run that violates the smaller one is taken in the larger one (Ma et al., I4: incremental
 * inference of inductive invariants, SOSP 2019).
 */
export function provedByWayOf(smaller: Smaller, system: TransitionSystem<unknown>, options: ProofOptions): Proof {
  const { onProgress } = options;
  const first = provedByInduction(smaller.system, {
    ...options,
    resized: smaller.resized,
    ...(onProgress === undefined ? {} : { onProgress: (text) => onProgress(`smaller model: ${text}`) }),
  });
  if (first.kind === "violated") {
    const violation = retaken(first, smaller.system, system, options.lemmas);
    if (violation !== undefined) return { kind: "violated", samples: first.samples, ...violation };
  }
  // A smaller model may be unsafe where the larger one is not; that decides nothing about the larger one.
  if (first.kind !== "proved") return provedByInduction(system, options);
  const samples = Math.min(options.samples, GUESS_SAMPLES);
  return provedByInduction(system, { ...options, samples, guesses: first.invariant });
}

interface Reached {
  readonly cells: readonly number[];
  readonly initial: number;
  readonly instances: readonly number[];
}

/**
 * A run of the larger system to a violation, by the same actions in the same order as one of the smaller system. Which
 * CPU, say, an action is of may differ: what is unassigned in the smaller system may be assigned in the larger one.
 */
function retaken(
  { path }: Violation,
  smaller: TransitionSystem<unknown>,
  system: TransitionSystem<unknown>,
  lemmas: readonly string[],
): Violation | undefined {
  const instances = new Map<string, SystemAction<unknown>[]>();
  for (const action of system.actions) {
    const same = instances.get(action.instance.action);
    if (same === undefined) instances.set(action.instance.action, [action]);
    else same.push(action);
  }
  const interpreter = new Interpreter(system);
  let reached: Reached[] = system.initial.map((cells, initial) => ({ cells, initial, instances: [] }));
  for (const index of path.instances) {
    const next = new Map<string, Reached>();
    for (const { cells, initial, instances: before } of reached) {
      for (const { instance } of instances.get(smaller.actions[index]?.instance.action ?? "") ?? []) {
        const after = next.size < MAX_REACHED_STATES ? interpreter.enter(cells).step(instance.index) : undefined;
        if (after === undefined) continue;
        const key = after.join();
        if (!next.has(key)) next.set(key, { cells: after, initial, instances: [...before, instance.index] });
      }
    }
    reached = [...next.values()];
  }
  for (const { id, condition } of goalsOf(system, lemmas).bad) {
    const found =
      id === system.fault.id ? undefined : reached.find(({ cells }) => interpreter.enter(cells).holds(condition));
    if (found !== undefined) return { id, path: { initial: found.initial, instances: found.instances } };
  }
  return undefined;
}

import type { Layout } from "../../schema/index.ts";
import { UNLEARNED } from "../aiger/encode.ts";
import type { TransitionSystem } from "../system.ts";
import { goalsOf } from "./goals.ts";
import { partsOf } from "./parts.ts";
import { provedByInduction, type Proof, type ProofOptions, type Resized } from "./prove.ts";
import { holdsIn, type Violation } from "./refute.ts";
import { stepOf } from "./walker.ts";

/** The same model with less of what it has several of. */
export interface Smaller {
  readonly system: TransitionSystem<unknown>;
  readonly resized: readonly Resized[];
}

/** With so many of each, what makes a model safe is like what makes larger ones safe: one, another, and a third. */
const ENOUGH = 3;

/** Samples that guesses from a smaller model are compared with. */
const FEW_SAMPLES = 30_000;

/** How much less of everything is worth to begin with; undefined where there is little of everything. */
export function fewer(layout: Layout<unknown>, resized: readonly Resized[]): Record<string, number> | undefined {
  const kinds = resized.map(({ name, count, other, root }) => ({ kind: { name, count }, count: other, root }));
  const spoken = new Set(partsOf(layout, kinds).flatMap((part) => part?.indices.map(({ kind }) => kind.name) ?? []));
  const counts = resized.filter(({ name }) => spoken.has(name));
  if (!counts.some(({ count }) => count > ENOUGH)) return undefined;
  return Object.fromEntries(counts.map(({ name, count }) => [name, Math.min(ENOUGH, Math.max(2, count - 1))]));
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
    ...(onProgress === undefined ? {} : { onProgress: (text) => onProgress(`with less, ${text}`) }),
  });
  if (first.kind === "violated") {
    const violation = retaken(first, smaller.system, system, options.lemmas);
    if (violation !== undefined) return { kind: "violated", samples: first.samples, ...violation };
  }
  // A smaller model may be unsafe where the larger one is not; that says nothing of the larger one.
  if (first.kind !== "proved") return provedByInduction(system, options);
  const samples = Math.min(options.samples, FEW_SAMPLES);
  return provedByInduction(system, { ...options, samples, guesses: first.invariant });
}

/** The run of the smaller system with the same actions in the larger one, if it comes to a violation there. */
function retaken(
  { path }: Violation,
  smaller: TransitionSystem<unknown>,
  system: TransitionSystem<unknown>,
  lemmas: readonly string[],
): Violation | undefined {
  const bad = goalsOf(system, lemmas).bad.filter(({ id }) => id !== UNLEARNED);
  const named = new Map(system.actions.map(({ instance }) => [instance.text, instance.index]));
  for (const [initial, start] of system.initial.entries()) {
    let cells: readonly number[] | undefined = start;
    const instances: number[] = [];
    const wrong = (): Violation | undefined => {
      const found = bad.find(({ condition }) => cells !== undefined && holdsIn(condition, cells));
      return found === undefined ? undefined : { id: found.id, path: { initial, instances } };
    };
    for (const index of path.instances) {
      const own = named.get(smaller.actions[index]?.instance.text ?? "");
      cells = own === undefined || cells === undefined ? undefined : stepOf(system, own, cells);
      if (own === undefined || cells === undefined) break;
      instances.push(own);
    }
    const found = wrong();
    if (found !== undefined) return found;
  }
  return undefined;
}

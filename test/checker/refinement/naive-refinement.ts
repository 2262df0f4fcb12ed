/** Refinement by its definition, on small models: all runs of pairs of a state and the set of abstract states that fit. */
import { walkerOf, type Model } from "irqproof/checker";

/** Whether each finite run of a model has, by a mapping, a run of the abstract one beside it, and the shortest that has none. */
export function naiveRefinement<C, A>(
  concrete: Model<C>,
  abstract: Model<A>,
  mapping: (state: C) => object,
): { readonly holds: boolean; readonly failingSteps: number | undefined } {
  const [low, high] = [walkerOf(concrete), walkerOf(abstract)];
  const fits = (state: unknown, image: unknown): boolean => {
    if (typeof image !== "object" || image === null || Array.isArray(image)) {
      return JSON.stringify(state) === JSON.stringify(image);
    }
    if (typeof state !== "object" || state === null) return false;
    return Object.entries(image).every(([name, part]) => fits((state as Record<string, unknown>)[name], part));
  };
  const unique = (states: readonly A[]): A[] => [...new Map(states.map((one) => [JSON.stringify(one), one])).values()];
  let level: { readonly state: C; readonly set: readonly A[] }[] = [];
  for (const state of concrete.initial as readonly C[]) {
    const set = (abstract.initial as readonly A[]).filter((one) => fits(one, mapping(state)));
    if (set.length === 0) return { holds: false, failingSteps: 0 };
    level.push({ state, set });
  }
  const seen = new Set<string>();
  for (let steps = 1; level.length > 0; steps++) {
    const next: typeof level = [];
    for (const { state, set } of level) {
      const key = JSON.stringify([state, set.map((one) => JSON.stringify(one)).sort()]);
      if (seen.has(key)) continue;
      seen.add(key);
      for (const { index } of low.enabled(state as never)) {
        const after = low.take(state as never, index).state as C;
        const image = mapping(after);
        const beside = set.flatMap((one) => [
          one,
          ...high.enabled(one as never).map((step) => high.take(one as never, step.index).state as A),
        ]);
        const kept = unique(beside.filter((one) => fits(one, image)));
        if (kept.length === 0) return { holds: false, failingSteps: steps };
        next.push({ state: after, set: kept });
      }
    }
    level = next;
  }
  return { holds: true, failingSteps: undefined };
}

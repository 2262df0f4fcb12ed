import { within } from "../../compiled/limits.ts";
import { createReading } from "../../reading/index.ts";
import type { Model, SafetyProperty } from "../../language/index.ts";
import type { Reading } from "../../reading/index.ts";
import { symmetryOf, type Canonical, type Symmetry, type Verified } from "../../symmetry/index.ts";
import { RealRuns } from "./real-runs.ts";
import { Phases } from "../../phases.ts";
import { areInitialStatesRenamed, isClosed } from "./closed.ts";
import type { EngineOptions, Orbits } from "../exploration.ts";
import type { Expansion } from "../expansion/expansion.ts";
import type { Fallback } from "../expansion/fallback.ts";
import type { InstanceCounts } from "../instance-counts.ts";

/** Symmetry of a search, as far as it was asked for and found. */
export class ByOrbits<S> {
  readonly reading: Reading<S>;
  readonly symmetry: Symmetry<S> | undefined;
  readonly #verified: Verified | undefined;
  readonly #phases: Phases;

  constructor(
    model: Model<S>,
    properties: ReadonlyMap<string, SafetyProperty<S>>,
    { readings, symmetry: mode = "off", phases = new Phases() }: EngineOptions,
  ) {
    this.#phases = phases;
    this.reading = readings?.of(model) ?? createReading(model);
    if (mode === "off") return;
    // A function that is called, because it is too large, has terms that nothing compares with it.
    const { verified, symmetry } = phases.during("symmetry", () => symmetryOf(within(this.reading), properties, mode));
    this.#verified = verified;
    this.symmetry = symmetry;
  }

  /** Makes the code for canonical states; undefined in a search of every state. */
  get canonicalFrom(): ((base: number, batch: number) => Canonical) | undefined {
    const { symmetry } = this;
    return symmetry && ((base, batch) => symmetry.canonical(base, batch));
  }

  /** Makes runs of paths through canonical states; undefined in a search of every state. */
  runsOf(fallback: Fallback<S>, expansion: Expansion): RealRuns<S>["runOf"] | undefined {
    if (this.symmetry === undefined) return undefined;
    const runs = new RealRuns(fallback, expansion, this.symmetry.instanceOrbits);
    return (path, last) => runs.runOf(path, last);
  }

  /** Without the properties of which a premise is met in some states of an orbit only. */
  unmet(ids: readonly string[]): string[] {
    return ids.filter((id) => this.#verified?.variantPremises.has(id) !== true);
  }

  /** The counts of instances over all states. */
  spread(counts: InstanceCounts): InstanceCounts {
    if (this.symmetry !== undefined) counts.spread(this.symmetry.instanceOrbits);
    return counts;
  }

  /**
   * Result of a search; undefined where symmetry was not asked for.
   *
   * @param stored states that the search has stored, and their transitions
   * @param sums the states and transitions that these stand for
   * @param isWhole whether the search has come to its end
   */
  result(
    stored: { readonly states: number; readonly transitions: number },
    sums: { readonly states: number; readonly transitions: number },
    { fallback, expansion }: { readonly fallback: Fallback<S>; readonly expansion: Expansion },
    isWhole: boolean,
  ): Orbits | undefined {
    if (this.#verified === undefined) return undefined;
    const { blocks, refused, cut } = this.#verified;
    if (this.symmetry === undefined) {
      return {
        blocks,
        refused,
        cut,
        order: 1,
        orbits: stored.states,
        states: stored.states,
        transitions: stored.transitions,
        isClosed: true,
        isExactDepth: true,
      };
    }
    const { order } = this.symmetry.group;
    const isExactDepth = areInitialStatesRenamed(fallback, this.symmetry);
    const { symmetry } = this;
    const search = (): boolean | undefined =>
      this.#phases.during("symmetry", () => isClosed(fallback, expansion, symmetry));
    const closed = isExactDepth || (isWhole ? search() : undefined);
    return { blocks, refused, cut, order, orbits: stored.states, ...sums, isClosed: closed, isExactDepth };
  }
}

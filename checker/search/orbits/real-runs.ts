import type { ActionEntry } from "../../compiled/entry.ts";
import { InternalError } from "../../errors.ts";
import type { Path } from "../../trace/shortest.ts";
import type { Expansion } from "../expansion/expansion.ts";
import type { Fallback } from "../expansion/fallback.ts";

/** Effect of the last instance of a path, where it is not a step to a state. */
export type LastStep =
  /** It is a step that violates a step property, or for which its predicate fails. */
  | { readonly kind: "step"; readonly property: string }
  /** Its guard or recipe fails. */
  | { readonly kind: "fault" };

/**
 * Runs of a model out of paths through canonical states. A path leads from the canonical state of an initial state, and
 * after each step its state is replaced by the canonical one; so its instances need not be enabled one after the other.
 * The run takes, for each instance, one that it is renamed into, and that leads from the real state into the next orbit:
 * there is one, because the real state is a renamed one. The run is as long as the path.
 */
export class RealRuns<S> {
  readonly #fallback: Fallback<S>;
  readonly #expansion: Expansion;
  readonly #orbits: Int32Array;

  /**
   * @param expansion of a search of one state for each orbit
   * @param orbits by instance: one of those that it is renamed into, the same for all of them
   */
  constructor(fallback: Fallback<S>, expansion: Expansion, orbits: Int32Array) {
    this.#fallback = fallback;
    this.#expansion = expansion;
    this.#orbits = orbits;
  }

  runOf({ initial, instances }: Path, last?: LastStep): Path {
    let real = this.#fallback.initial()[initial] as Uint32Array;
    let canonical = this.#canonical(real);
    const taken: number[] = [];
    const steps = last === undefined ? instances : instances.slice(0, -1);
    for (const instance of steps) {
      const next = this.#canonical(this.#required(instance, canonical));
      const key = next.join();
      const found = this.#renamed(instance).find((candidate) => {
        const after = this.#after(candidate, real);
        return after !== undefined && this.#canonical(after).join() === key;
      });
      if (found === undefined) throw noSuchStep();
      taken.push(found);
      real = this.#required(found, real);
      canonical = next;
    }
    if (last !== undefined) taken.push(this.#lastOf(instances.at(-1) as number, real, last));
    return { initial, instances: taken };
  }

  #lastOf(instance: number, state: Uint32Array, last: LastStep): number {
    for (const candidate of this.#renamed(instance)) {
      const entry = this.#entry(candidate);
      const { kind } = this.#fallback.resolve(entry, state, 0);
      if (last.kind === "fault" && kind === "fault") return candidate;
      if (last.kind === "fault" || kind !== "update") continue;
      const { violated, faulty } = this.#fallback.judgedSteps(entry, (id) => id === last.property, state, 0);
      if (violated.length + faulty.length > 0) return candidate;
    }
    throw noSuchStep();
  }

  /** The instances that an instance is renamed into, itself among them. */
  #renamed(instance: number): number[] {
    const orbit = this.#orbits[instance];
    return [...this.#orbits.keys()].filter((other) => this.#orbits[other] === orbit);
  }

  #required(instance: number, state: Uint32Array): Uint32Array {
    const after = this.#after(instance, state);
    if (after === undefined) throw noSuchStep();
    return after;
  }

  #after(instance: number, state: Uint32Array): Uint32Array | undefined {
    const result = this.#fallback.resolve(this.#entry(instance), state, 0);
    return result.kind === "update" ? result.words.slice() : undefined;
  }

  #canonical(state: Uint32Array): Uint32Array {
    const words = state.slice();
    this.#expansion.canonicaliseWords(words);
    return words;
  }

  #entry(instance: number): ActionEntry<S> {
    return this.#fallback.program.entries[instance] as ActionEntry<S>;
  }
}

function noSuchStep(): InternalError {
  return new InternalError("a path through canonical states is no run of the model");
}

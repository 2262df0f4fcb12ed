import type { Expansion } from "./expansion/expansion.ts";

const BYTES_OF_AN_INSTANCE = 12;

/**
 * For each instance of a model, how often a search has taken it, and the breadth-first level where it did so first. It is
 * taken once in each distinct state in which it is enabled.
 */
export class InstanceCounts {
  /** Number of steps of each instance, by its index. */
  readonly taken: Float64Array;
  /** The level of the first state in which it was enabled; 0 where it never was. */
  readonly levels: Uint32Array;

  /** @param shared from `allocate`, for counts that another thread reads */
  constructor(instances: number, shared?: SharedArrayBuffer) {
    const buffer = shared ?? new ArrayBuffer(instances * BYTES_OF_AN_INSTANCE);
    this.taken = new Float64Array(buffer, 0, instances);
    this.levels = new Uint32Array(buffer, 8 * instances, instances);
  }

  static allocate(instances: number): SharedArrayBuffer {
    return new SharedArrayBuffer(instances * BYTES_OF_AN_INSTANCE);
  }

  /**
   * Levels come in ascending order.
   *
   * @param weight number of states that the state stands for
   */
  count(instance: number, level: number, weight = 1): void {
    const { taken, levels } = this;
    if (taken[instance] === 0) levels[instance] = level;
    taken[instance]! += weight;
  }

  /**
   * Counts states `from` to `end - 1` and their successors, each as often as the state's orbit has members.
   *
   * @param sums to which they are added
   */
  countOrbits(
    expansion: Expansion,
    from: number,
    end: number,
    level: number,
    sums: { states: number; transitions: number },
  ): void {
    let [at] = expansion.output;
    for (let state = from; state < end; state++) {
      const weight = expansion.weightOf(state);
      sums.states += weight;
      sums.transitions += (weight * (expansion.endOf(state) - at)) / expansion.stride;
      for (const to = expansion.endOf(state); at < to; at += expansion.stride) {
        this.count(expansion.sourceOf(at), level, weight);
      }
    }
  }

  /**
   * The counts of all states, out of those of orbits: instances that are renamed into each other are enabled in equally
   * many states, and the first level of one is that of each, as far as initial states are renamed too.
   *
   * @param orbits by instance: one of those that it is renamed into, the same for all of them
   */
  spread(orbits: Int32Array): void {
    const sums = new Map<number, { taken: number; level: number; instances: number }>();
    for (const [instance, orbit] of orbits.entries()) {
      const sum = sums.get(orbit) ?? { taken: 0, level: 0, instances: 0 };
      const level = this.levels[instance] as number;
      sum.taken += this.taken[instance] as number;
      sum.level = sum.level === 0 || level === 0 ? Math.max(sum.level, level) : Math.min(sum.level, level);
      sum.instances++;
      sums.set(orbit, sum);
    }
    for (const [instance, orbit] of orbits.entries()) {
      const { taken, level, instances } = sums.get(orbit)!;
      this.taken[instance] = taken / instances;
      this.levels[instance] = level;
    }
  }

  /** Counts all successors that an expansion has just made. */
  countOutput(expansion: Expansion, level: number): void {
    const { words } = expansion;
    const [from, end] = expansion.sources;
    const { taken, levels } = this;
    for (let at = from; at < end; at += expansion.sourceStride) {
      const instance = words[at] as number;
      const before = taken[instance] as number;
      if (before === 0) levels[instance] = level;
      taken[instance] = before + 1;
    }
  }

  /** Adds what another thread has counted. */
  add(other: InstanceCounts): void {
    for (const [instance, count] of other.taken.entries()) {
      if (count === 0) continue;
      const level = other.levels[instance] as number;
      const known = this.levels[instance] as number;
      this.levels[instance] = known === 0 ? level : Math.min(known, level);
      this.taken[instance]! += count;
    }
  }
}

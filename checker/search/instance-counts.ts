import type { Expansion } from "./expansion.ts";

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

  /** Levels come in ascending order. */
  count(instance: number, level: number): void {
    const { taken, levels } = this;
    if (taken[instance] === 0) levels[instance] = level;
    taken[instance]! += 1;
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

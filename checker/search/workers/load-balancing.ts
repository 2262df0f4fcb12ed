/** Decides whether the main thread expands a level alone or gives it to the workers. */
export interface Sharing {
  /** Records how long the main thread took to expand states alone. */
  alone(states: number, milliseconds: number): void;
  /** Whether a level of this many states is given to the workers; the first such level starts them. */
  isWorthIt(states: number): boolean;
  /** Whether it is worth waiting for workers that are about to begin. */
  isWorthWaiting(states: number): boolean;
}

/** A shorter search needs no workers. */
const MIN_SEARCH_MS = 100;
/** Starting the workers takes about this long. */
const WORKER_START_MS = 300;
/** Handing a level to the workers and collecting their results takes about this long. */
const MIN_LEVEL_MS = 2;

/**
 * Decides by time, as the states of one model may take a thousand times as long as those of another: workers are
 * started when the search has taken some, and are given the levels that would take the main thread long. While they
 * start, the main thread continues alone.
 */
export class SharingByTime implements Sharing {
  #states = 0;
  #milliseconds = 0;

  alone(states: number, milliseconds: number): void {
    this.#states += states;
    this.#milliseconds += milliseconds;
  }

  isWorthIt(states: number): boolean {
    return this.#milliseconds >= MIN_SEARCH_MS && this.#time(states) >= MIN_LEVEL_MS;
  }

  isWorthWaiting(states: number): boolean {
    return this.#time(states) >= WORKER_START_MS;
  }

  /** Estimated time of the main thread, in milliseconds. */
  #time(states: number): number {
    return states * (this.#milliseconds / this.#states);
  }
}

/** What decides whether the main thread expands a level alone or gives it to the workers. */
export interface Sharing {
  /** Says that the main thread has expanded states alone, in so many milliseconds. */
  alone(states: number, milliseconds: number): void;
  /** Whether a level of so many states is given to the workers; the first such level starts them. */
  isWorthIt(states: number): boolean;
  /** Whether it is worth waiting for workers that are about to begin. */
  isWorthWaiting(states: number): boolean;
}

/** A search that is over sooner needs no workers. */
const SHORT = 100;
/** To start the workers takes about as long. */
const START = 300;
/** To tell the workers of a level, and to hear from them, takes about as long. */
const LEVEL = 2;

/**
 * Decides by time, as the states of one model may take a thousand times as long as those of another: workers are
 * started when the search has taken some, and are given the levels that would take the main thread long. While they
 * start, the main thread goes on.
 */
export class SharingByTime implements Sharing {
  #states = 0;
  #milliseconds = 0;

  alone(states: number, milliseconds: number): void {
    this.#states += states;
    this.#milliseconds += milliseconds;
  }

  isWorthIt(states: number): boolean {
    return this.#milliseconds >= SHORT && this.#time(states) >= LEVEL;
  }

  isWorthWaiting(states: number): boolean {
    return this.#time(states) >= START;
  }

  /** What the main thread would need, in milliseconds. */
  #time(states: number): number {
    return states * (this.#milliseconds / this.#states);
  }
}

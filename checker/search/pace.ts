import type { Progress, SearchOptions } from "./exploration.ts";

/** How often a search lets the event loop run and reports, in milliseconds. */
const BREATH = 50;
const REPORT = 250;

/** When a search pauses for timers, signals and the terminal to have their turn. */
export class Pace {
  readonly #options: SearchOptions;
  #lastBreath = performance.now();
  #lastReport = performance.now();

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  isDue(): boolean {
    return performance.now() - this.#lastBreath > BREATH;
  }

  /** Reports, if it is time, and pauses; returns whether the search was aborted. */
  async breathe(progress: Progress): Promise<boolean> {
    const { onProgress, signal } = this.#options;
    if (onProgress !== undefined && performance.now() - this.#lastReport > REPORT) {
      this.#lastReport = performance.now();
      onProgress(progress);
    }
    await new Promise((resolve) => setImmediate(resolve));
    this.#lastBreath = performance.now();
    return signal?.aborted === true;
  }
}

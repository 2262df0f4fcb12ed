import { turn } from "../platform.ts";
import type { Progress, SearchOptions } from "./exploration.ts";

/** Milliseconds between turns of the event loop, and between reports. */
const YIELD_EVERY_MS = 50;
const REPORT_EVERY_MS = 250;

/** Decides when a search yields to timers, signals and the terminal. */
export class Pace {
  readonly #options: SearchOptions;
  #lastYield = performance.now();
  #lastReport = performance.now();

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  isDue(): boolean {
    return performance.now() - this.#lastYield > YIELD_EVERY_MS;
  }

  /** Reports if a report is due, and yields; returns whether the search was aborted. */
  async pause(progress: Progress): Promise<boolean> {
    const { onProgress, signal } = this.#options;
    if (onProgress !== undefined && performance.now() - this.#lastReport > REPORT_EVERY_MS) {
      this.#lastReport = performance.now();
      onProgress(progress);
    }
    await this.rest();
    return signal?.aborted === true;
  }

  /** Yields. */
  async rest(): Promise<void> {
    await turn();
    this.#lastYield = performance.now();
  }
}

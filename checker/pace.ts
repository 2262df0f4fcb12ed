import { turn } from "./platform.ts";

/** Milliseconds between turns of the event loop, and between reports. */
const YIELD_EVERY_MS = 50;
const REPORT_EVERY_MS = 250;

/** Receiver of reports, and the signal that ends the work. */
export interface PaceOptions<Progress> {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Decides when long work reports its progress and yields to timers, signals and the terminal. */
export class Pace<Progress = never> {
  readonly #options: PaceOptions<Progress>;
  #lastYield = performance.now();
  #lastReport = performance.now();

  constructor(options: PaceOptions<Progress>) {
    this.#options = options;
  }

  isDue(): boolean {
    return performance.now() - this.#lastYield > YIELD_EVERY_MS;
  }

  /** Reports if a report is due, and yields; returns whether the work was aborted. */
  async pause(progress?: () => Progress): Promise<boolean> {
    const { onProgress, signal } = this.#options;
    if (onProgress !== undefined && progress !== undefined && performance.now() - this.#lastReport > REPORT_EVERY_MS) {
      this.#lastReport = performance.now();
      onProgress(progress());
    }
    await turn();
    this.#lastYield = performance.now();
    return signal?.aborted === true;
  }

  /** Waits for work of other threads, reporting meanwhile; calls `abort` when the work is aborted. */
  async during<Result>(work: Promise<Result>, progress: () => Progress, abort: () => void): Promise<Result> {
    const { onProgress, signal } = this.#options;
    const watch = setInterval(() => {
      if (signal?.aborted === true) abort();
      onProgress?.(progress());
    }, REPORT_EVERY_MS);
    try {
      return await work;
    } finally {
      clearInterval(watch);
      this.#lastYield = performance.now();
    }
  }
}

import { InternalError, ModelError, type Path, type Progress, messageOf } from "../../checker/index.ts";
import type { Explored } from "../views/viewer.ts";
import type { CheckedView, Goal, ProgressView, WayView } from "../wire.ts";
import type { ExplorerSearchOptions } from "./options.ts";
import { checkAll, wayTo } from "./search.ts";

/** Goal of a search and its start. */
export type SearchOrder =
  | { readonly goal: Extract<Goal, { readonly kind: "all" }> }
  | { readonly goal: Exclude<Goal, { readonly kind: "all" }>; readonly from: Path };

/** A search that has begun. */
export interface RunningSearch {
  /** Rejects with a `ModelError` when the model is wrong. */
  readonly result: Promise<CheckedView | WayView>;
  /** Its latest progress; undefined before the first report. */
  progress(): ProgressView | undefined;
  /** Ends it early: its result is what was found so far. */
  stop(): void;
}

/** Messages of a search thread. */
export type SearchMessage =
  | { readonly kind: "progress"; readonly progress: ProgressView }
  | { readonly kind: "done"; readonly result: CheckedView | WayView }
  | { readonly kind: "failed"; readonly message: string; readonly isMistake: boolean };

/** The end of a channel that a search needs: of a worker, or of its parent. */
export interface SearchPort {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

/** Runs a search here. */
export function searchHere(
  explored: Explored,
  order: SearchOrder,
  options: Omit<ExplorerSearchOptions, "signal" | "onProgress"> = {},
): RunningSearch {
  const controller = new AbortController();
  let latest: ProgressView | undefined;
  const all: ExplorerSearchOptions = {
    ...options,
    signal: controller.signal,
    onProgress: (progress) => (latest = progressView(progress)),
  };
  const result = "from" in order ? wayTo(explored, order.goal, order.from, all) : checkAll(explored, all);
  return { result, progress: () => latest, stop: () => controller.abort() };
}

/** Interval between two progress reports of a thread. */
const REPORT_EVERY_MS = 200;

/** Runs a search in this thread for another one. */
export async function serveSearch(
  port: SearchPort,
  explored: Explored,
  order: SearchOrder,
  options: Omit<ExplorerSearchOptions, "signal" | "onProgress">,
): Promise<void> {
  const post = (message: SearchMessage): void => port.postMessage(message);
  const running = searchHere(explored, order, options);
  port.on("message", () => running.stop());
  const report = setInterval(() => {
    const progress = running.progress();
    if (progress !== undefined) post({ kind: "progress", progress });
  }, REPORT_EVERY_MS);
  try {
    post({ kind: "done", result: await running.result });
  } catch (error) {
    post(failure(error));
  } finally {
    clearInterval(report);
  }
}

/** A failed search as a thread reports it. */
export function failure(error: unknown): SearchMessage {
  return { kind: "failed", message: messageOf(error), isMistake: error instanceof ModelError };
}

/**
 * A search that another thread runs by `serveSearch`.
 *
 * @param port of the thread; its errors and its end are given by `ended`
 * @param ended rejects when the thread ends without a result
 * @param close ends the thread
 */
export function searchOver(port: SearchPort, ended: Promise<never>, close: () => void): RunningSearch {
  let latest: ProgressView | undefined;
  const answered = new Promise<CheckedView | WayView>((resolve, reject) => {
    port.on("message", (given) => {
      const message = given as SearchMessage;
      if (message.kind === "progress") latest = message.progress;
      else if (message.kind === "done") resolve(message.result);
      else reject(message.isMistake ? new ModelError(message.message) : new InternalError(message.message));
    });
  });
  const result = Promise.race([answered, ended]).finally(close);
  return { result, progress: () => latest, stop: () => port.postMessage("stop") };
}

function progressView({ states, depth, frontier, seconds, storing }: Progress): ProgressView {
  return { states, depth, frontier, seconds, isStoring: storing === true };
}

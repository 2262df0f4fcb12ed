import type { Source } from "../../../explorer/page/source.ts";
import type { Answer, Answers, Question } from "../wire.ts";

/** Asks a worker, and knows how long it has not answered. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void; since: number }>();
  #asked = 0;

  /** @param failed called when the worker's own program fails */
  constructor(worker: Worker, failed: (message: string) => void) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      const question = this.#open.get(data.number);
      this.#open.delete(data.number);
      if ("error" in data) question?.reject(new Error(data.error));
      else question?.resolve(data.value);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      failed(event.message);
    });
  }

  ask<Name extends keyof Answers>(
    method: Name,
    ...given: Parameters<Answers[Name]>
  ): Promise<ReturnType<Answers[Name]>> {
    const question: Question = { number: ++this.#asked, method, given };
    return new Promise((resolve, reject) => {
      this.#open.set(question.number, {
        resolve: (value) => resolve(value as ReturnType<Answers[Name]>),
        reject,
        since: performance.now(),
      });
      this.#worker.postMessage(question);
    });
  }

  /** Milliseconds since the oldest question that has no answer. */
  get silentMs(): number {
    const [oldest] = this.#open.values();
    return oldest === undefined ? 0 : performance.now() - oldest.since;
  }

  /** Ends the worker, whatever it does. Questions that are open get no answer. */
  end(): void {
    this.#worker.terminate();
    this.#open.clear();
  }
}

/** The source of the explorer's views over a worker that has loaded the model of this id. */
export function workerSource(client: WorkerClient, id: string): Source {
  return {
    book: undefined,
    entries: async () => ({ first: id, entries: [] }),
    overview: () => client.ask("overview"),
    searches: () => client.ask("searches"),
    run: (_, path, from, to) => client.ask("run", path, from, to),
    chart: (_, path, property) => client.ask("chart", path, property),
    next: (_, path) => client.ask("next", path),
    search: (_, path, goal) => client.ask("search", path, goal),
    stop: (_, which) => client.ask("stop", which),
  };
}

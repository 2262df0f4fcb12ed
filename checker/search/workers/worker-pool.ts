import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { InstanceCounts } from "../instance-counts.ts";
import { Shared, type Answer, type Order, type WorkerSetup } from "./messages.ts";

/** Workers that search together, on one visited set. */
export class WorkerPool {
  readonly #workers: Worker[];
  readonly #shared: Int32Array;
  /** The steps that each worker has taken, to be read between orders. */
  readonly counts: readonly InstanceCounts[];

  constructor(workers: number, setup: Omit<WorkerSetup, "index" | "workers" | "shared" | "counts">) {
    const shared = new SharedArrayBuffer(4 * (Shared.counters + 2 * workers));
    this.#shared = new Int32Array(shared);
    const counts = Array.from({ length: workers }, () => InstanceCounts.allocate(setup.instances));
    this.counts = counts.map((buffer) => new InstanceCounts(setup.instances, buffer));
    this.#workers = counts.map((own, index) => start({ ...setup, index, workers, shared, counts: own }));
  }

  /** Gives an order to all workers, and waits for their answers, in the workers' order. */
  async all(order: Order): Promise<Answer[]> {
    for (const place of [Shared.cursor, Shared.expanded, Shared.part]) Atomics.store(this.#shared, place, 0);
    return Promise.all(
      this.#workers.map(
        (worker) =>
          new Promise<Answer>((resolve, reject) => {
            worker.removeAllListeners();
            worker.once("message", resolve);
            worker.once("error", reject);
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
            worker.postMessage(order);
          }),
      ),
    );
  }

  /** Number of pieces of the last order that have been taken, or more. */
  get taken(): number {
    return Atomics.load(this.#shared, Shared.cursor);
  }

  /** Transitions, as far as the workers have come. */
  get transitions(): number {
    let transitions = 0;
    for (let at: number = Shared.counters; at < this.#shared.length; at += 2) {
      transitions += Atomics.load(this.#shared, at) * 2 ** 30 + Atomics.load(this.#shared, at + 1);
    }
    return transitions;
  }

  /** Makes workers stop after their current batch. */
  stop(): void {
    Atomics.store(this.#shared, Shared.stop, 1);
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** Starts a thread from the build, or, where this is run as TypeScript, through the loader of model files. */
function start(workerData: WorkerSetup): Worker {
  const built = !import.meta.url.endsWith(".ts");
  const url = new URL(built ? "./worker.js" : "./worker.ts", import.meta.url);
  if (built) return new Worker(url, { workerData });
  const jiti = createRequire(import.meta.url).resolve("jiti");
  const code = `require(${JSON.stringify(jiti)}).createJiti(${JSON.stringify(url.href)}).import(${JSON.stringify(url.href)})`;
  return new Worker(code, { eval: true, workerData });
}

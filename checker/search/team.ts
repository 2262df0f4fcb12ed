import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Packing } from "../compiled/packing.ts";
import { Ring } from "./ring.ts";
import { Shared, type Answer, type Order, type WorkerSetup } from "./worker.ts";

/** Workers that search together: each has the states that hash to it, and sends the others on. */
export class Team {
  readonly #workers: Worker[];
  readonly #shared: Int32Array;

  constructor(packing: Packing, workers: number, allLive: number) {
    const shared = new SharedArrayBuffer(4 * (Shared.counters + 3 * workers));
    this.#shared = new Int32Array(shared);
    const rings = Array.from({ length: workers * workers }, () => Ring.allocate());
    this.#workers = Array.from({ length: workers }, (_, index) => {
      const setup: WorkerSetup = { packing, index, workers, rings, shared, allLive };
      return start(setup);
    });
  }

  /** Gives an order to all workers, and waits for their answers, in the workers' order. */
  async all(order: (worker: number) => Order): Promise<Answer[]> {
    Atomics.store(this.#shared, Shared.expanded, 0);
    return Promise.all(
      this.#workers.map(
        (worker, index) =>
          new Promise<Answer>((resolve, reject) => {
            worker.removeAllListeners();
            worker.once("message", resolve);
            worker.once("error", reject);
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
            worker.postMessage(order(index));
          }),
      ),
    );
  }

  /** States and transitions, as far as the workers have come. */
  get counted(): { readonly states: number; readonly transitions: number } {
    let [states, transitions] = [0, 0];
    for (let at: number = Shared.counters; at < this.#shared.length; at += 3) {
      states += Atomics.load(this.#shared, at) >>> 0;
      transitions += Atomics.load(this.#shared, at + 1) * 2 ** 30 + Atomics.load(this.#shared, at + 2);
    }
    return { states, transitions };
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
  const built = import.meta.url.endsWith(".js");
  const url = new URL(built ? "./worker.js" : "./worker.ts", import.meta.url);
  if (built) return new Worker(url, { workerData });
  const jiti = createRequire(import.meta.url).resolve("jiti");
  const code = `require(${JSON.stringify(jiti)}).createJiti(${JSON.stringify(url.href)}).import(${JSON.stringify(url.href)})`;
  return new Worker(code, { eval: true, workerData });
}

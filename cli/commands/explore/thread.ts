import { createRequire } from "node:module";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { InternalError } from "../../../checker/errors.ts";
import type * as Explorer from "../../../explorer/index.ts";
import type { ExplorerSearchOptions, RunningSearch, SearchOrder } from "../../../explorer/index.ts";

type SearchOver = typeof Explorer.searchOver;

/** Setup of a search thread. */
export interface SearchSetup {
  readonly word: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly order: SearchOrder;
  readonly options: Omit<ExplorerSearchOptions, "signal" | "onProgress">;
}

/**
 * Starts a search in a separate thread, so that the server stays responsive. The thread loads the model itself, because
 * a model is made of functions, which cannot be sent.
 *
 * @param searchOver function of the explorer, which is loaded at this point
 */
export function startSearchThread(setup: SearchSetup, searchOver: SearchOver): RunningSearch {
  const worker = new Worker(bootstrap(import.meta.url), { eval: true, workerData: setup });
  // The explorer does not wait for a result that it will not show.
  worker.unref();
  const ended = new Promise<never>((_, reject) => {
    worker.once("error", reject);
    worker.once("exit", (status) => reject(new InternalError(`the search thread ended with status ${status}`)));
  });
  return searchOver(worker, ended, () => void worker.terminate());
}

/** The thread's program: this module, from the build, or where it is run as TypeScript through the loader of model files. */
function bootstrap(url: string): string {
  if (!url.endsWith(".ts")) {
    return `import(${JSON.stringify(url)}).then((program) => (program.default ?? program).searchThread());`;
  }
  const jiti = JSON.stringify(createRequire(url).resolve("jiti"));
  const own = JSON.stringify(url);
  return `require(${jiti}).createJiti(${own}).import(${own}).then(({ searchThread }) => searchThread());`;
}

/** The work of a search thread. */
export async function searchThread(): Promise<void> {
  const { word, parameters, order, options } = workerData as SearchSetup;
  const port = parentPort!;
  const { failure, serveSearch } = await import("../../../explorer/index.ts");
  try {
    const { exploredOf } = await import("../../arguments/explored.ts");
    const { subjectOf } = await import("../../arguments/subject.ts");
    await serveSearch(port, exploredOf(await subjectOf(word), parameters), order, options);
  } catch (error) {
    port.postMessage(failure(error));
  }
}

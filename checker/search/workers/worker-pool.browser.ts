import { ModelError } from "../../errors.ts";

/** As in `worker-pool.ts`: a search in a page has one thread. */
export class WorkerPool {
  /** @throws ModelError always */
  constructor() {
    throw new ModelError("check: workers must be 1 in a browser");
  }
}

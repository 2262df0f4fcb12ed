import { ModelError } from "../../errors.ts";

/** As in `worker-pool.ts`: a search in a page has one thread. */
export class WorkerPool {
  readonly counts: never;

  /** @throws ModelError always */
  constructor() {
    this.counts = refused();
  }
}

function refused(): never {
  throw new ModelError("check: workers must be 1 in a browser");
}

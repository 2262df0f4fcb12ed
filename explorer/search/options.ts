import type { CheckOptions } from "../../checker/index.ts";

/** Options of a search: bounds, threads, and how the functions of the model are read. */
export type ExplorerSearchOptions = Pick<
  CheckOptions,
  "engine" | "maxStates" | "maxMemory" | "workers" | "purity" | "signal" | "onProgress"
>;

/**
 * Runs and states of a model to look at: the explorer in the browser, and the same views in one HTML file.
 *
 * @packageDocumentation
 */
export type { Assets } from "./assets.ts";
export { htmlRecording, type RecordedMove } from "./html/recording.ts";
export { htmlReport } from "./html/report.ts";
export { exampleOf } from "./search/example.ts";
export {
  failure,
  searchHere,
  searchOver,
  serveSearch,
  type RunningSearch,
  type SearchOrder,
} from "./search/running.ts";
export type { Decided } from "./search/search.ts";
export type { ExplorerSearchOptions } from "./search/options.ts";
export { explore, type Explorer } from "./server/server.ts";
export { Session } from "./server/session.ts";
export type { Explored } from "./views/viewer.ts";
export type { EntryView } from "./wire.ts";

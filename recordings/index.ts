/**
 * Replay of real kernels' recordings, which checks that the model allows them.
 *
 * @packageDocumentation
 */
export { replayRecording, type RecordingOptions } from "./replay-recording.ts";
export type { RecordingReport, DrawnMove, ReplayedDevice } from "./report.ts";
export { mostCpus } from "./replay/event.ts";
export { targetText } from "./observe/observation.ts";
export { linesAt } from "./parse/lines-at.ts";

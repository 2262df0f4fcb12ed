/**
 * Replay of real kernels' recordings, which checks that the model allows them.
 *
 * @packageDocumentation
 */
export { conformance, type ConformanceOptions } from "./conformance.ts";
export type { ConformanceReport, DrawnMove, Flaw, ReplayedDevice, Verdict } from "./report.ts";
export { mostCpus } from "./replay/event.ts";
export { targetText } from "./machine/observation.ts";
export { linesAt } from "./log/lines-at.ts";

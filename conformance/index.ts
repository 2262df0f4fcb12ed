/**
 * Recordings of real kernels, held against the model.
 *
 * @packageDocumentation
 */
export { conformance, type ConformanceOptions } from "./conformance.ts";
export type { ConformanceReport, DrawnMove, Flaw, ReplayedDevice, Verdict } from "./report.ts";
export { mostCpus } from "./replay/event.ts";
export { targetText } from "./machine/observation.ts";
export { linesAt } from "./log/lines-at.ts";

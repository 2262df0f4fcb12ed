/**
 * Recordings of real kernels, held against the model.
 *
 * @packageDocumentation
 */
export { conformance, type ConformanceOptions, type ConformanceReport } from "./conformance.ts";
export { text as targetText } from "./recording/moves.ts";

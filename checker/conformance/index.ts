export { conform, type Conformance, type ConformOptions, type Coverage } from "./conform.ts";
export { ConformanceError, type Difference, type Nonconformance } from "./failure.ts";
export { readJsonLines } from "./json-lines.ts";
export type { Call, CheckedCall, SystemUnderTest } from "./system.ts";
export type { ObservedEvent, TraceMapping } from "./trace-mapping.ts";
export { validateTrace, type TraceRefusal, type TraceValidation, type ValidateTraceOptions } from "./validate-trace.ts";
export { refusalText } from "./refusal-text.ts";

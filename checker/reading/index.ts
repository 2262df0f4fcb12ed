export { READING_LIMITS, type ReadingLimits } from "./limits.ts";
export type { ReadAction, ReadPredicate, Unread } from "./read.ts";
export { Readings } from "./readings.ts";
export { createReading, type OpenReading, type Reading } from "./reading.ts";

export type { ReadAction, ReadPredicate, Unread } from "./read.ts";
export { createReading, type Reading } from "./reading.ts";

/** Milliseconds. The clock is read before functions of a model are watched, which must not ask for the time. */
export const now: () => number = performance.now.bind(performance);

/** The time is up. */
export class OutOfTime extends Error {}

import type { Bug } from "./bug.ts";

/** Bugs of Arm and of what it shares with others. */
export const armBugs: readonly Bug[] = [];

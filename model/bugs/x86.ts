import type { Bug } from "./bug.ts";

/** Bugs of x86 and of what it shares with others. */
export const x86Bugs: readonly Bug[] = [];

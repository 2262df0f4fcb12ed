import type { Bug } from "./bug.ts";

/** Bugs of LoongArch and of what it shares with others. */
export const loongarchBugs: readonly Bug[] = [];

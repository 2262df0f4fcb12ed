import type { Bug } from "./bug.ts";

/** Bugs of RISC-V and of what it shares with others. */
export const riscvBugs: readonly Bug[] = [];

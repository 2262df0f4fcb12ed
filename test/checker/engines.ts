import type { CheckOptions } from "irqproof/checker";

/** Every engine that a check can use: whatever one of them reports, the others must report too. */
export const engines: readonly NonNullable<CheckOptions["engine"]>[] = ["reference", "direct", "compiled"];
